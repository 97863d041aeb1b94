"""Which segments codings mark and passes cover, by the overlap rule and the coverage rule of `domain.spans`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TypeVar

import numpy as np

from secondcoder.domain.arrays import Bools
from secondcoder.domain.grouping import by_transcript, group_by
from secondcoder.domain.records import Coding, CodingPass, InTranscript, Origin, Segment, Span
from secondcoder.domain.spans import carries, covers, intersection, looked_for

T = TypeVar("T", Coding, CodingPass)
Covers = Mapping[str, Sequence[Span]]
"""Code -> merged spans of one transcript."""


class Near:
    """Which segments share text with a mark: only they can carry it. So that not every mark is held against every segment."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._places = {
            transcript: (np.array(rows), *np.array([segments[row].span for row in rows]).T)
            for transcript, rows in rows_by_transcript(segments).items()
        }

    def __call__(self, mark: InTranscript) -> list[int]:
        """Their rows, ascending."""
        if mark.transcript not in self._places:
            return []
        rows, start, end = self._places[mark.transcript]
        near: list[int] = rows[(start < mark.end) & (mark.start < end)].tolist()
        return near


def segment_carries(segment: Segment, coding: Coding, overlap: float) -> bool:
    """The overlap rule for a segment and a coding of its transcript."""
    return carries([segment.span], coding.span, overlap, segment.turns)


def coded(
    segments: Sequence[Segment], codings: Iterable[Coding], codes: Sequence[str], overlap: float, settled: Covers
) -> Bools:
    """(n, k) segments of one transcript that carry a coder's codings.

    Args:
        settled: where coders settled together whether a code holds; there the codings of one of them count no longer.
    """
    column = {code: index for index, code in enumerate(codes)}
    carried, near = np.zeros((len(segments), len(column)), dtype=bool), Near(segments)
    for coding in codings:
        for row in near(coding) if coding.code in column else ():
            if segment_carries(segments[row], coding, overlap) and not _is_settled(segments[row], coding, settled):
                carried[row, column[coding.code]] = True
    return carried


def looked_at(segments: Sequence[Segment], passes: Iterable[CodingPass], codes: Sequence[str]) -> Bools:
    """(n, k) segments of one transcript that a coder's passes together cover."""
    covered = np.zeros((len(segments), len(codes)), dtype=bool)
    for cover, sought in looked_for(passes).items():
        columns = [index for index, code in enumerate(codes) if code in sought]
        covered[np.ix_([_is_covered(segment, cover) for segment in segments], columns)] = True
    return covered


def judged(segments: Sequence[Segment], marks: Iterable[Coding | CodingPass], overlap: float) -> Bools:
    """(n,) segments that some coder gave some code, or looked at and gave none."""
    is_judged, near = np.zeros(len(segments), dtype=bool), Near(segments)
    rows, passes = rows_by_transcript(segments), list[CodingPass]()
    for mark in marks:
        if isinstance(mark, CodingPass):
            passes.append(mark)
        else:
            for row in near(mark):
                is_judged[row] |= segment_carries(segments[row], mark, overlap)
    # Coder by coder: two who read half of a segment each have not looked at it.
    for (transcript, _, _), of_coder in by_coder(passes).items():
        for cover in looked_for(of_coder):
            for row in rows.get(transcript, ()):
                is_judged[row] |= _is_covered(segments[row], cover)
    return is_judged


def settled_covers(passes: Iterable[CodingPass]) -> dict[str, dict[str, Sequence[Span]]]:
    """Transcript -> code -> where an adjudication settled whether the code holds."""
    adjudicated = by_transcript(coding_pass for coding_pass in passes if coding_pass.origin is Origin.ADJUDICATED)
    return {
        # A code stands in one of the covers only, so none overwrites another.
        transcript: {code: cover for cover, codes in looked_for(of_transcript).items() for code in codes}
        for transcript, of_transcript in adjudicated.items()
    }


def rows_by_transcript(segments: Sequence[Segment]) -> dict[str, list[int]]:
    """Transcript -> the segments' positions."""
    return group_by(range(len(segments)), lambda row: segments[row].transcript)


def by_coder(marks: Iterable[T]) -> dict[tuple[str, str, bool], list[T]]:
    """By transcript, coder, and whether it was adjudicated."""

    def key(mark: T) -> tuple[str, str, bool]:
        return mark.transcript, mark.coder, mark.origin is Origin.ADJUDICATED

    return {name: list(group) for name, group in groupby(sorted(marks, key=key), key=key)}


def _is_covered(segment: Segment, cover: Sequence[Span]) -> bool:
    return covers(cover, [segment.span], segment.text, segment.start)


def _is_settled(segment: Segment, coding: Coding, settled: Covers) -> bool:
    """The part of the coding that lies in the segment was settled."""
    if coding.code not in settled:
        return False
    part = intersection([segment.span], [coding.span])
    return covers(settled[coding.code], part, segment.text, segment.start)
