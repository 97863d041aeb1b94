"""Summaries and lights: saved with who and when, never over what somebody else wrote meanwhile, and taken back."""

from __future__ import annotations

import re

import pytest
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from support.chart_page_checks import field, matrix_cells, write_note
from support.client import Client
from support.code_view_checks import read_whole
from support.review_checks import word

CELL = "/chart/cell?at=Ash&code=CO"


def notes(review: ReviewSession) -> list[tuple[str, str, str, str, str, str]]:
    return [
        (note.row, note.code, note.wave, note.summary, note.light, note.by) for note in review.study.store.cell_notes()
    ]


@pytest.fixture
def ben(review: ReviewSession, logins: LoginLinks) -> Client:
    """A second person, who has read everything."""
    for name in review.transcripts:
        read_whole(review, "ben", name)
    for at, code in ((0, "CO.DIF"), (1, "F1")):
        review.decide("ben", word(review, at, "reject", "cedar_gp", suggested=code))
    return Client(review, logins, "ben")


def test_a_note_is_kept_with_who_and_when(review: ReviewSession, ada: Client) -> None:
    answer = write_note(ada, "Ash", "CO", "Shared\r\nby all. <script>", "green")
    assert answer.status_code == 303
    assert notes(review) == [("Ash", "CO", "", "Shared\nby all. <script>", "green", "ada")]
    page = ada.get(answer.headers["location"].split("#")[0])
    assert "Shared\nby all. &lt;script&gt;</textarea>" in page
    assert re.search(r"by ada, <time datetime=\"20\d\d-", page)
    assert re.search(r'value="green" checked', page)
    assert matrix_cells(ada.get("/chart"))["Ash", "CO"].endswith("↓1 ● green Shared by all. <script>")
    assert not review.study.check_audit().faults


def test_an_empty_note_takes_the_one_before_away(review: ReviewSession, ada: Client) -> None:
    write_note(ada, "Ash", "CO", "x", "red")
    write_note(ada, "Ash", "CO", "  ", "")
    assert notes(review) == []


def test_a_wave_has_notes_of_its_own(review: ReviewSession, ada: Client) -> None:
    write_note(ada, "Ash", "CO", "of all")
    write_note(ada, "Ash", "CO", "of late", wave="late")
    assert {(note[2], note[3]) for note in notes(review)} == {("", "of all"), ("late", "of late")}
    assert "of late" in matrix_cells(ada.get("/chart?wave=late"))["Ash", "CO"]
    assert "of all" in matrix_cells(ada.get("/chart"))["Ash", "CO"]


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten_and_nothing_typed_is_lost(
    review: ReviewSession, ada: Client, ben: Client
) -> None:
    seen = field(ada.get(CELL), "seen")
    write_note(ben, "Ash", "CO", "by ben", "amber")
    for headers in ({}, {"X-Asked-By": "page"}):
        refused = ada.post(
            "/chart/cell", headers=headers, at="Ash", code="CO", summary="by ada", light="red", seen=seen
        )
        assert refused.status_code == 409
        page = refused.json()["panel"] if headers else refused.text
        assert "meanwhile" in page
        assert "by ben" in page
        assert "by ada</textarea>" in page
        assert re.search(r'value="red" checked', page)
    assert notes(review) == [("Ash", "CO", "", "by ben", "amber", "ben")]
    # Having read it, she may.
    assert (
        ada.post(
            "/chart/cell", at="Ash", code="CO", summary="by ada", light="red", seen=field(page, "seen")
        ).status_code
        == 303
    )
    assert notes(review) == [("Ash", "CO", "", "by ada", "red", "ada")]


def test_the_last_save_is_taken_back(review: ReviewSession, ada: Client) -> None:
    write_note(ada, "Ash", "CO", "first", "green")
    write_note(ada, "Ash", "CO", "second", "red")
    assert "Undo your last save" in ada.get(CELL)
    assert ada.post("/chart/cell", at="Ash", code="CO", verdict="undo", summary="second", seen="").status_code == 303
    assert [note[3:5] for note in notes(review)] == [("first", "green")]
    assert "Undo your last save" not in ada.get(CELL)
    assert ada.post("/chart/cell", at="Ash", code="CO", verdict="undo", summary="x", seen="").status_code == 409


def test_the_first_save_is_taken_back_to_nothing(review: ReviewSession, ada: Client) -> None:
    write_note(ada, "Ash", "CO", "first")
    ada.post("/chart/cell", at="Ash", code="CO", verdict="undo", summary="first", seen="")
    assert notes(review) == []


def test_an_undo_does_not_reach_over_what_somebody_else_wrote(review: ReviewSession, ada: Client, ben: Client) -> None:
    write_note(ada, "Ash", "CO", "by ada")
    write_note(ben, "Ash", "CO", "by ben")
    assert "Undo your last save" not in ada.get(CELL)
    assert ada.post("/chart/cell", at="Ash", code="CO", verdict="undo", summary="", seen="").status_code == 409
    assert [note[3] for note in notes(review)] == ["by ben"]


def test_the_script_is_given_what_the_cell_says_now(ada: Client) -> None:
    sent = {"at": "Ash", "code": "CO", "summary": "kept up", "light": "green", "seen": ""}
    answer = ada.post("/chart/cell", headers={"X-Asked-By": "page"}, **sent).json()
    assert "● " in answer["cell"].replace("</span>", "")
    assert "kept up" in answer["cell"]
    assert answer["message"] == "Saved."


@pytest.mark.parametrize(
    "wrong",
    [{"light": "blue"}, {"at": "Oak"}, {"code": "NOPE"}, {"wave": "noon"}, {"seen": "x"}, {"summary": "x" * 20_001}],
)
def test_what_cannot_be_saved_is_not(review: ReviewSession, ada: Client, wrong: dict[str, str]) -> None:
    sent = {"at": "Ash", "code": "CO", "summary": "x", "light": "red", "seen": ""} | wrong
    assert ada.post("/chart/cell", **sent).status_code in (404, 409)
    assert notes(review) == []


def test_a_form_of_another_site_saves_nothing(review: ReviewSession, ada: Client) -> None:
    sent = {"at": "Ash", "code": "CO", "summary": "x", "light": "red", "seen": ""}
    assert ada.post("/chart/cell", mark="wrong", **sent).status_code == 403
    assert ada.post("/chart/cell", headers={"Sec-Fetch-Site": "cross-site"}, **sent).status_code == 403
    assert notes(review) == []
