"""Sums for alpha over sets, kept apart by cluster, so that a bootstrap round is a weighted sum.

Observed disagreement is a sum over units. Expected disagreement runs over all pairs of ratings, n² of them, which for 100,000
units is out of reach one by one. But a similarity that depends only on sizes is a Newton series in the size t of what two sets
share, f(t) = Σ_p C(t, p) Δ^p f(0), and Σ over pairs of C(t, p) counts the p-subsets that two sets both hold. So it is enough
to count how often each small set of codes occurs within the ratings of each cluster.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from secondcoder.agreement.contingency import Bools, Floats, Ints
from secondcoder.agreement.results import Result
from secondcoder.agreement.sets import DISTANCES, Counts, Distance
from secondcoder.statistics.cluster_bootstrap import Draws, interval_of

FEW_SETS = 2000
MOST_SUBSETS = 30_000_000
TOO_MANY = "units carry so many codes each that chance agreement over sets cannot be summed"
ALL_EQUAL = "all coders gave every unit the same set of codes, so agreement by chance is complete"
NO_PAIRS = "no unit was looked at by two coders for all codes"


@dataclass(frozen=True, slots=True)
class SetSums:
    """Everything that alpha over sets needs, for any choice among the coders.

    Attributes:
        marks: (n, m, k); sizes: (n, m); complete: (n, m), where a coder looked for all codes.
        clusters, weights: of each unit, (n,).
        groups: number of clusters.
        strata: (s, 2), the coder, the cluster and the pattern of complete coders of each stratum of ratings that are not
            empty, as columns (coder, cluster, pattern).
        alike: per distance, summed similarity between strata, (s, s); None where there are too many subsets to count.
    """

    marks: Bools
    sizes: Counts
    complete: Bools
    clusters: Ints
    weights: Floats
    groups: int
    strata: Ints
    alike: dict[str, Floats] | None

    @classmethod
    def of(
        cls,
        marks: Bools,
        complete: Bools,
        *,
        clusters: Ints,
        groups: int,
        weights: Floats,
        distances: Iterable[str] = tuple(DISTANCES),
    ) -> SetSums:
        """Count once; `alpha` then costs little for each pair of coders."""
        marks = marks & complete[:, :, None]
        sizes = marks.sum(2)
        pattern = complete @ (1 << np.arange(complete.shape[1]))
        unit, coder = np.nonzero(complete & (sizes > 0))
        keys = np.stack([coder, clusters[unit], pattern[unit]], 1)
        strata, stratum = (
            np.unique(keys, axis=0, return_inverse=True) if len(keys) else (keys, np.zeros(0, dtype=np.int64))
        )
        ratings = _Ratings(marks[unit, coder], stratum.ravel(), weights[unit], len(strata)).distinct()
        alike = ratings.alike([DISTANCES[name] for name in distances])
        return cls(marks, sizes, complete, clusters, weights, groups, strata, alike)

    def cluster_sums(
        self, distance: str, coders: Sequence[int], only: Bools | None = None
    ) -> tuple[Floats, Floats, Floats] | None:
        """Observed disagreement (groups,), ratings (groups,) and disagreement between clusters (groups, groups).

        Args:
            coders: indices of those compared.
            only: units to keep, (n,); must keep every unit to which one of them gave a code.
        """
        if self.alike is None:
            return None
        complete = self.complete[:, coders]
        paired = complete.sum(1) > 1
        paired &= True if only is None else only
        observed = self._by_cluster(self._observed(distance, coders, complete)[paired], paired)
        ratings = self._by_cluster((complete.sum(1) * self.weights)[paired], paired)
        empty = self._by_cluster(((complete & (self.sizes[:, coders] == 0)).sum(1) * self.weights)[paired], paired)
        between = np.outer(ratings, ratings) - np.outer(empty, empty) - self._alike(distance, coders)
        return observed, ratings, between

    def _observed(self, distance: str, coders: Sequence[int], complete: Bools) -> Floats:
        """Each unit's summed distances, over its number of ratings less one."""
        summed = np.zeros(len(self.marks))
        for (one, first), (two, second) in combinations(enumerate(coders), 2):
            shared = (self.marks[:, first] & self.marks[:, second]).sum(1)
            apart = DISTANCES[distance].of_sizes(shared, self.sizes[:, first], self.sizes[:, second])
            summed += np.where(complete[:, one] & complete[:, two], 2 * apart, 0)
        observed: Floats = summed * self.weights / np.maximum(complete.sum(1) - 1, 1)
        return observed

    def _alike(self, distance: str, coders: Sequence[int]) -> Floats:
        chosen = sum(1 << coder for coder in coders)
        within = [bin(int(pattern) & chosen).count("1") > 1 for pattern in self.strata[:, 2]]
        rows = np.flatnonzero(np.isin(self.strata[:, 0], list(coders)) & np.array(within, dtype=bool))
        membership = np.zeros((self.groups, len(rows)))
        membership[self.strata[rows, 1], np.arange(len(rows))] = 1
        alike: Floats = (self.alike or {})[distance][np.ix_(rows, rows)]
        between: Floats = membership @ alike @ membership.T
        return between

    def _by_cluster(self, values: Floats, units: Bools) -> Floats:
        return np.bincount(self.clusters[units], weights=values, minlength=self.groups).astype(np.float64)

    def result(
        self,
        distance: str,
        coders: Sequence[int],
        names: tuple[str, ...],
        unit: str,
        *,
        only: Bools | None = None,
        draws: Draws | None = None,
    ) -> Result:
        """Alpha of the chosen coders, with an interval when draws are given."""
        name = f"alpha_{distance}"
        sums = self.cluster_sums(distance, list(coders), only)
        if sums is None:
            return Result(name, None, coders=names, unit=unit, reason=TOO_MANY)
        value, observed, expected = (float(part[0]) for part in alpha_over(*sums, np.ones((1, self.groups))))
        n = float(sums[1].sum())
        if not np.isfinite(value):
            return Result(name, None, n=n, coders=names, unit=unit, reason=ALL_EQUAL if n else NO_PAIRS)
        interval = interval_of(value, alpha_over(*sums, draws.weights)[0], draws) if draws else None
        return Result(name, value, observed, expected, n, coders=names, unit=unit, interval=interval)


def alpha_over(observed: Floats, ratings: Floats, between: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Alpha, observed and expected agreement for each row of weights (rounds, clusters); nan where undefined."""
    n = weights @ ratings
    apart = np.einsum("rc,rc->r", weights @ between, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        seen = (weights @ observed) / n
        expected = apart / (n * (n - 1))
        value = np.where(apart > 1e-9 * n, 1 - seen / expected, np.nan)
    return value, 1 - seen, 1 - expected


@dataclass(frozen=True, slots=True)
class _Ratings:
    """Ratings that are not empty: marks (r, k), each one's stratum and weight (r,), and the number of strata."""

    marks: Bools
    stratum: Ints
    weights: Floats
    strata: int

    def distinct(self) -> _Ratings:
        """The same with equal sets of one stratum taken together."""
        keys = np.concatenate([np.packbits(self.marks, axis=1).astype(np.int64), self.stratum[:, None]], 1)
        _, first, which = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        weights = np.bincount(which.ravel(), weights=self.weights, minlength=len(first)).astype(np.float64)
        return _Ratings(self.marks[first], self.stratum[first], weights, self.strata)

    def alike(self, distances: list[Distance]) -> dict[str, Floats] | None:
        """Summed similarity between strata for each distance, (s, s)."""
        packed = np.packbits(self.marks, axis=1)
        distinct, first, which = np.unique(packed, axis=0, return_index=True, return_inverse=True)
        if len(distinct) <= FEW_SETS:
            return {one.name: self._pair_by_pair(one, self.marks[first], which.ravel()) for one in distances}
        subsets = sum(2 ** int(size) for size in self.marks.sum(1))
        return self._by_subsets(distances) if subsets <= MOST_SUBSETS else None

    def _pair_by_pair(self, distance: Distance, sets: Bools, which: Ints) -> Floats:
        held = np.zeros((self.strata, len(sets)))
        np.add.at(held, (self.stratum, which), self.weights)
        whole = sets.astype(np.int64)
        size = whole.sum(1)
        similar = 1 - distance.of_sizes(whole @ whole.T, size[:, None], size[None, :])
        product: Floats = held @ similar @ held.T
        return product

    def _by_subsets(self, distances: list[Distance]) -> dict[str, Floats]:
        alike = {one.name: np.zeros((self.strata, self.strata)) for one in distances}
        largest = int(self.marks.sum(1).max())
        for order in range(1, largest + 1):
            counts = dict(self._subset_counts(order))
            for first, second in combinations_with_self(counts):
                shared = None
                for one in distances:
                    factor = newton(one, first, second, order)
                    if not factor:
                        continue
                    shared = (counts[first] @ counts[second].T).toarray() if shared is None else shared
                    alike[one.name] += factor * (shared if first == second else shared + shared.T)
        return alike

    def _subset_counts(self, order: int) -> Iterator[tuple[int, Any]]:
        """Per size of the whole set, how often each subset of `order` codes occurs in each stratum: sparse (s, subsets)."""
        from scipy.sparse import csr_array

        sizes = self.marks.sum(1)
        rows = {size: np.flatnonzero(sizes == size) for size in np.unique(sizes) if size >= order}
        columns = {size: np.nonzero(self.marks[own])[1].reshape(len(own), size) for size, own in rows.items()}
        chosen = {size: list(combinations(range(size), order)) for size in rows}
        members = np.concatenate([columns[size][:, chosen[size]].reshape(-1, order) for size in rows])
        ids, width = _identify(members, self.marks.shape[1])
        at = 0
        for size, own in rows.items():
            each = len(chosen[size])
            piece = ids[at : at + len(own) * each]
            at += len(piece)
            place = (np.repeat(self.stratum[own], each), piece)
            yield int(size), csr_array((np.repeat(self.weights[own], each), place), shape=(self.strata, width))


def _identify(members: Ints, codes: int) -> tuple[Ints, int]:
    """A number for each distinct row of ascending codes, built prefix by prefix so that no key outgrows 64 bits."""
    ids = np.zeros(len(members), dtype=np.int64)
    width = 1
    for column in members.T:
        keys, ids = np.unique(ids * codes + column, return_inverse=True)
        width = len(keys)
    return ids, width


def combinations_with_self(sizes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """All unordered pairs, each size with itself too."""
    ordered = sorted(sizes)
    return ((first, second) for at, first in enumerate(ordered) for second in ordered[at:])


def newton(distance: Distance, first: int, second: int, order: int) -> float:
    """Δ^order f(0) for the similarity f(t) = 1 - d(t, first, second)."""
    if order > min(first, second):
        return 0.0
    shared = np.arange(order + 1)
    similar = 1 - distance.of_sizes(shared, np.full(order + 1, first), np.full(order + 1, second))
    signs = [(-1) ** (order - t) * comb(order, t) for t in shared.tolist()]
    return float(np.dot(signs, similar))
