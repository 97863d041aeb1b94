"""Tables of a Word document that describe codes: one with a row a code, or one for each code, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from secondcoder.errors import CodebookError, InputError
from secondcoder.exchange.codebooks.columns import field_of, is_header
from secondcoder.exchange.codebooks.registry import CodebookFile, CodebookFormat
from secondcoder.exchange.codebooks.table import codebook_of_table
from secondcoder.exchange.tables.raw_rows import RawRow
from secondcoder.exchange.tables.rows import Row, named_rows
from secondcoder.transcripts.documents.word_left_out import shown
from secondcoder.transcripts.documents.word_package import open_word
from secondcoder.transcripts.documents.word_text import TABLE, children, table_rows
from secondcoder.transcripts.registry import Source

SUFFIXES = (".docx", ".docm")


def read(path: Path) -> CodebookFile:
    """The codebook of the tables that describe codes; CodebookError where there is none, or a row cannot be used."""
    return codebook_of_table(path, lambda: _rows(path))


def holds_codes(path: Path) -> bool:
    """Whether a table of the document describes codes."""
    try:
        return path.suffix.lower() in SUFFIXES and bool(_rows(path))
    except InputError:
        return False


def _rows(path: Path) -> tuple[list[Row], Sequence[str]]:
    """The rows of the tables that describe codes: of one with a line of titles, or of each that describes one code field by field."""
    body, notes = shown(open_word(Source(path).data, path.name))
    tables = [
        [
            RawRow(f"table {number}, row {at}", [cell or "" for cell in row.cells])
            for at, row in enumerate(table_rows(table), 1)
        ]
        for number, table in enumerate(children(body, TABLE), start=1)
    ]
    headed = [rows for rows in tables if len(rows) > 1 and is_header(rows[0].cells)]
    rows = [row for table in headed for row in named_rows(path, table)] or [
        row for table in tables if _is_card(table) for row in named_rows(path, _turned(table))
    ]
    if not rows:
        raise CodebookError(
            f"{path.name}: no table in it describes codes, and no headings, numbers or list name them. The first row of a table names "
            "its columns: name, definition, includes, excludes, examples, parent."
        )
    columns = list(dict.fromkeys(title for row in rows for title in row.cells))
    return [Row(row.place, dict.fromkeys(columns, "") | row.cells) for row in rows], notes


def _is_card(rows: Sequence[RawRow]) -> bool:
    """A table of one code: titles in the first column, what they say in the second."""
    return (
        bool(rows)
        and all(len(row.cells) == 2 for row in rows)
        and is_header([row.cells[0] for row in rows])
        and _titled(rows)
    )


def _titled(rows: Sequence[RawRow]) -> bool:
    return 2 * sum(field_of(row.cells[0]) is not None for row in rows) > len(rows)


def _turned(rows: Sequence[RawRow]) -> list[RawRow]:
    place = rows[0].place
    return [RawRow(place, [row.cells[0] for row in rows]), RawRow(place, [row.cells[1] for row in rows])]


CODEBOOK_FORMAT = CodebookFormat("word-table", SUFFIXES, holds_codes, read, priority=30)
