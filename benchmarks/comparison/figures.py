"""Figures for one method on one set, with secondcoder's own intervals over whole documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from intervals import documents, even_draws, interval, paired
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.learning.assessment.metrics import BOUNDS, LabelledPredictions, estimate

from comparison.sets import SEED

NAMES = ("macro_f1", "micro_f1", "macro_ap", "pooled_kappa", "top3", "calibration")
BINS = 10


@dataclass(frozen=True)
class Figures:
    """Points and resamplings of NAMES; of each code, its average precision and F1 with their intervals.

    Attributes:
        draws: name -> (rounds,), the same documents in the same round for every method on a set.
        interval: name -> (2,); nan where there is none.
        by_code: name -> (k,); by_code_interval: name -> (2, k).
        chance: the calibration error that these probabilities would show if they were true; nan where there are none.
        documents: how many were drawn from, and how many of equal marks they are worth.
    """

    point: dict[str, float]
    draws: dict[str, Floats]
    interval: dict[str, Floats]
    by_code: dict[str, Floats]
    by_code_interval: dict[str, Floats]
    chance: float
    documents: tuple[int, float]


def figures(held: LabelledPredictions, probabilities: bool, rounds: int) -> Figures:
    """All figures; calibration is nan where the scores are no probabilities."""
    found = estimate(held, rounds, SEED)
    names, cluster = np.unique(np.asarray(held.clusters), return_inverse=True)
    weights = np.concatenate([np.ones((1, len(names))), even_draws(len(names), rounds, SEED)])
    own = {"top3": _top3(held, cluster, weights), "calibration": np.full(len(weights), np.nan)}
    if probabilities:
        own["calibration"] = _calibration(held, cluster, weights)
    codes, whole = ("average_precision", "f1"), documents(held)
    return Figures(
        {name: float(own[name][0] if name in own else found.point[name]) for name in NAMES},
        {name: own[name][1:] if name in own else found.draws[name] for name in NAMES},
        found.interval | {name: _interval(values, whole) for name, values in own.items()},
        {name: found.point[name] for name in codes},
        {name: found.interval[name] for name in codes},
        _chance(held) if probabilities else float("nan"),
        whole,
    )


def _interval(values: Floats, whole: tuple[int, float]) -> Floats:
    """Of a share; none at an end of its range, where the logit is infinite (the prevalence row's calibration is 0 by construction)."""
    inside = 1e-6 < values[0] < 1 - 1e-6
    return interval(values[0], values[1:], *whole) if inside else np.full(2, np.nan)


def _chance(held: LabelledPredictions, rounds: int = 20) -> float:
    """Mean calibration error of labels drawn from the probabilities themselves: what few units show by chance alone."""
    rng, everything = np.random.default_rng(SEED), np.zeros(len(held.y), dtype=np.intp)
    drawn = (replace(held, y=rng.random(held.y.shape) < held.probability) for _ in range(rounds))
    return float(np.mean([_calibration(one, everything, np.ones((1, 1))) for one in drawn]))


def mean_figures(several: Sequence[Figures]) -> Figures:
    """Of one method learned several times on the same data: means of points, rounds, and ends of intervals."""
    first, *_ = several

    def mean(part: str) -> dict[str, Floats]:
        return {name: np.mean([getattr(one, part)[name] for one in several], axis=0) for name in getattr(first, part)}

    return Figures(
        {name: float(value) for name, value in mean("point").items()},
        mean("draws"),
        mean("interval"),
        mean("by_code"),
        mean("by_code_interval"),
        float(np.mean([one.chance for one in several])),
        first.documents,
    )


def relative_lead(one: Figures, other: Figures, name: str) -> Floats:
    """`one / other - 1` and both ends of its interval, (3,): that of `one` less the ratio times `other` (delta method)."""
    ratio = one.point[name] / other.point[name]
    low, high = BOUNDS.get(name, (0.0, 1.0))
    _, *ends = paired(
        (one.point[name], one.draws[name]),
        (ratio * other.point[name], ratio * other.draws[name]),
        *one.documents,
        bounds=(low, max(high, ratio)),
    )
    return ratio - 1 + np.array([0.0, *ends]) / other.point[name]


def difference(one: Figures, other: Figures, name: str) -> Floats:
    """`one` less `other` and both ends of its interval, (3,), paired: both on the same documents in every round."""
    first, second = ((which.point[name], which.draws[name]) for which in (one, other))
    return paired(first, second, *one.documents, bounds=BOUNDS.get(name, (0.0, 1.0)))


def prevalence(y: Bools, clusters: tuple[str, ...]) -> LabelledPredictions:
    """What can be had without reading: every code's prevalence as its score, and all codes suggested everywhere."""
    return LabelledPredictions(np.tile(y.mean(axis=0), (len(y), 1)), np.ones_like(y), y, np.ones_like(y), clusters)


def top3_hit_rate(score: Floats, y: Bools) -> Floats:
    """(n,) whether a true code is among the three highest; nan for a unit without a code."""
    highest = np.argsort(-score, axis=1, kind="stable")[:, :3]
    hit = np.take_along_axis(y, highest, axis=1).any(axis=1)
    return np.where(y.any(axis=1), hit, np.nan)


def _top3(held: LabelledPredictions, cluster: Rows, weights: Floats) -> Floats:
    hit = top3_hit_rate(held.probability, held.y)
    coded = ~np.isnan(hit)
    size = weights.shape[1]
    hits = np.bincount(cluster[coded], hit[coded], minlength=size)
    return np.asarray(weights @ hits / (weights @ np.bincount(cluster[coded], minlength=size)))


def _calibration(held: LabelledPredictions, cluster: Rows, weights: Floats) -> Floats:
    """(rounds,) expected calibration error, mean over codes: 10 bins of equal width, each weighted by its units."""
    size, total = weights.shape[1], weights @ np.bincount(cluster, minlength=weights.shape[1])
    errors = np.zeros(len(weights))
    for probability, y in zip(held.probability.T, held.y.T, strict=True):
        cell = cluster * BINS + np.minimum((probability * BINS).astype(int), BINS - 1)
        gap = np.bincount(cell, probability - y, minlength=size * BINS).reshape(size, BINS)
        errors += np.abs(weights @ gap).sum(axis=1) / total
    return np.asarray(errors / held.y.shape[1])
