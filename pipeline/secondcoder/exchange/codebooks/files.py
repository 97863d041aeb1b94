"""Any codebook that a person names: one that ships, YAML, or a table in CSV, Excel or Word; and codebooks to files, by suffix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secondcoder.codebook.model import Codebook
from secondcoder.codebook.yaml_file import SHIPPED, dump_codebook, load_codebook, shipped_text
from secondcoder.errors import CodebookError, InputError, ReadError, TableError
from secondcoder.exchange.codebooks.columns import field_of, is_header
from secondcoder.exchange.codebooks.table import EXPORTED, codebook_of_rows, table_of_codebook
from secondcoder.exchange.raw_rows import RawRow
from secondcoder.exchange.rows import Row, named_rows, read_table
from secondcoder.transcripts.registry import Source
from secondcoder.transcripts.word_left_out import shown
from secondcoder.transcripts.word_package import open_word
from secondcoder.transcripts.word_text import TABLE, children, table_rows

TABLES = (".csv", ".tsv", ".xlsx")
WORD = (".docx", ".docm")
YAML = (".yml", ".yaml")
ELSEWHERE = {
    ".xls": "an old Excel workbook. Save it as .xlsx",
    ".ods": "an OpenDocument sheet. Save it as .xlsx or .csv",
    ".doc": "an old Word document. Save it as .docx",
    ".odt": "an OpenDocument text. Save it as .docx",
    ".rtf": "Rich Text. Save it as .docx",
    ".pdf": "a PDF. Copy its table into Excel or Word",
    ".qdc": "a codebook of another program (REFI-QDA). Export it there as an Excel or Word table",
    ".qdpx": "a project of another program (REFI-QDA). Export its codebook there as an Excel or Word table",
}


@dataclass(frozen=True)
class CodebookFile:
    """A codebook as it was read: `notes` tell how, `text` is its YAML with the comments of its file."""

    book: Codebook
    text: str
    notes: tuple[str, ...] = ()


def read_codebook(source: str | Path) -> CodebookFile:
    """A shipped codebook by name, or one from a file: YAML, a table in .csv, .tsv, .xlsx or .docx, or what a project of another
    program carries.

    Raises:
        CodebookError: there is no such file, it is no codebook, or rows of it cannot be used.
    """
    if str(source) in SHIPPED:
        return CodebookFile(load_codebook(source), shipped_text(str(source)))
    path = Path(source)
    suffix = path.suffix.lower()
    if path.is_file() and suffix in ELSEWHERE:
        raise CodebookError(f"{path.name}: {ELSEWHERE[suffix]}; a codebook is YAML, CSV, .xlsx or a table in .docx.")
    if suffix not in (*TABLES, *WORD, *YAML) and (carried := _carried(path)):
        return CodebookFile(carried, dump_codebook(carried))
    if not path.is_file() or suffix not in (*TABLES, *WORD):
        book = load_codebook(source)
        return CodebookFile(book, path.read_text(encoding="utf-8"))
    try:
        rows, notes = _word_rows(path) if suffix in WORD else _table_rows(path)
    except (TableError, ReadError) as error:
        raise CodebookError(str(error).removesuffix("Nothing was imported.").rstrip()) from None
    read = codebook_of_rows(rows, path.name, path.stem)
    return CodebookFile(
        read.book, dump_codebook(read.book), tuple(f"{path.name}: {note}" for note in (*notes, *read.notes))
    )


def _carried(path: Path) -> Codebook | None:
    """The codebook of another program's project, None for what is none."""
    from secondcoder.exchange.registry import find_coded_format

    coded_format = find_coded_format(path) if path.exists() else None
    try:
        return coded_format.codebook(path) if coded_format and coded_format.codebook else None
    except InputError as error:
        raise CodebookError(str(error).removesuffix("Nothing was imported.").rstrip()) from None


def _table_rows(path: Path) -> tuple[list[Row], Sequence[str]]:
    table = read_table(path, is_header, spread=True)
    return table.rows, table.notes


def _word_rows(path: Path) -> tuple[list[Row], Sequence[str]]:
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
            f"{path.name}: no table in it describes codes. The first row of a table names its columns: name, definition, includes, "
            "excludes, examples, parent."
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


def write_codebook(book: Codebook, path: Path, text: str | None = None) -> None:
    """Write a codebook as YAML, CSV or a workbook, by suffix.

    Args:
        text: its YAML with comments, where there are any.

    Raises:
        InputError: another suffix; StudyError: the file cannot be written.
    """
    import pandas as pd

    from secondcoder.reports.tables import write_table, write_whole

    suffix = path.suffix.lower()
    if suffix in (".yml", ".yaml"):
        write_whole(path, (text or dump_codebook(book)).encode())
    elif suffix == ".csv":
        write_table(pd.DataFrame(table_of_codebook(book), columns=list(EXPORTED)), path)
    elif suffix == ".xlsx":
        write_whole(path, _workbook(book))
    else:
        raise InputError(f"{path.name}: a codebook is written as .yml, .csv or .xlsx, by suffix. Nothing was written.")


def _workbook(book: Codebook) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    from secondcoder.reports.spreadsheet import cell_text, in_workbook
    from secondcoder.reports.tables import workbook_bytes

    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = "codebook"
    for cells in (dict(zip(EXPORTED, EXPORTED, strict=True)), *table_of_codebook(book)):
        sheet.append([in_workbook(cell_text(cells[column])) for column in EXPORTED])
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = (
            14 if cell.value in ("id", "family", "parent", "source") else 44
        )
    sheet.freeze_panes = "A2"
    return workbook_bytes(workbook)
