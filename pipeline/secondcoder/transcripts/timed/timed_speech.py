"""What formats of timed stretches share: times that can be those of a recording, the stretches of one speaker each, and what a
recogniser makes up over silence."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from secondcoder.domain.records import Transcript
from secondcoder.domain.wording import counted, first_of, shorten
from secondcoder.errors import ReadError
from secondcoder.transcripts.registry import Source
from secondcoder.transcripts.timed.captions import Cue, Utterance, caption_transcript

LONGEST = 1_000_000.0
"""Seconds of a recording: eleven days."""
MOST_STRETCHES, LONGEST_STRETCH, MOST_SPEAKERS = 50_000, 200_000, 500
"""Of a transcript, a day of talk with room to spare; characters of one stretch; and speakers."""
FEWEST_REPEATS = 3  # neighbouring stretches of the same words, as nobody says them
FEWEST_WITHIN = (
    5  # the same words so often in a row within one stretch, or one word alone in so many, which people do say thrice
)
LONGEST_UNIT = 6  # words that are said again and again
SHOWN, MOST_SHOWN, MOST_NAMED = 3, 40, 10


def checked_time(value: object, place: str, most: float = LONGEST) -> float:
    """A time that a file gives as a number or its digits; ReadError, which `place` begins, where no recording has such a time."""
    try:
        time = math.nan if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        time = math.nan
    if not 0 <= time <= most:
        shown = shorten(repr(value), MOST_SHOWN)
        raise ReadError(f"{place}: {shown} is not the time of a recording. Nothing was imported.")
    return round(time, 3)


def timed_transcript(
    source: Source,
    form: str,
    stretches: Sequence[Utterance],
    interviewer: Sequence[str],
    notes: Sequence[str] = (),
) -> Transcript:
    """The transcript of stretches of speech, each with its times: turns, text and speakers as captions have them.

    Raises:
        ReadError: nobody says anything, a named interviewer does not speak, or it is more than any talk.
    """
    longest = max((len(stretch.speech) for stretch in stretches), default=0)
    if len(stretches) > MOST_STRETCHES or longest > LONGEST_STRETCH:
        what = f"{counted(len(stretches), 'stretch', 'stretches')} of speech, the longest of {longest:,} characters"
        raise ReadError(f"{source.path.name}: {what}, more than a talk has. Nothing was imported.")
    refuse_crowd(len({stretch.speaker for stretch in stretches}), source.path.name)
    cues = [Cue(stretch.start, stretch.end, (stretch.speech,)) for stretch in stretches]
    return caption_transcript(source, form, cues, stretches, interviewer, notes)


def by_time(stretches: Sequence[Utterance]) -> tuple[list[Utterance], list[str]]:
    """Stretches of several speakers in the order of their beginnings, and a note on those that begin while another speaks."""
    ordered = sorted(stretches, key=lambda stretch: (stretch.start, stretch.end))
    overlapping = 0
    # Who speaks longest so far and until when, and until when any of the others does.
    longest, until, others_until = ordered[0].speaker if ordered else None, 0.0, 0.0
    for stretch in ordered:
        overlapping += stretch.start < (others_until if stretch.speaker == longest else until)
        if stretch.speaker == longest:
            until = max(until, stretch.end)
        elif stretch.end > until:
            longest, until, others_until = stretch.speaker, stretch.end, until
        else:
            others_until = max(others_until, stretch.end)
    what = (
        f"{counted(overlapping, 'stretch', 'stretches')} of speech begin{'s' * (overlapping == 1)} while another speaks"
    )
    return ordered, [f"{what}; all stand in the order of their beginnings"] if overlapping else []


def refuse_crowd(speakers: int, name: str) -> None:
    """ReadError for a file of more speakers than any talk has, before work is done on each with each."""
    if speakers > MOST_SPEAKERS:
        raise ReadError(f"{name}: {speakers:,} speakers, more than a talk has. Nothing was imported.")


def left_out(what: str, names: Sequence[str]) -> list[str]:
    """A note that names what is left out, the first of it; none where nothing is."""
    return [f"{what}: {first_of([repr(name) for name in names], MOST_NAMED)}"] if names else []


def repeat_notes(stretches: Sequence[Utterance]) -> list[str]:
    """A note on the same words again and again, which recognisers make up over silence and music; they are kept."""
    found = [*_neighbours(stretches), *_within(stretches)]
    shown = [f"'{shorten(words, MOST_SHOWN)}' {often} times from {at:.0f} s on" for words, often, at in found]
    fault = "the same words again and again, as a recogniser makes them up over silence"
    return [f"{fault}: {first_of(shown, SHOWN)}; kept, so listen to the recording there"] if found else []


def _neighbours(stretches: Sequence[Utterance]) -> Iterator[tuple[str, int, float]]:
    for words, group in groupby(stretches, key=lambda stretch: " ".join(_words(stretch.speech))):
        same = list(group)
        if words and len(same) >= (FEWEST_REPEATS if " " in words else FEWEST_WITHIN):
            yield same[0].speech.strip(), len(same), same[0].start


def _within(stretches: Sequence[Utterance]) -> Iterator[tuple[str, int, float]]:
    for stretch in stretches:
        words = _words(stretch.speech)
        for size in range(1, LONGEST_UNIT + 1):
            end, often = _longest_run(words, size)
            if often >= FEWEST_WITHIN:
                yield " ".join(words[end - size : end]), often, stretch.start
                break


def _longest_run(words: Sequence[str], size: int) -> tuple[int, int]:
    """Where the longest run of one unit of so many words ends, and how often the unit stands in it."""
    best_end, best, run = 0, 0, 0
    for at in range(size, len(words)):
        run = run + 1 if words[at] == words[at - size] else 0
        if run > best:
            best_end, best = at + 1, run
    return best_end, best // size + 1


def _words(speech: str) -> list[str]:
    return re.findall(r"\w+", speech.casefold())
