"""One round trip by spreadsheet: rows out with drop-downs, what a person filled in back in.

A sheet has an `id` column, columns that must come back as they were written, and columns that a person fills. A row whose text, place
or id was changed is refused, all faults are reported together, and then nothing is taken in. Rows may be sorted, and may be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Protocol, TypeVar

from secondcoder.codebook.model import Codebook
from secondcoder.errors import InputError, TableError, did_you_mean, first_faults
from secondcoder.reports.tables import neutral_cell, plain_cell, workbook_bytes, workbook_text, write_table
from secondcoder.reports.whole_file import write_whole

NOTHING_TAKEN = "Nothing was taken in."
OTHER_CODE = "other code"
BESIDE = ("codes", "how to")  # sheets beside the one that is filled in
LONGEST_CELL = 32_000
"""Excel holds 32,767 characters in a cell."""
CUT = " [... cut: too long for a cell]"
LONGEST_LIST = 255
"""Characters of a drop-down that is written out; Excel takes no more."""
WIDTH = 14

Cells = Mapping[str, Any]
T = TypeVar("T")


class Row(Protocol):
    """A row as it was read: where a person finds it, and its cells by column in lower case, '' for a missing one."""

    @property
    def place(self) -> str:
        """'row 14' or 'line 14'."""

    @property
    def cells(self) -> Mapping[str, str]:
        """Column -> text."""

    def __getitem__(self, column: str) -> str:
        """The text of one cell."""


@dataclass(frozen=True)
class Choice:
    """A drop-down.

    Attributes:
        options: what it offers; None for the codebook's codes.
        rows: indices of the rows that have it; None for all.
        strict: nothing else can be typed.
    """

    column: str
    options: Sequence[str] | None = None
    rows: Sequence[int] | None = None
    strict: bool = True


@dataclass(frozen=True)
class Spreadsheet:
    """What is the same in every sheet of one kind.

    Attributes:
        title: of the worksheet, and the sheet's name in messages.
        fixed: columns beside `id` that must come back as they were written; filled: those that a person fills.
        optional: columns to fill that sheets of earlier versions lack.
        source: ends "id 'x' is none of ...".
        widths: of columns, in characters, where they are not WIDTH.
        suffixes: of the files that can be written; `.csv` has no drop-downs.
        locked: nothing but `filled` can be typed into.
    """

    title: str
    fixed: tuple[str, ...]
    filled: tuple[str, ...]
    source: str
    optional: tuple[str, ...] = ()
    widths: Mapping[str, int] = field(default_factory=dict)
    suffixes: tuple[str, ...] = (".xlsx",)
    locked: bool = True

    def check_suffix(self, path: Path) -> None:
        """InputError for a file that could not be read back, before the work that fills it."""
        if path.suffix.lower() not in self.suffixes:
            raise InputError(
                f"{path.name}: the {self.title} sheet is written as {' or '.join(self.suffixes)}, by suffix. Name it "
                f"{path.stem}{self.suffixes[0]}. Nothing was written."
            )

    def write(
        self,
        path: Path,
        columns: Sequence[str],
        rows: Sequence[Cells],
        choices: Iterable[Choice],
        book: Codebook | None,
        context: Collection[int] = (),
        how_to: Sequence[str] = (),
    ) -> None:
        """Write the sheet, whole or not at all, and behind it the codebook to look codes up in; missing folders are made.

        Args:
            book: None for a sheet that speaks of no codes.
            context: indices of rows that are to be read only, in grey.
            how_to: lines of a further sheet that says what to do.

        Raises:
            InputError: another suffix; StudyError: the file cannot be written.
        """
        self.check_suffix(path)
        shown = [{column: shown_text(row.get(column, "")) for column in columns} for row in rows]
        if path.suffix.lower() == ".csv":
            import pandas as pd

            write_table(pd.DataFrame(shown, columns=list(columns)), path)  # which protects from formulas itself
        else:
            write_whole(path, self._workbook(columns, shown, choices, book, context, how_to))

    def _workbook(
        self,
        columns: Sequence[str],
        rows: Sequence[Cells],
        choices: Iterable[Choice],
        book: Codebook | None,
        context: Collection[int],
        how_to: Sequence[str],
    ) -> bytes:
        from openpyxl import Workbook

        workbook = Workbook()
        sheet = workbook.active
        sheet.title = self.title
        sheet.append(list(columns))
        for row in rows:
            sheet.append([in_workbook(neutral_cell(row[column])) for column in columns])
        # On a sheet of its own: a list within a drop-down may have 255 characters only.
        if book:
            _add_codebook(workbook.create_sheet(BESIDE[0]), book)
        if how_to:
            _add_text(workbook.create_sheet(BESIDE[1]), how_to)
        for choice in choices:
            _add_choice(sheet, columns, choice, len(rows), len(book.codes) if book else 0)
        self._lay_out(sheet, columns)
        _paint_grey(sheet, context)
        return workbook_bytes(workbook)

    def _lay_out(self, sheet: Any, columns: Sequence[str]) -> None:
        """Widths, wrapped text, and a lock without a password on all that is not to be filled."""
        from openpyxl.styles import Alignment, Font, Protection

        for cell, column in zip(sheet[1], columns, strict=True):
            cell.font = Font(bold=True)
            sheet.column_dimensions[cell.column_letter].width = self.widths.get(column, WIDTH)
        for row in sheet.iter_rows(min_row=2):
            for cell, column in zip(row, columns, strict=True):
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                cell.protection = Protection(locked=column not in (*self.filled, *self.optional))
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # text, never a formula
        sheet.freeze_panes = "B2"
        sheet.auto_filter.ref = sheet.dimensions
        sheet.protection.sheet = self.locked
        # In the file's terms, what is not False stays forbidden.
        sheet.protection.autoFilter = sheet.protection.formatColumns = sheet.protection.formatRows = False

    def check(
        self,
        path: Path,
        rows: Sequence[Row],
        known: Mapping[str, T],
        cells: Callable[[T], Cells],
        further: Callable[[Row, T], Iterable[str]],
    ) -> None:
        """Whether all rows can be used.

        Args:
            known: what each id stands for; `cells` gives its row as it was written.
            further: the faults of what was filled in.

        Raises:
            TableError: every missing column, or every row that was changed, stands twice, is unknown or cannot be used.
        """
        needed = ("id", *self.fixed, *self.filled)
        faults = [f"row 1: column '{name}' is missing." for name in needed if name not in rows[0].cells]
        if not faults:
            of_rows = (fault for row in rows for fault in self._faults(row, known, cells, further))
            faults = first_faults(chain(_ids_twice(rows), of_rows))
        if faults:
            raise TableError(path.name, faults, NOTHING_TAKEN)

    def _faults(
        self, row: Row, known: Mapping[str, T], cells: Callable[[T], Cells], further: Callable[[Row, T], Iterable[str]]
    ) -> Iterator[str]:
        item = known.get(id_of(row))
        if item is None:
            yield f"{row.place}: id '{row['id']}' is none of {self.source}.{did_you_mean(row['id'], known)}"
            return
        written = cells(item)
        for column in self.fixed:
            if _comparable(plain_cell(row[column])) != _comparable(written[column]):
                yield f"{row.place}: the {column} was changed; it read '{' '.join(str(written[column]).split())[:60]}'."
        yield from further(row, item)


def cell_text(value: Any) -> Any:
    """Text that a spreadsheet shows as text: `shown_text`, never read as a formula; no text as it is."""
    return neutral_cell(shown_text(value))


def shown_text(value: Any) -> Any:
    """Text without control characters and not too long for a cell, with room for an apostrophe before it; no text as it is."""
    if not isinstance(value, str):
        return value
    plain = "".join(_shown(sign) for sign in value)
    # Cut, and said, since the sheet shows texts for reading only.
    return plain if len(plain) <= LONGEST_CELL else plain[: LONGEST_CELL - len(CUT)] + CUT


def in_workbook(value: Any) -> Any:
    """A cell's text as a workbook's file holds it."""
    return workbook_text(value) if isinstance(value, str) else value


def _shown(sign: str) -> str:
    # A carriage return leaves no space: it stands before a line feed.
    return sign if sign in "\n\t" or sign.isprintable() else " " if sign.isspace() and sign != "\r" else ""


def _comparable(value: Any) -> str:
    """A cell to compare: spreadsheets change white space, control characters and a leading apostrophe without anyone's doing."""
    # Both sides alike, so that also sheets of older versions compare, which wrote U+FFFD.
    return "".join(str(shown_text(str(value))).replace("\ufffd", "").split()).lstrip("'")


def _add_choice(sheet: Any, columns: Sequence[str], choice: Choice, rows: int, codes: int) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    offered = f"codes!$A$2:$A${codes + 1}" if choice.options is None else f'"{",".join(choice.options)}"'
    # Then without a drop-down; what is typed is checked on the way back.
    if choice.options is not None and len(offered) > LONGEST_LIST:
        return
    validation = DataValidation(type="list", formula1=offered, allow_blank=True, showErrorMessage=choice.strict)
    validation.error = "Choose one of the list, or leave the cell empty."
    letter = get_column_letter(columns.index(choice.column) + 1)
    if choice.rows is None:
        # At least one row, or the range would be upside down.
        validation.add(f"{letter}2:{letter}{max(rows, 1) + 1}")
    for at in choice.rows or ():
        validation.add(f"{letter}{at + 2}")
    sheet.add_data_validation(validation)


def _add_codebook(sheet: Any, book: Codebook) -> None:
    """Code, name and definition, with what counts and what does not, in words to read."""
    from openpyxl.styles import Alignment, Font

    columns = {"code": 18, "name": 28, "definition": 60, "includes": 50, "excludes": 50, "examples": 60}
    lists = ((code, (code.includes, [rule.line for rule in code.excludes], code.examples)) for code in book.codes)
    rows = [(code.id, code.name, code.definition, *map("\n".join, of_code)) for code, of_code in lists]
    for texts in (tuple(columns), *rows):
        sheet.append([in_workbook(cell_text(text)) for text in texts])
    for cell, width in zip(sheet[1], columns.values(), strict=True):
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "B2"


def _add_text(sheet: Any, lines: Sequence[str]) -> None:
    from openpyxl.styles import Alignment

    sheet.column_dimensions["A"].width = 100
    for line in lines:
        sheet.append([in_workbook(cell_text(line))])
        sheet.cell(sheet.max_row, 1).alignment = Alignment(wrap_text=True, vertical="top")


def _paint_grey(sheet: Any, rows: Collection[int]) -> None:
    from openpyxl.styles import Font, PatternFill

    grey, faint = PatternFill("solid", fgColor="EDEDED"), Font(color="6B6B6B", italic=True)
    for at in rows:
        for cell in sheet[at + 2]:
            cell.fill, cell.font = grey, faint


def _ids_twice(rows: Sequence[Row]) -> Iterator[str]:
    """A fault for each row whose id stands on an earlier one."""
    seen: dict[str, Row] = {}
    for row in rows:
        first = seen.setdefault(id_of(row), row)
        if first is not row:
            yield f"{row.place}: id '{row['id']}' stands on {first.place} already."


def id_of(row: Row) -> str:
    """The row's id."""
    return row["id"].strip()


def chosen(row: Row, column: str) -> str:
    """What was chosen from a drop-down, in lower case; '' for nothing."""
    return row[column].strip().casefold()


def typed(row: Row, column: str) -> str:
    """What a person wrote into a cell."""
    return plain_cell(row[column].strip())


def code_typed(row: Row, book: Codebook) -> str | None:
    """The code in the column 'other code', by its id; None for none, or one that is not in the codebook."""
    return book.find(row[OTHER_CODE].strip().removeprefix("'"))


def choice_faults(row: Row, column: str, options: Iterable[str]) -> Iterator[str]:
    """A fault for a filled cell that holds none of the options."""
    offered = tuple(options)
    choice = chosen(row, column)
    if choice and choice not in offered:
        yield f"{row.place}: {column} '{row[column]}' is none of {', '.join(offered)}.{did_you_mean(choice, offered)}"


def other_code_faults(row: Row, column: str, needs: str, book: Codebook) -> Iterator[str]:
    """Faults of the column 'other code', which is filled just where `column` reads `needs`."""
    choice, code = chosen(row, column), row[OTHER_CODE].strip().removeprefix("'")
    if code and book.find(code) is None:
        yield f"{row.place}: {book.missing_code_message(code)}"
    if choice == needs and not code:
        yield f"{row.place}: the {column} is '{needs}', but '{OTHER_CODE}' is empty."
    if code and choice != needs:
        shown = f"'{choice}'" if choice else "empty"
        yield f"{row.place}: '{OTHER_CODE}' is filled, but the {column} is {shown}, not '{needs}'."
