"""The spreadsheet: out with drop-downs, back in whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from secondcoder.domain.records import Origin, ReviewAction, Valence
from secondcoder.errors import TableError
from secondcoder.review.session import ReviewSession
from secondcoder.review.spreadsheet import COLUMNS, left_for_the_page, read_sheet, write_sheet
from secondcoder.study.study import Study
from support.places import SHEETS_OF_0_1_0
from support.review_checks import fill, settings, suggestion, talk, word


@pytest.fixture
def sheet(review: ReviewSession, tmp_path: Path) -> Path:
    path = tmp_path / "review.xlsx"
    assert write_sheet(review, "ada", path) == 8
    return path


def change(path: Path, edit: Callable[[Any], None]) -> None:
    book = load_workbook(path)
    edit(book["review"])
    book.save(path)


def put(path: Path, row: int, **cells: str) -> None:
    def edit(sheet: Any) -> None:
        for name, value in cells.items():
            sheet.cell(row, COLUMNS.index(name.replace("_", " ")) + 1).value = value

    change(path, edit)


def test_there_and_back(review: ReviewSession, sheet: Path) -> None:
    put(sheet, 2, decision="accept", valence="mixed", memo="=not a formula")
    put(sheet, 3, decision="change", other_code="RM")
    put(sheet, 4, decision="Reject ")
    taken = read_sheet(review, "ada", sheet)
    assert (taken.decisions, taken.empty) == (3, 5)
    assert [decision.verdict for decision in review.study.store.decisions("ada")] == [
        ReviewAction.ACCEPT,
        ReviewAction.CHANGE,
        ReviewAction.REJECT,
    ]
    found = {coding.code: coding for coding in review.study.store.codings()}
    assert set(found) == {"CO", "RM"}
    assert found["CO"].valence is Valence.MIXED
    assert found["CO"].origin is Origin.REVIEWED


def test_a_sheet_of_0_1_0_is_still_read(review: ReviewSession, tmp_path: Path) -> None:
    sheet = Path(shutil.copy(SHEETS_OF_0_1_0 / "review.xlsx", tmp_path))
    put(sheet, 2, decision="accept")
    assert read_sheet(review, "ada", sheet).decisions == 1


def test_the_same_sheet_twice_takes_nothing_more(review: ReviewSession, sheet: Path) -> None:
    put(sheet, 2, decision="accept")
    assert read_sheet(review, "ada", sheet).decisions == 1
    assert read_sheet(review, "ada", sheet).decisions == 0


def test_what_is_decided_is_not_written_again(review: ReviewSession, tmp_path: Path) -> None:
    review.decide("ada", word(review, 1, "accept", suggested="CA"))
    assert write_sheet(review, "ada", tmp_path / "less.xlsx") == 7
    assert write_sheet(review, "ben", tmp_path / "all.xlsx") == 8


def test_the_drop_downs_offer_what_can_be_read(sheet: Path) -> None:
    rules = load_workbook(sheet)["review"].data_validations.dataValidation
    assert {str(rule.sqref)[0] for rule in rules} == {"K", "L", "M"}
    assert '"accept,change,reject,unsure"' in {rule.formula1 for rule in rules}


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"text": "something else"}, "row 2: the text was changed; it read 'She explained"),
        ({"code": "RM"}, "row 2: the code was changed"),
        ({"start": "1"}, "row 2: the start was changed"),
        ({"id": "s000"}, "row 2: id 's000' is none of this review's"),
        ({"decision": "acept"}, "Did you mean 'accept'"),
        ({"decision": "change"}, "'other code' is empty"),
        ({"decision": "change", "other_code": "NOPE"}, "not in the codebook"),
        ({"decision": "accept", "other_code": "RM"}, "not 'change'"),
        ({"decision": "accept", "valence": "good"}, "valence 'good'"),
        ({"memo": "ask Ben"}, "'memo' is filled, but the decision is empty"),
        ({"valence": "mixed"}, "'valence' is filled, but the decision is empty"),
    ],
)
def test_a_row_that_cannot_be_used_stops_all_of_them(
    review: ReviewSession, sheet: Path, cells: dict[str, str], message: str
) -> None:
    put(sheet, 3, decision="accept")
    put(sheet, 2, **cells)
    with pytest.raises(TableError, match=r"Nothing was taken in\.$") as caught:
        read_sheet(review, "ada", sheet)
    assert message in str(caught.value)
    assert review.study.store.decisions() == []


def test_all_faults_come_together(review: ReviewSession, sheet: Path) -> None:
    put(sheet, 2, text="x")
    put(sheet, 3, decision="maybe")
    change(sheet, lambda rows: rows.append([cell.value for cell in rows[4]]))
    with pytest.raises(TableError) as caught:
        read_sheet(review, "ada", sheet)
    assert len(caught.value.faults) == 3


def test_a_missing_column_is_named(review: ReviewSession, sheet: Path) -> None:
    change(sheet, lambda rows: rows.delete_cols(COLUMNS.index("decision") + 1))
    with pytest.raises(TableError, match="'decision' is missing"):
        read_sheet(review, "ada", sheet)


def test_blind_passages_are_not_in_the_sheet(blind_review: ReviewSession, tmp_path: Path) -> None:
    assert write_sheet(blind_review, "ada", tmp_path / "none.xlsx") == 0


def test_what_is_left_for_the_page_is_counted(blind_review: ReviewSession) -> None:
    waiting = sum(passage.is_blind for passage in blind_review.passages)
    assert left_for_the_page(blind_review, "ada") == waiting > 0
    blind_review.decide("ada", word(blind_review, 0, "looked"))
    assert left_for_the_page(blind_review, "ada") == waiting - 1
    assert left_for_the_page(blind_review, "ben") == waiting


def test_a_sheet_opens_no_blind_passage(review: ReviewSession, sheet: Path) -> None:
    put(sheet, 2, decision="accept")
    with pytest.raises(TableError, match="before its suggestions are seen"):
        read_sheet(ReviewSession(review.study, all_blind=True), "ada", sheet)


def test_a_change_of_mind_and_back_lands_each_time(review: ReviewSession, sheet: Path) -> None:
    for decision in ("accept", "reject", "accept"):
        put(sheet, 2, decision=decision)
        assert read_sheet(review, "ada", sheet).decisions == 1
    assert [coding.code for coding in review.study.store.codings()] == ["CO"]


def test_talk_that_looks_like_a_formula_stays_text(empty_study: Study, tmp_path: Path) -> None:
    talked = talk("t1", ("=1+1", "-2", "+3 @home", "\x07 bell", "x" * 40_000))
    fill(empty_study, [talked], [suggestion(talked, at, "CO") for at in range(5)])
    settings(empty_study, blind=0.0, below=0.0)
    review, path = ReviewSession(empty_study), tmp_path / "formulas.xlsx"
    write_sheet(review, "ada", path)
    texts = [row[5] for row in load_workbook(path)["review"].iter_rows(min_row=2)]
    assert all(cell.data_type == "s" for cell in texts)
    for row in range(2, 7):
        put(path, row, decision="accept")
    assert read_sheet(review, "ada", path).decisions == 5
