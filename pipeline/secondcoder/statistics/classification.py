"""Plain figures of binary judgements: Cohen's kappa, average precision, and what a random order of passages would give.

Every room computes them here, so that a figure means the same in training, evaluation, agreement and benchmarks. They take
counts and weights, so one bootstrap round is one row of weights. nan where a figure is undefined.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from secondcoder.domain.arrays import Bools, Floats, Rows

TINY = 1e-12
ROUNDS = 500
"""Bootstrap rounds computed at a time, to bound the memory."""
MOST_CELLS = 20_000_000
"""Of thresholds and clusters: where there are more, as in a table of comments, each round is counted passage by passage."""


class ChanceCorrected(NamedTuple):
    """A coefficient with its observed and expected agreement, each (...,); nan where there is none."""

    value: Floats
    observed: Floats
    expected: Floats


def ratio(above: ArrayLike, below: ArrayLike) -> Floats:
    """above / below; nan where `below` is not positive."""
    out: Floats = np.full(np.broadcast_shapes(np.shape(above), np.shape(below)), np.nan)
    # Not np.where, which would divide first and warn of 0 / 0.
    np.divide(above, below, out=out, where=np.asarray(below) > 0)
    return out


def chance_corrected(agreement: Floats, chance: Floats, total: Floats) -> ChanceCorrected:
    """(observed - expected) / (1 - expected), from sums on the scale `total`; counts stay whole until the division."""
    room = total - chance
    # Room that is only the rounding error of weighted counts is none: the coefficient is undefined.
    room = np.where(room > TINY * np.maximum(total, 1), room, 0)
    return ChanceCorrected(ratio(agreement - chance, room), ratio(agreement, total), ratio(chance, total))


def cohen_kappa(table: Floats) -> ChanceCorrected:
    """Of contingency tables (..., q, q), first coder in rows (Cohen 1960, doi:10.1177/001316446002000104).

    Each coder has a distribution of their own. 0 at chance; undefined when both use one same category only.
    """
    n = table.sum((-1, -2))
    chance = (table.sum(-1) * table.sum(-2)).sum(-1)
    return chance_corrected(n * np.trace(table, axis1=-2, axis2=-1), chance, n * n)


def lowest_kappa(table: Floats) -> Floats:
    """The least that Cohen's kappa can be when each of two coders gives a code as often as they do, of tables (..., 2, 2).

    It is reached when they never give it to the same unit: for a rare code it is not -1 but barely below 0. nan as for kappa.
    """
    first, second = table[..., 1, :].sum(-1), table[..., 1].sum(-1)
    n = table.sum((-1, -2))
    both = np.maximum(first + second - n, 0)
    only_first, only_second = first - both, second - both
    apart = np.stack([n - both - only_first - only_second, only_second, only_first, both], axis=-1)
    return cohen_kappa(apart.reshape(table.shape)).value


def balanced_accuracy(table: Floats) -> Floats:
    """Mean over q classes of the share that is found again, of tables (..., q, q) with people in rows.

    1 / q for whoever guesses, or always says the same; nan where a class is missing (Brodersen et al. 2010,
    doi:10.1109/ICPR.2010.764).
    """
    return np.asarray(ratio(np.diagonal(table, axis1=-2, axis2=-1), table.sum(-1)).mean(-1))


def average_precision(score: Floats, y: Bools, weight: Floats | None = None) -> Floats:
    """Sum over thresholds of the rise in recall times precision; equal scores are one threshold, as in scikit-learn.

    Args:
        score: (n,), higher for what should come first.
        y: (..., n) labels; several rows are several labellings of the same scores.
        weight: (..., n), as how many passages each counts; 1 by default.

    Returns:
        (...), in [0, 1]; nan where nothing is labelled.
    """
    if not len(score):
        return np.full(y.shape[:-1] if weight is None else weight.shape[:-1], np.nan)
    # Sorted once for all rows: the scores are the same in each.
    order, ends = _thresholds(score)
    w = np.ones(len(order)) if weight is None else weight[..., order]
    positives = np.cumsum(w * y[..., order], axis=-1)[..., ends]
    ranks = np.broadcast_to(np.cumsum(w, axis=-1)[..., ends], positives.shape)
    return _area(positives, ranks)


def average_precision_of_clusters(score: Floats, y: Bools, cluster: Rows, weights: Floats) -> Floats:
    """The same in bootstrap rounds, as `average_precision(score, y, weights[:, cluster])`, but many times faster.

    Args:
        score, y, cluster: (n,); `cluster` numbers columns of `weights`.
        weights: (rounds, clusters), how often each is drawn.

    Returns:
        (rounds,), in [0, 1]; nan where nothing is labelled.
    """
    if not y.any():
        return np.full(len(weights), np.nan)
    order, ends = _thresholds(score)
    # Only thresholds at which recall rises count, and those are as few as there are positives.
    rises = np.diff(np.cumsum(y[order])[ends], prepend=0) > 0
    last = ends[rises]
    # Below the last of them nothing counts.
    order = order[: last[-1] + 1]
    few = len(last) * weights.shape[1] <= MOST_CELLS
    counts = _by_cluster(order, last, y, cluster, weights.shape[1]) if few else None
    rounds = ROUNDS if few else max(MOST_CELLS // (8 * len(order)), 1)
    areas: list[Floats] = [np.zeros(0)]
    for at in range(0, len(weights), rounds):
        part = weights[at : at + rounds]
        if counts is not None:
            found, seen = part @ counts[0].T, part @ counts[1].T
        else:
            drawn = part[:, cluster[order]]
            found, seen = (np.cumsum(each, axis=1)[:, last] for each in (drawn * y[order], drawn))
        areas.append(_area(found, seen))
    return np.concatenate(areas)


def _by_cluster(order: Rows, last: Rows, y: Bools, cluster: Rows, clusters: int) -> tuple[Floats, Floats]:
    """(thresholds, clusters) positives, and all, of each cluster above each threshold; `last` is its last place in the order."""
    cells = np.searchsorted(last, np.arange(len(order))) * clusters + cluster[order]
    within = [
        np.bincount(cells[chosen], minlength=len(last) * clusters).reshape(-1, clusters)
        for chosen in (y[order], slice(None))
    ]
    found, seen = (np.cumsum(counts, axis=0, dtype=np.float64) for counts in within)
    return found, seen


def _thresholds(score: Floats) -> tuple[Rows, Rows]:
    """Order of falling scores, and the last place of each different score in it."""
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    return order, np.append(np.flatnonzero(ranked[:-1] != ranked[1:]), len(ranked) - 1)


def _area(positives: Floats, ranks: Floats) -> Floats:
    """From the positives and all above each threshold, (..., thresholds)."""
    # A round may have drawn none of the clusters that rank first: 0 / 0, with no rise in recall to count.
    precision = np.divide(positives, ranks, out=np.zeros_like(positives), where=ranks > 0)
    rise = np.diff(positives, axis=-1, prepend=0.0)
    return ratio(np.sum(rise * precision, axis=-1), positives[..., -1])


def random_average_precision(positives: int, n: int) -> float:
    """Expected average precision of n passages in random order, so many of them positive.

    Bestgen 2015, doi:10.1515/pralin-2015-0007.
    """
    if n < 2:
        return float(positives == n)  # the formula divides by n - 1
    harmonic = float(np.sum(1 / np.arange(1, n + 1)))
    return ((positives - 1) / (n - 1) * (n - harmonic) + harmonic) / n
