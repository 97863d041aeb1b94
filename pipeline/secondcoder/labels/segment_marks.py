"""What the codings and passes of one coder say of segments, by the overlap rule and the coverage rule of `domain.spans`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TypeVar

import numpy as np

from secondcoder.domain.arrays import Bools
from secondcoder.domain.records import Coding, CodingPass, Origin, Segment
from secondcoder.domain.spans import Span, carries, covers, intersection, looked_for

T = TypeVar("T", Coding, CodingPass)
Covers = Mapping[str, Sequence[Span]]
"""Code -> merged spans of one transcript."""


def segment_carries(segment: Segment, coding: Coding, overlap: float) -> bool:
    """The overlap rule for a segment and a coding of its transcript."""
    return carries([(segment.start, segment.end)], (coding.start, coding.end), overlap)


def coded(
    segments: Sequence[Segment], codings: Iterable[Coding], codes: Sequence[str], overlap: float, settled: Covers
) -> Bools:
    """(n, k) segments of one transcript that carry a coder's codings.

    Args:
        settled: where coders settled together whether a code holds; there the codings of one of them count no longer.
    """
    column = {code: index for index, code in enumerate(codes)}
    found = np.zeros((len(segments), len(column)), dtype=bool)
    for coding in codings:
        if coding.code in column:
            carried = [
                segment_carries(segment, coding, overlap) and not _is_settled(segment, coding, settled)
                for segment in segments
            ]
            found[:, column[coding.code]] |= np.array(carried, dtype=bool)  # without a segment a list has no type
    return found


def looked_at(segments: Sequence[Segment], passes: Iterable[CodingPass], codes: Sequence[str]) -> Bools:
    """(n, k) segments of one transcript that a coder's passes together cover."""
    found = np.zeros((len(segments), len(codes)), dtype=bool)
    for cover, sought in looked_for(passes).items():
        columns = [index for index, code in enumerate(codes) if code in sought]
        found[np.ix_([_is_covered(segment, cover) for segment in segments], columns)] = True
    return found


def judged(
    segments: Sequence[Segment], codings: Iterable[Coding], passes: Iterable[CodingPass], overlap: float
) -> Bools:
    """(n,) segments that some coder gave some code, or looked at and gave none."""
    found = np.zeros(len(segments), dtype=bool)
    rows = rows_by_transcript(segments)
    for coding in codings:
        for row in rows.get(coding.transcript, ()):
            found[row] |= segment_carries(segments[row], coding, overlap)
    for (transcript, _, _), own in by_coder(passes).items():
        for cover in looked_for(own):
            for row in rows.get(transcript, ()):
                found[row] |= _is_covered(segments[row], cover)
    return found


def settled_covers(passes: Iterable[CodingPass]) -> dict[str, dict[str, Sequence[Span]]]:
    """Transcript -> code -> where an adjudication settled whether the code holds."""
    adjudicated: dict[str, list[CodingPass]] = {}
    for coding_pass in passes:
        if coding_pass.origin is Origin.ADJUDICATED:
            adjudicated.setdefault(coding_pass.transcript, []).append(coding_pass)
    return {
        transcript: {code: cover for cover, codes in looked_for(own).items() for code in codes}
        for transcript, own in adjudicated.items()
    }


def rows_by_transcript(segments: Sequence[Segment]) -> dict[str, list[int]]:
    """Transcript -> the segments' positions."""
    rows: dict[str, list[int]] = {}
    for row, segment in enumerate(segments):
        rows.setdefault(segment.transcript, []).append(row)
    return rows


def by_coder(marks: Iterable[T]) -> dict[tuple[str, str, bool], list[T]]:
    """By transcript, coder, and whether it was adjudicated."""

    def key(mark: T) -> tuple[str, str, bool]:
        return mark.transcript, mark.coder, mark.origin is Origin.ADJUDICATED

    return {name: list(group) for name, group in groupby(sorted(marks, key=key), key=key)}


def _is_covered(segment: Segment, cover: Sequence[Span]) -> bool:
    return covers(cover, [(segment.start, segment.end)], segment.text, segment.start)


def _is_settled(segment: Segment, coding: Coding, settled: Covers) -> bool:
    """The part of the coding that lies in the segment was settled."""
    if coding.code not in settled:
        return False
    part = intersection([(segment.start, segment.end)], [(coding.start, coding.end)])
    return covers(settled[coding.code], part, segment.text, segment.start)
