"""Where on the page the passages of a code, and those of a cell, stand; '' for those that are not on it."""

from __future__ import annotations

from collections.abc import Collection, Sequence


class Places:
    """Ids of places: by number, since names may hold anything.

    Args:
        codes, rows: all of them, in order.
        cells: those whose passages stand on the page, as (row, code).
    """

    def __init__(self, codes: Sequence[str], rows: Sequence[str], cells: Collection[tuple[str, str]]) -> None:
        self._codes = {code: f"code-{number}" for number, code in enumerate(codes, start=1)}
        self._rows = {row: number for number, row in enumerate(rows, start=1)}
        self._cells = cells
        self._shown = {code for _, code in cells}

    def code(self, code: str) -> str:
        """The id of a code's passages."""
        return self._codes[code] if code in self._shown else ""

    def cell(self, row: str, code: str) -> str:
        """The id of a cell's passages."""
        return f"{self._codes[code]}-{self._rows[row]}" if (row, code) in self._cells else ""
