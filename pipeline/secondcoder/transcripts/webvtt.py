"""WebVTT as Teams, Zoom and Stream export it: cues joined into turns.

The transcript's text is one paragraph a turn, `Speaker: speech`, or the speech alone where no speaker is known, paragraphs
divided by a blank line. A turn's times run from the earliest start to the latest end of its cues.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from secondcoder.domain.records import Transcript, Turn
from secondcoder.transcripts.assembly import NO_SPEAKERS, finished
from secondcoder.transcripts.captions import Cue, parse_cues
from secondcoder.transcripts.registry import Reader, Source
from secondcoder.transcripts.speaker_labels import find_labels

NAME = "WebVTT"
SUFFIXES = (".vtt",)
PAUSE = 2.0  # seconds of silence after which speech of nobody in particular begins a new turn
SPACED_CUES = 5  # from so many on, and at this share, the file itself says where a space belongs between cues
SPACED_SHARE = 0.8

_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?(?:[ \t]+(?P<name>[^<>]*))?>")
_TAG = re.compile(r"</?(?:c|i|b|u|v|ruby|rt|lang|font)(?:[.\s][^<>]*)?>|<\d[\d:.]*>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]+\d*);")


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one speaker says in one cue: `speech` with the white space around it that the file has; times are seconds."""

    speaker: str | None
    speech: str
    start: float
    end: float


def sniff(source: Source) -> bool:
    """A text that begins with WEBVTT, and any file named .vtt, so that `read` says what is wrong with it."""
    return source.path.suffix.lower() in SUFFIXES or (source.is_text() and source.text.startswith("WEBVTT"))


def read(source: Source, interviewer: Sequence[str]) -> Transcript:
    """The transcript; ReadError with the line for a broken or cut off file, and for a named interviewer who does not speak."""
    cues = parse_cues(source.unified, source.path.name)
    said = [part for cue in cues for part in _voices(cue)]
    notes = [*source.decoded.notes, *_odd_times(cues)]
    if all(part.speaker is None for part in said):
        said = _zoom_names(said, interviewer)
    said, unnamed = _nameless([part for part in said if part.speech.strip()])
    text, turns = _compose(said)
    speakers = any(turn.speaker for turn in turns)
    notes += unnamed if speakers else [NO_SPEAKERS]
    return finished(source, NAME, text, turns, interviewer=interviewer, front="", notes=notes)


def _voices(cue: Cue) -> Iterator[Utterance]:
    """The parts of a cue, one for each `<v Name>` in it and one for what comes before the first."""
    payload = _joined_lines(cue.lines)
    found = list(_VOICE.finditer(payload))
    bounds = [0, *(voice.start() for voice in found), len(payload)]
    for voice, (start, end) in zip([None, *found], pairwise(bounds), strict=True):
        speech = _plain(payload[voice.end() if voice else start : end])
        if speech.strip():
            name = _plain(voice["name"] or "").strip(' \t"') if voice else ""
            yield Utterance(name or None, speech, cue.start, cue.end)


def _joined_lines(lines: Sequence[str]) -> str:
    """The lines of a cue joined by one space; the white space at either end of the cue stays, because it says something."""
    kept = [line for line in lines if line.strip()]
    joined = " ".join(line.strip() for line in kept)
    before = kept[0][: len(kept[0]) - len(kept[0].lstrip())]
    return before + joined + kept[-1][len(kept[-1].rstrip()) :]


def _plain(payload: str) -> str:
    """Without WebVTT's tags, entities resolved; `<inaudible>` is a transcriber's word and stays."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), _TAG.sub("", payload))


def _zoom_names(said: Sequence[Utterance], interviewer: Sequence[str]) -> list[Utterance]:
    """Names taken from `Name: text`; a cue without one has no speaker yet."""
    text = "\n".join(part.speech for part in said)
    starts = [0]
    for part in said:
        starts.append(starts[-1] + len(part.speech) + 1)
    spans = [(start, start + len(part.speech)) for start, part in zip(starts, said, strict=False)]
    labels = find_labels(text, spans, interviewer, sure_names=True)
    names = {line.start: (labels.name(line), text[line.speech : line.end]) for line in labels.lines}
    pairs = [names.get(start, (None, part.speech)) for (start, _), part in zip(spans, said, strict=True)]
    return [Utterance(name, speech, part.start, part.end) for (name, speech), part in zip(pairs, said, strict=True)]


def _nameless(said: Sequence[Utterance]) -> tuple[list[Utterance], list[str]]:
    """Who speaks in cues without a name, in a file that has names.

    Zoom leaves the name out when the speaker goes on, and when it does not know the speaker. A file that repeats the name cue
    after cue does not do the former, so there nobody is named and the turn has no speaker.
    """
    missing = sum(part.speaker is None for part in said)
    repeats = any(one.speaker and one.speaker == two.speaker for one, two in pairwise(said))
    if not missing or missing == len(said):
        return list(said), []
    if repeats:
        return list(said), [
            f"cues that name no speaker, in a file that repeats names: {missing}; their speaker stays open"
        ]
    carried: list[Utterance] = []
    for part in said:
        speaker = part.speaker or (carried[-1].speaker if carried else None)
        carried.append(Utterance(speaker, part.speech, part.start, part.end))
    return carried, [f"cues that name no speaker: {missing}; read as the last speaker going on"]


def _compose(said: Sequence[Utterance]) -> tuple[str, list[Turn]]:
    spaced = _says_spaces(said)
    paragraphs: list[str] = []
    turns: list[Turn] = []
    at = 0
    for run in _runs(said):
        label = f"{run[0].speaker}: " if run[0].speaker else ""
        speech = _join(run, spaced)
        start = at + len(label)
        times = min(part.start for part in run), max(part.end for part in run)
        turns.append(Turn(start, start + len(speech), run[0].speaker, None, *times))
        paragraphs.append(label + speech)
        at = start + len(speech) + 2
    return "\n\n".join(paragraphs), turns


def _runs(said: Iterable[Utterance]) -> Iterator[list[Utterance]]:
    """Stretches of one speaker; where the speaker is unknown, a pause ends a stretch too."""
    run: list[Utterance] = []
    for part in said:
        paused = run and part.speaker is None and part.start - run[-1].end > PAUSE
        if run and (part.speaker != run[-1].speaker or paused):
            yield run
            run = []
        run.append(part)
    if run:
        yield run


def _says_spaces(said: Sequence[Utterance]) -> bool:
    """Whether the file writes the spaces between its cues itself, so that a cut without one falls inside a word."""
    spaced = sum(part.speech != part.speech.strip() for part in said)
    return len(said) >= SPACED_CUES and spaced >= SPACED_SHARE * len(said)


def _join(run: Sequence[Utterance], spaced: bool) -> str:
    speech = run[0].speech.strip()
    for before, part in pairwise(run):
        in_word = spaced and before.speech[-1].isalpha() and part.speech[0].islower()
        speech += ("" if in_word else " ") + part.speech.strip()
    return speech


def _odd_times(cues: Sequence[Cue]) -> list[str]:
    """One note that counts the times that cannot be right."""
    counts = {
        "negative": sum(min(cue.start, cue.end) < 0 for cue in cues),
        "before that of the cue above": sum(cue.start < above.start for above, cue in pairwise(cues)),
        "after its own end": sum(cue.start > cue.end for cue in cues),
    }
    odd = ", ".join(f"{count} {how}" for how, count in counts.items() if count)
    return [f"cue times: {odd}; every cue is kept, in the order of the file"] if odd else []


READER = Reader(name=NAME, suffixes=SUFFIXES, sniff=sniff, read=read, priority=10)
