"""A row of a table as its file gives it, before columns have names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from secondcoder.domain.names import folded
from secondcoder.transcripts.safe_zip import LARGE, MOST_TIMES, is_bomb

MOST_BYTES = 300_000_000
"""Unpacked; a workbook or Parquet file that says more of itself is a bomb."""
MOST_CELLS = 20_000_000
"""With the empty ones between: a few cells that lie far apart would fill the memory."""
MOST_EMPTY, EMPTY_TO_ONE = 2_000_000, 20
"""From so many cells on, a table with so many empty ones to one that is filled is none: thousands of columns over short rows."""
TITLE_LINES = 10
"""How far down a table the line with the column names may stand."""
Needed = Collection[str] | Callable[[Sequence[str]], bool]
"""By what the line with the column names is known: names that must be in it, in lower case, or a test of its cells."""


def is_header(cells: Sequence[str], needed: Needed) -> bool:
    """Whether a row with these cells is the line with the column names; never where nothing is needed."""
    if callable(needed):
        return needed(cells)
    return bool(needed) and set(needed) <= {folded(cell) for cell in cells}


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row.

    Attributes:
        place: "line 14" or "row 14".
        cells: as they are shown, '' for an empty one.
        values: by index, the plain number of a cell that shows it in some format.
        unclear: by index, why the cell's text cannot be known.
        last: the number of the last filled column, where columns that are empty throughout were left out.
    """

    place: str
    cells: Sequence[str]
    values: Mapping[int, str] = field(default_factory=dict)
    unclear: Mapping[int, str] = field(default_factory=dict)
    last: int = 0


def is_sparse(rows: int, columns: int, filled: int) -> bool:
    """Whether a table would fill the memory with cells that hold nothing."""
    return rows * columns > MOST_EMPTY and rows * columns > EMPTY_TO_ONE * filled


def refuse_bomb(unpacked: int, packed: int) -> None:
    """ValueError for a file that says that it unpacks to more bytes than a table of interviews has."""
    if unpacked > MOST_BYTES or is_bomb(unpacked, packed):
        most = min(MOST_BYTES, max(LARGE, MOST_TIMES * packed))
        raise ValueError(f"it unpacks to {unpacked:,} bytes; from {packed:,}, more than {most:,} are not read")
