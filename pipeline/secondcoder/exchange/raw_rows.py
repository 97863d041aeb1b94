"""A row of a table as its file gives it, before columns have names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

Needed = Collection[str] | Callable[[Sequence[str]], bool]
"""By what the line with the column names is known: names that must be in it, in lower case, or a test of its cells."""


def is_header(cells: Sequence[str], needed: Needed) -> bool:
    """Whether a row with these cells is the line with the column names; never where nothing is needed."""
    if callable(needed):
        return needed(cells)
    return bool(needed) and set(needed) <= {cell.strip().lstrip("\ufeff").casefold() for cell in cells}


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row.

    Attributes:
        place: "line 14" or "row 14".
        cells: as they are shown, '' for an empty one.
        values: by index, the plain number of a cell that shows it in some format.
        unclear: by index, why the cell's text cannot be known.
    """

    place: str
    cells: Sequence[str]
    values: Mapping[int, str] = field(default_factory=dict)
    unclear: Mapping[int, str] = field(default_factory=dict)
