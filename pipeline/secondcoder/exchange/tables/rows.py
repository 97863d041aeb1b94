"""Rows of a table file: CSV, XLSX, Parquet or JSONL, each row with the line where a person finds it."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from secondcoder.domain.files import refuse_no_file
from secondcoder.domain.json_text import BrokenJsonError, nothing, parse_json
from secondcoder.domain.names import folded
from secondcoder.domain.wording import counted
from secondcoder.errors import ReadError, TableError
from secondcoder.exchange.tables.delimited_rows import delimited_rows
from secondcoder.exchange.tables.parquet_rows import parquet_records
from secondcoder.exchange.tables.raw_rows import TITLE_LINES, Needed, RawRow, is_header, is_sparse
from secondcoder.exchange.tables.workbook_rows import sheets_of
from secondcoder.transcripts.registry import Source

SUFFIXES = (".csv", ".tsv", ".xlsx", ".parquet", ".jsonl")
GUARDED = (".csv", ".tsv", ".xlsx")
"""Tables for spreadsheets, in which secondcoder puts an apostrophe before what would be taken for a formula."""
MOST_COLUMNS = 16_384  # as many as a sheet of Excel has
SPARSE = "has {:,} columns over {:,} rows, most of them empty, and is no table of talk."
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
"""JSON can write half of a pair, as `\\ud83d`."""
NUMERIC = frozenset({"order", "start", "end"})
"""Columns of which the number counts, and not how a workbook shows it."""
_WITHIN = {list: "a list of what is no text", dict: "further values with names", bytes: "bytes"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `place` reads "line 14" or "row 14"; cells are text, missing ones ''; column names in lower case.

    `unclear`: columns whose text cannot be known, with the reason: a formula without a value, a number shown in a format of its own.
    """

    place: str
    cells: dict[str, str]
    unclear: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    """The rows of a file, and what the person should know of how they were read."""

    rows: list[Row]
    notes: tuple[str, ...] = ()


def read_rows(path: Path, needed: Needed = ()) -> list[Row]:
    """All rows that hold anything; TableError for a file that is no table, is cut off, or has no rows."""
    return read_table(path, needed).rows


def read_table(path: Path, needed: Needed = (), spread: bool = False) -> Table:
    """The rows that hold anything, with notes.

    Args:
        needed: columns that the table must have. A workbook's sheet, and a header below a title, are known by them.
        spread: cells of a workbook that are merged over rows hold their value in each, and are not refused.
    """
    raw, notes = _raw(path, needed, spread)
    first = list(islice(raw, TITLE_LINES + 1))
    above = _lines_above(first, needed)
    passed = [
        f"{row.place}: '{' '.join(' '.join(row.cells).split())}' above the column names was passed over."
        for row in first[:above]
    ]
    table = [*first[above:], *raw]
    rows = list(named_rows(path, table))
    if not rows:
        raise TableError(path.name, ["has no rows."])
    return Table(rows, (*notes, *passed, *_unnamed_column(rows), *_short_rows(table)))


def columns_of(path: Path, needed: Needed = ()) -> set[str]:
    """The column names; empty when the file is no table or has no rows. `needed` may also stand below a title."""
    try:
        raw = list(islice(_raw(path, needed)[0], TITLE_LINES + 1))
        rows = named_rows(path, raw[_lines_above(raw, needed) :])
        return {column for row in islice(rows, 1) for column in row.cells}
    except (TableError, ReadError):
        return set()


def titles_of(path: Path, needed: Needed = ()) -> dict[str, str]:
    """The column names as they are written, by what they are in lower case; TableError or ReadError for what is no table."""
    raw = list(islice(_raw(path, needed)[0], TITLE_LINES + 1))
    header = raw[_lines_above(raw, needed)].cells if raw else ()
    return {folded(title): title.strip() for title in header if title.strip()}


def _raw(path: Path, needed: Needed, spread: bool = False) -> tuple[Iterator[RawRow], tuple[str, ...]]:
    """The rows with any content, the header first, and notes."""
    refuse_no_file(path)
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        rows, notes = sheets_of(path, needed, spread)
        return iter(rows), notes
    if suffix == ".parquet":
        return _parquet(path), ()
    source = Source(path)
    reader = _jsonl if suffix == ".jsonl" else delimited_rows
    if suffix == ".jsonl" or source.data.startswith(BOM_UTF8):
        # JSON is UTF-8, and so is CSV as secondcoder writes it: beyond doubt, so that a control character is no sign of a binary file.
        with suppress(UnicodeDecodeError):
            return reader(path.name, source.data.decode("utf-8-sig")), ()
    return reader(path.name, source.text), source.decoded.notes


def named_rows(path: Path, raw: Sequence[RawRow]) -> Iterator[Row]:
    """The rows below the first, which names the columns; TableError for a row that is wider."""
    names = _names(path, raw[0].cells) if raw else []
    if is_sparse(len(raw), len(names), 0) and is_sparse(
        len(raw), len(names), sum(bool(cell) for row in raw for cell in row.cells)
    ):
        raise TableError(path.name, [SPARSE.format(len(names), len(raw))])
    for row in raw[1:]:
        if any(cell.strip() for cell in row.cells[len(names) :]):
            fault = (
                f"{row.place}: {row.last or len(row.cells)} cells, but the header has {counted(len(names), 'column')}."
            )
            raise TableError(path.name, [fault])
        yield _row(names, row)


def _row(names: Sequence[str], raw: RawRow) -> Row:
    # A row may end before its columns do: what is missing is empty.
    cells = dict.fromkeys(names, "") | dict(zip(names, raw.cells, strict=False))
    cells |= {names[at]: value for at, value in raw.values.items() if at < len(names) and names[at] in NUMERIC}
    if "" in cells:
        # Several columns may be without a name; that one of them holds something must not be lost.
        cells[""] = " ".join(cell for name, cell in zip(names, raw.cells, strict=False) if not name).strip()
    unclear = {names[at]: reason for at, reason in raw.unclear.items() if at < len(names)}
    return Row(raw.place, cells, {name: why for name, why in unclear.items() if name not in NUMERIC or not cells[name]})


def _lines_above(rows: Sequence[RawRow], needed: Needed) -> int:
    """How many rows stand above the one that holds all needed names; 0 where none does."""
    return next((at for at, row in enumerate(rows) if is_header(row.cells, needed)), 0)


def _names(path: Path, header: Sequence[str]) -> list[str]:
    if len(header) > MOST_COLUMNS:
        raise TableError(path.name, [f"line 1: {len(header):,} columns, and at most {MOST_COLUMNS:,} are read."])
    names = [folded(name) for name in header]
    # Spreadsheets may save empty columns to the right of the table.
    while names and not names[-1]:
        names.pop()
    twice = sorted(name for name, times in Counter(names).items() if name and times > 1)
    if twice:
        raise TableError(path.name, [f"line 1: column '{twice[0]}' stands twice."])
    return names


def _unnamed_column(rows: Sequence[Row]) -> list[str]:
    filled = [row for row in rows if row[""]]
    # What R and pandas write without being asked: a number a row.
    if not filled or [row[""] for row in rows] in ([str(at + base) for at in range(len(rows))] for base in (0, 1)):
        return []
    return [f"a column without a name was not kept ({filled[0].place}: '{filled[0]['']}')."]


def _short_rows(table: Sequence[RawRow]) -> list[str]:
    """A row that ends before its columns do may have been cut off."""
    width = len(table[0].cells)
    while width and not table[0].cells[width - 1].strip():
        width -= 1
    short = [row for row in table[1:] if len(row.cells) < width]
    if not short:
        return []
    more = f", and {counted(len(short) - 1, 'further row')}" if short[1:] else ""
    cells = f"{counted(len(short[0].cells), 'cell')} for {width} columns"
    return [f"{short[0].place} has {cells}{more}: what is missing there was taken as empty. Is the file cut off?"]


def _parquet(path: Path) -> Iterator[RawRow]:
    columns, records = parquet_records(path)
    yield RawRow("line 1", columns)
    for number, record in enumerate(records, start=1):
        row = RawRow(f"row {number}", [cell_text(value, path, f"row {number}") for value in record])
        if any(cell.strip() for cell in row.cells):
            yield row


def _jsonl(name: str, text: str) -> Iterator[RawRow]:
    """One object a line; numbers as they are written, so that 1.10 is not 1.1."""
    records: list[tuple[str, dict[str, Any]]] = []
    # By line feeds alone: U+2028 may stand within a text.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            records.append((f"line {number}", json_record(name, line, number)))
    columns = list(dict.fromkeys(column for _, record in records for column in record))
    if is_sparse(len(records), len(columns), sum(len(record) for _, record in records)):
        raise TableError(name, [SPARSE.format(len(columns), len(records))])
    yield RawRow("line 1", columns)
    for place, record in records:
        yield RawRow(place, [cell_text(record.get(column), Path(name), place, column) for column in columns])


def json_record(name: str, line: str, number: int) -> dict[str, Any]:
    """The object on a line of JSONL, numbers as they are written; TableError where there is none."""
    try:
        record = parse_json(line, number=str, constant=nothing)
    except BrokenJsonError as error:
        raise TableError(name, [f"line {number}: not a JSON object ({error})."]) from None
    if not isinstance(record, dict):
        raise TableError(name, [f"line {number}: not a JSON object. A JSONL table has one object a line."])
    return record


def cell_text(value: Any, path: Path, place: str, column: str = "") -> str:
    """A value of a Parquet or JSONL table as the text of a cell; TableError for what is no text."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float) and value.is_integer():  # pandas keeps 7 as 7.0 in a column with gaps
        return str(int(value))
    if isinstance(value, list) and all(isinstance(item, str) and "|" not in item for item in value):
        return "|".join(value)
    if isinstance(value, list | dict | bytes):
        where = f"column '{column}'" if column else "a cell"
        fault = f"{place}: {where} holds {_WITHIN[type(value)]}, not text. Give each value a column of its own."
        raise TableError(path.name, [fault])
    text = str(value).removesuffix(" 00:00:00")  # a day as a date with a time
    if half := LONE_SURROGATE.search(text):
        raise TableError(
            path.name, [f"{place}: half a character (U+{ord(half[0]):04X}), which no text can hold. Write it anew."]
        )
    return text
