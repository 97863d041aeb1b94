"""The cells of a codebook table as they are meant: apostrophes of protection taken off, NA and its like empty, and said so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from secondcoder.exchange.tables.missing_cells import error_in, is_missing, missing_notes, unguarded_word
from secondcoder.exchange.tables.rows import Row
from secondcoder.reports.tables import plain_cell

NAMES = frozenset(("na", "n/a", "none", "null"))
"""Words that people give to a code for what fits no other."""


def clean_rows(rows: Sequence[Row], naming: Collection[str]) -> tuple[list[Row], list[str]]:
    """The rows with clean cells, and notes on what was taken as empty or, in a `naming` column, as a name."""
    taken: list[tuple[str, str]] = []
    kept: dict[str, None] = {}

    def clean(title: str, cell: str) -> str:
        plain = plain_cell(cell)
        if not is_missing(plain):
            return unguarded_word(plain)
        if title in naming and plain.strip().casefold() in NAMES:
            kept[plain.strip()] = None
            return plain
        taken.append((title or "a column without a name", plain.strip()))
        return ""

    def cleaned(row: Row) -> Row:
        errors = {title: why for title, cell in row.cells.items() if (why := error_in(cell))}
        cells = {title: clean(title, cell) for title, cell in row.cells.items()}
        return replace(row, cells=cells, unclear={**row.unclear, **errors})

    clean_ones = [cleaned(row) for row in rows]
    names = [f"'{word}' is read as the name of a code; leave cells empty where none is meant." for word in kept]
    return clean_ones, [*missing_notes(taken), *names]
