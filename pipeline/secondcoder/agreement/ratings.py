"""Agreement on plain ratings, usable without transcripts: `measure("cohen_kappa", ratings)`.

`as_ratings` is the one gate: behind it, ratings are whole numbers from 0 with -1 for missing.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from secondcoder.agreement.coefficients import NO_PAIRS, Coefficient, coefficient_named, coefficients
from secondcoder.agreement.contingency import MISSING, Contingency, Ints, contingency_of_ratings
from secondcoder.agreement.errors import NoOverlapError, OneCoderError, RatingsError
from secondcoder.agreement.results import Result
from secondcoder.errors import did_you_mean
from secondcoder.statistics.classification import ChanceCorrected
from secondcoder.statistics.cluster_bootstrap import ROUNDS, SEED, draw_clusters, interval_of


@dataclass(frozen=True, slots=True)
class Ratings:
    """Checked ratings.

    Attributes:
        values: (n units, m coders), indices into `categories`, -1 where a coder did not rate.
        categories: q names, at least two.
        coders: m names.
    """

    values: Ints
    categories: tuple[Hashable, ...]
    coders: tuple[str, ...]


def as_ratings(
    ratings: Any, coders: Sequence[str] | None = None, categories: Sequence[Hashable] | None = None
) -> Ratings:
    """Check and shape ratings.

    Args:
        ratings: (n units, m coders) of category names: text, whole numbers or booleans; None or nan where a coder did not
            rate.
        coders: m names; coder 1, coder 2, ... by default.
        categories: all categories that the coders could choose from, q of them. By default those that occur, or 0 and 1
            where nothing else occurs.

    Raises:
        RatingsError, OneCoderError, NoOverlapError: naming what is wrong.
    """
    # As objects: numpy would turn mixed words and numbers into text.
    cells = np.asarray(ratings, dtype=object)
    if cells.ndim != 2:
        raise RatingsError(f"Ratings must have one row a unit and one column a coder. Got {cells.ndim} dimension(s).")
    if cells.shape[1] < 2:
        raise OneCoderError(f"Agreement needs at least two coders. Got {cells.shape[1]}.")
    names = tuple(coders) if coders is not None else tuple(f"coder {number + 1}" for number in range(cells.shape[1]))
    if len(names) != cells.shape[1] or len(set(names)) != len(names):
        raise RatingsError(f"There are {cells.shape[1]} columns, but the coders' names are {', '.join(names)}.")
    words = [[None if _is_missing(cell) else category(cell) for cell in row] for row in cells]
    seen = {word for row in words for word in row if word is not None}
    known = _categories(seen, categories)
    index = {word: position for position, word in enumerate(known)}
    values = np.array([[MISSING if word is None else index[word] for word in row] for row in words], dtype=np.int64)
    # Without any row the array has lost its second axis.
    values = values.reshape(cells.shape)
    if not ((values != MISSING).sum(1) > 1).any():
        raise NoOverlapError("No unit was rated by two coders. Nothing can be compared.")
    return Ratings(values, known, names)


def _is_missing(cell: Any) -> bool:
    # nan is the one float that differs from itself.
    return cell is None or (isinstance(cell, float) and cell != cell)


def category(cell: Any) -> Hashable:
    """A rating as a category: True is 1, 2.0 is 2; RatingsError for a measurement, or what is no name."""
    # Before the numbers: Python's True is an int too.
    if isinstance(cell, (bool, np.bool_)):
        return int(cell)
    if isinstance(cell, (float, np.floating)) and not float(cell).is_integer():
        raise RatingsError(f"Ratings are names of categories. Got the measurement {cell}.")
    if isinstance(cell, (int, float, np.integer, np.floating)):
        return int(cell)
    if not isinstance(cell, Hashable):
        raise RatingsError(f"Ratings are names of categories. Got {cell!r}; sets of codes go to `alpha_of_sets`.")
    return cell


def _categories(seen: set[Hashable], given: Sequence[Hashable] | None) -> tuple[Hashable, ...]:
    if given is None:
        return (
            # By type first: words and numbers cannot be compared with each other.
            (0, 1) if seen <= {0, 1} else _at_least_two(tuple(sorted(seen, key=lambda word: (str(type(word)), word))))
        )
    known = tuple(category(word) for word in given)
    for word in sorted(seen - set(known), key=str):
        near = did_you_mean(str(word), map(str, known))
        raise RatingsError(f"Rating '{word}' is not among the categories {', '.join(map(str, known))}.{near}")
    return _at_least_two(known)


def _at_least_two(known: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
    if len(set(known)) < 2:
        shown = ", ".join(map(str, known))
        raise RatingsError(
            f"There must be two categories to choose from, but only '{shown}' is known. Name all in `categories`."
        )
    return known


def measure(
    name: str,
    ratings: Any,
    *,
    coders: Sequence[str] | None = None,
    categories: Sequence[Hashable] | None = None,
    clusters: Sequence[Hashable] | None = None,
    unit: str = "unit",
    rounds: int = ROUNDS,
    seed: int = SEED,
) -> Result:
    """One coefficient on ratings.

    Args:
        name: one of `coefficients()`.
        ratings, coders, categories: as in `as_ratings`.
        clusters: each unit's transcript or case, (n,); with it comes a 95% interval by bootstrap over clusters.
        unit: what a row is, in words.

    Returns:
        The value with observed and expected agreement, or None with the reason.

    Raises:
        AgreementError: the ratings cannot be used, or do not fit the coefficient.
    """
    coefficient = coefficient_named(name)
    checked = as_ratings(ratings, coders, categories)
    _must_fit(coefficient, checked)
    groups, where = _clusters(clusters, len(checked.values))
    by_cluster = contingency_of_ratings(checked.values, len(checked.categories), where, groups)
    total = by_cluster.total()
    result = result_of(coefficient, total, coefficient.compute(total), coders=checked.coders, unit=unit)
    if clusters is None:
        return result
    # Categories are all alike here, none is a mark: a cluster weighs by its rated units.
    draws = draw_clusters(by_cluster.paired, by_cluster.paired, rounds, seed)
    values = coefficient.compute(by_cluster.over(draws.weights)).value
    return result.with_interval(interval_of(result.value, values, draws, (coefficient.low, 1.0)))


def _must_fit(coefficient: Coefficient, ratings: Ratings) -> None:
    if coefficient.two_coders and len(ratings.coders) > 2:
        others = [name for name, known in coefficients().items() if not known.two_coders]
        raise RatingsError(
            f"{coefficient.title} is for two coders, and there are {len(ratings.coders)}. "
            f"Compare them pair by pair, or take one of {', '.join(others)}."
        )
    if coefficient.two_categories and len(ratings.categories) != 2:
        raise RatingsError(
            f"{coefficient.title} is for two categories (marked or not), and there are {len(ratings.categories)}: "
            f"{', '.join(map(str, ratings.categories))}."
        )


def _clusters(clusters: Sequence[Hashable] | None, units: int) -> tuple[int, Ints | None]:
    if clusters is None:
        return 1, None
    if len(clusters) != units:
        raise RatingsError(f"There are {units} units, but {len(clusters)} clusters were named.")
    index = {name: position for position, name in enumerate(dict.fromkeys(clusters))}
    return len(index), np.array([index[name] for name in clusters], dtype=np.int64)


def result_of(
    coefficient: Coefficient,
    contingency: Contingency,
    parts: ChanceCorrected,
    *,
    coders: tuple[str, ...],
    unit: str,
    at: tuple[int, ...] = (),
) -> Result:
    """The result object for one place `at` of a contingency's leading axes."""
    paired = float(contingency.paired[at])
    value = float(parts.value[at])
    reason = NO_PAIRS if paired == 0 else coefficient.undefined
    undefined = not np.isfinite(value)
    return Result(
        name=coefficient.name,
        value=None if undefined else value,
        observed=_finite(parts.observed[at]),
        expected=_finite(parts.expected[at]),
        n=paired,
        counts=_counts(contingency, at),
        coders=coders,
        unit=unit,
        reason=reason if undefined else "",
    )


def _counts(contingency: Contingency, at: tuple[int, ...]) -> Mapping[str, float]:
    if contingency.table is None or contingency.table.shape[-1] != 2:
        return {}
    table = contingency.table[at]
    cells = {"both": table[1, 1], "first": table[1, 0], "second": table[0, 1], "neither": table[0, 0]}
    return {name: float(count) for name, count in cells.items()}


def _finite(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
