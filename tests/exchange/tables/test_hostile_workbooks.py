"""Workbooks as programs write them wrongly, or as nobody should: every row is read, or one error names the file and the fault."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import pytest
from secondcoder.errors import TableError
from secondcoder.exchange.tables.raw_rows import RawRow
from secondcoder.exchange.tables.rows import read_table
from secondcoder.exchange.tables.streamed_rows import streamed_rows
from support.table_checks import HEADER, refusal, rewritten, workbook

SHEET = "xl/worksheets/sheet1.xml"
SPOKEN = [("t1", number, "A", f"Answer {number}.", "hope" if number % 2 else "", "Ada") for number in range(1, 11)]
DIMENSION = re.compile(rb"<dimension [^>]*/>")


def said(path: Path) -> list[str]:
    """The column `text`, read at once."""
    return [row["text"] for row in read_table(path, HEADER).rows]


def streamed(path: Path) -> list[str]:
    """The same, read row by row."""
    rows = [row for row in streamed_rows(path, HEADER) if isinstance(row, RawRow)]
    at = [cell.casefold() for cell in rows[0].cells].index("text")
    return [row.cells[at] for row in rows[1:]]


@pytest.mark.parametrize(
    "dimension",
    ["A1:F5", "A1", "", "A1:XFD1048576", "F11:A1", "A1:F999999999999", "B2:C3"],
)
def test_what_a_sheet_says_of_its_size_decides_nothing(tmp_path: Path, dimension: str) -> None:
    path = workbook(tmp_path / "t.xlsx", [HEADER, *SPOKEN])
    tag = f'<dimension ref="{dimension}"/>'.encode() if dimension else b""
    rewritten(path, SHEET, lambda xml: DIMENSION.sub(tag, xml))
    assert said(path) == streamed(path) == [row[3] for row in SPOKEN]


def test_rows_in_any_order_and_without_numbers_are_all_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", [HEADER, *SPOKEN])
    rewritten(path, SHEET, lambda xml: re.sub(rb' r="(?:[A-F]\d+|\d+)"', b"", xml))
    assert said(path) == streamed(path) == [row[3] for row in SPOKEN]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml"])
def test_a_document_type_is_refused_wherever_it_stands(tmp_path: Path, part: str, encoding: str) -> None:
    path = workbook(tmp_path / "t.xlsx", [HEADER, *SPOKEN])
    mark = {"utf-8": b"", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}[encoding]
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'

    def with_type(xml: bytes) -> bytes:
        head, body = re.fullmatch(r"(<\?xml.*?\?>)?(.*)", xml.decode(), re.DOTALL).groups()  # type: ignore[union-attr]
        return mark + f"{(head or '').replace('UTF-8', encoding)}{laughs}{body}".encode(encoding)

    rewritten(path, part, with_type)
    assert f"{part} declares a DTD or entities" in refusal(path)
    with pytest.raises(TableError, match="declares a DTD"):
        streamed(path)


def test_a_date_is_what_the_cell_shows_and_a_bare_serial_number_a_number(tmp_path: Path) -> None:
    shown = {"D2": "yyyy-mm-dd", "D3": "General", "D4": "dd/mm/yyyy"}
    day = date(2024, 3, 1)
    rows = [("t1", 1, "A", day, "", "Ada"), ("t1", 2, "A", 45352, "", "Ada"), ("t1", 3, "A", day, "", "Ada")]
    path = workbook(tmp_path / "t.xlsx", [HEADER, *rows], formats=shown)
    assert said(path) == streamed(path) == ["2024-03-01", "45352", "01/03/2024"]


@pytest.mark.parametrize("value", ["1e999", "-1e999", "notadate", "nan", "9" * 400, ""])
@pytest.mark.parametrize("kind", ["n", "d", "b", "e", "s", "zz"])
def test_a_cell_whose_value_is_none_of_its_kind_is_one_error_or_read(tmp_path: Path, kind: str, value: str) -> None:
    path = workbook(tmp_path / "t.xlsx", [HEADER, *SPOKEN])
    cell = f'<c r="B3" t="{kind}"><v>{value}</v></c>'.encode()
    rewritten(path, SHEET, lambda xml: re.sub(rb'<c r="B3"[^>]*>.*?</c>', cell, xml))
    for read in (said, streamed):
        with pytest.raises(TableError, match=r"^t\.xlsx ") if _refused(read, path) else nullcontext():
            assert len(read(path)) == len(SPOKEN)


def _refused(read: Callable[[Path], list[str]], path: Path) -> bool:
    try:
        read(path)
    except TableError:
        return True
    return False


def test_elements_without_end_within_a_sheet_are_one_error_or_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", [HEADER, *SPOKEN])
    rewritten(
        path, SHEET, lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + b"<a>" * 50_000 + b"</a>" * 50_000)
    )
    assert said(path) == [row[3] for row in SPOKEN]
