"""The round trip by spreadsheet: what goes out can be filled and comes back, or nothing is taken in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from secondcoder.domain.records import Coding
from secondcoder.errors import InputError, StudyError, TableError
from secondcoder.exchange.tables.rows import read_rows
from secondcoder.reports.spreadsheet import (
    LONGEST_CELL,
    OTHER_CODE,
    Choice,
    Row,
    Spreadsheet,
    cell_text,
    choice_faults,
    chosen,
    other_code_faults,
    shown_text,
)
from secondcoder.reports.tables import neutral_cell, plain_cell
from secondcoder.study.study import Study
from support.agreement_checks import BOOK, STEADY

SHEET = Spreadsheet("trial", ("text", "n"), ("outcome", OTHER_CODE), "this sheet's", suffixes=(".xlsx", ".csv"))
COLUMNS = ("id", "text", "n", "outcome", OTHER_CODE)
CHOICES = [Choice("outcome", ("yes", "no")), Choice(OTHER_CODE), Choice("outcome", ("x" * 300,))]
TEXTS = {
    "r1": "We had no idea.",
    "r2": "=1+1 and\na line",
    "r3": "\x07 bell\u00a0and  more",
    "r4": "y" * 40_000,
    "r5": "=" * 40_000,
}


def cells(name: str) -> dict[str, Any]:
    return {"id": name, "text": TEXTS[name], "n": len(TEXTS[name])}


def outcome_faults(row: Row, name: str) -> Iterator[str]:
    yield from choice_faults(row, "outcome", ("yes", "no"))
    yield from other_code_faults(row, "outcome", "no", BOOK)


def write(path: Path) -> Path:
    SHEET.write(path, COLUMNS, [cells(name) for name in TEXTS], CHOICES, BOOK)
    return path


def check(path: Path) -> list[str]:
    rows = read_rows(path)
    SHEET.check(path, rows, {name: name for name in TEXTS}, cells, outcome_faults)
    return [chosen(row, "outcome") for row in rows]


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return write(tmp_path / "trial.xlsx")


def put(path: Path, **places: Any) -> None:
    """Fill cells named like D3=..., as a person would."""
    book = load_workbook(path)
    for place, value in places.items():
        book["trial"][place] = value
    book.save(path)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".XLSX"])
def test_what_goes_out_untouched_comes_back(tmp_path: Path, suffix: str) -> None:
    assert check(write(tmp_path / f"trial{suffix}")) == [""] * len(TEXTS)


def test_what_is_filled_comes_back(sheet: Path) -> None:
    put(sheet, D2="Yes ", D3="no", E3="Monitoring")
    assert check(sheet) == ["yes", "no", "", "", ""]


@STEADY
@given(st.text(max_size=60))
def test_any_text_can_stand_in_a_cell_and_is_the_same_when_it_comes_back(text: str) -> None:
    plain = cell_text(text)
    assert not plain.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert all(sign.isprintable() or sign in "\n\t" for sign in plain)
    assert plain_cell(plain) == shown_text(text) == shown_text(shown_text(text))


@pytest.mark.parametrize("text", ["=1+1", "+44", "-5", "@home", "\tx"])
def test_formulas_are_neutralised_as_in_every_other_table(text: str) -> None:
    assert cell_text(text) == neutral_cell(text) != text
    assert cell_text("plain = text") == "plain = text"
    assert cell_text("10\u00a0km") == "10 km"
    assert len(cell_text("x" * 50_000)) == len(cell_text("=" * 50_000)) - 1 == LONGEST_CELL


def test_only_what_is_to_be_filled_can_be_typed_into(sheet: Path) -> None:
    rows = load_workbook(sheet)["trial"]
    assert rows.protection.sheet
    assert rows.protection.password is None
    assert {cell.column_letter for row in rows.iter_rows(min_row=2) for cell in row if not cell.protection.locked} == {
        "D",
        "E",
    }
    assert all(cell.protection.locked for cell in rows[1])


def test_drop_downs_offer_the_options_and_the_codebook_stands_behind(sheet: Path) -> None:
    book = load_workbook(sheet)
    offered = {str(one.sqref): one.formula1 for one in book["trial"].data_validations.dataValidation}
    assert offered == {"D2:D6": '"yes,no"', "E2:E6": "codes!$A$2:$A$5"}  # a list that Excel refuses is left out
    assert [row[0] for row in book["codes"].iter_rows(values_only=True)] == ["code", *BOOK.ids]


def test_talk_that_looks_like_a_formula_is_text(sheet: Path) -> None:
    assert {cell.data_type for cell in load_workbook(sheet)["trial"]["B"]} == {"s"}


def test_the_same_rows_are_the_same_bytes(tmp_path: Path) -> None:
    first = write(tmp_path / "one" / "a.xlsx").read_bytes()
    time.sleep(1.05)
    assert write(tmp_path / "two" / "b.xlsx").read_bytes() == first


def test_all_faults_come_together_and_each_names_its_row(sheet: Path) -> None:
    put(sheet, B2="We had no clue.", A3="r9", D4="mabye", D5="no", A6="r1", B6="We had no idea.", C6=15)
    with pytest.raises(TableError) as caught:
        check(sheet)
    assert caught.value.faults == [
        "row 6: id 'r1' stands on row 2 already.",
        "row 2: the text was changed; it read 'We had no idea.'.",
        "row 3: id 'r9' is none of this sheet's.",
        "row 4: outcome 'mabye' is none of yes, no.",
        "row 5: the outcome is 'no', but 'other code' is empty.",
    ]
    assert str(caught.value).endswith("Nothing was taken in.")


@pytest.mark.parametrize(
    ("places", "fault"),
    [
        ({"C2": 99}, "row 2: the n was changed; it read '15'."),
        ({"E2": "MON"}, "row 2: 'other code' is filled, but the outcome is empty, not 'no'."),
        ({"D2": "yes", "E2": "MON"}, "row 2: 'other code' is filled, but the outcome is 'yes', not 'no'."),
        ({"D2": "no", "E2": "MONN"}, "row 2: code 'MONN' is not in the codebook. Did you mean 'MON'?"),
        ({"D1": "result", "B1": "words"}, "row 1: column 'text' is missing."),
    ],
)
def test_faults_of_a_row(sheet: Path, places: dict[str, Any], fault: str) -> None:
    put(sheet, **places)
    with pytest.raises(TableError) as caught:
        check(sheet)
    assert caught.value.faults[0] == fault


def test_white_space_that_a_spreadsheet_changed_is_no_change(sheet: Path) -> None:
    put(sheet, B2="  We had\r\nno idea. ", B3="1+1 and a line")
    with pytest.raises(TableError, match="row 3: the text was changed"):
        check(sheet)
    put(sheet, B3="'=1+1 and a line")
    assert check(sheet) == [""] * len(TEXTS)


@pytest.mark.parametrize("name", ["z.xls", "z", "z.parquet"])
def test_a_file_that_could_not_be_read_back_is_refused_with_the_mend(tmp_path: Path, name: str) -> None:
    words = (
        rf"^{name}: the trial sheet is written as \.xlsx or \.csv, by suffix\. Name it z\.xlsx\. Nothing was written\.$"
    )
    with pytest.raises(InputError, match=words):
        write(tmp_path / "new" / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(StudyError, match=r"^z\.xlsx could not be written"):
        write(tmp_path / "file" / "z.xlsx")


# -- at the command line ------------------------------------------------------------------------------------------------


@pytest.fixture
def run_study(coded_study: Study, run_cli: Any) -> Any:
    """A command in the coded study, two of whose coders disagree once more."""
    talk = coded_study.store.transcripts()[0]
    coder = coded_study.store.codings()[0].coder
    with coded_study.transaction() as write:
        write.add_codings(
            [Coding(talk.id, 0, len(talk.text), coded_study.codebook.ids[0], coder)], coded_study.codebook
        )
    return lambda *words: run_cli("-C", coded_study.folder, *words)


def test_a_sheet_into_a_folder_that_is_not_there(run_study: Any, tmp_path: Path) -> None:
    sheet = tmp_path / "not" / "there" / "z.xlsx"
    code, _, said = run_study("agree", "--no-model", "--sheet", sheet)
    assert (code, "disagreement" in said) == (0, True)
    assert run_study("agree", "--settle", sheet)[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        ("agree", "--no-model", "--sheet", "z.csv"),
        ("review", "export", "z.csv"),
        ("codebook", "assign", "z.jsonl", "--write"),
        ("codebook", "change", "--sheet", "z.parquet"),
        ("agree", "--no-model", "--out", "z.docx"),
    ],
)
def test_a_wrong_suffix_is_refused_before_the_work(
    run_study: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    code, out, said = run_study(*words)
    assert (code, out) == (1, "")
    assert "by suffix" in said
    assert "Nothing was written." in said
    assert "Traceback" not in said
    assert sorted(tmp_path.rglob("*")) == before
