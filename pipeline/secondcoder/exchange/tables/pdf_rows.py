"""The rows of a table that MAXQDA prints to PDF: pages as tall as its list of coded segments is long, with ruled cells."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from secondcoder.errors import TableError
from secondcoder.exchange.tables.raw_rows import RawRow
from secondcoder.transcripts.registry import Source

TALL = 2000
"""Points: no paper is as tall (A3 has 1191)."""
MOST_PAGES = 200


def is_tall_pdf(path: Path) -> bool:
    """Whether the file is a PDF whose first page no paper holds."""
    if path.suffix.lower() != ".pdf":
        return False
    # Imported here, so that the command line starts without it.
    import pdfplumber

    try:
        with pdfplumber.open(io.BytesIO(Source(path).data)) as document:
            return bool(document.pages) and float(document.pages[0].height) > TALL
    except Exception:  # pdfminer raises whatever a damaged file leads to; who reads it says what is wrong
        return False


def pdf_rows(path: Path) -> list[RawRow]:
    """The rows of all its tables, the first the header; TableError for a damaged file."""
    try:
        tables = _tables(Source(path).data)
    except Exception as error:  # whatever a damaged page makes pdfminer raise
        raise _damaged(path, error) from None
    rows = [[cell for cell in map(_one_line, row) if cell] for table in tables for row in table]
    width = len(rows[0]) if rows else 0
    whole = [row for row in rows if len(row) == width]
    return [RawRow(f"row {number}", row) for number, row in enumerate(_without_beginnings(whole), start=1)]


@lru_cache(maxsize=1)
def _tables(data: bytes) -> list[list[list[str | None]]]:
    """Kept, since a file is looked at before it is read, and a hundred segments take seconds."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as document:
        return [table for page in document.pages[:MOST_PAGES] for table in page.extract_tables()]


def _without_beginnings(rows: Sequence[list[str]]) -> Iterator[list[str]]:
    """A row that goes on over the page is printed twice, first as far as the page holds it."""
    for row, behind in zip(rows, [*rows[1:], None], strict=True):
        if not (behind and row[:-1] == behind[:-1] and behind[-1] != row[-1] and behind[-1].startswith(row[-1])):
            yield row


def _one_line(cell: str | None) -> str:
    return " ".join((cell or "").split())


def _damaged(path: Path, error: Exception) -> TableError:
    return TableError(
        path.name, [f"is a PDF that cannot be read ({type(error).__name__}). Export the segments as .xlsx."]
    )
