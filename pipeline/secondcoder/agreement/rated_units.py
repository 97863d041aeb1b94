"""Units with what each coder gave them, from lists: the ground for agreement without a study.

A cell is a set of codes: several, one, or none, where the coder looked and found nothing. None stands where the coder did not look,
and says nothing about agreement.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np

from secondcoder.agreement.errors import NoOverlapError, OneCoderError, RatingsError, UnusedCodeError
from secondcoder.agreement.ratings import category
from secondcoder.agreement.reliability_data import ReliabilityData
from secondcoder.agreement.units import Kind
from secondcoder.domain.wording import counted
from secondcoder.errors import did_you_mean

Given = frozenset[str] | None
"""The codes that a coder gave a unit; None where they did not look."""
SEVERAL = "|"
UNITS = Kind("unit", "units", lambda *_: iter(()))
"""Whatever a row of a table or an item of a list stands for."""
_NOTHING = ("NAType", "NaTType")
_WORDS_OF_NOTHING = ("nan", "NaN", "None", "NA", "<NA>", "NaT")
"""What an array of texts makes of a missing value."""
_WHOLE = re.compile(r"0*(\d{1,18})(?:[.,]0+)?", re.ASCII)


@dataclass(frozen=True)
class RatedUnits:
    """What each coder gave each unit.

    Attributes:
        units: n names; coders: m of them; given: (n, m).
        codes: all that the coders could choose from, or else those that somebody gave, in their order.
        clusters: of each unit, (n,), what it lies in; clustered_by: what that is, in a word.
        notes: what a reader must know of how the ratings were read.
    """

    units: tuple[str, ...]
    coders: tuple[str, ...]
    given: tuple[tuple[Given, ...], ...]
    codes: tuple[str, ...]
    clusters: tuple[str, ...]
    clustered_by: str
    notes: tuple[str, ...] = ()

    @property
    def one_each(self) -> bool:
        """Whoever looked at a unit gave it one code, as when each unit is put into one category."""
        return all(codes is None or len(codes) == 1 for row in self.given for codes in row)

    @property
    def looked_at(self) -> int:
        """Units that two coders looked at."""
        return sum(sum(codes is not None for codes in row) > 1 for row in self.given)

    def ratings(self, coders: Sequence[str]) -> list[list[str | None]]:
        """One code a unit and coder, (n, coders); only where there is `one_each`."""
        at = [self.coders.index(coder) for coder in coders]
        return [[None if (codes := row[j]) is None else next(iter(codes)) for j in at] for row in self.given]

    def reliability_data(self) -> ReliabilityData:
        """The same as marks and known cells, (n, m, k)."""
        n, m, k = len(self.units), len(self.coders), len(self.codes)
        marks, known = np.zeros((n, m, k), dtype=bool), np.zeros((n, m, k), dtype=bool)
        column = {code: at for at, code in enumerate(self.codes)}
        for i, row in enumerate(self.given):
            for j, codes in enumerate(row):
                known[i, j] = codes is not None
                marks[i, j, [column[code] for code in codes or ()]] = True
        names = {name: at for at, name in enumerate(dict.fromkeys(self.clusters))}
        where = np.array([names[name] for name in self.clusters], dtype=np.int64)
        return ReliabilityData(marks, known, np.ones(n), where, self.coders, self.codes, tuple(names), UNITS)


def rated_lists(
    ratings: Sequence[Sequence[Any]],
    coders: Sequence[str] | None,
    categories: Sequence[Hashable] | None,
    clusters: Sequence[Hashable] | None,
    clustered_by: str,
    several: str | None,
) -> RatedUnits:
    """A list a coder, item for item on the same units; the arguments are those of `of_lists`."""
    if len(ratings) < 2:
        raise OneCoderError(f"Agreement needs two coders' lists at least. Got {len(ratings)}.")
    ratings = [_in_order(of_coder, at) for at, of_coder in enumerate(ratings, start=1)]
    _refuse_other_order(ratings)
    lengths = [len(of_coder) for of_coder in ratings]
    if len(set(lengths)) > 1:
        raise RatingsError(
            f"The lists must be of the same units, item for item. They have {', '.join(map(str, lengths))} items. Where a coder did "
            "not look at a unit, put None."
        )
    names = tuple(coders) if coders is not None else tuple(f"coder {at + 1}" for at in range(len(ratings)))
    given = zip(*([codes_of(cell, several) for cell in of_coder] for of_coder in ratings), strict=True)
    units = [str(at + 1) for at in range(lengths[0])]
    rows = [*given]
    notes = [
        f"'{word}' counts as a code, since it stands there as text. None says that the coder did not look."
        for word in sorted({code for row in rows for codes in row for code in codes or () if code in _WORDS_OF_NOTHING})
    ]
    return rated_units(units, names, rows, categories, clusters, clustered_by, notes)


def _in_order(ratings: Any, number: int) -> Sequence[Any]:
    """A list, column or array as it is, and what can be gone through once as a list; RatingsError for what has no order of units."""
    if isinstance(ratings, (Mapping, Set)) or hasattr(ratings, "columns") or not isinstance(ratings, Iterable):
        raise RatingsError(
            f"List {number} is {type(ratings).__name__}, which is no list of one item a unit. Give a list or a column; tables go to "
            "`of_tables`."
        )
    listed: Sequence[Any] = ratings if hasattr(ratings, "__len__") else list(ratings)  # type: ignore[assignment]
    return listed


def _refuse_other_order(ratings: Sequence[Sequence[Any]]) -> None:
    """RatingsError where columns name the same units by their index, and in another order: items would be compared place by place."""
    indices: list[Any] = [index for column in ratings if hasattr(index := getattr(column, "index", None), "equals")]
    for index in indices[1:]:
        if not index.equals(indices[0]) and sorted(map(str, index)) == sorted(map(str, indices[0])):
            raise RatingsError(
                "The columns have the same index in another order, and lists are compared item for item. Sort them alike "
                "(sort_index), or take the index off (to_numpy)."
            )


def rated_units(
    units: Sequence[str],
    coders: Sequence[str],
    given: Sequence[Sequence[Given]],
    categories: Sequence[Hashable] | None = None,
    clusters: Sequence[Hashable] | None = None,
    clustered_by: str = "cluster",
    notes: Sequence[str] = (),
) -> RatedUnits:
    """Checked: two coders of different names at least, who looked at some unit together and gave some code.

    Raises:
        RatingsError, OneCoderError, NoOverlapError, UnusedCodeError: naming what is wrong.
    """
    if len(coders) < 2:
        raise OneCoderError(f"Agreement needs two coders at least. Got {', '.join(coders) or 'none'}.")
    if len(set(coders)) != len(coders) or any(len(row) != len(coders) for row in given):
        raise RatingsError(f"The coders' names must be different, one a list or column. Got {', '.join(coders)}.")
    if clusters is not None and len(clusters) != len(units):
        raise RatingsError(f"There are {len(units)} units, but {len(clusters)} clusters were named.")
    seen = {code for row in given for codes in row for code in codes or ()}
    known = _codes(seen, categories)
    notes = (*notes, *_numbers_alike("code", known), *_numbers_alike("unit", units))
    if clusters is None:
        clusters, clustered_by = units, UNITS.one
        notes = (*notes, ALIKE)
    checked = RatedUnits(
        tuple(units),
        tuple(coders),
        tuple(map(tuple, given)),
        known,
        tuple(map(str, clusters)),
        clustered_by,
        tuple(notes),
    )
    if not checked.looked_at:
        raise NoOverlapError("No unit was looked at by two coders. Nothing can be compared.")
    if not seen:
        raise UnusedCodeError(f"No code was given by any of {counted(len(coders), 'coder')}. Nothing can be compared.")
    return checked


ALIKE = (
    "Intervals resample units one by one, as if they had nothing to do with each other. Units of one interview are alike, so "
    "that such "
    "intervals are too narrow: name the interview of each unit by `clusters`."
)


def _codes(seen: set[str], categories: Sequence[Hashable] | None) -> tuple[str, ...]:
    """Those named, or those seen: whole numbers by size, then words."""
    if categories is None:
        return tuple(sorted(seen, key=by_number))
    known = tuple(dict.fromkeys(str(category(name)) for name in categories))
    for code in sorted(seen.difference(known)):
        raise RatingsError(f"'{code}' is not among the categories {', '.join(known)}.{did_you_mean(code, known)}")
    return known


def _numbers_alike(kind: str, names: Iterable[str]) -> Iterator[str]:
    """A note where one number may be written in two ways, as 1 and 1.0 or 7 and 07: files written by programs differ so."""
    first: dict[int, str] = {}
    for name in names:
        number = _WHOLE.fullmatch(name)
        if number and first.setdefault(int(number[1]), name) != name:
            yield (
                f"{kind} '{first[int(number[1])]}' and {kind} '{name}' are two here. If they are one number, write them alike."
            )
            return


def by_number(name: str) -> tuple[bool, int, str]:
    """To sort names by: whole numbers by size, then words."""
    return not name.isdecimal(), int(name) if name.isdecimal() and len(name) < 20 else 0, name


def codes_of(cell: Any, several: str | None = SEVERAL) -> Given:
    """The codes of one cell: text, which `several` may divide, a number, or a list or set of them; None for a missing value."""
    if cell is None or (isinstance(cell, (float, np.floating)) and cell != cell) or type(cell).__name__ in _NOTHING:
        return None
    if isinstance(cell, str):
        parts = cell.split(several) if several else [cell]
        return frozenset(code for part in parts if (code := part.strip()))
    if isinstance(cell, (bytes, Mapping)):
        raise RatingsError(f"Ratings are names of categories. Got {cell!r}.")
    if isinstance(cell, Iterable):
        within = [codes_of(each, None) for each in cell]
        return frozenset(code for codes in within for code in codes or ())
    return frozenset((str(category(cell)),))
