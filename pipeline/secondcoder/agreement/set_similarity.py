"""How alike two sets of codes are, and the sum of it over all pairs of ratings.

A unit carries any number of codes, and {A, B} against {A} is half an agreement. The distances depend only on the sizes of the two
sets and of what they share. So the similarity is a Newton series in the size t of what they share, f(t) = Σ_p C(t, p) Δ^p f(0), and Σ
over pairs of C(t, p) counts the p-subsets that two sets both hold: where there are too many different sets to compare each with each,
it is enough to count how often each small set of codes occurs within the ratings of each cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from secondcoder.agreement.contingency import Bools, Floats, Ints
from secondcoder.agreement.errors import RatingsError
from secondcoder.errors import did_you_mean

Counts = NDArray[np.int64]


def jaccard(shared: Counts, first: Counts, second: Counts) -> Floats:
    """1 - |A ∩ B| / |A ∪ B| from sizes; two empty sets are at distance 0 (Jaccard 1912)."""
    union = np.asarray(first + second - shared, dtype=np.float64)
    alike: Floats = np.ones_like(union)
    np.divide(shared, union, out=alike, where=union > 0)
    apart: Floats = 1 - alike
    return apart


def masi(shared: Counts, first: Counts, second: Counts) -> Floats:
    """1 - Jaccard x monotonicity from sizes (Passonneau 2006).

    Monotonicity is 1 for equal sets, 2/3 where one holds the other, 1/3 where they only overlap, 0 where they share nothing.
    """
    equal = (shared == first) & (shared == second)
    nested = shared == np.minimum(first, second)
    # In this order: equal sets are nested too, and an empty set would be nested in any.
    monotonicity = np.select([equal, shared == 0, nested], [1.0, 0.0, 2 / 3], 1 / 3)
    apart: Floats = 1 - (1 - jaccard(shared, first, second)) * monotonicity
    return apart


@dataclass(frozen=True, slots=True)
class Distance:
    """A distance between sets and what is printed about it; symmetric, and 0 from a set to itself."""

    name: str
    title: str
    of_sizes: Callable[[Counts, Counts, Counts], Floats]
    formula: str
    reference: str
    meaning: str


DISTANCES: dict[str, Distance] = {
    "masi": Distance(
        "masi",
        "alpha over sets of codes (MASI)",
        masi,
        "α = 1 - D_o / D_e with d(A, B) = 1 - |A ∩ B| / |A ∪ B| · m, m = 1, 2/3, 1/3 or 0",
        "Passonneau 2006, Measuring Agreement on Set-valued Items (MASI), LREC, https://aclanthology.org/L06-1392/; "
        "Krippendorff 2011",
        "Takes all codes of a unit together and gives part of the credit where the sets overlap.",
    ),
    "jaccard": Distance(
        "jaccard",
        "alpha over sets of codes (Jaccard)",
        jaccard,
        "α = 1 - D_o / D_e with d(A, B) = 1 - |A ∩ B| / |A ∪ B|",
        "Jaccard 1912, New Phytologist 11(2):37-50, doi:10.1111/j.1469-8137.1912.tb05611.x; Krippendorff 2011",
        "The same with a milder penalty where the sets only overlap.",
    ),
}


def distance_named(name: str) -> Distance:
    """The distance of this name; RatingsError with the nearest name otherwise."""
    if name not in DISTANCES:
        raise RatingsError(
            f"The distance must be one of {', '.join(DISTANCES)}. Got '{name}'.{did_you_mean(name, DISTANCES)}"
        )
    return DISTANCES[name]


def set_distance(first: Iterable[Hashable], second: Iterable[Hashable], distance: str = "masi") -> float:
    """The distance between two sets, from 0 (equal) to 1 (nothing shared)."""
    a, b = frozenset(first), frozenset(second)
    sizes = (np.array([size]) for size in (len(a & b), len(a), len(b)))
    return float(distance_named(distance).of_sizes(*sizes)[0])


# Up to so many different sets each is compared with each, which is one product of matrices.
FEW_SETS = 2000
# A set of n codes has 2 ** n subsets: beyond so many in all, they are too many to hold.
MOST_SUBSETS = 30_000_000


@dataclass(frozen=True, slots=True)
class Ratings:
    """Ratings that are not empty: marks (r, k), each one's stratum and weight (r,), and the number of strata."""

    marks: Bools
    stratum: Ints
    weights: Floats
    strata: int

    def distinct(self) -> Ratings:
        """The same with equal sets of one stratum taken together."""
        # As bits, so that rows of many codes are compared as a few bytes.
        keys = np.concatenate([np.packbits(self.marks, axis=1).astype(np.int64), self.stratum[:, None]], 1)
        _, first, which = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        # `ravel`: numpy 2.0.0 gives the inverse of rows as a column.
        weights = np.bincount(which.ravel(), weights=self.weights, minlength=len(first)).astype(np.float64)
        return Ratings(self.marks[first], self.stratum[first], weights, self.strata)

    def alike(self, distances: list[Distance]) -> dict[str, Floats] | None:
        """Summed similarity between strata for each distance, (s, s)."""
        packed = np.packbits(self.marks, axis=1)
        distinct, first, which = np.unique(packed, axis=0, return_index=True, return_inverse=True)
        if len(distinct) <= FEW_SETS:
            return {
                distance.name: self._pair_by_pair(distance, self.marks[first], which.ravel()) for distance in distances
            }
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
        alike = {distance.name: np.zeros((self.strata, self.strata)) for distance in distances}
        largest = int(self.marks.sum(1).max())
        for order in range(1, largest + 1):
            counts = dict(self._subset_counts(order))
            for first, second in combinations_with_self(counts):
                shared = None
                for distance in distances:
                    factor = newton(distance, first, second, order)
                    if not factor:
                        continue
                    # One sparse product serves all distances.
                    shared = (counts[first] @ counts[second].T).toarray() if shared is None else shared
                    # Two sizes come as one pair, and stand for both orders.
                    alike[distance.name] += factor * (shared if first == second else shared + shared.T)
        return alike

    def _subset_counts(self, order: int) -> Iterator[tuple[int, Any]]:
        """Per size of the whole set, how often each subset of `order` codes occurs in each stratum: sparse (s, subsets)."""
        from scipy.sparse import csr_array

        sizes = self.marks.sum(1)
        rows = {size: np.flatnonzero(sizes == size) for size in np.unique(sizes) if size >= order}
        columns = {
            size: np.nonzero(self.marks[of_size])[1].reshape(len(of_size), size) for size, of_size in rows.items()
        }
        chosen = {size: list(combinations(range(size), order)) for size in rows}
        members = np.concatenate([columns[size][:, chosen[size]].reshape(-1, order) for size in rows])
        ids, width = _identify(members, self.marks.shape[1])
        at = 0
        for size, of_size in rows.items():
            each = len(chosen[size])
            piece = ids[at : at + len(of_size) * each]
            at += len(piece)
            place = (np.repeat(self.stratum[of_size], each), piece)
            yield int(size), csr_array((np.repeat(self.weights[of_size], each), place), shape=(self.strata, width))


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
