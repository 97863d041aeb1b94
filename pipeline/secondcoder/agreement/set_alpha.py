"""Krippendorff's alpha over sets of codes, from sums kept apart by cluster, so that a bootstrap round is a weighted sum.

Observed disagreement is a sum over units. Expected disagreement runs over all pairs of ratings, n² of them: see `set_similarity`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from secondcoder.agreement.contingency import Bools, Floats, Ints
from secondcoder.agreement.errors import NoOverlapError, OneCoderError, RatingsError
from secondcoder.agreement.results import Result
from secondcoder.agreement.set_similarity import DISTANCES, Counts, Ratings, distance_named
from secondcoder.statistics.cluster_bootstrap import MANY_CLUSTERS, Draws, Interval, interval_of


def alpha_of_sets(
    units: Sequence[Sequence[Iterable[Hashable] | None]],
    distance: str = "masi",
    *,
    coders: Sequence[str] = (),
    unit: str = "unit",
) -> Result:
    """Krippendorff's alpha over sets.

    Args:
        units: per unit one set of codes a coder, (n, m); an empty set where the coder looked and found nothing, None where
            the coder did not look.
        distance: one of `DISTANCES`.

    Returns:
        The value; undefined when all sets are equal. Observed and expected are agreements, 1 - D_o and 1 - D_e.
    """
    distance_named(distance)
    coder_count = len(units[0]) if units else 0
    if coder_count < 2:
        raise OneCoderError(f"Agreement needs at least two coders. Got {coder_count}.")
    if any(len(row) != coder_count for row in units):
        raise RatingsError(f"Each unit must have one set a coder, {coder_count} in all.")
    marks, known = _as_arrays(units)
    if not (known.sum(1) > 1).any():
        raise NoOverlapError("No unit was looked at by two coders. Nothing can be compared.")
    one_cluster = np.zeros(len(units), dtype=np.int64)
    sums = SetSums.of(marks, known, clusters=one_cluster, groups=1, weights=np.ones(len(units)), distances=(distance,))
    return sums.result(distance, range(coder_count), tuple(coders), unit)


def _as_arrays(units: Sequence[Sequence[Iterable[Hashable] | None]]) -> tuple[Bools, Bools]:
    rows = [[None if codes is None else frozenset(codes) for codes in row] for row in units]
    names = sorted({code for row in rows for codes in row if codes is not None for code in codes}, key=str)
    index = {name: position for position, name in enumerate(names)}
    marks = np.zeros((len(rows), len(rows[0]), max(1, len(names))), dtype=bool)
    known = np.array([[codes is not None for codes in row] for row in rows])
    for at, row in enumerate(rows):
        for coder, codes in enumerate(row):
            marks[at, coder, [index[code] for code in codes or ()]] = True
    return marks, known


TOO_MANY = "units carry so many codes each that chance agreement over sets cannot be summed"
MOST_CLUSTERS = 1000
MANY = (
    f"over more than {MOST_CLUSTERS:,} clusters, whose work grows with the square of their number, it is not computed"
)
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
        # Who looked for some of the codes only has not given the unit a set.
        marks = marks & complete[:, :, None]
        sizes = marks.sum(2)
        # One bit a coder: which ratings have a partner depends on which coders are then chosen.
        pattern = complete @ (1 << np.arange(complete.shape[1]))
        unit, coder = np.nonzero(complete & (sizes > 0))
        keys = np.stack([coder, clusters[unit], pattern[unit]], 1)
        strata, stratum = (
            np.unique(keys, axis=0, return_inverse=True) if len(keys) else (keys, np.zeros(0, dtype=np.int64))
        )
        ratings = Ratings(marks[unit, coder], stratum.ravel(), weights[unit], len(strata)).distinct()
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
        # A rating without a second one has nothing to differ from, and enters neither side of alpha.
        paired = complete.sum(1) > 1
        paired &= True if only is None else only
        observed = self._by_cluster(self._observed(distance, coders, complete)[paired], paired)
        ratings = self._by_cluster((complete.sum(1) * self.weights)[paired], paired)
        empty = self._by_cluster(((complete & (self.sizes[:, coders] == 0)).sum(1) * self.weights)[paired], paired)
        # Similarity was summed over sets that hold something: two empty ones are alike, one and any other are not.
        between = np.outer(ratings, ratings) - np.outer(empty, empty) - self._alike(distance, coders)
        return observed, ratings, between

    def _observed(self, distance: str, coders: Sequence[int], complete: Bools) -> Floats:
        """Each unit's summed distances, over its number of ratings less one."""
        summed = np.zeros(len(self.marks))
        for (i, first), (j, second) in combinations(enumerate(coders), 2):
            shared = (self.marks[:, first] & self.marks[:, second]).sum(1)
            apart = DISTANCES[distance].of_sizes(shared, self.sizes[:, first], self.sizes[:, second])
            # Both orders of the pair, as in the coincidence matrix.
            summed += np.where(complete[:, i] & complete[:, j], 2 * apart, 0)
        observed: Floats = summed * self.weights / np.maximum(complete.sum(1) - 1, 1)
        return observed

    def _alike(self, distance: str, coders: Sequence[int]) -> Floats:
        chosen = sum(1 << coder for coder in coders)
        # Strata in which another of the chosen coders rated the unit too.
        within = [bin(int(pattern) & chosen).count("1") > 1 for pattern in self.strata[:, 2]]
        rows = np.flatnonzero(np.isin(self.strata[:, 0], list(coders)) & np.array(within, dtype=bool))
        alike: Floats = (self.alike or {})[distance][np.ix_(rows, rows)]
        return _summed(alike, self.strata[rows, 1], self.groups)

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
        return Result(
            name, value, observed, expected, n, coders=names, unit=unit, interval=self._interval(value, sums, draws)
        )

    def _interval(self, value: float, sums: tuple[Floats, Floats, Floats], draws: Draws | None) -> Interval | None:
        if draws is None:
            return None
        if draws.weights.shape[1] != self.groups:  # counted over all of them together
            return Interval(None, None, clusters=draws.clusters, reason=MANY)
        return interval_of(value, alpha_over(*sums, draws.weights)[0], draws)


def _summed(alike: Floats, clusters: Ints, groups: int) -> Floats:
    """Similarity between strata, (s, s), summed over the cluster of each, (groups, groups)."""
    if groups <= MANY_CLUSTERS:
        membership = np.zeros((groups, len(clusters)))
        membership[clusters, np.arange(len(clusters))] = 1
        between: Floats = membership @ alike @ membership.T
        return between
    # Of many clusters nearly every stratum is in another one, and the products above would be of zeros.
    order = np.argsort(clusters, kind="stable")
    there, first = np.unique(clusters[order], return_index=True)
    between = np.zeros((groups, groups))
    if len(there):
        rows = np.add.reduceat(alike[np.ix_(order, order)], first, axis=0)
        between[np.ix_(there, there)] = np.add.reduceat(rows, first, axis=1)
    return between


def alpha_over(observed: Floats, ratings: Floats, between: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Alpha, observed and expected agreement for each row of weights (rounds, clusters); nan where undefined."""
    n = weights @ ratings
    apart = np.einsum("rc,rc->r", weights @ between, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        seen = (weights @ observed) / n
        expected = apart / (n * (n - 1))
        # Where all sets are equal, rounding leaves a little more than nothing to divide by.
        value = np.where(apart > 1e-9 * n, 1 - seen / expected, np.nan)
    return value, 1 - seen, 1 - expected
