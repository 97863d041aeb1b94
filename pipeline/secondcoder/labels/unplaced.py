"""Codings that reach no segment: they are kept, but nothing is learned from them (`domain.wording.unplaced_sentence` names them)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from secondcoder.domain.grouping import by_transcript
from secondcoder.domain.records import Coding, Segment
from secondcoder.labels.segment_marks import segment_carries


def unplaced_codings(segments: Sequence[Segment], codings: Iterable[Coding], overlap: float) -> list[Coding]:
    """The codings that no segment carries, in their order.

    Args:
        segments: all of the codings' transcripts.
        overlap: the configuration's `segments.overlap`.
    """
    there = by_transcript(segments)
    return [
        coding
        for coding in codings
        if not any(segment_carries(segment, coding, overlap) for segment in there.get(coding.transcript, ()))
    ]
