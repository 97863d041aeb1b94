"""A code is split while its passages are read: one change with its assignments, and the review goes on."""

from __future__ import annotations

import pytest
from secondcoder.errors import InputError
from secondcoder.labels.code_passages import coding_key
from secondcoder.review.app_state import AppState
from secondcoder.review.session import ReviewSession
from support.change_checks import with_ids
from support.client import Client
from support.code_view_checks import NAMED, code, marks, recode, shown
from support.review_checks import LINES, word


def test_a_split_shows_its_plan_and_asks(review: ReviewSession, ada: Client) -> None:
    code(review, "ada", 2, "CO")
    page = ada.get("/split?code=CO&id0=CO1&id1=CO2")
    assert "split CO into CO1, CO2: 1 coding, 0 coding passes" in page
    assert LINES[2] in page
    assert review.study.codebook.find("CO1") is None


def test_a_split_is_one_change_with_its_assignments_and_the_review_goes_on(review: ReviewSession, ada: Client) -> None:
    first, second, neither = (code(review, "ada", at, "CO") for at in (0, 2, 4))
    waits = code(review, "ada", 5, "CO")
    review.decide("ada", word(review, 0, "accept", suggested="CO"))
    decided = next(each for each in review.study.corpus.codings if each.transcript == "t1")
    ticked = [f"{coding_key(first)} CO1", f"{coding_key(second)} CO1", f"{coding_key(second)} CO2"]
    ticked += [f"{coding_key(neither)} ", f"{coding_key(decided)} CO2"]
    page = ada.post("/split", holds=ticked, **NAMED).text
    assert "Change 1 was made" in page
    assert "4 codings assigned, 1 wait" in page
    assert "The review goes on with the new codebook" in page
    study = review.study
    now = {(each.transcript, each.start, each.code) for each in study.corpus.codings}
    assert now == {
        ("t3", first.start, "CO1"),
        ("t3", second.start, "CO1"),
        ("t3", second.start, "CO2"),
        ("t1", decided.start, "CO2"),
    }
    assert waits.start not in {start for _, start, _ in now}
    assert study.codebook["CO1"].definition == "The first kind."
    assert "CO" not in study.codebook
    assert study.codebook_history()[0]["who"] == "ada"
    assert not study.check_audit().faults
    assert shown(ada.get("/codes/CO2")) == [LINES[0], LINES[2]]
    assert "1 coding of split codes waits to be assigned" in ada.get("/codes")
    # A page that was open before decides on in the new codebook.
    sent = {
        "verdict": "accept",
        "suggested": "CA",
        "passage": review.interviews["t1"].passages[1].key,
        "request": "later",
    }
    assert ada.post("/decide", **sent).status_code == 303


def test_what_a_split_made_can_be_recoded(review: ReviewSession, ada: Client) -> None:
    imported = code(review, "ada", 0, "CO", memo="keep")
    review.decide("ada", word(review, 0, "accept", suggested="CO"))
    decided = next(each for each in review.study.corpus.codings if each.transcript == "t1")
    ada.post("/split", holds=[f"{coding_key(imported)} CO1", f"{coding_key(decided)} CO1"], **NAMED)
    both = [each for each in review.study.corpus.codings if each.code == "CO1"]
    assert len(both) == 2
    assert recode(ada, *both, to="F1", code="CO1").status_code == 303
    assert marks(review) == {("t1", "F1", "reviewed"), ("t3", "F1", "independent")}
    assert not review.study.check_audit().faults


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"id0": "CO1", "id1": ""}, "two codes or more"),
        ({"id0": "CO1", "id1": "CO1"}, "two codes or more"),
        ({"id0": "CO1", "id1": "CA"}, "CA"),
        ({"id0": "a|b", "id1": "CO2"}, "control character"),
    ],
)
def test_a_split_that_cannot_be_is_refused_and_nothing_changes(
    review: ReviewSession, ada: Client, fields, message: str
) -> None:
    page = ada.get("/split?code=CO&" + "&".join(f"{name}={value}" for name, value in fields.items()))
    assert message in page
    assert ada.post("/split", **NAMED | fields).status_code == 409
    assert review.study.corpus.history.latest == 0
    assert review.study.codebook.find("CO") == "CO"


def test_a_construct_with_codes_below_it_is_not_split_here(review: ReviewSession, ada: Client) -> None:
    nested = with_ids(review.book, {})
    below = tuple(each.model_copy(update={"parent": "CO"}) if each.id == "CP" else each for each in nested.codes)
    review.book = nested.model_copy(update={"codes": below})
    assert "CO has codes below it (CP)" in ada.get("/split?code=CO&id0=A&id1=B")


def test_a_passage_that_is_one_of_them_and_none_is_refused(review: ReviewSession, ada: Client) -> None:
    key = coding_key(code(review, "ada", 2, "CO"))
    for ticked in ([f"{key} CO1", f"{key} "], [f"{key} CA"], ["c1 CO1"]):
        assert ada.post("/split", holds=ticked, **NAMED).status_code == 409, ticked
    assert review.study.corpus.history.latest == 0


def test_a_split_leaves_what_is_held_back_to_wait(review: ReviewSession, ada: Client) -> None:
    code(review, "ben", 2, "CO")
    page = ada.get("/split?code=CO&id0=CO1&id1=CO2")
    assert LINES[2] not in page
    assert "1 coding of others that is held back from you waits too" in page
    assert "0 codings assigned, 1 wait" in ada.post("/split", **NAMED).text


def test_where_the_review_cannot_go_on_it_says_so(
    review: ReviewSession, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(state: AppState) -> None:
        raise InputError("Nothing is suggested.")

    monkeypatch.setattr(AppState, "reopen", closed)
    page = ada.post("/split", **NAMED).text
    assert "cannot go on with the new codebook" in page
    assert "Nothing is suggested." in page
    assert review.study.codebook.find("CO1") == "CO1"
    sent = {"verdict": "accept", "suggested": "CA", "passage": review.interviews["t1"].passages[1].key, "request": "r"}
    refused = ada.post("/decide", **sent)
    assert (refused.status_code, "Nothing is suggested." in refused.text) == (409, True)
    assert review.study.store.decisions() == []
