"""Codes that a table has in several columns, one a column (`code 1`, `code 2` ...), as the one column `codes`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from secondcoder.exchange.tables.rows import Row

CODES = "codes"
_NUMBERED = re.compile(r"codes?[ _]?\d+")


def code_columns(names: Iterable[str]) -> list[str]:
    """Those of the columns that hold codes: `codes`, or else `code`, and numbered ones beside it."""
    names = list(names)
    single = next((name for name in (CODES, "code") if name in names), None)
    return [name for name in names if name == single or _NUMBERED.fullmatch(name)]


def with_codes_joined(rows: Sequence[Row], by: str = "|") -> list[Row]:
    """The rows with all their codes in the column `codes`, divided by `|` or what else divides them."""
    columns = code_columns(rows[0].cells) if rows else []
    if columns in ([], [CODES]):
        return list(rows)
    return [_joined(row, columns, by) for row in rows]


def _joined(row: Row, columns: Sequence[str], by: str) -> Row:
    others = {name: cell for name, cell in row.cells.items() if name not in columns}
    codes = by.join(row[name] for name in columns if row[name].strip())
    unclear = {CODES if name in columns else name: why for name, why in row.unclear.items()}
    return replace(row, cells={**others, CODES: codes}, unclear=unclear)
