"""From marks to turns: where a speaker begins, and how much of what follows is speech."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from secondcoder.domain.records import Turn
from secondcoder.domain.wording import counted
from secondcoder.transcripts.clock import MARKER, STAMPS, TIME, seconds

FOOTER = re.compile(
    r"\W*(?:transcribed by https?://\S+|\S.{0,60} stopped transcription|\[?\(?end of (?:the )?"
    r"(?:interview|recording|transcript|transcription|audio)\)?\]?)\W*",
    re.IGNORECASE,
)


# What CHAT writes below an utterance (`%com:\tlaughs`) and around the talk (`@Bg`), with the lines that go on with it.
TIER = re.compile(r"^[ \t]*%[a-z]{3,}:[ \t].*(?:\n\t.*)*|^@[A-Z][A-Za-z ]+(?::\t.*(?:\n\t.*)*)?$", re.MULTILINE)
FEWEST_TIMES = 3
SHARE_OF_TIMES = 0.8
_FIRST = re.compile(rf"(?P<time>{TIME})(?:[ \t]*[-–—][ \t]*(?P<until>{TIME}))?(?!\S)[ \t]*(?:[-–—][ \t]+)?")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a speaker begins: the label at `start`, the speech at `speech`; times are seconds.

    The speech ends at `end` where the layout says so, and otherwise where the next mark starts. A `heading` is a line or two of its
    own.
    """

    start: int
    speech: int
    speaker: str
    time_start: float | None = None
    time_end: float | None = None
    end: int | None = None
    heading: bool = False


def lines_of(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """The lines of a stretch as [start, end) without their newline."""
    # Newlines alone end a line; str.splitlines would also break at form feeds and U+2028, which are text here.
    stop = len(text) if end is None else end
    while start <= stop:
        at = text.find("\n", start, stop)
        newline = stop if at < 0 else at
        yield start, newline
        start = newline + 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of speech without white space around it; times are seconds, from the stamps that stood before and after it."""

    start: int
    end: int
    time_start: float | None = None
    time_end: float | None = None


def pieces(text: str, start: int, end: int) -> Iterator[Piece]:
    """A stretch divided by the times at the beginnings and ends of its lines, which are no speech, and without lines of a time alone.

    f4 and MAXQDA end each paragraph with its time, and other programs begin it so.
    """
    whole = start
    start, end = trimmed(text, start, end)
    speech = text[start:end]
    # A line of a time alone before the speech, as in `Maria: (00:07)` with the speech below it.
    at, since = 0, _last_time(text[whole:start])
    for stamp in _dividers(speech):
        if stamp.start() < at:
            continue  # a time within what CHAT adds
        found = stamp.groupdict()
        yield from _piece(text, start + at, start + stamp.start(), since, _first_time(found.get("after")))
        at, since = stamp.end(), _first_time(found.get("before"))
    yield from _piece(text, start + at, end, since, None)


def _dividers(speech: str) -> list[re.Match[str]]:
    tiers = TIER.finditer(speech) if "%" in speech or "@" in speech else ()
    return sorted([*STAMPS.finditer(speech), *tiers], key=lambda match: match.start())


def _first_time(stamps: str | None) -> float | None:
    match = re.search(TIME, stamps or "")
    return seconds(match[0]) if match else None


def _last_time(lines: str) -> float | None:
    times = [match["time"] for line in lines.split("\n") if (match := MARKER.fullmatch(line))]
    return seconds(times[-1]) if times else None


def _piece(text: str, start: int, end: int, since: float | None, until: float | None) -> Iterator[Piece]:
    start, end = trimmed(text, start, end)
    if start < end:
        yield Piece(start, end, since, until)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without white space around it, and without lines around it that hold a time only; may be empty."""
    while True:
        speech = text[start:end]
        start += len(speech) - len(speech.lstrip())
        end = max(start, end - (len(speech) - len(speech.rstrip())))  # max: of white space alone, both ends strip all
        first = text.find("\n", start, end)
        last = text.rfind("\n", start, end)
        if first >= 0 and MARKER.fullmatch(text, start, first):
            start = first
        elif last >= 0 and MARKER.fullmatch(text, last, end):
            end = last
        else:
            return start, end


def without_footer(text: str) -> int:
    """Where the speech of a text ends: before the lines at its end that a program wrote."""
    end = len(text.rstrip())
    while end:
        start = text.rfind("\n", 0, end) + 1
        if not FOOTER.fullmatch(text, start, end):
            break
        end = len(text[:start].rstrip())
    return end


def tier_notes(text: str) -> tuple[str, ...]:
    """A note on what CHAT adds to the talk, and is no speech."""
    tiers = [match[0].split()[0] for match in TIER.finditer(text) if match[0].lstrip()[0] == "%"]
    kinds = ", ".join(dict.fromkeys(tiers))
    return (f"{counted(len(tiers), 'line')} beginning {kinds} left out: what CHAT adds to the talk",) if tiers else ()


def with_first_times(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """The marks behind whose labels nearly always a time stands before the speech, as in `GP: 0:02 We`, with it as theirs.

    One such time may be speech; many that rise are not.
    """
    found = [_FIRST.match(text, mark.speech) if mark.time_start is None else None for mark in marks]
    times = [seconds(match["time"]) for match in found if match]
    if len(times) < max(FEWEST_TIMES, SHARE_OF_TIMES * len(marks)) or times != sorted(times):
        return list(marks)
    return [
        replace(mark, speech=match.end(), time_start=seconds(match["time"]), time_end=_first_time(match["until"]))
        if match
        else mark
        for mark, match in zip(marks, found, strict=True)
    ]


def close_marks(text: str, marks: Sequence[Mark], end: int) -> list[Turn]:
    """The turns that begin at the marks, each divided by the times in it; a speaker whose label no speech follows has none."""
    turns = []
    marks = with_first_times(text, marks)
    starts = [*(mark.start for mark in marks), end]
    for mark, following in zip(marks, starts[1:], strict=True):
        stop = min(mark.end if mark.end is not None else following, end)
        for at, piece in enumerate(pieces(text, mark.speech, stop)):
            since = piece.time_start if at or mark.time_start is None else mark.time_start
            until = piece.time_end if at or mark.time_end is None else mark.time_end
            turns.append(Turn(piece.start, piece.end, mark.speaker, None, since, until))
    return turns


def unlabelled(text: str, paragraphs: Iterable[tuple[int, int]], end: int) -> list[Turn]:
    """One turn a paragraph, without speaker; dashes divide and are no speech, nor is a time alone, which is that of the next turn."""
    turns = list[Turn]()
    since = None
    for start, stop in paragraphs:
        if (alone := MARKER.fullmatch(text, start, min(stop, end))) and start < end:
            since = seconds(alone["time"])
            continue
        for piece in pieces(text, start, min(stop, end)) if start < end else ():
            if _is_speech(text[piece.start : piece.end]):
                begins = since if piece.time_start is None else piece.time_start
                turns.append(Turn(piece.start, piece.end, None, None, begins, piece.time_end))
                since = None
    return turns


def _is_speech(paragraph: str) -> bool:
    return any(character.isalnum() for character in paragraph) and not MARKER.fullmatch(paragraph)
