"""Rows of a table of any length, one after another: what `rows` reads whole, read in bounded memory."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from secondcoder.errors import InputError, ReadError, TableError
from secondcoder.exchange.tables.delimited_rows import SEP_LINE, delimiter_of
from secondcoder.exchange.tables.raw_rows import TITLE_LINES, Needed, RawRow, is_header, is_sparse
from secondcoder.exchange.tables.rows import SPARSE, cell_text, json_record
from secondcoder.exchange.tables.workbook_rows import BROKEN, streamed_sheet
from secondcoder.transcripts.encoding import CONTROL, REPLACEMENT, encoding_of
from secondcoder.transcripts.registry import MOST_CHARACTERS

HEAD = 1_000_000
"""Bytes by which a table's encoding and delimiter are known."""
BATCH = 1000
LONGEST_LINE = 4 * MOST_CHARACTERS
NO_TEXT = re.compile(f"{CONTROL.pattern}|[\ud800-\udfff{REPLACEMENT}]")
"""A control character, what Python puts for a byte that is no text (PEP 383), and what others put there."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that nobody can read: where it stands and why."""

    place: str
    why: str


Streamed = Iterator[RawRow | Unreadable]


def streamed_rows(path: Path, needed: Needed) -> Streamed:
    """The line with the column names, then the rows that hold anything, none of them kept.

    Args:
        needed: how the line with the column names is known, which may stand below a title; else it is the first.

    Raises:
        TableError: no table, or one that cannot be read on from some row, as behind a quotation mark that nothing closes. ReadError.
    """
    rows = _by_suffix(path, needed)
    try:
        first = list(islice(rows, TITLE_LINES + 1))
        header = (at for at, row in enumerate(first) if isinstance(row, RawRow) and is_header(row.cells, needed))
        yield from first[next(header, 0) :]
        yield from rows
    except OSError as error:
        raise ReadError(f"{path.name}: cannot be read ({error.strerror or error}).") from None


def _by_suffix(path: Path, needed: Needed) -> Streamed:
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return _workbook(path, needed)
    return {".parquet": _parquet, ".jsonl": _jsonl}.get(suffix, _delimited)(path)


def _delimited(path: Path) -> Streamed:
    with path.open("rb") as raw:
        head = raw.read(HEAD)
    # Cut where a line ends, so that no character is.
    encoding = encoding_of(head[: head.rfind(b"\n") + 1] or head, path.name)
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        line = 1
        try:
            told = SEP_LINE.match(file.readline(HEAD))
            if not told:
                file.seek(0)
            delimiter = told[1] if told else delimiter_of(head.decode(encoding, "replace").removeprefix("\ufeff"))
            csv.field_size_limit(MOST_CHARACTERS)
            above = line = 2 if told else 1
            reader = csv.reader(_lines(path.name, file), delimiter=delimiter, strict=True)
            for cells in reader:
                if any(map(str.strip, cells)):
                    yield _checked(RawRow(f"line {line}", cells), encoding)
                line = above + reader.line_num
        except csv.Error as error:
            fault = f"line {line}: not valid CSV ({error}). Is a quotation mark unclosed?"
            raise TableError(path.name, [fault], "") from None
        except UnicodeError:  # of UTF-16 and UTF-32 alone: of others a byte that is no text is a lone surrogate
            raise TableError(path.name, [f"from line {line} on: not text in {encoding}."], "") from None


def _lines(name: str, file: IO[Any]) -> Iterator[Any]:
    """The lines of a file; TableError for one that would fill the memory."""
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise TableError(name, [f"has a line of over {LONGEST_LINE:,} characters, as no table has."], "")
        yield line


def _checked(row: RawRow, encoding: str) -> RawRow | Unreadable:
    if not (found := NO_TEXT.search("\n".join(row.cells))):
        return row
    if found[0] == REPLACEMENT:
        return Unreadable(row.place, f"a replacement character ({REPLACEMENT}) where a letter was lost")
    if found[0] >= "\ud800":
        return Unreadable(row.place, f"not text in {encoding}")
    return Unreadable(row.place, f"the control character U+{ord(found[0]):04X}, as in a binary file")


def _jsonl(path: Path) -> Streamed:
    # Read twice: a column is what any object names, and the last one may be the first to do so.
    with path.open("rb") as file:
        columns: dict[str, None] = {}
        rows = filled = 0
        for _, each in _records(path.name, file):
            if isinstance(each, dict):
                columns.update(dict.fromkeys(each))
                rows, filled = rows + 1, filled + len(each)
    if is_sparse(rows, len(columns), filled):
        raise TableError(path.name, [SPARSE.format(len(columns), rows)], "")
    named = list(columns)
    yield RawRow("line 1", named)
    with path.open("rb") as file:
        for place, record in _records(path.name, file):
            yield _cells(path, place, named, record)


def _records(name: str, lines: IO[bytes]) -> Iterator[tuple[str, dict[str, Any] | str]]:
    """Each line's place with its object, or with why it is none."""
    for number, line in enumerate(_lines(name, lines), start=1):
        place = f"line {number}"
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            if text.strip():
                yield place, json_record(name, text, number)
        except UnicodeDecodeError:
            yield place, "not text in utf-8"
        except TableError as error:
            yield place, error.faults[0].removeprefix(f"{place}: ")


def _cells(path: Path, place: str, columns: list[str], record: dict[str, Any] | str) -> RawRow | Unreadable:
    if isinstance(record, str):
        return Unreadable(place, record)
    return _texts(path, place, [(column, record.get(column)) for column in columns])


def _texts(path: Path, place: str, values: list[tuple[str, Any]]) -> RawRow | Unreadable:
    try:
        return RawRow(place, [cell_text(value, path, place, column) for column, value in values])
    except TableError as error:
        return Unreadable(place, error.faults[0].removeprefix(f"{place}: "))


def _parquet(path: Path) -> Streamed:
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path, page_checksum_verification=True) as file:
            names = [str(name) for name in file.schema_arrow.names]
            yield RawRow("line 1", names)
            number = 0
            for batch in file.iter_batches(batch_size=BATCH):
                for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    number += 1
                    yield _texts(path, f"row {number}", list(zip(names, values, strict=True)))
    except (pyarrow.ArrowException, ValueError) as error:
        why = str(error).splitlines()[0]
        raise TableError(path.name, [f"is not a Parquet file, or is cut off or damaged ({why})."], "") from None


def _workbook(path: Path, needed: Needed) -> Streamed:
    try:
        yield from streamed_sheet(path, needed)
    except InputError:
        raise
    except BROKEN as error:
        raise TableError(path.name, [f"is not an Excel workbook, or is cut off ({error})."], "") from None
