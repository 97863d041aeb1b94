"""How quality grows with coding, and how many more examples a code would need.

In each fold a classifier learns from a quarter, half and three quarters of the training transcripts, judged on those held back.
To each code's average precision at these sizes and at the full one an inverse power law is fitted,
`limit - loss * examples ** -rate` (Cortes, Jackel, Solla, Vapnik & Denker 1993; Figueroa et al. 2012, doi:10.1186/1472-6947-12-8).
A bootstrap over the transcripts on which it is measured gives a range instead of a number, and often the answer that there is none.
The range covers that uncertainty alone, not whether the law goes on: quality may well come to lie outside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows, Vectors
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.metrics import LabelledPredictions, point_and_draws
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.classifier import SHIPPED, new_classifier
from secondcoder.learning.features import Features

SHARES = (0.25, 0.5, 0.75)
MOST_SEGMENTS = 3000
"""Shares that hold more are left out: they would take minutes."""
FEWEST_GROUPS = 2
ROUNDS = 50
FEWEST_SIZES = 3
RATES = (0.25, 0.5, 0.75, 1.0)
MOST_TIMES = 4.0
"""An estimate beyond this many times the present examples is no estimate."""


@dataclass(frozen=True)
class LearningCurve:
    """Average precision of k codes at s sizes of training part, ascending.

    Attributes:
        segments: (s,) mean segments learned from.
        examples: (s, k) mean examples of each code among them.
        precision: (s, k) average precision on transcripts that were not learned from; nan where undefined.
        draws: (b, s, k) the same in b bootstrap rounds over the transcripts it is measured on, the same rounds for all sizes.
    """

    segments: Floats
    examples: Floats
    precision: Floats
    draws: Floats

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
    code_embeddings: Vectors | None = None,
    classifier: str = SHIPPED,
    progress: Callable[[int, int], None] | None = None,
) -> LearningCurve:
    """Learn from shares of n coded segments with labels of k codes, always measured on the same folds.

    Args:
        out_of_fold: (n, k) probabilities of the full model; they make the last point.
        code_embeddings: (k, d) vectors of the codes' descriptions; None: they are not used as a feature.
        classifier: its name in the configuration.
        progress: called with (folds done, folds in all).
    """
    Y, known = labels.y, labels.known
    fold = group_folds(features.groups, folds, seed)
    parts = [part for share in SHARES if (part := _parts(features.groups, fold, share, seed)) is not None]
    sizes: list[tuple[float, Floats, Floats]] = []
    for number, part in enumerate(parts):
        probability = np.zeros(Y.shape)
        for at, (rows, test) in enumerate(part):
            model = new_classifier(classifier, folds, seed).fit(features.take(rows), labels.take(rows), code_embeddings)
            probability[test] = model.predict_proba(features.take(test))
            if progress:
                progress(number * len(part) + at + 1, len(parts) * len(part))
        examples = np.mean([(Y[rows] & known[rows]).sum(axis=0) for rows, _ in part], axis=0)
        sizes.append((float(np.mean([len(rows) for rows, _ in part])), np.asarray(examples), probability))
    # The full model's held-back scores come from all folds but one.
    training_share = 1 - 1 / (int(fold.max()) + 1)
    sizes.append((training_share * len(Y), training_share * (Y & known).sum(axis=0), out_of_fold))
    figures = [_average_precision(probability, Y, known, features.groups, seed) for _, _, probability in sizes]
    return LearningCurve(
        segments=np.array([size[0] for size in sizes]),
        examples=np.stack([size[1] for size in sizes]),
        precision=np.stack([point for point, _ in figures]),
        draws=np.stack([draws for _, draws in figures], axis=1),
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


def _average_precision(
    probability: Floats, Y: Bools, known: Bools, groups: Sequence[str], seed: int
) -> tuple[Floats, Floats]:
    """(k,) and (b, k)."""
    # Nothing counts as suggested, since average precision alone is read.
    point, draws = point_and_draws(LabelledPredictions(probability, probability > 1, Y, known, groups), ROUNDS, seed)
    return point["average_precision"], draws["average_precision"]


def more_examples(curve: LearningCurve, j: int, target: float, present: int) -> tuple[int, int | None] | None:
    """How many more examples of code j would bring its average precision to `target`: about how many at least and at most.

    The range holds the middle six tenths of the bootstrap rounds. The upper end is None where more than a fifth of them stay below the
    target within four times the `present` examples, and the whole is None where four fifths do, or too few sizes were seen.
    """
    laws = _laws(curve, j)
    needed = np.array([_examples_for(target, *law) for law in laws]) if laws else np.array([np.inf])
    needed = np.where(needed <= MOST_TIMES * present, needed, np.inf)
    # `lower`, because interpolating between infinite values gives nan.
    low, high = np.quantile(needed, [0.2, 0.8], method="lower") - present
    if np.isinf(low):
        return None
    at_least = max(1, round(float(low)))
    return at_least, None if np.isinf(high) else max(at_least, round(float(high)))


def with_twice(curve: LearningCurve, j: int, present: int) -> tuple[float, float] | None:
    """Average precision of code j with twice the `present` examples: the middle eight tenths of the bootstrap rounds, in [0, 1]."""
    laws = _laws(curve, j)
    if not laws:
        return None
    reached = [limit - loss * (2 * present) ** -rate for limit, loss, rate in laws]
    low, high = np.clip(np.quantile(reached, [0.1, 0.9]), 0, 1)
    return float(low), float(high)


Law = tuple[float, float, float]
"""limit, loss and rate of `limit - loss * examples ** -rate`."""


def _laws(curve: LearningCurve, j: int) -> list[Law]:
    """The law of code j in every bootstrap round in which all its sizes are defined; none where fewer than three sizes are."""
    seen = ~np.isnan(curve.precision[:, j]) & (curve.examples[:, j] >= 1)
    if seen.sum() < FEWEST_SIZES:
        return []
    examples, draws = curve.examples[seen, j], curve.draws[:, seen, j]
    return [
        # With its rate fixed the law is linear, so least squares at a few rates take the place of a non-linear search.
        min((_law(examples, draw, rate) for rate in RATES), key=lambda fit: fit[0])[1]
        for draw in draws
        if not np.isnan(draw).any()
    ]


def _examples_for(target: float, limit: float, loss: float, rate: float) -> float:
    """Where a law reaches `target`; infinite where it never does."""
    return float((loss / (limit - target)) ** (1 / rate)) if loss > 0 and limit > target else float("inf")


def _law(examples: Floats, precision: Floats, rate: float) -> tuple[float, Law]:
    """Squared error and law of the least-squares fit with this rate and a limit of at most 1."""
    fall, weight = examples**-rate, np.sqrt(examples)
    design = np.column_stack([np.ones_like(fall), -fall])
    limit, loss = np.linalg.lstsq(design * weight[:, None], precision * weight, rcond=None)[0]
    if limit > 1:
        limit = 1.0
        loss = np.sum(weight**2 * fall * (1 - precision)) / np.sum(weight**2 * fall**2)
    error = float(np.sum((weight * (limit - loss * fall - precision)) ** 2))
    return error, (float(limit), float(loss), rate)
