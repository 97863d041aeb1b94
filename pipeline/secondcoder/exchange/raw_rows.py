"""A row of a table as its file gives it, before columns have names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MOST_BYTES = 300_000_000
"""Unpacked; a workbook or Parquet file that says more of itself is a bomb."""
MOST_CELLS = 20_000_000
"""With the empty ones between: a few cells that lie far apart would fill the memory."""
LARGE, MOST_TIMES = 50_000_000, 200
"""From so many bytes on, what unpacks to more than so many times its size is a bomb too: talk is packed to a third or a tenth."""


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


def refuse_bomb(unpacked: int, packed: int) -> None:
    """ValueError for a file that says that it unpacks to more bytes than a table of interviews has."""
    if unpacked > MOST_BYTES or (unpacked > LARGE and unpacked > MOST_TIMES * packed):
        most = min(MOST_BYTES, max(LARGE, MOST_TIMES * packed))
        raise ValueError(f"it unpacks to {unpacked:,} bytes; from {packed:,}, more than {most:,} are not read")
