"""Rows of an Excel workbook: the sheet that holds the table, its cells as they are shown, and what cannot be known of them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from secondcoder.domain.wording import listed
from secondcoder.errors import TableError
from secondcoder.exchange.tables.raw_rows import MOST_CELLS, TITLE_LINES, Needed, RawRow, is_header, refuse_bomb
from secondcoder.exchange.tables.shown_cells import Shown, shown
from secondcoder.exchange.tables.workbook_notes import workbook_notes
from secondcoder.reports.spreadsheet import BESIDE
from secondcoder.transcripts.registry import Source
from secondcoder.transcripts.safe_zip import BROKEN as BROKEN_ZIP
from secondcoder.transcripts.safe_zip import SafeZip, is_bomb

FORMULA = "holds a formula without a value. Open the workbook in Excel and save it, or put the values in place of the formulas"
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
BROKEN = (
    *BROKEN_ZIP,
    KeyError,  # a zip that lacks a part of a workbook
    SyntaxError,  # broken XML: ElementTree's ParseError is one
    IndexError,  # a text that the list of shared texts lacks
    TypeError,
    AttributeError,
    OverflowError,
)
EMPTY = Shown("", "")
MOST_COLUMNS = 1000
"""Of a sheet that is read row by row."""
HEAD = 4096
DTD = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
FORMULAS = re.compile(rb"<(?:\w+:)?f[\s>/]")


def sheets_of(path: Path, needed: Needed = (), spread: bool = False) -> tuple[list[RawRow], tuple[str, ...]]:
    """The rows that hold anything of the sheet with the table, and a note that names the sheets that were not read.

    The sheet is the first with all `needed` columns, or else the first with any content. With `spread`, cells that are merged
    over rows hold their value in each of them.

    Raises:
        TableError: not a workbook; two sheets hold such a table, so that one would be left out; cells are merged over rows.
    """
    sheets = {name: rows for name, rows in _sheets(path, spread).items() if rows}
    fitting = [name for name, rows in sheets.items() if any(is_header(row.cells, needed) for row in rows[:TITLE_LINES])]
    if not sheets:
        return [], ()
    chosen = (fitting or list(sheets))[0]
    alike = [name for name in sheets if name in fitting or _header(sheets[name]) == _header(sheets[chosen])]
    if len(alike) > 1:
        names = listed([f"'{name}'" for name in alike])
        raise TableError(
            path.name, [f"sheets {names} each hold a table. Put them into one sheet, or each into a file."]
        )
    others = [f"'{name}'" for name in sheets if name != chosen]
    if [name for name in sheets if name != chosen] == list(BESIDE):  # of our own sheets
        others = []
    read = f"sheet '{chosen}' was read; not read: {listed(others)}."
    return sheets[chosen], (*((read,) if others else ()), *workbook_notes(path.read_bytes()))


def streamed_sheet(path: Path, needed: Needed) -> Iterator[RawRow]:
    """The rows that hold anything of the first sheet with the table, one by one; the sheet's texts alone are kept.

    Of merged cells only the first holds the value here.
    """
    with SafeZip(path) as parts:  # before openpyxl, which reads the sheet's texts at once
        if is_bomb(sum(part.file_size for part in parts.infolist()), path.stat().st_size):
            raise ValueError("it unpacks to more than any table does")
        _refuse_dtd(parts)
    with path.open("rb") as file, path.open("rb") as again:
        book = _workbook(file, data_only=True)
        with_table = (sheet for sheet in book.worksheets if _has_header(sheet, needed))
        sheet = next(with_table, book.worksheets[0])
        formulas = _workbook(again)[sheet.title] if _has_formulas(sheet) else None
        for number, cells, written in _with_formulas(sheet, formulas):
            every = {at: _shown(cell, written[at]) for at, cell in cells.items()}
            texts = {at: cell for at, cell in every.items() if cells[at].value is not None or cell.unclear}
            if any(map(_holds, texts.values())):
                row = [texts.get(at, EMPTY) for at in range(1, min(max(texts), MOST_COLUMNS) + 1)]
                yield RawRow(
                    f"row {number}",
                    [cell.text for cell in row],
                    {at: cell.value for at, cell in enumerate(row) if cell.value != cell.text},
                    {at: cell.unclear for at, cell in enumerate(row) if cell.unclear},
                )


def _with_formulas(values: Any, formulas: Any | None) -> Iterator[tuple[int, dict[int, Any], dict[int, Any]]]:
    """Each row's number, its cells, and the same as they are written; the sheet is read twice only where it holds formulas."""
    if formulas is None:
        yield from ((number, cells, cells) for number, cells in _cells(values))
        return
    for (number, cells), (_, written) in zip(_cells(values), _cells(formulas), strict=True):
        yield number, cells, written


def _has_formulas(sheet: Any) -> bool:
    with sheet._get_source() as source:
        before = b""
        while piece := source.read(2**20):
            if FORMULAS.search(before + piece):
                return True
            before = piece[-20:]
    return False


def _has_header(sheet: Any, needed: Needed) -> bool:
    first = islice(_cells(sheet), TITLE_LINES)
    return any(is_header([str(cell.value or "") for cell in cells.values()], needed) for _, cells in first)


def _header(rows: Sequence[RawRow]) -> set[str]:
    return {cell.strip().casefold() for cell in rows[0].cells} - {""}


def _sheets(path: Path, spread: bool) -> dict[str, list[RawRow]]:
    return _sheets_in(Source(path).data, path.name, spread)


@lru_cache(maxsize=1)
def _sheets_in(content: bytes, name: str, spread: bool) -> dict[str, list[RawRow]]:
    """Kept: a workbook is looked at by several formats before one reads it, and 20,000 rows take seconds."""
    from openpyxl.utils.exceptions import InvalidFileException

    # Read at once: openpyxl looks at a sheet's content only while its rows are fetched.
    try:
        has_formulas = _look_inside(content)
        values = _workbook(io.BytesIO(content), data_only=True)
        # Twice only where needed: a formula that was never computed has no value, and is seen among the formulas alone.
        formulas = _workbook(io.BytesIO(content)) if has_formulas else None
        sheets = {
            sheet.title: _unmerged(name, sheet, list(_rows(sheet, formulas and formulas[sheet.title])), spread)
            for sheet in values.worksheets
        }
        values.close()
        if formulas:
            formulas.close()
        return sheets
    except (InvalidFileException, *BROKEN) as error:
        fault = f"is not an Excel workbook, or is cut off ({error}). Open it in Excel and save it again."
        raise TableError(name, [fault]) from None


def _workbook(file: BinaryIO, data_only: bool = False) -> Any:
    """The workbook without sheets that hold a chart alone: they have no rows, and openpyxl fails on an empty one."""
    from openpyxl.reader.excel import ExcelReader

    class Reader(ExcelReader):  # type: ignore[misc]
        def read_chartsheet(self, sheet: Any, rel: Any) -> None:
            pass

    reader = Reader(file, read_only=True, data_only=data_only)
    reader.archive = SafeZip(file)
    reader.read()
    return reader.wb


def _look_inside(content: bytes) -> bool:
    """Whether any sheet holds a formula; ValueError for what unpacks to too much."""
    with SafeZip(io.BytesIO(content)) as parts:
        refuse_bomb(sum(part.file_size for part in parts.infolist()), len(content))
        _refuse_dtd(parts)
        return any(FORMULAS.search(parts.read(name)) for name in parts.namelist() if "/worksheets/" in name)


def _refuse_dtd(parts: SafeZip) -> None:
    """ValueError for entities, which no program writes into a workbook: what they stand for would be made of them."""
    for name in parts.namelist():
        with parts.open(name) as part:
            head = part.read(HEAD)
            if any(sign in head for sign in DTD):
                raise ValueError(f"{name} declares a DTD or entities, which no workbook does")


def _rows(values: Any, formulas: Any | None) -> Iterator[RawRow]:
    rows = [
        (number, {at: _shown(cell, written[at]) for at, cell in cells.items()})
        for (number, cells), (_, written) in zip(_cells(values), _cells(formulas or values), strict=True)
    ]
    filled = [(number, {at: cell for at, cell in cells.items() if _holds(cell)}) for number, cells in rows]
    # Columns that are empty throughout are left out: one far cell would make every row as wide.
    columns = sorted({at for _, cells in filled for at in cells})
    if len(columns) * len(filled) > MOST_CELLS:
        raise ValueError(f"its cells lie so far apart that there are more than {MOST_CELLS:,}")
    for number, cells in filled:
        if cells:
            row = [cells.get(at, EMPTY) for at in columns]
            yield RawRow(
                f"row {number}",
                [cell.text for cell in row],
                {at: cell.value for at, cell in enumerate(row) if cell.value != cell.text},
                {at: cell.unclear for at, cell in enumerate(row) if cell.unclear},
                max(cells),
            )


def _cells(sheet: Any) -> Iterator[tuple[int, dict[int, Any]]]:
    """Each row that the file holds, with its cells by column.

    Not openpyxl's own rows, which fill every gap: a cell in row 99,999,999 would be so many rows.
    """
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.worksheet._reader import WorkSheetParser

    book = sheet.parent
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            data_only=book.data_only,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, row in parser.parse():
            yield number, {cell["column"]: ReadOnlyCell(sheet, **cell) for cell in row}


def _holds(cell: Shown) -> bool:
    return bool(cell.text.strip() or cell.unclear)


def _shown(cell: Any, written: Any) -> Shown:
    if cell.value is None:
        # A formula that gave an empty text is marked `str`; one that was never computed is not.
        never_computed = written.value is not None and cell.data_type != "str"
        return Shown("", "", FORMULA if never_computed else "")
    return shown(cell.value, cell.number_format or "General")


def _unmerged(name: str, sheet: Any, rows: list[RawRow], spread: bool) -> list[RawRow]:
    """The rows; TableError where cells of several rows are merged, of which only the first holds the value, unless it is spread."""
    if rows:
        top = int(rows[0].place.split()[1])
        merges = MERGED.findall(sheet.parent._archive.read(sheet._worksheet_path))
        for left, first, right, last in merges:
            if int(last) > max(top, int(first)) and spread:
                rows = _spread(rows, left.decode(), int(first), int(last))
            elif int(last) > max(top, int(first)):
                cells = f"{left.decode()}{int(first)}:{right.decode()}{int(last)}"
                raise TableError(
                    name,
                    [
                        f"row {int(first)}: cells {cells} of sheet '{sheet.title}' are merged. Unmerge them and fill in each."
                    ],
                )
    return rows


def _spread(rows: Sequence[RawRow], column: str, first: int, last: int) -> list[RawRow]:
    """The rows with the value of merged cells in each of the rows over which they are merged."""
    from openpyxl.utils import column_index_from_string

    at = column_index_from_string(column) - 1
    merged = [row for row in rows if first <= int(row.place.split()[1]) <= last]
    value = next((row.cells[at] for row in merged[:1] if len(row.cells) > at), "")

    def filled(row: RawRow) -> RawRow:
        cells = [*row.cells, *[""] * (at + 1 - len(row.cells))]
        return replace(row, cells=[*cells[:at], value, *cells[at + 1 :]])

    return [filled(row) if row in merged else row for row in rows]
