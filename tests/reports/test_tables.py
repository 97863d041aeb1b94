"""Tables to files: nothing that a spreadsheet would run, the same bytes for the same content."""

from __future__ import annotations

import csv
import json
import time
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.records import Passage, Segment, Suggestion, Transcript
from secondcoder.errors import InputError
from secondcoder.reports.tables import (
    check_suffix,
    csv_text,
    neutral_cell,
    plain_cell,
    write_table,
)
from secondcoder.suggestions.table import COLUMNS, suggestion_table

SUFFIXES = ("csv", "xlsx", "parquet", "jsonl")
HOSTILE = ["=1+1", "+44 131", "-2", "@SUM(A1)", "\tx", "\r=x", '=HYPERLINK("x")']
TEXT = "First of all. Then, =you see, é 😀."
TRANSCRIPT = Transcript("gp", TEXT, (), case="Ash", role="GP", wave="late")
SEGMENTS = [
    Segment("gp", 0, 0, 13, TEXT[:13], 0, "R", "How?"),
    Segment("gp", 1, 14, len(TEXT), TEXT[14:], 1, "R", "=And?"),
]
NEAREST = (Passage("other", 0, 4, "Like so", 0.875), Passage("third", 3, 6, "Or so", 0.5))


def suggested(segment: Segment, code: str, score: float, calibrated: bool = True) -> Suggestion:
    carrying = ((segment.start, segment.start + 5),)
    return Suggestion("gp", segment.start, segment.end, code, score, 0.25, calibrated, "m0001", carrying, NEAREST)


@pytest.fixture
def table() -> pd.DataFrame:
    found = [
        suggested(SEGMENTS[1], "CO", 0.5),
        suggested(SEGMENTS[1], "F2", 0.9, calibrated=False),
        suggested(SEGMENTS[1], "CA", 0.75),
        suggested(SEGMENTS[0], "RM", 0.375),
    ]
    return suggestion_table(found, SEGMENTS, {"gp": TRANSCRIPT}, load_codebook("npt-core"))


def read_cells(path: Path) -> list[list[object]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    return [list(row) for row in load_workbook(path).active.iter_rows(values_only=True)]


def test_suggestions_come_by_place_and_likeliest_first(table: pd.DataFrame) -> None:
    assert list(zip(table["segment"], table["code"], strict=True)) == [(0, "RM"), (1, "CA"), (1, "CO"), (1, "F2")]


def test_a_rank_is_never_called_a_probability(table: pd.DataFrame) -> None:
    ranked = table[table["code"] == "F2"].iloc[0]
    assert pd.isna(ranked["probability"])
    assert ranked["rank_score"] == 0.9
    assert ranked["kind"] == "ranked from the codebook"
    scored = table[table["code"] != "F2"]
    assert scored["rank_score"].isna().all()
    assert set(scored["kind"]) == {"probability"}


def test_a_row_says_where_what_and_why(table: pd.DataFrame) -> None:
    row = table.iloc[1].to_dict()
    assert tuple(row) == COLUMNS
    assert TEXT[row["start"] : row["end"]] == row["text"]
    assert (row["case"], row["wave"], row["question"], row["model"]) == ("Ash", "late", "=And?", "m0001")
    assert (row["code_name"], row["threshold"]) == ("Collective action", 0.25)
    assert row["carrying"] == "Then,"
    assert (row["nearest_1"], row["nearest_3"]) == ("other (0.88): Like so", "")


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("cell", HOSTILE)
def test_a_spreadsheet_runs_nothing(tmp_path: Path, suffix: str, cell: str) -> None:
    write_table(pd.DataFrame({"text": [cell, "plain"], "n": [-1, 2]}), tmp_path / f"out.{suffix}")
    rows = read_cells(tmp_path / f"out.{suffix}")
    assert str(rows[1][0]).startswith("'" + cell[0].replace("\r", ""))
    assert rows[2][0] == "plain"
    assert str(rows[1][1]) == "-1"
    if suffix == "xlsx":
        assert {one.data_type for one in load_workbook(tmp_path / "out.xlsx").active["A"]} == {"s"}


@pytest.mark.parametrize("suffix", ["parquet", "jsonl"])
def test_what_no_spreadsheet_opens_is_left_as_it_is(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out.{suffix}"
    write_table(pd.DataFrame({"text": HOSTILE}), path)
    if suffix == "parquet":
        assert pd.read_parquet(path)["text"].tolist() == HOSTILE
    else:
        assert [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()] == HOSTILE


@pytest.mark.parametrize("text", [*HOSTILE, "plain", "'quoted'", ""])
def test_a_neutral_cell_can_be_made_plain_again(text: str) -> None:
    assert plain_cell(neutral_cell(text)) == text


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_table_is_the_same_bytes(table: pd.DataFrame, tmp_path: Path, suffix: str) -> None:
    paths = [tmp_path / "one" / f"out.{suffix}", tmp_path / "two" / f"out.{suffix}"]
    for path in paths:
        write_table(table.copy(), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_workbook_does_not_tell_when_it_was_written(table: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_table(table, path)
    before = path.read_bytes()
    time.sleep(1.05)
    write_table(table, path)
    assert path.read_bytes() == before
    with zipfile.ZipFile(path) as package:
        assert {part.date_time[0] for part in package.infolist()} == {1980}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_form_holds_the_same_rows(table: pd.DataFrame, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out.{suffix}"
    write_table(table, path)
    readers = {
        "csv": pd.read_csv, "xlsx": pd.read_excel, "parquet": pd.read_parquet,
        "jsonl": lambda file: pd.read_json(file, lines=True),
    }  # fmt: skip
    again = readers[suffix](path)
    assert list(again.columns) == list(COLUMNS)
    assert again["code"].tolist() == table["code"].tolist()
    assert again["probability"].isna().tolist() == [False, False, False, True]
    assert again["text"].tolist() == table["text"].tolist()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_suggestion_at_all_is_a_table_too(tmp_path: Path, suffix: str) -> None:
    empty = suggestion_table([], [], {}, load_codebook("npt-core"))
    write_table(empty, tmp_path / f"out.{suffix}")
    assert (tmp_path / f"out.{suffix}").exists()


def test_csv_opens_in_excel_with_its_accents(table: pd.DataFrame, tmp_path: Path) -> None:
    write_table(table, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert "é 😀" in csv_text(table)


def test_control_characters_do_not_break_a_workbook(tmp_path: Path) -> None:
    write_table(pd.DataFrame({"text": ["a\x07b", None]}), tmp_path / "out.xlsx")
    assert [row[0] for row in read_cells(tmp_path / "out.xlsx")[1:]] == ["a_x0007_b", None]


@pytest.mark.parametrize("name", ["out.xls", "out", "out.txt"])
def test_an_unknown_suffix_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"\.csv, \.xlsx, \.parquet, \.jsonl, by suffix\..* Nothing was written\."):
        write_table(pd.DataFrame({"text": ["a"]}), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_suffix_counts_in_any_case() -> None:
    check_suffix(Path("OUT.CSV"))
