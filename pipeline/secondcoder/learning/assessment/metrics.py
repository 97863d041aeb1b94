"""Figures for suggestions against human codes, with intervals over whole transcripts.

Passages of one interview are not independent, so the bootstrap draws transcripts (or cases), never segments; the interval is that
of `statistics.cluster_bootstrap`. What is undefined is nan here and None in a report, never a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.statistics.classification import average_precision_of_clusters, cohen_kappa, lowest_kappa, ratio
from secondcoder.statistics.cluster_bootstrap import (
    Draws,
    Interval,
    draw_clusters,
    effective_clusters,
    interval_of,
)

NAMES = ("precision", "recall", "f1", "average_precision", "kappa")
BOUNDS = {"kappa": (-1.0, 1.0), "pooled_kappa": (-1.0, 1.0)}
"""Ranges of the figures that may be negative; the others lie in [0, 1]. A single code's kappa has less room (`lowest_kappa`)."""


@dataclass(frozen=True)
class LabelledPredictions:
    """Out-of-fold results for n segments and k codes: probabilities, suggestions, labels, mask, clusters."""

    probability: Floats
    suggested: Bools
    y: Bools
    known: Bools
    clusters: Sequence[str]


@dataclass(frozen=True)
class Estimates:
    """Figures with their 95 % intervals: name -> one for each of k codes, or a single one over all codes.

    Attributes:
        point: name -> (k,) per code for each of NAMES, and () for macro_f1, micro_f1, macro_ap, pooled_kappa.
        draws: the same in each bootstrap round, (rounds, ...).
        interval: the ends, (2, k) or (2,); nan where there is no interval.
        reason: why there is none, for each code in turn or once; empty where there is one, and where the figure is undefined.
    """

    point: dict[str, Floats]
    draws: dict[str, Floats]
    interval: dict[str, Floats]
    reason: dict[str, tuple[str, ...]]


def estimate(held: LabelledPredictions, rounds: int, seed: int) -> Estimates:
    """Every figure with its interval."""
    counts = _Counts.of(held)
    draws = counts.draw(rounds, seed)
    point, resampled = counts.resampled(draws)
    intervals = {name: counts.intervals(name, point[name], resampled[name], draws) for name in point}
    ends = {name: np.array([_ends(interval) for interval in of_name]).T for name, of_name in intervals.items()}
    return Estimates(
        point,
        {name: values[:rounds] for name, values in resampled.items()},
        {name: pairs.reshape(2, *point[name].shape) for name, pairs in ends.items()},
        {
            name: tuple(interval.reason if interval else "" for interval in of_name)
            for name, of_name in intervals.items()
        },
    )


def point_and_draws(held: LabelledPredictions, rounds: int, seed: int) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Every figure on the data as it is, and in each of `rounds` resamplings, (rounds, ...).

    Equal seeds draw equal clusters, so that two results on the same segments can be compared round by round.
    """
    counts = _Counts.of(held)
    draws = counts.draw(rounds, seed)
    point, drawn = counts.resampled(draws._replace(weights=draws.weights[:rounds]))
    return point, drawn


def leave_one_out(held: LabelledPredictions) -> dict[str, Floats]:
    """Every figure with each cluster left out in turn, in the order of their names, (clusters, ...): for the jackknife."""
    counts = _Counts.of(held)
    return counts.figures(1 - np.eye(len(counts.tables)))


@dataclass(frozen=True)
class _Counts:
    """What figures are computed from, kept apart by cluster.

    Attributes:
        tables: (clusters, k, 2, 2) counts of the known segments, human coding in rows; index 1 means marked.
        cluster: (n,) of each segment.
    """

    held: LabelledPredictions
    tables: Floats
    cluster: Rows

    @classmethod
    def of(cls, held: LabelledPredictions) -> _Counts:
        names, cluster = np.unique(np.asarray(held.clusters), return_inverse=True)
        codes = held.y.shape[1]
        # One number for each (cluster, code, human, suggested), so that a single bincount fills all tables.
        cells = ((cluster[:, None] * codes + np.arange(codes)) * 2 + held.y) * 2 + held.suggested
        counts = np.bincount(cells[held.known], minlength=len(names) * codes * 4).astype(np.float64)
        return cls(held, counts.reshape(len(names), codes, 2, 2), cluster)

    @property
    def looked(self) -> Floats:
        """(clusters, k) segments that people looked at for the code."""
        return np.asarray(self.tables.sum((-1, -2)))

    @property
    def marks(self) -> Floats:
        """(clusters, k) segments that people gave the code."""
        return np.asarray(self.tables[..., 1, :].sum(-1))

    def draw(self, rounds: int, seed: int) -> Draws:
        return draw_clusters(self.looked.sum(1), self.marks.sum(1), rounds, seed)

    def figures(self, weights: Floats) -> dict[str, Floats]:
        """name -> (rounds, k) or (rounds,), for weights (rounds, clusters)."""
        tables = np.tensordot(weights, self.tables, axes=1)
        of_all = tables.sum(1)
        f1, precision = _f1(tables), self._average_precisions(weights)
        return {
            "precision": ratio(tables[..., 1, 1], tables[..., 1].sum(-1)),
            "recall": ratio(tables[..., 1, 1], tables[..., 1, :].sum(-1)),
            "f1": f1,
            "kappa": cohen_kappa(tables).value,
            "average_precision": precision,
            "macro_f1": _mean_defined(f1),
            "micro_f1": _f1(of_all),
            "macro_ap": _mean_defined(precision),
            "pooled_kappa": cohen_kappa(of_all).value,
        }

    def _average_precisions(self, weights: Floats) -> Floats:
        held = self.held
        columns = [
            average_precision_of_clusters(held.probability[known, j], held.y[known, j], self.cluster[known], weights)
            for j, known in enumerate(held.known.T)
        ]
        return np.stack(columns, axis=1)

    def resampled(self, draws: Draws) -> tuple[dict[str, Floats], dict[str, Floats]]:
        """Every figure on the data as it is, and by each row of the draws' weights."""
        whole = self.figures(np.ones((1, len(self.tables))))
        return {name: values[0] for name, values in whole.items()}, self.figures(draws.weights)

    def intervals(self, name: str, point: Floats, resampled: Floats, draws: Draws) -> list[Interval | None]:
        """A single interval for a figure over all codes, one each for a figure per code; None where it is undefined."""
        own = [draws] if point.ndim == 0 else [self._draws_of(j, draws) for j in range(len(point))]
        lowest = np.broadcast_to(self._lowest(name), point.shape).ravel().tolist()
        columns = zip(np.atleast_1d(point).tolist(), resampled.reshape(len(resampled), -1).T, own, lowest, strict=True)
        return [
            interval_of(None if np.isnan(value) else value, values, of_code, (low, 1.0))
            for value, values, of_code, low in columns
        ]

    def _lowest(self, name: str) -> Floats | float:
        """The least that a figure can be; of a rare code, kappa barely falls below 0."""
        return lowest_kappa(self.tables.sum(0)) if name == "kappa" else BOUNDS.get(name, (0.0, 1.0))[0]

    def _draws_of(self, j: int, draws: Draws) -> Draws:
        """The same draws, judged by the clusters that hold something of code j."""
        marks = effective_clusters(self.marks[:, j])
        return draws._replace(clusters=int((self.looked[:, j] > 0).sum()), effective=marks)


def _ends(interval: Interval | None) -> tuple[float, float]:
    return (interval and interval.ends) or (np.nan, np.nan)


def _f1(tables: Floats) -> Floats:
    """nan where nobody gave the code."""
    marked, suggested = tables[..., 1, :].sum(-1), tables[..., 1].sum(-1)
    return ratio(2 * tables[..., 1, 1], np.where(marked > 0, marked + suggested, 0))


def _mean_defined(values: Floats) -> Floats:
    defined = ~np.isnan(values)
    return ratio(np.where(defined, values, 0.0).sum(axis=1), defined.sum(axis=1))
