"""Everything that the limits of a study's codes are read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.domain.records import Segment
from secondcoder.labels.coder_marks import CoderMarks
from secondcoder.learning.assessment.limits.context import Heard, common_curve, drawn_rows, heard_alone
from secondcoder.learning.assessment.limits.people import (
    Confusion,
    Judged,
    Reading,
    confusions,
    people_beside_each_other,
)
from secondcoder.learning.features import Features


@dataclass(frozen=True)
class Evidence:
    """What the limits of k codes are read from.

    Attributes:
        segments, judged: n passages and what is known of them.
        coders: c people's own marks on them.
        readings: (k,) people beside each other. confused: of pairs of codes.
        own: (n, k) scores by the passage itself, nan where it was not heard. contexts: what is heard of each context alone.
        curve: macro average precision learning from half of the transcripts and from all; None with too few.
        precision, interval: (k,) and (2, k) average precision of the classifier, out of fold.
    """

    codes: tuple[str, ...]
    segments: Sequence[Segment]
    judged: Judged
    coders: CoderMarks
    readings: Sequence[Reading | None]
    confused: Sequence[Confusion]
    own: Floats
    contexts: Mapping[str, Heard]
    curve: tuple[float, float] | None
    precision: Floats
    interval: Floats


def gather(
    codes: Sequence[str],
    segments: Sequence[Segment],
    features: Features,
    judged: Judged,
    coders: CoderMarks,
    related: Bools,
    precision: Floats,
    interval: Floats,
    folds: int,
    seed: int,
) -> Evidence:
    """Compute the figures.

    Args:
        related: (k, k) pairs of a construct and its own sub-construct.
        precision, interval: (k,) and (2, k) average precision, out of fold.
    """
    rows = drawn_rows(features.groups, seed)
    heard, among = features.take(rows), judged.take(rows)
    own, contexts = heard_alone(heard, among, folds, seed)
    readings = [people_beside_each_other(judged, coders, j, seed) for j in range(len(codes))]
    return Evidence(
        codes=tuple(codes),
        segments=segments,
        judged=judged,
        coders=coders,
        readings=readings,
        confused=confusions(judged, coders, related),
        own=_at(rows, own, len(features)),
        contexts={name: replace(one, scores=_at(rows, one.scores, len(features))) for name, one in contexts.items()},
        curve=common_curve(heard, among, own, folds, seed),
        precision=precision,
        interval=interval,
    )


def _at(rows: Rows, scores: Floats, n: int) -> Floats:
    """(n, k) the scores at their rows, nan elsewhere."""
    whole = np.full((n, scores.shape[1]), np.nan)
    whole[rows] = scores
    return whole
