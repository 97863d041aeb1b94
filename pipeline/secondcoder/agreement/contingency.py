"""Sums over units from which every coefficient follows.

They add up: the sums of many units are those of the single units together. So the data are read once, cluster by cluster, for the
estimate and for every bootstrap round, which is a weighted sum over clusters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

MISSING = -1


@dataclass(frozen=True, slots=True)
class Contingency:
    """Sums over units for q categories; the leading axes (clusters, rounds, codes) are free and the same in each array.

    Attributes:
        rated: units with at least one rating, (...,).
        paired: units with at least two, (...,).
        agreeing: over the paired units, the share of agreeing pairs of ratings, (...,).
        shares: over the rated units, each category's share of the ratings, (..., q).
        coincidences: Krippendorff's coincidence matrix, (..., q, q).
        table: first coder in rows, second in columns, (..., q, q); None for more than two coders.
        only_table: everything else follows from the table, because both coders rated every unit.
    """

    rated: Floats
    paired: Floats
    agreeing: Floats
    shares: Floats
    coincidences: Floats
    table: Floats | None = None
    only_table: bool = False

    @classmethod
    def of_table(cls, table: Floats) -> Contingency:
        """From tables of two coders who both rated every unit, (..., q, q)."""
        table = np.asarray(table, dtype=np.float64)
        total = table.sum((-1, -2))
        diagonal = np.trace(table, axis1=-2, axis2=-1)
        transposed = np.swapaxes(table, -1, -2)
        shares = (table.sum(-1) + table.sum(-2)) / 2
        return cls(total, total, diagonal, shares, table + transposed, table, only_table=True)

    def over(self, weights: Floats) -> Contingency:
        """Weighted sums over the first axis: weights (rounds, clusters) on (clusters, ...) give (rounds, ...)."""
        return self._each(lambda array: np.tensordot(weights, array, axes=1))

    def total(self, axis: int = 0) -> Contingency:
        """Sums over one leading axis."""
        return self._each(lambda array: array.sum(axis))

    def _each(self, change: Callable[[Floats], Floats]) -> Contingency:
        # Then one array is summed in place of six.
        if self.only_table and self.table is not None:
            return Contingency.of_table(change(self.table))
        return Contingency(
            rated=change(self.rated),
            paired=change(self.paired),
            agreeing=change(self.agreeing),
            shares=change(self.shares),
            coincidences=change(self.coincidences),
            table=None if self.table is None else change(self.table),
        )


def contingency_of_ratings(values: Ints, categories: int, clusters: Ints | None = None, groups: int = 1) -> Contingency:
    """Contingency of ratings by cluster.

    Args:
        values: (n units, m coders), category indices from 0, MISSING where a coder did not rate.
        categories: q.
        clusters: each unit's cluster from 0 to groups - 1, (n,); None for one cluster.

    Returns:
        A contingency with leading axis (groups,); `table` counts the units that both of two coders rated.
    """
    n, coders = values.shape
    clusters = np.zeros(n, dtype=np.int64) if clusters is None else clusters
    counts = np.stack([(values == category).sum(1) for category in range(categories)], 1).astype(np.float64)
    ratings = counts.sum(1)
    known, paired = ratings > 0, ratings > 1
    # 1 where there is no pair: the quotient is dropped, and must not divide by zero.
    pairs = np.where(paired, ratings * (ratings - 1), 1)
    agreeing = np.where(paired, (counts * (counts - 1)).sum(1) / pairs, 0)
    shares = counts / np.maximum(ratings, 1)[:, None]
    member = [clusters == group for group in range(groups)]
    coincidences = np.stack([_coincidences(counts[units & paired]) for units in member])
    table = np.stack([_table(values[units], categories) for units in member]) if coders == 2 else None

    def sums(array: NDArray[Any]) -> Floats:
        return np.stack([array[units].sum(0) for units in member]).astype(np.float64)

    return Contingency(sums(known), sums(paired), sums(agreeing), sums(shares), coincidences, table)


def _coincidences(counts: Floats) -> Floats:
    """Pairs of ratings within units, each unit weighing as many pairs as it has ratings (Krippendorff 2011, step 2)."""
    # Every unit has at least two ratings here, so nothing is divided by zero; a rating is no pair with itself.
    weighted = counts / (counts.sum(1) - 1)[:, None]
    coincidences: Floats = weighted.T @ counts - np.diag(weighted.sum(0))
    return coincidences


def _table(values: Ints, categories: int) -> Floats:
    both = (values != MISSING).all(1)
    # The two ratings as one number, so that one pass counts the whole table.
    cells = values[both, 0] * categories + values[both, 1]
    return np.bincount(cells, minlength=categories**2).reshape(categories, categories).astype(np.float64)


def pair_tables(first: Bools, second: Bools, known: Bools, *, clusters: Ints, groups: int, weights: Floats) -> Floats:
    """Two coders' 2x2 tables by cluster and code.

    Args:
        first, second: whether the coder marked the unit with the code, (n, k).
        known: where both looked, (n, k).
        clusters, weights: of each unit, (n,).

    Returns:
        (groups, k, 2, 2); index 1 means marked, rows are the first coder.
    """
    codes = first.shape[1]
    # Cluster, code and both marks as one number, so that one pass over the cells counts all tables.
    cells = ((clusters[:, None] * codes + np.arange(codes)) * 2 + first) * 2 + second
    spread = np.broadcast_to(weights[:, None], known.shape)[known]
    sums: Floats = np.bincount(cells[known], weights=spread, minlength=groups * codes * 4).astype(np.float64)
    return sums.reshape(groups, codes, 2, 2)


def contingency_of_group(marks: Bools, known: Bools, *, clusters: Ints, groups: int, weights: Floats) -> Contingency:
    """Contingency of any number of coders by cluster and code, from how many of those who looked marked each unit.

    Args:
        marks, known: (n, m, k).

    Returns:
        A contingency with leading axes (groups, k); a unit that only one coder looked at does not count.
    """
    coders, codes = marks.shape[1:]
    looked = known.sum(1)
    marked = (marks & known).sum(1)
    width = coders + 1
    # How many looked and how many marked is all that a unit's agreement depends on: units are counted by that.
    cells = ((clusters[:, None] * codes + np.arange(codes)) * width + looked) * width + marked
    size = groups * codes * width * width
    sums: Floats = np.bincount(cells.ravel(), weights=np.repeat(weights, codes), minlength=size).astype(np.float64)
    return _binary_contingency(sums.reshape(groups, codes, width, width))


def _binary_contingency(sums: Floats) -> Contingency:
    """From the number of units by (coders who looked, coders who marked), (..., m + 1, m + 1)."""
    looked, marked = np.indices(sums.shape[-2:]).astype(np.float64)
    counts = np.stack([looked - marked, marked], -1)
    # The grid also has places with more marks than coders; no unit lies there, and their counts are negative.
    paired = (looked > 1) & (marked <= looked)
    others = np.where(paired, looked - 1, 1)
    agreeing = (counts * (counts - 1)).sum(-1) / (np.maximum(looked, 1) * others)
    pairs = (counts[..., :, None] * counts[..., None, :] - counts[..., None] * np.eye(2)) / others[..., None, None]
    kept = sums * paired
    total = kept.sum((-1, -2))
    shares = np.tensordot(kept, counts / np.maximum(looked, 1)[..., None], axes=2)
    return Contingency(total, total, np.tensordot(kept, agreeing, axes=2), shares, np.tensordot(kept, pairs, axes=2))
