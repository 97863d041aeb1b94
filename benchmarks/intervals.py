"""95 % intervals over documents, as the pages beside this file print them: the method of secondcoder itself, for whole tables at once.

A figure comes with its value in bootstrap rounds over documents. Methods measured with the same draws of documents are compared by
the rounds' differences, so that what a document does to both cancels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from secondcoder.domain.arrays import Floats
from secondcoder.learning.assessment.metrics import LabelledPredictions
from secondcoder.statistics.cluster_bootstrap import draw_clusters, effective_clusters, interval_from

Measured = tuple[ArrayLike, Floats] | tuple[ArrayLike, Floats, Floats]
"""A figure (...), in each bootstrap round (rounds, ...) and, where it is known, with each document left out (documents, ...)."""


def interval(
    point: ArrayLike,
    draws: Floats,
    clusters: ArrayLike,
    effective: ArrayLike | None = None,
    bounds: tuple[float, float] = (0.0, 1.0),
    left_out: Floats | None = None,
) -> Floats:
    """Both ends, (2, ...); nan where the figure is undefined or its interval cannot be said.

    Args:
        point: (...); `draws` (rounds, ...), nan where undefined.
        clusters: documents that were drawn from, (...) or one number for all; `effective` how many they are worth, by default as many.
        bounds: the figure's range.
        left_out: the figure with each document left out, (documents, ...); without it the error is the bootstrap's alone, which is
            too small where documents differ much.
    """
    value = np.asarray(point, dtype=float)
    whole, worth = (
        np.broadcast_to(number, value.shape).ravel().tolist()
        for number in (clusters, clusters if effective is None else effective)
    )
    others = np.empty((0, value.size)) if left_out is None else left_out.reshape(len(left_out), -1)
    columns = zip(value.ravel().tolist(), draws.reshape(len(draws), -1).T, others.T, whole, worth, strict=True)
    return np.array([_ends(*column, bounds) for column in columns]).T.reshape(2, *value.shape)


def paired(
    one: Measured,
    other: Measured,
    clusters: ArrayLike,
    effective: ArrayLike | None = None,
    bounds: tuple[float, float] = (0.0, 1.0),
) -> Floats:
    """`one` less `other` and both ends, (3, ...); both were measured with the same draws of documents.

    Args:
        bounds: the range of the figure itself; the rest as for `interval`.
    """
    difference, *resampled = (np.subtract(mine, its) for mine, its in zip(one, other, strict=True))
    room = bounds[1] - bounds[0]
    left_out = resampled[1] if len(resampled) > 1 else None
    ends = interval(difference, resampled[0], clusters, effective, (-room, room), left_out)
    return np.concatenate([difference[None], ends])


def in_words(compared: Floats) -> str:
    """A paired difference with its ends, (3,), as "+0.018 (+0.005 to +0.031)"."""
    difference, low, high = compared.tolist()
    return f"{difference:+.3f}" + (" (no interval)" if np.isnan(low) else f" ({low:+.3f} to {high:+.3f})")


def documents(held: LabelledPredictions) -> tuple[int, float]:
    """How many documents a figure over all codes rests on, and how many of equal marks they are worth."""
    names, cluster = np.unique(np.asarray(held.clusters), return_inverse=True)
    marks = np.bincount(cluster, (held.y & held.known).sum(axis=1), len(names))
    return len(names), effective_clusters(marks)


def even_draws(documents: int, rounds: int, seed: int) -> Floats:
    """(rounds, documents): how often each is drawn. Each left out in turn is `1 - np.eye(documents)`."""
    return draw_clusters(np.ones(documents), np.ones(documents), rounds, seed).weights[:rounds]


def _ends(
    point: float, draws: Floats, left_out: Floats, clusters: int, effective: float, bounds: tuple[float, float]
) -> tuple[float, float]:
    nothing = (float("nan"), float("nan"))
    if np.isnan(point):
        return nothing
    return interval_from(point, draws, clusters, effective, bounds, left_out=left_out).ends or nothing


def share(part: int, of: int) -> str:
    """A share with its Wilson interval, as "8% (3% to 20%)"."""
    from scipy.stats import binomtest

    if not of:
        return "none"
    between = binomtest(part, of).proportion_ci(method="wilson")
    return f"{part / of:.0%} ({between.low:.0%} to {between.high:.0%})"
