"""Intervals by bootstrap over clusters: whole transcripts (or cases) are drawn, never segments.

Passages of one interview are alike, so the interview is what varies. The plain percentile interval covers too seldom with
the dozen or two of interviews that studies have (86 to 90% instead of 95% in our simulations), so the bootstrap gives the
standard error and Student's t the width, on Fisher's z scale, which keeps the ends inside the coefficient's range:

    z ± t(G* - 1) · s · √(G / (G - 1)) · dz/dvalue

G is the number of clusters, s the standard deviation of the bootstrap values, and G* = (Σ m)² / Σ m² the effective number
of clusters when cluster g holds m_g of the marks (Carter, Schnepel & Steigerwald 2017, doi:10.1162/REST_a_00639).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from secondcoder.agreement.contingency import Floats
from secondcoder.agreement.results import Interval

ROUNDS = 2000
SEED = 20260101
LEVEL = 0.95
FEW_CLUSTERS = 10
LEAST_CLUSTERS = 3
MOST_UNDEFINED = 0.05


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
        drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), rounds)
        weights[:, taking_part] = drawn
    return Draws(weights, count, effective_clusters(marks[taking_part]))


def effective_clusters(marks: Floats) -> float:
    """(Σ m)² / Σ m²: as many clusters as of equal size would weigh the same; 0 without marks."""
    squares = float((marks**2).sum())
    return float(marks.sum()) ** 2 / squares if squares else 0.0


def interval_of(
    estimate: float | None,
    values: Floats,
    draws: Draws,
    bounds: tuple[float, float] = (-1.0, 1.0),
    *,
    level: float = LEVEL,
) -> Interval | None:
    """The interval of one estimate.

    Args:
        estimate: the coefficient; None gives no interval at all.
        values: its value in each round, (rounds,), nan where undefined.
        bounds: the coefficient's range.
    """
    if estimate is None:
        return None
    defined = values[np.isfinite(values)]
    undefined = len(values) - len(defined)
    reason = _why_none(defined, undefined, draws)
    low, high = (None, None) if reason else _ends(estimate, float(defined.std()), draws, bounds, level)
    few = not reason and draws.clusters < FEW_CLUSTERS
    return Interval(
        low,
        high,
        level=level,
        clusters=draws.clusters,
        effective=draws.effective,
        rounds=len(values),
        undefined=undefined,
        note=f"only {draws.clusters} clusters: read the interval as a rough guide" if few else "",
        reason=reason,
    )


def _why_none(defined: Floats, undefined: int, draws: Draws) -> str:
    if draws.clusters < LEAST_CLUSTERS:
        return f"{draws.clusters} cluster{'' if draws.clusters == 1 else 's'} cannot show how much clusters vary"
    if undefined > MOST_UNDEFINED * (undefined + len(defined)):
        return (
            f"undefined in {undefined} of {undefined + len(defined)} bootstrap rounds: the code is in too few clusters"
        )
    if np.ptp(defined) < 1e-12:
        return "every bootstrap round gave the same value, so the spread between clusters cannot be seen"
    if draws.effective < LEAST_CLUSTERS:
        return "nearly all marks lie in one or two clusters"
    return ""


def _ends(
    estimate: float, spread: float, draws: Draws, bounds: tuple[float, float], level: float
) -> tuple[float, float]:
    from scipy.special import stdtrit

    low, high = bounds
    centre = float(np.clip((2 * estimate - low - high) / (high - low), -1 + 1e-9, 1 - 1e-9))
    corrected = spread * float(np.sqrt(draws.clusters / (draws.clusters - 1)))
    width = float(stdtrit(draws.effective - 1, (1 + level) / 2)) * corrected * 2 / (high - low) / (1 - centre**2)
    first, last = (float(np.tanh(np.arctanh(centre) + side * width)) for side in (-1, 1))
    return (first * (high - low) + low + high) / 2, (last * (high - low) + low + high) / 2
