"""What the tests of tables share: a small coded table, written as a workbook and read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from secondcoder.codebook.yaml_file import parse_codebook
from secondcoder.errors import TableError
from secondcoder.exchange.registry import CodedData, ImportContext
from secondcoder.exchange.tables import coded_table

BOOK = parse_codebook(
    "format: secondcoder-codebook/1\nid: b\ntitle: B\ncodes:\n"
    "  - {id: '1.1', name: one}\n  - {id: '1.10', name: ten}\n  - {id: hope, name: Hope}\n  - {id: fear, name: Fear}\n",
    "b.yml",
)

HEADER = ("transcript", "order", "speaker", "text", "codes", "coder")

ROWS = (("t1", "1", "A", "We hoped; then, well.", "hope|fear", "Ada"), ("t1", "2", "B", "It rained.", "", "Ada"))


def read(path: Path) -> CodedData:
    """The table, read with the small codebook."""
    return coded_table.read(path, ImportContext(BOOK))


def refusal(path: Path) -> str:
    """What is said of a table that is refused."""
    with pytest.raises(TableError) as caught:
        read(path)
    return str(caught.value)


def workbook(path: Path, *sheets: Sequence[Sequence[Any]], formats: dict[str, str] | None = None) -> Path:
    """Sheets of these rows; number formats by cell of the first sheet."""
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(list(row))
    for cell, number_format in (formats or {}).items():
        book.worksheets[0][cell].number_format = number_format
    book.save(path)
    return path


def codes_of(data: CodedData) -> list[tuple[str, str, str]]:
    """Transcript, code and coder of every coding."""
    return [(coding.transcript, coding.code, coding.coder) for coding in data.codings]


def rewritten(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            before = old.read(name)
            after = change(before) if name == part else before
            assert name != part or after != before
            new.writestr(name, after)
    path.write_bytes(out.getvalue())
    return path
