"""A codebook as a table in CSV or Excel, a row a code, both ways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from secondcoder.codebook.model import Codebook
from secondcoder.exchange.codebooks.columns import is_header
from secondcoder.exchange.codebooks.registry import CodebookFile, CodebookFormat
from secondcoder.exchange.codebooks.table import codebook_of_table, exported, table_of_codebook
from secondcoder.exchange.tables.rows import read_table

SUFFIXES = (".csv", ".xlsx", ".tsv")
NARROW = ("id", "family", "parent", "source", "colour", "guid")


def read(path: Path) -> CodebookFile:
    """The codebook of the first table that names codes; CodebookError with every row that cannot be used."""

    def rows() -> Any:
        table = read_table(path, is_header, spread=True)
        return table.rows, table.notes

    return codebook_of_table(path, rows)


def write(book: Codebook, path: Path, _text: str | None) -> None:
    """The codebook as a table; InputError for a suffix of tables that are only read."""
    import pandas as pd

    from secondcoder.reports.tables import write_table
    from secondcoder.reports.whole_file import write_whole

    if path.suffix.lower() == ".xlsx":
        write_whole(path, _workbook(book))
    else:
        write_table(pd.DataFrame(table_of_codebook(book), columns=list(exported(book))), path)


def _workbook(book: Codebook) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    from secondcoder.reports.spreadsheet import cell_text, in_workbook
    from secondcoder.reports.tables import workbook_bytes

    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = "codebook"
    columns = exported(book)
    for cells in (dict(zip(columns, columns, strict=True)), *table_of_codebook(book)):
        sheet.append([in_workbook(cell_text(cells[column])) for column in columns])
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = 14 if cell.value in NARROW else 44
    sheet.freeze_panes = "A2"
    return workbook_bytes(workbook)


CODEBOOK_FORMAT = CodebookFormat(
    "table", SUFFIXES, lambda path: path.suffix.lower() in SUFFIXES, read, write, priority=20
)
