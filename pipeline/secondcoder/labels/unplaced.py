"""Codings that reach no segment: they are kept, but nothing is learned from them (`domain.wording.unplaced_sentence` names them)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from secondcoder.domain.records import Coding, Segment, Span
from secondcoder.domain.spans import overlapping


def unplaced_codings(segments: Sequence[Segment], codings: Iterable[Coding], overlap: float) -> list[Coding]:
    """The codings that no segment carries, in their order.

    Args:
        segments: all of the codings' transcripts.
        overlap: the configuration's `segments.overlap`.
    """
    # Here, so that `in_doubt` alone does not wait for NumPy.
    from secondcoder.labels.segment_marks import Near, segment_carries

    near = Near(segments)
    return [
        coding for coding in codings if not any(segment_carries(segments[row], coding, overlap) for row in near(coding))
    ]


def in_doubt(codings: Iterable[Coding], turns: Mapping[str, Sequence[Span]], overlap: float) -> list[Coding]:
    """Those of the codings that may reach no segment, told without cutting any: most lie in participants' words, where some does.

    Args:
        turns: transcript -> the spans of its coded turns.
    """
    return [coding for coding in codings if is_in_doubt(coding.span, turns[coding.transcript], overlap)]


def is_in_doubt(span: Span, turns: Sequence[Span], overlap: float) -> bool:
    """The same of one coding's span and the coded turns of its transcript."""
    # Of a piece that two segments share one has half; beyond half, either may have too little.
    return overlap > 0.5 or not overlapping(turns, *span)
