"""Charts show nobody what they have still to code themselves: codings, readings, suggestions, summaries and lights."""

from __future__ import annotations

from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.chart_page_checks import matrix_cells, write_note
from support.client import Client
from support.code_view_checks import read_whole
from support.review_checks import LINES, word

WORDS = "They never talked it through."


def test_others_codings_and_readings_are_held_back_and_the_page_says_how_many(ada: Client, cleo: Client) -> None:
    page = cleo.get("/chart")
    cells = matrix_cells(page)
    assert cells["Ash", "CO"] == "not read"
    assert cells["Ash", "CP"] == "not read"
    assert "5 codings of others on 3 interviews" in page
    assert LINES[0] not in cleo.get("/chart/cell?at=Ash&code=CO")
    assert "held back" not in ada.get("/chart").lower().split("<footer")[0].split("legendnote")[0]


def test_what_the_coder_has_read_is_opened_code_by_code(review: ReviewSession, cleo: Client) -> None:
    for name in ("ash_gp", "ash_nurse"):
        read_whole(review, "cleo", name, ("CO",))
    cells = matrix_cells(cleo.get("/chart?open=CO"))
    assert cells["Ash", "CO"] == "2 2 of 2 interviews ↑1 ↓1"  # of CO itself, not of CO.DIF
    assert cells["Ash", "CO.DIF"] == "not read"
    assert cells["Ash", "RM"] == "not read"


def test_who_gives_up_independence_sees_codings_and_readings(cleo: Client) -> None:
    assert cleo.post("/codes/others", back="chart").headers["location"] == "/chart"
    cells = matrix_cells(cleo.get("/chart"))
    assert cells["Ash", "CO"] == "3 2 of 2 interviews ↑2 ↓1"
    assert cells["Ash", "CP"] == "none in 2 interviews"


def test_while_something_is_left_to_decide_what_others_read_stays_hidden(
    review: ReviewSession, ada: Client, cleo: Client
) -> None:
    read_whole(review, "ada", "cedar_gp")
    cleo.post("/codes/others")
    assert matrix_cells(ada.get("/chart"))["Cedar", "CP"] == "none"
    assert matrix_cells(cleo.get("/chart"))["Cedar", "CP"] == "not read"
    for at, code in ((0, "CO.DIF"), (1, "F1")):
        review.decide("cleo", word(review, at, "reject", "cedar_gp", suggested=code))
    assert matrix_cells(cleo.get("/chart"))["Cedar", "CP"] == "none"


def test_the_adjudication_session_sees_all_codings_and_no_suggestion(together: Client) -> None:
    page = together.get("/chart")
    assert matrix_cells(page)["Ash", "CO"] == "3 2 of 2 interviews ↑2 ↓1"
    assert matrix_cells(page)["Cedar", "F1"] == "not read"
    assert 'href="/code/' not in together.get("/chart/cell?at=Ash&code=CO")


def test_a_suggestion_of_a_blind_passage_is_in_no_chart(charted: Study, logins: LoginLinks) -> None:
    blind = Client(ReviewSession(charted, all_blind=True), logins, "ada")
    assert "suggested" not in matrix_cells(blind.get("/chart"))["Cedar", "F1"]
    assert LINES[1] not in blind.get("/chart/cell?at=Cedar&code=F1")


def test_others_summaries_are_shown_once_all_codings_of_the_cell_are(
    review: ReviewSession, ada: Client, cleo: Client, together: Client
) -> None:
    write_note(ada, "Ash", "CO", WORDS, "red")
    assert WORDS in together.get("/chart/cell?at=Ash&code=CO")
    for page in (cleo.get("/chart"), cleo.get("/chart/cell?at=Ash&code=CO"), cleo.get("/chart/integration")):
        assert WORDS[:20] not in page
        assert 'is-red"><span aria-hidden="true">■</span> red</span>' not in page
    assert matrix_cells(cleo.get("/chart"))["Ash", "CO"] == "not read note held back"
    # A sub-construct that is not open keeps it shut: it speaks of those passages too.
    for name in ("ash_gp", "ash_nurse"):
        read_whole(review, "cleo", name, ("CO",))
    assert WORDS not in cleo.get("/chart/cell?at=Ash&code=CO")
    for name in ("ash_gp", "ash_nurse"):
        read_whole(review, "cleo", name)
    assert WORDS in cleo.get("/chart/cell?at=Ash&code=CO")


def test_what_is_hidden_is_not_overwritten(review: ReviewSession, ada: Client, cleo: Client) -> None:
    write_note(ada, "Ash", "CO", WORDS)
    (note,) = review.study.store.cell_notes()
    for seen in ("", str(note.id)):
        assert write_note(cleo, "Ash", "CO", "mine", seen=seen).status_code == 409
    assert WORDS in ada.get("/chart/cell?at=Ash&code=CO")


def test_one_s_own_summary_is_always_shown(cleo: Client) -> None:
    write_note(cleo, "Ash", "CO", WORDS)
    assert WORDS in cleo.get("/chart/cell?at=Ash&code=CO")
