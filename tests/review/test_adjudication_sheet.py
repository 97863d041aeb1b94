"""Adjudication by spreadsheet beside the page: neither asks for what was settled on the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from secondcoder.agreement import write_sheet
from secondcoder.agreement.adjudication import DOES_NOT_HOLD, HOLDS
from secondcoder.agreement.study_report import Question
from secondcoder.audit import verify
from secondcoder.domain.records import Valence
from secondcoder.study.study import Study
from support.adjudication_checks import adjudicated, opened, page_of, settle


def fill_in(path: Path, **outcomes: dict[str, str]) -> None:
    """Cells of the rows of these codes."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        for column, text in outcomes.get(str(sheet.cell(row, columns["code"]).value), {}).items():
            sheet.cell(row, columns[column], text)
    book.save(path)


def test_neither_asks_for_what_was_settled_on_the_other(by_hand: Study, tmp_path: Path) -> None:
    sheet = tmp_path / "s.xlsx"
    assert write_sheet(sheet, by_hand.disagreements(), by_hand.codebook) == 4
    fill_in(sheet, CO={"outcome": DOES_NOT_HOLD}, CA={"valence": "mixed"}, RM={"outcome": HOLDS, "words": "as ben"})
    outcome = by_hand.settle(sheet)
    assert (outcome.held, outcome.not_held, outcome.undecided) == (2, 1, 1)
    assert {(mark.code, mark.valence) for mark in adjudicated(by_hand)} == {("CA", Valence.MIXED), ("RM", None)}
    (ben,) = [mark for mark in by_hand.store.codings() if (mark.code, mark.coder) == ("RM", "ben")]
    assert ben.span in {mark.span for mark in adjudicated(by_hand)}
    adjudication = opened(by_hand)
    (left,) = [disputed for disputed in adjudication.passages() if not disputed.settled]
    settle(adjudication, left, "CP")
    assert write_sheet(sheet, by_hand.disagreements(), by_hand.codebook) == 0
    assert not verify(by_hand.store).faults


def test_a_sheet_that_was_written_before_says_nothing_else(by_hand: Study, tmp_path: Path) -> None:
    sheet = tmp_path / "s.xlsx"
    write_sheet(sheet, by_hand.disagreements(), by_hand.codebook)
    adjudication = opened(by_hand)
    first, second, *_ = adjudication.passages()
    settle(adjudication, first, "CO")
    settle(adjudication, second, "CA", request="r2")
    before = adjudicated(by_hand)
    fill_in(sheet, CO={"outcome": HOLDS})
    by_hand.settle(sheet)
    assert adjudicated(by_hand) == before
    for cells, said in (
        ({"CO": {"outcome": DOES_NOT_HOLD}}, "was settled to hold before"),
        ({"CO": {"outcome": HOLDS}, "CA": {"valence": "promotes"}}, "another valence"),
        ({"CA": {"valence": "good"}}, "valence 'good' is none of"),
        ({"CP": {"outcome": HOLDS}, "CA": {"valence": ""}}, "the coders give different valences"),
        ({"CP": {"outcome": DOES_NOT_HOLD, "words": "as ada"}}, "'words' is filled, but the code does not hold"),
    ):
        fill_in(sheet, **cells)
        with pytest.raises(Exception, match=said):
            by_hand.settle(sheet)


def test_a_page_keeps_what_a_sheet_settled_to_hold(by_hand: Study, tmp_path: Path) -> None:
    sheet = tmp_path / "s.xlsx"
    write_sheet(sheet, by_hand.disagreements(), by_hand.codebook)
    fill_in(sheet, CO={"outcome": HOLDS})
    by_hand.settle(sheet)
    client = page_of(by_hand)
    key = opened(by_hand).passages()[0].passage.key
    page = client.get(f"/adjudicate?at={key}")
    assert "was settled in a sheet, and stays" in page
    assert 'value="CO"' not in page.split('id="settle"')[1].split("<datalist")[0]
    client.post("/adjudicate", passage=key, request="r")
    assert [mark.code for mark in adjudicated(by_hand)] == ["CO"]


@pytest.mark.parametrize("units", ["segment", "turn", "passage", "character"])
def test_a_sheet_of_any_unit_that_is_filled_whole_leaves_nothing_to_ask(
    by_hand: Study, tmp_path: Path, units: str
) -> None:
    sheet, question = tmp_path / "s.xlsx", Question(model=False, units=units)
    count = write_sheet(sheet, by_hand.disagreements(question), by_hand.codebook)
    assert count > 3
    fill_in(sheet, **{code: {"outcome": HOLDS, "valence": "no valence"} for code in by_hand.codebook.ids})
    outcome = by_hand.settle(sheet, question)
    assert (outcome.held, outcome.undecided) == (count, 0)
    assert write_sheet(sheet, by_hand.disagreements(question), by_hand.codebook) == 0
    assert not verify(by_hand.store).faults
