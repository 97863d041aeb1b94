"""Thresholds: the probability from which a passage is suggested."""

from __future__ import annotations

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, weights

PRIOR_EXAMPLES = 10.0
"""With this many positives, the observed labels weigh as much as the probabilities themselves."""
MOST_PER_MARK = 2.0
"""Suggestions for each passage that people mark. A code that is hard to tell has its best F1 where nearly everything is suggested;
nobody reads that."""


def f1_thresholds(probability: Floats, Y: Floats, known: Bools, weight: Floats | None = None) -> Floats:
    """(k,) thresholds for the highest expected F1 of each code, among those that suggest at most twice as often as people mark.

    A rare code's own labels would give a threshold that fits only them. So each label is drawn towards its calibrated
    probability, the more the fewer positives the code has; for a code without any, the probabilities alone decide.

    Args:
        probability: (n, k), out of fold.
        Y, known: (n, k) targets and mask.
        weight: (n,) of the segments.
    """
    w = weights(weight, len(Y))
    return np.array([_f1_threshold(probability[seen, j], Y[seen, j], w[seen]) for j, seen in enumerate(known.T)])


def _f1_threshold(probability: Floats, y: Floats, weight: Floats) -> float:
    if not len(probability):
        return 0.5
    label_share = y.sum() / (y.sum() + PRIOR_EXAMPLES)
    target = weight * (label_share * y + (1 - label_share) * probability)
    order = np.argsort(-probability, kind="stable")
    hits, suggested = np.cumsum(target[order]), np.cumsum(weight[order])
    f1 = 2 * hits / (suggested + target.sum())
    ranked = probability[order]
    # A threshold lies halfway to the next lower probability; only places where the probability really drops count.
    drops = np.append(ranked[:-1] > ranked[1:], True)
    allowed = drops & (suggested <= MOST_PER_MARK * target.sum())
    if not allowed.any():  # the likeliest are too many to tell apart, or all too unlikely: nothing is suggested
        return float((1 + ranked[0]) / 2)
    best = int(np.argmax(np.where(allowed, f1, -1.0)))
    below = ranked[best + 1] if best + 1 < len(ranked) else 0.0
    return float((ranked[best] + below) / 2)
