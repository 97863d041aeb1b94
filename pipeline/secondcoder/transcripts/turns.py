"""From marks to turns: where a speaker begins, and how much of what follows is speech."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from secondcoder.domain.records import Turn
from secondcoder.transcripts.clock import MARKER

FOOTER = re.compile(
    r"\W*(?:transcribed by https?://\S+|\S.{0,60} stopped transcription|\[?\(?end of (?:the )?"
    r"(?:interview|recording|transcript|transcription|audio)\)?\]?)\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a speaker begins: the label at `start`, the speech at `speech`; times are seconds.

    The speech ends at `end` where the layout says so, and otherwise where the next mark starts.
    """

    start: int
    speech: int
    speaker: str
    time_start: float | None = None
    time_end: float | None = None
    end: int | None = None


def lines_of(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """The lines of a stretch as [start, end) without their newline."""
    # Newlines alone end a line; str.splitlines would also break at form feeds and U+2028, which are text here.
    stop = len(text) if end is None else end
    while start <= stop:
        at = text.find("\n", start, stop)
        newline = stop if at < 0 else at
        yield start, newline
        start = newline + 1


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


def close_marks(text: str, marks: Sequence[Mark], end: int) -> list[Turn]:
    """The turns that begin at the marks; a speaker whose label no speech follows has none."""
    turns = []
    starts = [*(mark.start for mark in marks), end]
    for mark, following in zip(marks, starts[1:], strict=True):
        start, stop = trimmed(text, mark.speech, min(mark.end if mark.end is not None else following, end))
        if start < stop:
            turns.append(Turn(start, stop, mark.speaker, None, mark.time_start, mark.time_end))
    return turns


def unlabelled(text: str, paragraphs: Iterable[tuple[int, int]], end: int) -> list[Turn]:
    """One turn a paragraph, without speaker; a paragraph of dashes or of a time alone divides and is no speech."""
    spans = (trimmed(text, start, min(stop, end)) for start, stop in paragraphs if start < end)
    return [Turn(start, stop) for start, stop in spans if _is_speech(text[start:stop])]


def _is_speech(paragraph: str) -> bool:
    return any(character.isalnum() for character in paragraph) and not MARKER.fullmatch(paragraph)
