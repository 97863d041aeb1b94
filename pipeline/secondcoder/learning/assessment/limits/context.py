"""Where the evidence for each code stands: in the passage itself, in the question before it, or in the passage beside it.

Each is heard alone, by a kernel ridge regression on its embeddings with leave-group-out scores in closed form: weaker than the
classifier, but cheap enough to set one beside another. The same ranker shows what more transcripts bring to all codes together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows, Vectors
from secondcoder.learning.assessment.limits.people import Judged
from secondcoder.learning.assessment.splits import group_folds
from secondcoder.learning.features import Features, neighbours
from secondcoder.learning.stacked_kernels.kernel_ridge import MaskedKernelRidge
from secondcoder.learning.stacked_kernels.kernels import SHARPNESS
from secondcoder.statistics.classification import average_precision
from secondcoder.statistics.roc_area import Bounds, area_difference, area_under_curve

QUESTION, BEFORE, AFTER = "the question before it", "the passage before it", "the passage after it"
FEWEST_GROUPS = 6
"""Transcripts from which both halves can be cross-validated."""
MOST, SPREAD = 4000, 20
"""Passages that are heard, since all pairs are compared; where there are more, those of so many groups at least."""


@dataclass(frozen=True)
class Heard:
    """A ranker that hears one thing alone.

    Attributes:
        scores: (n, k) out of fold.
        area: (k,) under the ROC curve.
        better: how much larger the area is than that of the passage itself, for each of k codes.
    """

    scores: Floats
    area: Sequence[Bounds]
    better: Sequence[Bounds]


def drawn_rows(groups: Sequence[str], seed: int) -> Rows:
    """(m,) ascending rows of at most MOST passages: all of them, or those of whole groups drawn at random.

    Of a group so large that SPREAD of them would not fit, the first passages.
    """
    names, group = np.unique(np.asarray(groups), return_inverse=True)
    if len(group) <= MOST:
        return np.arange(len(group))
    place = np.random.default_rng(seed).permutation(len(names))[group]
    order = np.argsort(place, kind="stable")
    size = np.bincount(place)
    within = np.arange(len(order)) - np.repeat(np.cumsum(size) - size, size)
    return np.sort(order[within < max(MOST // min(len(names), SPREAD), 1)][:MOST])


def heard_alone(features: Features, judged: Judged, folds: int, seed: int) -> tuple[Floats, dict[str, Heard]]:
    """Out-of-fold scores (n, k) by the passage itself, and what is heard of each context; of the question only where one is known."""
    fold = group_folds(features.groups, folds, seed)
    own = _scores(_similarity(features.vectors), judged, fold)
    contexts = {
        QUESTION: features.questions,
        BEFORE: neighbours(features.vectors, features.previous),
        AFTER: neighbours(features.vectors, features.following),
    }
    return own, {
        name: _heard(_scores(_similarity(vectors), judged, fold), own, judged)
        for name, vectors in contexts.items()
        if vectors.any()
    }


def _heard(scores: Floats, own: Floats, judged: Judged) -> Heard:
    has, lacks, of = judged.known & judged.y, judged.known & ~judged.y, judged.cluster
    columns = range(judged.y.shape[1])
    return Heard(
        scores,
        [area_under_curve(scores[:, j], has[:, j], lacks[:, j], of) for j in columns],
        [area_difference(scores[:, j], own[:, j], has[:, j], lacks[:, j], of) for j in columns],
    )


def _similarity(vectors: Vectors) -> Floats:
    return np.asarray(np.exp(SHARPNESS * (vectors.astype(np.float64) @ vectors.T.astype(np.float64) - 1)))


def _scores(kernel: Floats, judged: Judged, fold: Rows) -> Floats:
    """(n, k) out of fold, from the base rate of the other folds."""
    ridge = MaskedKernelRidge().fit(kernel, judged.y.astype(np.float64), judged.known, fold)
    return np.asarray(ridge.out_of_fold_ - ridge.out_of_fold_prior_)


def common_curve(features: Features, judged: Judged, own: Floats, folds: int, seed: int) -> tuple[float, float] | None:
    """Macro average precision learning within either half of the groups, and from all of them; None with fewer than six.

    Passages are ranked within a half both times, over the codes that both halves have. What it says is of the codes together.

    Args:
        own: (n, k) out-of-fold scores by the passage itself, from all.
    """
    names = np.unique(np.asarray(features.groups))
    if len(names) < FEWEST_GROUPS:
        return None
    half = np.isin(features.groups, np.random.default_rng(seed).permutation(names)[: len(names) // 2])
    kernel, scores = _similarity(features.vectors), np.zeros(judged.y.shape)
    for rows in (np.flatnonzero(half), np.flatnonzero(~half)):
        fold = group_folds([features.groups[row] for row in rows.tolist()], folds, seed)
        scores[rows] = _scores(kernel[np.ix_(rows, rows)], judged.take(rows), fold)
    apart, together = (_macro(each, judged, (half, ~half)) for each in (scores, own))
    return None if np.isnan(apart) else (apart, together)


def _macro(scores: Floats, judged: Judged, halves: tuple[Bools, Bools]) -> float:
    """Mean over both halves and the codes that both have; nan without any."""
    has = judged.y & judged.known
    both = [j for j in range(has.shape[1]) if all(has[half, j].any() for half in halves)]
    rows = [(half & judged.known[:, j], j) for half in halves for j in both]
    values = [average_precision(scores[within, j], judged.y[within, j]) for within, j in rows]
    return float(np.mean(values)) if values else float("nan")
