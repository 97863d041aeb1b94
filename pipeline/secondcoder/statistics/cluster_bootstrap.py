"""Intervals by resampling clusters: whole transcripts (or cases) are drawn or left out, never segments.

Passages of one interview are alike, so the interview is what varies. The plain percentile interval covers too seldom with the dozen or
two of interviews that studies have (83 to 93% instead of 95% in simulations, benchmarks/NOTES.md), so resampling gives the standard
error and Student's t the width, on Fisher's z scale of the range (the logit for a share), which keeps the ends inside it:

    z ± t(G* - 1) · s · dz/dvalue        s² = (s²_bootstrap · G / (G - 1) + s²_jackknife) / 2

G is the number of clusters, and G* how many of equal size would weigh the same (Carter, Schnepel & Steigerwald 2017,
doi:10.1162/REST_a_00639). With few clusters that differ much, the bootstrap's variance is too small and the jackknife's too large
(Efron & Stein 1981, doi:10.1214/aos/1176345462); their mean covers best (benchmarks/EVALUATE_COVERAGE.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from secondcoder.domain.arrays import Floats
from secondcoder.domain.wording import counted
from secondcoder.statistics.jackknife import jackknife_error

ROUNDS = 2000
SEED = 20260101
LEVEL = 0.95
FEW_CLUSTERS = 10
LEAST_CLUSTERS = 3
MOST_UNDEFINED = 0.05
MANY_CLUSTERS = 200
"""Beyond this none is left out in turn: with so many, both variances agree, and the work grows with the square of their number."""
WIDEST = 0.75
"""Share of the possible range; 95% of it would be an interval that knows nothing at all."""
TOO_WIDE = (
    "it would span more than three quarters of all possible values: the marks are few, or the clusters differ much"
)


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
    """How often each cluster counts in each resampling, and which clusters take part.

    Attributes:
        weights: (rounds + clusters that take part, all clusters); rounds sum to the number that take part, then each of these is
            left out in turn, where there are no more than MANY_CLUSTERS. Clusters that take no part have 0.
        clusters: how many take part.
        effective: G*, allowing for their unequal share of the marks.
        rounds: bootstrap rounds.
    """

    weights: Floats
    clusters: int
    effective: float
    rounds: int


def draw_clusters(size: Floats, marks: Floats, rounds: int = ROUNDS, seed: int = SEED) -> Draws:
    """Draw clusters with replacement, and leave out each in turn.

    Args:
        size: how much each cluster holds of what is compared, (clusters,); those with 0 take no part.
        marks: how many marks each holds, (clusters,), for the effective number.
    """
    taking_part = np.flatnonzero(size > 0)
    count = len(taking_part)
    left_out = count if count <= MANY_CLUSTERS else 0
    weights = np.zeros((rounds + left_out, len(size)))
    if count:
        rng, chance = np.random.default_rng(seed), np.full(count, 1 / count)
        for at in range(rounds):
            # How often each is drawn with replacement is multinomial, so no list of draws is needed.
            weights[at, taking_part] = rng.multinomial(count, chance)
        weights[rounds:, taking_part] = 1 - np.eye(left_out, count)
    return Draws(weights, count, effective_clusters(marks[taking_part]), rounds)


def effective_clusters(marks: Floats) -> float:
    """N (N - 1) / Σ m (m - 1), N = Σ m: as many clusters of equal size would weigh the same; at most those that have any marks.

    Two different marks lie in one cluster with probability Σ m (m - 1) / (N (N - 1)) (Simpson 1949, doi:10.1038/163688a0). With many
    marks this is Carter's (Σ m)² / Σ m²; with few it leaves out the unevenness that chance alone adds.
    """
    # Half a mark is one that only one of two coders gave.
    total, pairs = float(marks.sum()), float(np.maximum(marks * (marks - 1), 0).sum())
    carriers = float((marks > 0).sum())
    return min(carriers, total * (total - 1) / pairs) if pairs > 0 else carriers


def interval_of(
    estimate: float | None,
    values: Floats,
    draws: Draws,
    bounds: tuple[float, float] = (-1.0, 1.0),
    *,
    level: float = LEVEL,
) -> Interval | None:
    """The interval of one estimate from its `values` by the rows of `draws.weights`; None without an estimate."""
    if estimate is None:
        return None
    drawn, left_out = np.split(values, [draws.rounds])
    return interval_from(estimate, drawn, draws.clusters, draws.effective, bounds, left_out=left_out, level=level)


def interval_from(
    estimate: float,
    values: Floats,
    clusters: int,
    effective: float,
    bounds: tuple[float, float] = (-1.0, 1.0),
    *,
    left_out: Floats | None = None,
    level: float = LEVEL,
) -> Interval:
    """The interval of one estimate, or the reason why there is none.

    Args:
        estimate: the coefficient.
        values: its value in each bootstrap round, (rounds,), nan where undefined.
        clusters: how many were drawn from; `effective` how many they are worth, whose number less one are the degrees of freedom.
        bounds: the coefficient's range.
        left_out: its value with each cluster left out, (clusters,); without it the bootstrap alone gives the error, which is then
            too small where clusters differ much.
    """
    defined = values[np.isfinite(values)]
    undefined = len(values) - len(defined)
    reason = _why_none(defined, undefined, clusters, effective)
    ends = None
    if not reason:
        ends = interval_ends(estimate, _error(defined, left_out, clusters), effective, bounds, level)
        if ends[1] - ends[0] > WIDEST * (bounds[1] - bounds[0]):
            ends, reason = None, TOO_WIDE
    low, high = ends or (None, None)
    return Interval(
        low,
        high,
        level=level,
        clusters=clusters,
        effective=effective,
        rounds=len(values),
        undefined=undefined,
        note=f"only {counted(clusters, 'cluster')}: read the interval as a rough guide"
        if ends and clusters < FEW_CLUSTERS
        else "",
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


def _error(drawn: Floats, left_out: Floats | None, clusters: int) -> float:
    """Standard error: root of the mean of both variances."""
    # The bootstrap's falls short by the factor (G - 1) / G even for a mean, which matters with few clusters.
    variance = float(drawn.var()) * clusters / (clusters - 1)
    jackknife = jackknife_error(left_out) ** 2 if left_out is not None and np.isfinite(left_out).any() else variance
    return float(np.sqrt((variance + jackknife) / 2))


def interval_ends(
    estimate: float, error: float, effective: float, bounds: tuple[float, float], level: float = LEVEL
) -> tuple[float, float]:
    """Both ends on Fisher's z scale of the range, from the standard error and the effective number of clusters."""
    from scipy.special import stdtrit

    low, high = bounds
    # On [-1, 1]; short of the ends, where arctanh is infinite.
    centre = float(np.clip((2 * estimate - low - high) / (high - low), -1 + 1e-9, 1 - 1e-9))
    # The last two factors are dz/dvalue, which carries the error over to the z scale (delta method).
    width = float(stdtrit(effective - 1, (1 + level) / 2)) * error * 2 / (high - low) / (1 - centre**2)
    first, last = (float(np.tanh(np.arctanh(centre) + side * width)) for side in (-1, 1))
    return (first * (high - low) + low + high) / 2, (last * (high - low) + low + high) / 2
