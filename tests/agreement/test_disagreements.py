"""Where coders disagree: confusion, the list of disagreements, the adjudication sheet."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from openpyxl import load_workbook
from secondcoder.agreement.adjudication import (
    ANOTHER,
    DOES_NOT_HOLD,
    HOLDS,
    read_sheet,
    write_sheet,
)
from secondcoder.agreement.disagreements import NOTHING, Disagreement, confusion, disagreements
from secondcoder.agreement.reliability_data import build_reliability_data
from secondcoder.agreement.units import KINDS, make_units
from secondcoder.domain.records import Coding, Origin
from secondcoder.errors import TableError
from support.agreement_checks import BOOK, STEADY, coding, interview, reliability_data_of, segments_of, whole
from support.places import SHEETS_OF_0_1_0

TALK = interview(
    "t1", ["We had no idea. It came one day. Nobody asked.", "= A sum. She sat in the corner."], case="north", role="gp"
)
CODINGS = [
    coding(TALK, "We had no idea.", "COH", "A", memo="at first"),
    coding(TALK, "We had no idea.", "MON", "B"),
    coding(TALK, "It came one day.", "ACT", "A"),
    coding(TALK, "It came one day.", "ACT", "B"),
    coding(TALK, "= A sum.", "ACT", "B"),
]
PASSES = [whole(TALK, "A"), whole(TALK, "B")]


def disagreements_of(kind: str = "segment", codings: list[Coding] = CODINGS) -> list[Disagreement]:
    edges = {TALK.id: [place for one in codings for place in (one.start, one.end)]}
    units = make_units(KINDS[kind], [TALK], segments_of(TALK), edges, words=100)
    data = build_reliability_data([TALK], units, codings, PASSES, coders=("A", "B"), codes=BOOK.ids, kind=KINDS[kind])
    return disagreements(data, ("A", "B"), [TALK], codings)


# -- confusion ----------------------------------------------------------------------------------------------------------


def test_confusion_pairs_what_is_left() -> None:
    marks = np.zeros((4, 2, 3), dtype=bool)
    marks[0, :, 0] = True  # both k0
    marks[1, 0, 0] = marks[1, 1, 1] = True  # k0 against k1
    marks[2, 0, 0] = marks[2, 1, 1] = marks[2, 1, 2] = True  # k0 against k1 and k2
    table = confusion(reliability_data_of(marks), "c0", "c1")
    assert table.codes == ("k0", "k1", "k2", NOTHING)
    np.testing.assert_allclose(table.counts, [[1, 1.5, 0.5, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0.5, 0.5, 1]])
    assert table.most_confused(1) == [("k0", "k1", 1.5)]
    assert table.as_json()["counts"][0][1] == 1.5


@STEADY
@given(arrays(bool, (8, 2, 4)))
def test_confusion_keeps_the_margins_and_turns_with_the_coders(marks: np.ndarray) -> None:
    data = reliability_data_of(marks)
    table = confusion(data, "c0", "c1")
    np.testing.assert_allclose(table.counts[:-1].sum(1), marks[:, 0].sum(0), atol=1e-9)
    np.testing.assert_allclose(table.counts[:, :-1].sum(0), marks[:, 1].sum(0), atol=1e-9)
    np.testing.assert_allclose(np.diag(table.counts)[:-1], marks.all(1).sum(0), atol=1e-9)
    np.testing.assert_allclose(confusion(data, "c1", "c0").counts, table.counts.T, atol=1e-9)
    assert (table.counts >= 0).all()


# -- the list -----------------------------------------------------------------------------------------------------------


def test_each_disagreement_has_its_context() -> None:
    first, second, third = disagreements_of()
    assert (first.code, second.code, third.code) == ("COH", "MON", "ACT")
    assert first.text == "We had no idea."
    assert first.question == "Question number 0, then?"
    assert (first.case, first.role) == ("north", "gp")
    assert dict(first.marked) == {"A": True, "B": False}
    assert dict(first.codes) == {"A": ("COH",), "B": ("MON",)}
    assert dict(first.memos) == {"A": "at first"}
    assert third.text == "= A sum."
    assert len({one.id for one in (first, second, third)}) == 3
    assert [one.id for one in disagreements_of()] == [first.id, second.id, third.id]


def test_runs_of_characters_are_taken_together() -> None:
    codings = [
        coding(TALK, "We had no idea. It came one day.", "COH", "A"),
        coding(TALK, "had no", "MON", "A"),
        coding(TALK, "had no", "MON", "B"),
    ]
    (one,) = disagreements_of("character", codings)
    assert (one.code, one.text) == ("COH", "We had no idea. It came one day.")


def test_a_passage_leaves_the_question_out() -> None:
    (one, *_) = disagreements_of("passage")
    assert " [...] " in one.text
    assert "Question" not in one.text
    assert len(one.pieces) == 2


def test_who_did_not_look_does_not_disagree() -> None:
    units = make_units(KINDS["segment"], [TALK], segments_of(TALK))
    data = build_reliability_data(
        [TALK], units, CODINGS, PASSES[:1], coders=("A", "B"), codes=BOOK.ids, kind=KINDS["segment"]
    )
    assert disagreements(data, ("A", "B"), [TALK], CODINGS) == []


# -- the sheet ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "parting.xlsx"
    write_sheet(path, disagreements_of(), BOOK)
    return path


def fill(path: Path, **cells: str) -> None:
    """Fill cells named like D3=..., as a person would."""
    book = load_workbook(path)
    for place, text in cells.items():
        book.worksheets[0][place] = text
    book.save(path)


def columns(path: Path) -> dict[str, str]:
    row = load_workbook(path).worksheets[0][1]
    return {str(cell.value): str(cell.column_letter) for cell in row}


def test_outcomes_come_back_as_adjudicated_codings(sheet: Path) -> None:
    at = columns(sheet)
    outcome, other, memo = at["outcome"], at["other code"], at["memo"]
    fill(sheet, **{f"{outcome}2": HOLDS, f"{memo}2": "both saw it", f"{outcome}3": ANOTHER, f"{other}3": "COH.DIF"})
    back = read_sheet(sheet, disagreements_of(), BOOK, "consensus")
    start, end = disagreements_of()[0].pieces[0]
    assert back.codings == (
        Coding("t1", start, end, "COH", "consensus", Origin.ADJUDICATED, memo="both saw it"),
        Coding("t1", start, end, "COH.DIF", "consensus", Origin.ADJUDICATED),
    )
    assert (back.held, back.not_held, back.replaced, back.undecided) == (1, 0, 1, 1)
    assert {(coding_pass.start, coding_pass.origin) for coding_pass in back.passes} == {
        (one.pieces[0][0], Origin.ADJUDICATED) for one in disagreements_of()[:2]
    }
    assert {code for coding_pass in back.passes for code in coding_pass.codes} == {
        disagreements_of()[0].code,
        disagreements_of()[1].code,
        "COH.DIF",
    }


def test_what_does_not_hold_makes_no_coding(sheet: Path) -> None:
    outcome = columns(sheet)["outcome"]
    fill(sheet, **{f"{outcome}{row}": DOES_NOT_HOLD for row in (2, 3, 4)})
    back = read_sheet(sheet, disagreements_of(), BOOK, "consensus")
    assert (back.codings, back.not_held, back.undecided) == ((), 3, 0)
    settled = {(coding_pass.start, coding_pass.end, code) for coding_pass in back.passes for code in coding_pass.codes}
    assert settled == {(*one.pieces[0], one.code) for one in disagreements_of()}


def test_the_sheet_says_who_gave_it_and_offers_choices(sheet: Path) -> None:
    book = load_workbook(sheet)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    first = dict(zip(rows[0], rows[1], strict=True))
    assert (first["coder A"], first["coder B"], first["name"]) == ("coded", "not coded", "Coherence")
    assert first["memos"] == "A: at first"
    choices = {str(one.sqref)[0]: one.formula1 for one in book.worksheets[0].data_validations.dataValidation}
    assert choices[columns(sheet)["outcome"][0]] == f'"{HOLDS},{DOES_NOT_HOLD},{ANOTHER}"'
    assert [row[0] for row in book["codes"].iter_rows(values_only=True)] == ["code", *BOOK.ids]


def test_text_that_looks_like_a_formula_stays_text(sheet: Path) -> None:
    at = columns(sheet)
    cell = load_workbook(sheet).worksheets[0][f"{at['text']}4"]
    assert (cell.value, cell.data_type) == ("'= A sum.", "s")
    fill(sheet, **{f"{at['outcome']}4": HOLDS})
    assert read_sheet(sheet, disagreements_of(), BOOK, "consensus").held == 1


def test_all_faults_are_told_together_and_nothing_is_taken(sheet: Path) -> None:
    at = columns(sheet)
    fill(
        sheet,
        **{
            f"{at['text']}2": "We had no clue.",
            f"{at['id']}3": "d00000000a",
            f"{at['outcome']}4": "the code hold",
            f"{at['other code']}4": "MONN",
        },
    )
    with pytest.raises(TableError) as caught:
        read_sheet(sheet, disagreements_of(), BOOK, "consensus")
    told = str(caught.value)
    assert "row 2: the text was changed; it read 'We had no idea.'." in told
    assert "row 3: id 'd00000000a' is none of this sheet's." in told
    assert "row 4: outcome 'the code hold' is none of" in told
    assert "Did you mean 'the code holds'?" in told
    assert "code 'MONN' is not in the codebook. Did you mean 'MON'?" in told
    assert told.endswith("Nothing was taken in.")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"outcome": ANOTHER}, "'other code' is empty"),
        ({"outcome": HOLDS, "other code": "MON"}, "but the outcome is 'the code holds'"),
        ({"other code": "MON"}, "but the outcome is empty"),
        ({"code": "MON"}, "the code was changed"),
        ({"start": "1"}, "the start was changed"),
    ],
)
def test_faults_of_a_row(sheet: Path, cells: dict[str, str], words: str) -> None:
    at = columns(sheet)
    fill(sheet, **{f"{at[name]}2": text for name, text in cells.items()})
    with pytest.raises(TableError, match=words):
        read_sheet(sheet, disagreements_of(), BOOK, "consensus")


def test_rows_may_be_sorted_or_taken_out_but_not_stand_twice(sheet: Path) -> None:
    book = load_workbook(sheet)
    rows = book.worksheets[0]
    rows.delete_rows(2)
    book.save(sheet)
    assert read_sheet(sheet, disagreements_of(), BOOK, "x").undecided == 3
    rows.append([cell.value for cell in rows[2]])
    book.save(sheet)
    with pytest.raises(TableError, match="stands on row 2 already"):
        read_sheet(sheet, disagreements_of(), BOOK, "x")


def test_a_sheet_of_0_1_0_is_still_read(tmp_path: Path) -> None:
    sheet = Path(shutil.copy(SHEETS_OF_0_1_0 / "adjudication.xlsx", tmp_path))
    fill(sheet, **{f"{columns(sheet)['outcome']}2": HOLDS, f"{columns(sheet)['outcome']}4": DOES_NOT_HOLD})
    back = read_sheet(sheet, disagreements_of(), BOOK, "consensus")
    assert (back.held, back.not_held, back.undecided) == (1, 1, 1)


def test_a_missing_column_and_no_workbook_are_told(sheet: Path, tmp_path: Path) -> None:
    fill(sheet, **{f"{columns(sheet)['outcome']}1": "result"})
    with pytest.raises(TableError, match="column 'outcome' is missing"):
        read_sheet(sheet, disagreements_of(), BOOK, "x")
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK nothing")
    with pytest.raises(TableError, match="not an Excel workbook"):
        read_sheet(broken, disagreements_of(), BOOK, "x")
