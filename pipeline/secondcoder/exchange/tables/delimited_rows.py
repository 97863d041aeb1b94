"""Rows of CSV and its like, with the line where each begins."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from secondcoder.errors import TableError
from secondcoder.exchange.tables.raw_rows import RawRow

DELIMITERS = ",;\t"
LONGEST = 2**31 - 1
"""Characters in a cell: the csv module's own limit, 131,072, is less than a long interview."""
SEP_LINE = re.compile(r'\ufeff?"?sep=(.)"?[^\S\r\n]*(?:\r\n|\r|\n)', re.IGNORECASE)
"""The first line by which Excel is told the delimiter."""


def delimited_rows(name: str, text: str) -> Iterator[RawRow]:
    """The rows that hold anything, each with its line; TableError for a file that is empty or no CSV."""
    if not text.strip():
        raise TableError(name, ["is empty."])
    told = SEP_LINE.match(text)
    body = text[told.end() :] if told else text
    csv.field_size_limit(LONGEST)
    # newline="" ends lines at a bare carriage return too and alters none in cells; strict refuses an unclosed
    # quotation mark, which would swallow the rows below.
    delimiter = told[1] if told else delimiter_of(body)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    above = 1 if told else 0
    line = above + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield RawRow(f"line {line}", cells)
            # Where the next row begins, since cells may hold line breaks; csv counts where rows end.
            line = above + reader.line_num + 1
    except csv.Error as error:
        raise TableError(name, [f"line {line}: not valid CSV ({error}). Is a quotation mark unclosed?"]) from None


def delimiter_of(text: str) -> str:
    """What divides the first line that is divided: a title may stand above it; Excel writes `;` beside decimal commas."""
    lines = (line for line in text.splitlines() if any(sign in line for sign in DELIMITERS))
    return max(DELIMITERS, key=next(lines, "").count)
