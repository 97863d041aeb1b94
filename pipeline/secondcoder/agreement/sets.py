"""Agreement on sets: a unit carries any number of codes, and {A, B} against {A} is half an agreement.

Distances depend only on the sizes of the two sets and of what they share, which is what makes alpha quick (`set_sums`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from secondcoder.agreement.contingency import Bools, Floats
from secondcoder.agreement.errors import NoOverlapError, OneCoderError, RatingsError
from secondcoder.agreement.results import Result
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
    one, other = frozenset(first), frozenset(second)
    sizes = (np.array([size]) for size in (len(one & other), len(one), len(other)))
    return float(distance_named(distance).of_sizes(*sizes)[0])


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
    from secondcoder.agreement.set_alpha import SetSums

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
