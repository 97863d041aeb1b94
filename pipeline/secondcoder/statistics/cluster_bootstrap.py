"""Intervals by bootstrap over clusters: whole transcripts (or cases) are drawn, never segments.

Passages of one interview are alike, so the interview is what varies. The plain percentile interval covers too seldom with
the dozen or two of interviews that studies have (83 to 93% instead of 95% in simulations, benchmarks/NOTES.md), so the bootstrap
gives the standard error and Student's t the width, on Fisher's z scale of the range (the logit for a share), which keeps the ends
inside it:

    z ± t(G* - 1) · s · √(G / (G - 1)) · dz/dvalue

G is the number of clusters, s the standard deviation of the bootstrap values, and G* = (Σ m)² / Σ m² the effective number
of clusters when cluster g holds m_g of the marks (Carter, Schnepel & Steigerwald 2017, doi:10.1162/REST_a_00639).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from secondcoder.domain.arrays import Floats

ROUNDS = 2000
SEED = 20260101
LEVEL = 0.95
FEW_CLUSTERS = 10
LEAST_CLUSTERS = 3
MOST_UNDEFINED = 0.05


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval by bootstrap over clusters.

    Attributes:
        low, high: its ends, or None with a `reason`.
        level: 0.95 for a 95% interval.
        clusters: how many transcripts (or cases) were resampled; `effective` the same number after allowing for their
            unequal share of the marks.
        rounds: bootstrap rounds; `undefined` how many of them gave no value.
        note: a caution to print beside the interval.
    """

    low: float | None
    high: float | None
    level: float = 0.95
    clusters: int = 0
    effective: float = 0.0
    rounds: int = 0
    undefined: int = 0
    note: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        if (self.low is None) != bool(self.reason) or (self.low is None) != (self.high is None):
            raise ValueError("An interval has two ends, or none and the reason.")

    @property
    def ends(self) -> tuple[float, float] | None:
        """Both ends, or None."""
        return None if self.low is None or self.high is None else (self.low, self.high)

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON; ends to six places."""
        low, high = (round(end, 6) for end in self.ends) if self.ends else (None, None)
        words = {name: getattr(self, name) for name in ("note", "reason") if getattr(self, name)}
        counts = {"clusters": self.clusters, "rounds": self.rounds, "undefined_rounds": self.undefined}
        return {"low": low, "high": high, "level": self.level, **counts, **words}


class Draws(NamedTuple):
    """How often each cluster is drawn in each round, and which clusters take part.

    Attributes:
        weights: (rounds, clusters); rows sum to the number of clusters that take part, the others have 0.
        clusters: how many take part.
        effective: G*, allowing for their unequal share of the marks.
    """

    weights: Floats
    clusters: int
    effective: float


def draw_clusters(size: Floats, marks: Floats, rounds: int = ROUNDS, seed: int = SEED) -> Draws:
    """Draw clusters with replacement.

    Args:
        size: how much each cluster holds of what is compared, (clusters,); those with 0 take no part.
        marks: how many marks each holds, (clusters,), for the effective number.
    """
    taking_part = np.flatnonzero(size > 0)
    weights = np.zeros((rounds, len(size)))
    count = len(taking_part)
    if count:
        # How often each is drawn with replacement is multinomial, so no list of draws is needed.
        drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), rounds)
        weights[:, taking_part] = drawn
    return Draws(weights, count, effective_clusters(marks[taking_part]))


def effective_clusters(marks: Floats) -> float:
    """(Σ m)² / Σ m²: as many clusters as of equal size would weigh the same; 0 without marks."""
    squares = float((marks**2).sum())
    return float(marks.sum()) ** 2 / squares if squares else 0.0


def effective_clusters_of_few(marks: Floats) -> float:
    """The same, less what chance alone adds where marks are few: N (N - 1) / Σ m (m - 1), at most the clusters that have any.

    Two different marks lie in one cluster with probability Σ m (m - 1) / (N (N - 1)), which does not depend on how many there are
    (Simpson 1949, doi:10.1038/163688a0).
    """
    total, pairs, carriers = float(marks.sum()), float((marks * (marks - 1)).sum()), float((marks > 0).sum())
    return min(carriers, total * (total - 1) / pairs) if pairs > 0 else carriers


def interval_of(
    estimate: float | None,
    values: Floats,
    draws: Draws,
    bounds: tuple[float, float] = (-1.0, 1.0),
    *,
    level: float = LEVEL,
) -> Interval | None:
    """The interval of one estimate; None without an estimate. Arguments as for `interval_from`."""
    if estimate is None:
        return None
    return interval_from(estimate, values, draws.clusters, draws.effective, bounds, level=level)


def interval_from(
    estimate: float,
    values: Floats,
    clusters: int,
    effective: float,
    bounds: tuple[float, float] = (-1.0, 1.0),
    *,
    level: float = LEVEL,
) -> Interval:
    """The interval of one estimate, or the reason why there is none.

    Args:
        estimate: the coefficient.
        values: its value in each bootstrap round, (rounds,), nan where undefined.
        clusters: how many were drawn from; `effective` how many they are worth, whose number less one are the degrees of freedom.
        bounds: the coefficient's range.
    """
    defined = values[np.isfinite(values)]
    undefined = len(values) - len(defined)
    reason = _why_none(defined, undefined, clusters, effective)
    low, high = (None, None) if reason else _ends(estimate, float(defined.std()), clusters, effective, bounds, level)
    few = not reason and clusters < FEW_CLUSTERS
    return Interval(
        low,
        high,
        level=level,
        clusters=clusters,
        effective=effective,
        rounds=len(values),
        undefined=undefined,
        note=f"only {clusters} clusters: read the interval as a rough guide" if few else "",
        reason=reason,
    )


def _why_none(defined: Floats, undefined: int, clusters: int, effective: float) -> str:
    rounds = undefined + len(defined)
    if clusters < LEAST_CLUSTERS:
        return f"{clusters} cluster{'' if clusters == 1 else 's'} cannot show how much clusters vary"
    if undefined > MOST_UNDEFINED * rounds:
        return f"undefined in {undefined} of {rounds} bootstrap rounds: the code is in too few clusters"
    # After the test above: all rounds may be undefined, and np.ptp refuses an empty array.
    if np.ptp(defined) < 1e-12:
        return "every bootstrap round gave the same value, so the spread between clusters cannot be seen"
    if effective < LEAST_CLUSTERS:
        return "nearly all marks lie in one or two clusters"
    return ""


def _ends(
    estimate: float, spread: float, clusters: int, effective: float, bounds: tuple[float, float], level: float
) -> tuple[float, float]:
    from scipy.special import stdtrit

    low, high = bounds
    # On [-1, 1]; short of the ends, where arctanh is infinite.
    centre = float(np.clip((2 * estimate - low - high) / (high - low), -1 + 1e-9, 1 - 1e-9))
    # The bootstrap's variance falls short by the factor (G - 1) / G, which matters with few clusters.
    corrected = spread * float(np.sqrt(clusters / (clusters - 1)))
    # The last two factors are dz/dvalue, which carries the error over to the z scale (delta method).
    width = float(stdtrit(effective - 1, (1 + level) / 2)) * corrected * 2 / (high - low) / (1 - centre**2)
    first, last = (float(np.tanh(np.arctanh(centre) + side * width)) for side in (-1, 1))
    return (first * (high - low) + low + high) / 2, (last * (high - low) + low + high) / 2
