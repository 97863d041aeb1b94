"""One speaker under several headings in a row is one turn: Teams and Word write a heading every half a minute.

A turn is one stretch of the text, so the headings within it are left out of the text, where a program that writes documents made them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from secondcoder.domain.records import Span
from secondcoder.domain.wording import counted
from secondcoder.transcripts.interviewer import fold
from secondcoder.transcripts.turns import Mark


@dataclass(frozen=True, slots=True)
class Joined:
    """A text without repeated headings, its marks, where an offset of the text before lies in it, and a note."""

    text: str
    marks: list[Mark]
    moved: Callable[[int], int]
    notes: tuple[str, ...]


def without_repeats(text: str, marks: Sequence[Mark]) -> Joined | None:
    """The text and its marks without headings that name the speaker above them again; None where there is none."""
    kept: list[Mark] = []
    cuts: list[Span] = []
    for mark in marks:
        if kept and mark.heading and kept[-1].heading and fold(mark.speaker) == fold(kept[-1].speaker):
            newline = text.startswith("\n", mark.speech)
            cuts.append((mark.start, mark.speech + newline))
            kept[-1] = replace(kept[-1], time_end=mark.time_end)
        else:
            kept.append(mark)
    if not cuts:
        return None
    moved = _moved(cuts)
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    rest = "".join(text[start:end] for start, end in zip(starts, ends, strict=True))
    there = [
        replace(
            mark, start=moved(mark.start), speech=moved(mark.speech), end=None if mark.end is None else moved(mark.end)
        )
        for mark in kept
    ]
    what = f"{counted(len(cuts), 'heading')} that name{'s' * (len(cuts) == 1)} the speaker above again"
    note = f"{what}: left out of the text with {'its time' if len(cuts) == 1 else 'their times'}, so that each turn is whole"
    return Joined(rest, there, moved, (note,))


def moved_from(before: str, after: str) -> Callable[[int], int] | None:
    """Where offsets of a text lie in the same text without some of its lines; None where more than that differs."""
    lines, cuts, at = after.splitlines(keepends=True), list[Span](), 0
    place = 0
    for line in before.splitlines(keepends=True):
        if at < len(lines) and line.rstrip("\n") == lines[at].rstrip("\n"):
            at += 1
        else:
            cuts.append((place, place + len(line)))
        place += len(line)
    return _moved(cuts) if at == len(lines) else None


def _moved(cuts: Sequence[Span]) -> Callable[[int], int]:
    starts = [start for start, _ in cuts]
    gone = [0, *accumulate(end - start for start, end in cuts)]

    def moved(offset: int) -> int:
        at = bisect_right(starts, offset)
        # Within a cut an offset moves to its beginning.
        return offset - gone[at] + (max(cuts[at - 1][1] - offset, 0) if at else 0)

    return moved
