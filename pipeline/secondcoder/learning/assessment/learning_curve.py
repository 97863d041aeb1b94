"""How quality grows with coding.

In each fold a classifier learns from a quarter, half and three quarters of the training transcripts, judged on those held back. The
curve is a picture of the past: what a single code gains with more examples does not follow from it (benchmarks/NOTES.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows, Vectors
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.classifier import SHIPPED, new_classifier
from secondcoder.learning.features import Features
from secondcoder.statistics.classification import average_precision

SHARES = (0.25, 0.5, 0.75)
MOST_SEGMENTS = 3000
"""Shares that hold more are left out: they would take minutes."""
FEWEST_GROUPS = 2


@dataclass(frozen=True)
class LearningCurve:
    """Average precision of k codes at s sizes of training part, ascending.

    Attributes:
        segments: (s,) mean segments learned from.
        examples: (s, k) mean examples of each code among them.
        precision: (s, k) average precision on transcripts that were not learned from; nan where undefined.
    """

    segments: Floats
    examples: Floats
    precision: Floats

    @property
    def macro(self) -> Floats:
        """(s,) mean over the codes that are defined at every size."""
        whole = ~np.isnan(self.precision).any(axis=0)
        return np.asarray(self.precision[:, whole].mean(axis=1)) if whole.any() else np.full(len(self.segments), np.nan)


def learning_curve(
    features: Features,
    labels: LabelMatrix,
    out_of_fold: Floats,
    *,
    folds: int,
    seed: int,
    judging: Bools | None = None,
    code_embeddings: Vectors | None = None,
    classifier: str = SHIPPED,
    progress: Callable[[int, int], None] | None = None,
) -> LearningCurve:
    """Learn from shares of n coded segments with labels of k codes, always measured on the same folds.

    Args:
        out_of_fold: (n, k) probabilities of the full model; they make the last point.
        judging: (n, k) labels to measure by; None for all that are known.
        code_embeddings: (k, d) vectors of the codes' descriptions; None: they are not used as a feature.
        classifier: its name in the configuration.
        progress: called with (folds done, folds in all).
    """
    Y, known, judged = labels.y, labels.known, labels.to_judge_by().y
    fold = group_folds(features.groups, folds, seed)
    parts = [part for share in SHARES if (part := _parts(features.groups, fold, share, seed)) is not None]
    sizes: list[tuple[float, Floats, Floats]] = []
    for number, part in enumerate(parts):
        probability = np.zeros(Y.shape)
        for at, (rows, test) in enumerate(part):
            told = labels.holding_out({features.groups[row] for row in test.tolist()}).take(rows)
            model = new_classifier(classifier, folds, seed).fit(features.take(rows), told, code_embeddings)
            probability[test] = model.predict_proba(features.take(test))
            if progress:
                progress(number * len(part) + at + 1, len(parts) * len(part))
        examples = np.mean([(Y[rows] & known[rows]).sum(axis=0) for rows, _ in part], axis=0)
        sizes.append((float(np.mean([len(rows) for rows, _ in part])), np.asarray(examples), probability))
    # The full model's held-back scores come from all folds but one.
    training_share = 1 - 1 / (int(fold.max()) + 1)
    sizes.append((training_share * len(Y), training_share * (Y & known).sum(axis=0), out_of_fold))
    return LearningCurve(
        segments=np.array([size[0] for size in sizes]),
        examples=np.stack([size[1] for size in sizes]),
        precision=np.stack(
            [_average_precision(size[2], judged, known if judging is None else judging) for size in sizes]
        ),
    )


def _parts(groups: Sequence[str], fold: Rows, share: float, seed: int) -> list[tuple[Rows, Rows]] | None:
    """(rows to learn from, held-back rows) of each fold; None where a fold would have too few groups, or too many rows."""
    names = np.asarray(groups)
    # One drawn order of the groups, so that a larger share holds all of a smaller one.
    order = np.random.default_rng(seed).permutation(np.unique(names))
    parts = []
    for train, test in train_and_test(fold):
        available = order[np.isin(order, names[train])]
        chosen = available[: round(share * len(available))]
        rows = train[np.isin(names[train], chosen)]
        if len(chosen) < FEWEST_GROUPS or len(rows) > MOST_SEGMENTS:
            return None
        parts.append((rows, test))
    return parts


def _average_precision(probability: Floats, Y: Bools, judging: Bools) -> Floats:
    """(k,) of the labels to judge by."""
    columns = zip(probability.T, Y.T, judging.T, strict=True)
    return np.array([average_precision(score[seen], y[seen]) for score, y, seen in columns], dtype=np.float64)
