"""What may hold codes back, in figures: how alike two people read a code, and how well two codes are told apart.

Each figure is out of fold or of people alone, and has one-sided 95 % limits over whole transcripts. `limits` draws the conclusions.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from itertools import combinations

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.labels.coder_marks import CoderMarks
from secondcoder.statistics.classification import TINY, cohen_kappa, lowest_kappa
from secondcoder.statistics.cluster_bootstrap import FEW_CLUSTERS, LEAST_CLUSTERS, Draws, draw_clusters, interval_of
from secondcoder.statistics.roc_area import CONFIDENCE, UNKNOWN, Bounds, area_under_curve

ROUNDS = 300


@dataclass(frozen=True)
class Judged:
    """n segments and k codes as they are judged: probabilities, suggestions, labels and mask (n, k), and n clusters from 0."""

    probability: Floats
    suggested: Bools
    y: Bools
    known: Bools
    cluster: Rows

    @property
    def groups(self) -> int:
        """How many clusters there are."""
        return int(self.cluster.max()) + 1

    def take(self, rows: Rows) -> Judged:
        """The same for some segments."""
        return Judged(*(getattr(self, each.name)[rows] for each in fields(self)))

    @cached_property
    def log_odds(self) -> Floats:
        """(n, k)."""
        p = np.clip(self.probability, 1e-9, 1 - 1e-9)
        return np.asarray(np.log(p / (1 - p)))


@dataclass(frozen=True)
class Reading:
    """Kappa of a code on the passages that two people looked at: of two people, of the model and a person, and how much less the
    model's is (`shortfall`, positive: people agree better)."""

    people: Bounds
    model: float
    shortfall: Bounds
    passages: int
    transcripts: int


def people_beside_each_other(judged: Judged, coders: CoderMarks, j: int, seed: int) -> Reading | None:
    """How alike two people read code j; None where no two looked for it on the same passages."""
    known, marks, suggested = coders.looked[:, :, j], coders.given[:, :, j], judged.suggested[:, j]
    pairs = [(a, b, known[a] & known[b] & judged.known[:, j]) for a, b in coders.pairs]
    rows = np.any([both for *_, both in pairs] or [np.zeros(len(suggested), bool)], axis=0)
    if not rows.any():
        return None
    groups = judged.groups
    people, model = np.zeros((2, groups, 2, 2))
    for a, b, both in pairs:
        people += _tables(marks[a], marks[b], both, judged.cluster, groups)
        for coder in (a, b):
            model += _tables(marks[coder], suggested, both, judged.cluster, groups)
    given = people[:, 1].sum(-1) + people[..., 1].sum(-1)
    draws = draw_clusters(people.sum((1, 2)), given, ROUNDS, seed)
    weights = np.vstack([np.ones((1, groups)), draws.weights])
    of_people, of_model = (cohen_kappa(np.tensordot(weights, of, axes=1)).value for of in (people, model))
    lowest = float(lowest_kappa(people.sum(0)))
    return Reading(
        _bounds(of_people, draws, (-1.0 if np.isnan(lowest) else lowest, 1.0)),
        float(of_model[0]),
        _bounds(of_people - of_model, draws, (-2.0, 2.0)),
        int(rows.sum()),
        draws.clusters,
    )


def _tables(first: Bools, second: Bools, rows: Bools, cluster: Rows, groups: int) -> Floats:
    """(groups, 2, 2) counts."""
    cells = (cluster * 2 + first) * 2 + second
    return np.bincount(cells[rows], minlength=groups * 4).reshape(groups, 2, 2).astype(np.float64)


def _bounds(values: Floats, draws: Draws, ends: tuple[float, float]) -> Bounds:
    """From a figure on the data as it is, and by each row of the draws' weights."""
    if np.isnan(values[0]):
        return UNKNOWN
    if (
        np.ptp(values) < TINY
    ):  # the same in every transcript: no spread to be seen, but with many of them none to be feared
        many = draws.clusters >= FEW_CLUSTERS and draws.effective >= LEAST_CLUSTERS
        return Bounds(float(values[0]), *([float(values[0])] * 2 if many else [np.nan] * 2))
    interval = interval_of(float(values[0]), values[1:], draws, ends, level=2 * CONFIDENCE - 1)
    low, high = (interval and interval.ends) or (np.nan, np.nan)
    return Bounds(float(values[0]), low, high)


@dataclass(frozen=True)
class Confusion:
    """How well two codes are told apart.

    Attributes:
        codes: their columns.
        apart: how often the model finds a passage of the first alone likelier to be the first's than one of the second alone.
        same, crossed: passages to which each of two people gave exactly one of both codes: the same one, or each another.
    """

    codes: tuple[int, int]
    apart: Bounds
    same: int
    crossed: int


def confusions(judged: Judged, coders: CoderMarks, related: Bools) -> list[Confusion]:
    """Of every pair of codes but those that `related` (k, k) names: a construct and its own sub-construct."""
    pairs = combinations(range(judged.y.shape[1]), 2)
    return [_confusion(judged, coders, a, b) for a, b in pairs if not related[a, b]]


def _confusion(judged: Judged, coders: CoderMarks, a: int, b: int) -> Confusion:
    both, y, rather = judged.known[:, a] & judged.known[:, b], judged.y, judged.log_odds[:, a] - judged.log_odds[:, b]
    apart = area_under_curve(rather, both & y[:, a] & ~y[:, b], both & y[:, b] & ~y[:, a], judged.cluster)
    return Confusion((a, b), apart, *_people_told(coders, a, b))


def _people_told(coders: CoderMarks, a: int, b: int) -> tuple[int, int]:
    same = crossed = 0
    for first, second in coders.pairs:
        left, right = coders.given[first], coders.given[second]
        looked = np.all([coders.looked[one, :, code] for one in (first, second) for code in (a, b)], axis=0)
        one_each = looked & (left[:, a] ^ left[:, b]) & (right[:, a] ^ right[:, b])
        same += int((one_each & (left[:, a] == right[:, a])).sum())
        crossed += int((one_each & (left[:, a] != right[:, a])).sum())
    return same, crossed
