"""Rows of a table file: CSV, XLSX or Parquet, each row with the line where a person finds it."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from secondcoder.errors import ReadError, TableError
from secondcoder.transcripts.registry import Source

SUFFIXES = (".csv", ".tsv", ".xlsx", ".parquet")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `place` reads "line 14" or "row 14"; cells are text, missing ones ''; column names in lower case."""

    place: str
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def read_rows(path: Path) -> list[Row]:
    """All rows that hold anything; TableError for a file that is no table, is cut off, or has no rows."""
    rows = list(_rows(path))
    if not rows:
        raise TableError(path.name, ["has no rows."])
    return rows


def _rows(path: Path) -> Iterator[Row]:
    readers = {".xlsx": _xlsx, ".parquet": _parquet}
    return readers.get(path.suffix.lower(), _csv)(path)


def encoding_notes(path: Path) -> tuple[str, ...]:
    """What the person should look at in a table of text: nothing unless its encoding is a guess."""
    return () if path.suffix.lower() in (".xlsx", ".parquet") else Source(path).decoded.notes


def columns_of(path: Path) -> set[str]:
    """The column names, from the first row; empty when the file is no table or has no rows."""
    try:
        return {column for row in islice(_rows(path), 1) for column in row.cells}
    except (TableError, ReadError):
        return set()


def _csv(path: Path) -> Iterator[Row]:
    text = Source(path).text
    if not text.strip():
        raise TableError(path.name, ["is empty."])
    header_line = text.lstrip("\r\n").splitlines()[0]
    delimiter = max(",;\t", key=header_line.count)  # Excel writes `;` where the comma is the decimal sign
    # newline="" ends lines at a bare carriage return too and alters none in cells; strict refuses an unclosed
    # quotation mark, which would swallow the rows below.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        header = _names(path, next(reader))
        # Where the next row begins, since cells may hold line breaks; csv counts where rows end.
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) > len(header):
                raise TableError(
                    path.name, [f"line {line}: {len(cells)} cells, but the header has {len(header)} columns."]
                )
            if any(cell.strip() for cell in cells):
                yield Row(f"line {line}", dict(zip(header, cells, strict=False)))
            line = reader.line_num + 1
    except csv.Error as error:
        raise TableError(path.name, [f"line {line}: not valid CSV ({error}). Is a quotation mark unclosed?"]) from None


def _xlsx(path: Path) -> Iterator[Row]:
    cells = _sheet(path)
    header = _names(path, cells[0] if cells else ())
    for number, values in enumerate(cells[1:], start=2):
        if any(value not in (None, "") for value in values[len(header) :]):
            raise TableError(path.name, [f"row {number}: more cells than the {len(header)} columns of the header."])
        if any(value not in (None, "") for value in values):
            yield Row(f"row {number}", dict(zip(header, map(_text, values), strict=False)))


def _sheet(path: Path) -> list[tuple[Any, ...]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    # Read at once: openpyxl looks at a sheet's content only while its rows are fetched.
    try:
        book = load_workbook(path, read_only=True, data_only=True)  # data_only: values, no formulas
        cells = list(book.worksheets[0].iter_rows(values_only=True))
        book.close()
        return cells
    except (
        BadZipFile,
        InvalidFileException,
        KeyError,  # a zip that lacks a part of a workbook
        OSError,
        ValueError,
        EOFError,
        SyntaxError,  # broken XML: ElementTree's ParseError is one
        zlib.error,
    ) as error:
        fault = f"is not an Excel workbook, or is cut off ({error}). Open it in Excel and save it again."
        raise TableError(path.name, [fault]) from None


def _parquet(path: Path) -> Iterator[Row]:
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(path)
    except (pyarrow.ArrowException, OSError) as error:
        raise TableError(path.name, [f"is not a Parquet file, or is cut off ({error})."]) from None
    names = _names(path, table.column_names)
    for number, record in enumerate(table.to_pylist(), start=1):
        yield Row(f"row {number}", dict(zip(names, map(_text, record.values()), strict=True)))


def _names(path: Path, header: Any) -> list[str]:
    names = [_text(name).strip().lstrip("\ufeff").casefold() for name in header]
    # Spreadsheets may save empty columns to the right of the table.
    while names and not names[-1]:
        names.pop()
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise TableError(path.name, [f"line 1: column '{twice[0]}' stands twice."])
    return names


def _text(value: Any) -> str:
    if value is None or value != value:  # NaN is the one value that differs from itself
        return ""
    if isinstance(value, float) and value.is_integer():  # pandas keeps 7 as 7.0 in a column with gaps
        return str(int(value))
    return str(value)
