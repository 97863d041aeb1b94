"""The workbook: the matrix to read, the summaries to write, and a sheet for each table; the same bytes for the same findings.

What is written into the sheet "summaries" comes back with `secondcoder chart --notes`; the other sheets are for reading alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from secondcoder.charting.findings import BASIS, Findings
from secondcoder.charting.notes import LEVEL, LIGHTS
from secondcoder.charting.notes_sheet import COLUMNS, notes_rows
from secondcoder.charting.report.matrix_view import ACROSS
from secondcoder.charting.report.shown import code_name, names_of, rows_of
from secondcoder.charting.report.wording import said, whole
from secondcoder.domain.wording import counted
from secondcoder.reports.spreadsheet import cell_text, in_workbook
from secondcoder.reports.tables import workbook_bytes
from secondcoder.reports.workbook_memory import add_sheet

if TYPE_CHECKING:
    import pandas as pd

MATRIX, SUMMARIES, PASSAGES = "matrix", "summaries", "passages"
WIDE = {"summary": 60, "text": 70, "where": 45, "sentence": 60, "definition": 50, "note": 40, "why": 30, "name": 28}
WIDTH, MATRIX_WIDTH = 14, 29
A4 = 9
"""As the file has it (ECMA-376, pageSetup)."""
MOST_ACROSS = 400
"""Characters that a page can have from left to right."""
LINE, MOST_LINES = 15, 25
"""Height of a line in points, and lines of the tallest row."""
MOST_ROWS = 20_000
"""Rows of the largest table that has a sheet; the files of tables have all."""
MOST_WRAPPED = 2_000
"""Rows up to which text is wrapped within its cell; beyond, a workbook of thousands of tall rows is hard to scroll."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: its columns with their widths, rows of values, and columns with a drop-down."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Any]]
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


def workbook(findings: Findings) -> bytes:
    """The file."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for sheet in _sheets(findings):
        _write(add_sheet(book, sheet.name), sheet)
    return workbook_bytes(book)


def _sheets(findings: Findings) -> Iterator[Sheet]:
    yield Sheet("about", [("about", 30), ("", 110)], [[name, text] for name, text in _about(findings)])
    yield _matrix(findings)
    yield _summaries(findings)
    first = [PASSAGES, *(name for name in findings.tables if name not in BASIS)]
    for name in dict.fromkeys([*first, *BASIS]):
        table = findings.tables[name]
        if len(table) <= MOST_ROWS:
            yield Sheet(name, _columns(map(str, table)), _values(table))


def _about(findings: Findings) -> Iterator[tuple[str, str]]:
    yield "study", findings.title
    yield from (("found", sentence) for sentence in findings.sentences)
    yield (
        MATRIX,
        "passages of each cell, in how many of the transcripts read for the code, and how many are +, ± and −",
    )
    yield SUMMARIES, "yours to fill in: summary and light of each cell; secondcoder chart --notes takes them back"
    for name, table in findings.tables.items():
        if len(table) > MOST_ROWS:
            yield name, f"has {len(table):,} rows: see tables/{name}.csv"
    yield from ((f"without {name}", reason) for name, reason in findings.refusals.items())


def _matrix(findings: Findings) -> Sheet:
    """A few words in each cell; codes go down, or across where there are more rows than fit."""
    names, rows = names_of(findings), findings.rows
    cells = {(cell.row, cell.code): _in_words(cell) for cell in rows_of(findings.tables["cells"])}
    if len(rows) <= ACROSS:
        lines = [[code_name(code, names), *(cells[row, code] for row in rows)] for code in names]
        return Sheet(MATRIX, [("code", 30), *((row, MATRIX_WIDTH) for row in rows)], lines)
    columns = [(findings.question.rows, 18), *((code_name(code, names), MATRIX_WIDTH) for code in names)]
    return Sheet(MATRIX, columns, [[row, *(cells[row, code] for code in names)] for row in rows])


def _in_words(cell: Any) -> str:
    """'11 passages, 2 of 2 transcripts, +4 ±1 −6', then the summary; or that nobody read for it."""
    if not cell.transcripts_read:
        lines = [said(cell.note)]
    else:
        sides = [
            f"{sign}{whole(number)}"
            for sign, number in (("+", cell.promotes), ("±", cell.mixed), ("−", cell.inhibits))
            if number
        ]
        spread = f"{whole(cell.transcripts)} of {counted(cell.transcripts_read, 'transcript')}"
        lines = [", ".join([counted(cell.passages, "passage"), spread, *[" ".join(sides)] * bool(sides)])]
    if cell.suggested:
        lines.append(f"{whole(cell.suggested)} suggested, not reviewed")
    light = f"[{cell.light}] " if cell.light else ""
    return "\n".join([*lines, *[f"{light}{cell.summary}"] * bool(light or cell.summary)])


def _summaries(findings: Findings) -> Sheet:
    """A row for each cell of the matrix, each level of a case at a wave, and every other note that somebody wrote."""
    kind, levels = findings.question.rows, findings.tables.get("levels")
    cells = [(kind, row, code, "") for row in findings.rows for code in findings.codes]
    if levels is not None:
        cells += [("case", level.case, f"{LEVEL}{level.level}", level.wave) for level in rows_of(levels)]
    return Sheet(SUMMARIES, _columns(COLUMNS), notes_rows(findings.notes, cells), {"light": LIGHTS})


def _columns(names: Iterable[str]) -> list[tuple[str, int]]:
    return [(name, WIDE.get(name, WIDTH)) for name in names]


def _values(table: pd.DataFrame) -> list[list[Any]]:
    """Rows, None for what cannot be said."""
    return table.astype(object).where(table.notna(), None).to_numpy().tolist() if len(table) else []


def _write(sheet: Any, content: Sheet) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    heads, widths = [name for name, _ in content.columns], [width for _, width in content.columns]
    letters = [get_column_letter(at) for at in range(1, len(widths) + 1)]
    _lay_out(sheet, dict(zip(letters, widths, strict=True)), len(content.rows))
    for letter, column in zip(letters, heads, strict=True):
        if column in content.choices:
            choice = DataValidation("list", formula1=f'"{",".join(content.choices[column])}"', allow_blank=True)
            choice.error, choice.showErrorMessage = "Choose one of the list, or leave the cell empty.", True
            choice.add(f"{letter}2:{letter}{max(len(content.rows), 1) + 1}")
            sheet.data_validations.append(choice)
    wrapped = Alignment(wrap_text=True, vertical="top")
    sheet.append([_cell(sheet, column, wrapped, Font(name="Calibri", size=11, bold=True)) for column in heads])
    tall = len(content.rows) <= MOST_WRAPPED
    for number, row in enumerate(content.rows, start=2):
        if tall:  # LibreOffice does not make room by itself
            sheet.row_dimensions[number].height = LINE * min(MOST_LINES, max(map(_lines, row, widths), default=1))
        sheet.append([_cell(sheet, value, wrapped if tall else None) for value in row])


def _lay_out(sheet: Any, widths: Mapping[str, int], rows: int) -> None:
    """Widths, heads that stay, a filter, and on paper its head on each page."""
    for letter, width in widths.items():
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "B2"
    if rows:
        sheet.auto_filter.ref = f"A1:{[*widths][-1]}{rows + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToHeight = 0
    # Beyond, nobody could read it.
    sheet.sheet_properties.pageSetUpPr.fitToPage = sum(widths.values()) <= MOST_ACROSS
    sheet.print_title_rows = "1:1"


def _lines(value: Any, width: int) -> int:
    """Lines that a text takes in a column so wide."""
    return sum(1 + len(line) // width for line in value.split("\n")) if isinstance(value, str) else 1


def _cell(sheet: Any, value: Any, alignment: Any = None, font: Any = None) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, in_workbook(cell_text(value)))
    cell.data_type = "s"  # text, never a formula or an error
    if alignment is not None:
        cell.alignment = alignment
    if font is not None:
        cell.font = font
    return cell
