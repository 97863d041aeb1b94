"""Tables that are damaged, or that unpack to too much, are refused before they cost anything."""

from __future__ import annotations

import re
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from secondcoder.errors import TableError
from secondcoder.exchange.tables.rows import read_table
from secondcoder.reports.tables import write_table
from support.table_checks import HEADER, ROWS, codes_of, read, refusal, rewritten, workbook


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]
)
def test_a_damaged_workbook_is_one_clear_error_or_the_same_rows(tmp_path: Path, part: str) -> None:
    whole = workbook(tmp_path / "t.xlsx", [HEADER, *ROWS]).read_bytes()
    expected = codes_of(read(tmp_path / "t.xlsx"))
    for at in range(5, 400, 23):
        (tmp_path / "t.xlsx").write_bytes(whole)

        def damage(content: bytes, at: int = at) -> bytes:
            return content[: at % len(content)] + b"\x01>" + content[at % len(content) + 1 :]

        with suppress(TableError):
            assert codes_of(read(rewritten(tmp_path / "t.xlsx", part, damage))) == expected


def cells_at(path: Path, cells: dict[str, str]) -> Path:
    book = load_workbook(path)
    for place, value in cells.items():
        book.active[place] = value
    book.save(path)
    return path


@pytest.mark.parametrize("number", [1_048_576, 99_999_999])
def test_a_far_row_costs_nothing_and_is_read(tmp_path: Path, number: int) -> None:
    path = cells_at(workbook(tmp_path / "t.xlsx", [HEADER, *ROWS]), {"A9": "t1", "B9": "3", "D9": "Far.", "F9": "Ada"})
    far = re.compile(rb'(<row r="|r="[A-F])9"')
    rewritten(path, "xl/worksheets/sheet1.xml", lambda xml: far.sub(rb'\g<1>%d"' % number, xml))
    table = read_table(path, HEADER)
    assert [row.place for row in table.rows] == ["row 2", "row 3", f"row {number}"]
    assert table.rows[-1]["text"] == "Far."


def test_a_far_column_costs_nothing_and_is_refused_by_its_place(tmp_path: Path) -> None:
    path = cells_at(workbook(tmp_path / "t.xlsx", [HEADER, *ROWS]), {f"XFD{row}": "x" for row in range(2, 4)})
    assert "row 2: 16384 cells, but the header has 6 columns." in refusal(path)
    named = cells_at(workbook(tmp_path / "n.xlsx", [HEADER, *ROWS]), {"XFD1": "site", "XFD3": "North"})
    assert [row["site"] for row in read_table(named, HEADER).rows] == ["", "North"]
    assert max(len(row.cells) for row in read_table(named, HEADER).rows) == len(HEADER) + 1


def test_cells_that_lie_far_apart_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secondcoder.exchange.tables.workbook_rows.MOST_CELLS", 100)
    path = workbook(tmp_path / "t.xlsx", [HEADER, *([None] * at + ["x"] for at in range(20))])
    assert "more than 100" in refusal(path)


@pytest.mark.parametrize("nested", [False, True])
def test_a_parquet_file_that_unpacks_to_too_much_is_refused(tmp_path: Path, nested: bool) -> None:
    """400 MB in some hundred bytes: a dictionary holds the one text, and every cell refers to it; it is never written out."""
    path, cells = tmp_path / "t.parquet", 20 if nested else 400
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 400, pa.int32()), ["a" * 1_000_000])
    if nested:
        text = pa.ListArray.from_arrays(pa.array(range(0, 401, 20), pa.int32()), text)
    pq.write_table(
        pa.table({name: ["x"] * cells for name in HEADER} | {"text": text}),
        path,
        compression="zstd",
        store_schema=False,
    )
    assert path.stat().st_size < 10_000
    assert "t.parquet" in (said := refusal(path))
    assert "unpacks to 400," in said
    assert pa.default_memory_pool().max_memory() < 300_000_000


def test_one_endless_cell_of_a_workbook_or_parquet_file_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({name: ["word " * 12_000_000 if name == "text" else "x"] for name in HEADER}),
        tmp_path / "t.parquet",
        compression="zstd",
    )
    sheet = workbook(tmp_path / "t.xlsx", [HEADER, *ROWS])
    content = {name: zipfile.ZipFile(sheet).read(name) for name in zipfile.ZipFile(sheet).namelist()}
    with zipfile.ZipFile(sheet, "w", zipfile.ZIP_DEFLATED) as out:
        for name, part in content.items():
            out.writestr(name, part + b" " * 60_000_000 * name.endswith("sheet1.xml"))
    for path in (tmp_path / "t.parquet", sheet):
        assert path.stat().st_size < 250_000
        assert f"{path.name} is not a" in (said := refusal(path))
        assert "unpacks to 60," in said


def test_a_parquet_file_that_states_more_cells_than_fit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secondcoder.exchange.tables.parquet_rows.MOST_CELLS", 10)
    pq.write_table(pa.table({name: ["x"] * 3 for name in HEADER}), tmp_path / "t.parquet")
    assert "more than 10 cells" in refusal(tmp_path / "t.parquet")


def test_a_damaged_page_of_an_own_parquet_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write_table(pd.DataFrame(ROWS, columns=HEADER), path)
    content = bytearray(path.read_bytes())
    content[content.index(b"rained")] ^= 1
    path.write_bytes(content)
    assert "t.parquet is not a Parquet file, or is cut off or damaged" in refusal(path)


def test_a_text_of_a_parquet_file_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(
        pa.table(dict(zip(HEADER, map(list, zip(*ROWS, strict=True)), strict=True))), path, compression="none"
    )
    path.write_bytes(path.read_bytes().replace(b"rained", b"r\xffined"))
    assert "t.parquet is not a Parquet file, or is cut off or damaged" in refusal(path)


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl", "xlsx"])
def test_thousands_of_columns_over_short_rows_are_refused_before_they_fill_the_memory(
    tmp_path: Path, form: str
) -> None:
    """Each row has a cell for each column: of 77 KB of CSV came 36 million."""
    columns = [*HEADER, *(f"c{number}" for number in range(3000))]
    path = tmp_path / f"t.{form}"
    if form == "xlsx":
        workbook(path, [columns, *([f"t{number}"] for number in range(3000))])
    elif form == "jsonl":
        path.write_text("".join(f'{{"text": "a", "c{number}": 1}}\n' for number in range(3000)))
    else:
        sign = {"csv": ",", "tsv": "\t"}[form]
        path.write_text(sign.join(columns) + "\n" + "t1\n" * 3000)
    tracemalloc.start()
    with pytest.raises(TableError, match=r"has 3,00\d columns over 3,00\d rows, most of them empty"):
        read_table(path)
    assert tracemalloc.get_traced_memory()[1] < 150_000_000
    tracemalloc.stop()


def test_a_wide_table_that_is_filled_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    columns = [*HEADER, *(f"c{number}" for number in range(1000))]
    path.write_text("\n".join(",".join([*columns] if not row else ["x"] * len(columns)) for row in range(2100)))
    assert len(read_table(path).rows) == 2099


@pytest.mark.parametrize("order", ["1_000", "1e999", "nan", "9" * 5000 + "x"])
def test_an_order_that_only_python_would_read_is_none(tmp_path: Path, order: str) -> None:
    (tmp_path / "t.csv").write_text(f"transcript,order,text,codes,coder\nt1,{order},Well.,hope,Ada\n")
    assert "is not a number" in refusal(tmp_path / "t.csv")


@pytest.mark.parametrize("place", ["9" * 5000, "1_0", "-1", "1e3"])
def test_a_place_that_is_no_whole_number_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "t.csv").write_text(f"transcript,start,end,text,codes,coder\nt1,{place},5,,hope,Ada\n")
    assert "t.csv line 2" in refusal(tmp_path / "t.csv")


@pytest.mark.parametrize("number", ["12" + "z" * 300, "9" * 5000])
def test_a_turn_of_endless_figures_or_letters_is_refused(tmp_path: Path, number: str) -> None:
    (tmp_path / "t.csv").write_text(f"transcript,number,text,codes,coder\nt1,{number},Well.,hope,Ada\n")
    assert "t.csv" in refusal(tmp_path / "t.csv")
