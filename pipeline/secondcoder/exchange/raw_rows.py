"""A row of a table as its file gives it, before columns have names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MOST_BYTES = 300_000_000
"""Unpacked; a workbook or Parquet file that says more of itself is a bomb."""
MOST_CELLS = 20_000_000
"""With the empty ones between: a few cells that lie far apart would fill the memory."""


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
