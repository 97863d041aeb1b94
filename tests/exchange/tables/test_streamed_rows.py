"""Tables read row by row: the rows that are read of the whole file at once, by other code."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from secondcoder.errors import InputError, TableError
from secondcoder.exchange.tables.raw_rows import RawRow
from secondcoder.exchange.tables.rows import read_rows
from secondcoder.exchange.tables.streamed_rows import Unreadable, streamed_rows
from secondcoder.transcripts.encoding import reading_as

CELL = st.text(st.sampled_from("ab é\"',;\t\n\r0=-"), max_size=6)
ROWS = st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8)
NAMES = ("id", "text", "order")


def _streamed(path: Path, needed: tuple[str, ...] = ("text",)) -> list[tuple[str, dict[str, str]]]:
    header, *rows = streamed_rows(path, needed)
    assert isinstance(header, RawRow)
    assert all(isinstance(row, RawRow) for row in rows)
    empty = dict.fromkeys(header.cells, "")  # a row may end before its columns do
    return [
        (row.place, empty | dict(zip(header.cells, row.cells, strict=False))) for row in rows if isinstance(row, RawRow)
    ]


def _whole(path: Path) -> list[tuple[str, dict[str, str]]]:
    return [(row.place, row.cells) for row in read_rows(path, ("text",))]


@given(
    ROWS,
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.sampled_from(["", "sep={}", "A title"]),
)
def test_csv_is_read_as_it_is_read_whole(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, ...]],
    delimiter: str,
    ends: str,
    marked: bool,
    above: str,
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ends)
    writer.writerows([NAMES, *rows])
    title = above.format(delimiter) + ends if above else ""
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_bytes((b"\xef\xbb\xbf" if marked else b"") + (title + out.getvalue()).encode())
    try:
        whole = _whole(path)
    except TableError:
        return  # a table without rows
    assert _streamed(path) == whole


@given(ROWS)
def test_jsonl_and_parquet_are_read_as_they_are_read_whole(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("tables")
    records = [dict(zip(NAMES, row, strict=True)) for row in rows]
    (folder / "t.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    pd.DataFrame(records, columns=NAMES).to_parquet(folder / "t.parquet")
    for path in (folder / "t.jsonl", folder / "t.parquet"):
        try:
            whole = _whole(path)
        except TableError:
            continue
        with_content = [(place, cells) for place, cells in _streamed(path) if any(map(str.strip, cells.values()))]
        assert with_content == [(place, cells) for place, cells in whole if any(map(str.strip, cells.values()))]


def test_a_workbook_is_read_as_it_is_read_whole(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Notes"])
    sheet = book.create_sheet("Comments")
    rows = [["A title"], [], list(NAMES), [1, "Said", 1.5], [2, None, None], [None, " ", ""], ["x", "=1+", 12]]
    for row in rows:
        sheet.append(row)
    sheet["B7"].data_type = "s"
    book.save(tmp_path / "t.xlsx")
    whole = [
        (place, {name: cell for name, cell in cells.items() if cell}) for place, cells in _whole(tmp_path / "t.xlsx")
    ]
    streamed = [
        (place, {name: cell for name, cell in cells.items() if cell}) for place, cells in _streamed(tmp_path / "t.xlsx")
    ]
    assert streamed == whole
    assert len(whole) == 3


def test_rows_that_nobody_can_read_are_told_in_their_place(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("id,text\n1,é\n2,ok\n".encode() + b"3,\xe9\n4,\x01\n" + "5,\ufffd\n6,ok\n".encode())
    rows = list(streamed_rows(path, ("text",)))
    assert [row.place for row in rows] == ["line 1", "line 2", "line 3", "line 4", "line 5", "line 6", "line 7"]
    assert {row.place: row.why.split(",")[0] for row in rows if isinstance(row, Unreadable)} == {
        "line 4": "not text in utf-8",
        "line 5": "the control character U+0001",
        "line 6": "a replacement character (\ufffd) where a letter was lost",
    }
    path = tmp_path / "t.jsonl"
    path.write_bytes(b'{"text": "a"}\n{"text": "\xe9"}\nno\n{"text": [1, {}]}\n{"text": "\\ud83d"}\n{"text": "b"}\n')
    told = {row.place: row.why for row in streamed_rows(path, ()) if isinstance(row, Unreadable)}
    assert list(told) == ["line 2", "line 3", "line 4", "line 5"]
    assert "not a JSON object" in told["line 3"]


def test_an_old_encoding_is_as_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("id,text\n1,žluť\n".encode("cp1250"))
    with reading_as("cp1250"):
        assert _streamed(path) == [("line 2", {"id": "1", "text": "žluť"})]
    path.write_bytes("id,text\n1,žluť\n".encode("utf-16"))
    assert _streamed(path) == [("line 2", {"id": "1", "text": "žluť"})]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("t.csv", b'id,text\n1,"never closed\n2,x\n', "line 2: not valid CSV.*Is a quotation mark unclosed"),
        ("t.csv", b'id,text\n1,"a" b\n2,x\n', "line 2: not valid CSV"),
        ("t.parquet", b"PAR1 and no more", "not a Parquet file, or is cut off"),
        ("t.xlsx", b"PK\x03\x04 and no more", "not an Excel workbook, or is cut off"),
    ],
)
def test_tables_that_cannot_be_read_on_are_refused(tmp_path: Path, name: str, content: bytes, fault: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=fault):
        list(streamed_rows(tmp_path / name, ("text",)))


def test_columns_of_jsonl_are_those_of_all_its_objects(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    lines = [{"text": "a"}] * 3000 + [{"text": "b", "id": "7"}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert _streamed(path) == _whole(path)
    assert _streamed(path)[-1][1] == {"text": "b", "id": "7"}


def test_bytes_that_are_no_utf16_are_refused_with_their_line(tmp_path: Path) -> None:
    """Of other encodings each row that is no text is told; UTF-16 cannot be read on."""
    path = tmp_path / "t.csv"
    path.write_bytes("id,text\n1,well\n".encode("utf-16") + b"\x00\xd8\n\x00")
    with pytest.raises(InputError, match=r"t\.csv from line \d on: not text in utf-16"):
        list(streamed_rows(path, ("text",)))


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl"])
def test_a_line_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("secondcoder.exchange.tables.streamed_rows.LONGEST_LINE", 1000)
    path = tmp_path / name
    path.write_text("id,text\n" if name == "t.csv" else "", encoding="utf-8")
    with path.open("a", encoding="utf-8") as file:
        file.write("x" * 2000)
    with pytest.raises(InputError, match="a line of over 1,000 characters"):
        list(streamed_rows(path, ("text",)))


def test_a_cell_longer_than_the_csv_module_takes_by_itself_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"id,text\n1,{'w' * 200_000}\n", encoding="utf-8")
    assert _streamed(path) == [("line 2", {"id": "1", "text": "w" * 200_000})] == _whole(path)
