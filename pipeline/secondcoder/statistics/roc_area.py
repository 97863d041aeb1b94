"""The area under the ROC curve, and the difference of two, with limits that allow for passages of one interview being alike.

The variance is Obuchowski's for clustered data (1997, doi:10.2307/2533958), which sums DeLong's structural components over clusters;
the width is that of Student's t for as many clusters as would weigh the same, on the logit scale for a single area.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.statistics.cluster_bootstrap import LEAST_CLUSTERS, effective_clusters


class Bounds(NamedTuple):
    """A figure and its one-sided 95 % limits; nan where they cannot be said."""

    value: float
    low: float
    high: float


UNKNOWN = Bounds(np.nan, np.nan, np.nan)
CONFIDENCE = 0.95
"""One-sided."""


def area_under_curve(score: Floats, above: Bools, below: Bools, cluster: Rows) -> Bounds:
    """How often a passage of `above` has a higher score than one of `below`, ties by half; nan where there are none of one of them.

    Args:
        score, above, below, cluster: (n,); `cluster` numbers the transcripts from 0.

    Returns:
        In [0, 1]; limits are nan where fewer than three clusters weigh in.
    """
    area, parts = _components(score, above, below, cluster)
    width = _width(parts, above, below, cluster)
    if not 0 < area < 1:
        return Bounds(area, area + 0 * width, area + 0 * width)
    # On the logit scale, which keeps the limits inside; the width is carried over by its slope (delta method).
    odds, steps = np.log(area / (1 - area)), width / (area * (1 - area))
    return Bounds(area, *(float(1 / (1 + np.exp(-odds - side * steps))) for side in (-1, 1)))


def area_difference(score: Floats, other: Floats, above: Bools, below: Bools, cluster: Rows) -> Bounds:
    """The area of `score` less that of `other` (n,), on the same passages; in [-1, 1]."""
    areas, parts = zip(*(_components(one, above, below, cluster) for one in (score, other)), strict=True)
    value, width = areas[0] - areas[1], _width(parts[0] - parts[1], above, below, cluster)
    return Bounds(value, value - width, value + width)


def _components(score: Floats, above: Bools, below: Bools, cluster: Rows) -> tuple[float, Floats]:
    """The area, and what each cluster adds to its deviation (clusters,)."""
    groups = int(cluster.max(initial=-1)) + 1
    if not (above.any() and below.any()):
        return float("nan"), np.full(groups, np.nan)
    higher, lower = score[above], score[below]
    # Midranks in place of all pairs: of n passages, pairs grow as n squared.
    of_above = _share_below(higher, lower)
    of_below = 1 - _share_below(lower, higher)
    area = float(of_above.mean())
    parts = [
        np.bincount(cluster[rows], values - area, groups) / rows.sum()
        for rows, values in ((above, of_above), (below, of_below))
    ]
    return area, np.asarray(parts[0] + parts[1])


def _share_below(scores: Floats, among: Floats) -> Floats:
    """For each score, the share of `among` that lies below it, equal ones by half."""
    ranked = np.sort(among)
    ends = [np.searchsorted(ranked, scores, side) for side in ("left", "right")]
    return np.asarray((ends[0] + ends[1]) / (2 * len(among)))


def _width(parts: Floats, above: Bools, below: Bools, cluster: Rows) -> float:
    """From the figure to either limit, before it is transformed; nan where it cannot be said."""
    from scipy.special import stdtrit

    sizes = [np.bincount(cluster[rows], minlength=len(parts)).astype(np.float64) for rows in (above, below)]
    effective = min(map(effective_clusters, sizes))
    if effective < LEAST_CLUSTERS:
        return float("nan")
    clusters = np.count_nonzero(sizes[0] + sizes[1])
    return float(stdtrit(effective - 1, CONFIDENCE) * np.sqrt(parts @ parts * clusters / (clusters - 1)))
