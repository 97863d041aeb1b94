"""Adjudication: where coders disagree, and what they settle."""

from __future__ import annotations

import pytest
from secondcoder.domain.records import Origin
from secondcoder.errors import DecisionError
from secondcoder.review.adjudication import disagreements_in_review, settle, undo_last_settlement
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from support.client import Client
from support.review_checks import word


@pytest.fixture
def disagreeing(review: ReviewSession) -> ReviewSession:
    """Ada and Ben agree on one passage and disagree on another."""
    for coder in ("ada", "ben"):
        review.decide(coder, word(review, 3, "accept", suggested="RM"))
    review.decide("ada", word(review, 1, "accept", suggested="CA", memo="the state"))
    review.decide("ben", word(review, 1, "change", suggested="CA", code="CP"))
    return review


def test_coders_disagree_where_their_codes_differ(disagreeing: ReviewSession) -> None:
    (one,) = disagreements_in_review(disagreeing, "consensus")
    assert one.passage.segment.order == 1
    assert [(side.coder, [mark.code for mark in side.codings]) for side in one.sides] == [
        ("ada", ["CA"]),
        ("ben", ["CP"]),
    ]
    assert one.settled is None


def test_what_is_settled_is_adjudicated_and_either_side_stays(disagreeing: ReviewSession) -> None:
    (one,) = disagreements_in_review(disagreeing, "consensus")
    settle(disagreeing, "consensus", one.passage.place, ["ca", "F1"], "talked", "r", None)
    settled = {mark.code for mark in disagreeing.study.store.codings() if mark.origin is Origin.ADJUDICATED}
    assert settled == {"CA", "F1"}
    assert len(disagreeing.study.store.codings()) == 6
    settle(disagreeing, "consensus", one.passage.place, ["F1"], "", "r2", None)
    assert disagreements_in_review(disagreeing, "consensus")[0].settled == ("F1",)
    passes = [done for done in disagreeing.study.store.passes() if done.origin is Origin.ADJUDICATED]
    assert [done.codes for done in passes] == [disagreeing.book.ids]


def test_a_settlement_is_undone_as_a_whole_so_that_the_one_before_holds_again(disagreeing: ReviewSession) -> None:
    (one,) = disagreements_in_review(disagreeing, "consensus")
    settle(disagreeing, "consensus", one.passage.place, ["CA", "F1"], "talked", "r-1", None)
    settle(disagreeing, "consensus", one.passage.place, ["RM"], "", "r-2", None)
    assert undo_last_settlement(disagreeing, "consensus", "u1") == one.passage
    assert disagreements_in_review(disagreeing, "consensus")[0].settled == ("CA", "F1")
    undo_last_settlement(disagreeing, "consensus", "u2")
    assert disagreements_in_review(disagreeing, "consensus")[0].settled is None
    assert all(mark.origin is not Origin.ADJUDICATED for mark in disagreeing.study.store.codings())
    assert all(done.origin is not Origin.ADJUDICATED for done in disagreeing.study.store.passes())
    with pytest.raises(DecisionError, match="nothing left"):
        undo_last_settlement(disagreeing, "consensus", "u3")


def test_the_adjudication_link_decides_on_no_suggestion(disagreeing: ReviewSession, logins: LoginLinks) -> None:
    both = Client(disagreeing, logins, "consensus", adjudicates=True)
    for url in ("/queue", "/transcript/t1"):
        assert "with a coder&#39;s own link" in both.http.get(url).text
    sent = {"verdict": "accept", "suggested": "CO", "passage": disagreeing.passages[0].key, "request": "r"}
    assert both.post("/decide", **sent).status_code == 409
    assert disagreeing.study.store.decisions("consensus") == []


def test_a_code_that_is_none_settles_nothing(disagreeing: ReviewSession) -> None:
    with pytest.raises(DecisionError):
        settle(
            disagreeing,
            "consensus",
            disagreements_in_review(disagreeing, "consensus")[0].passage.place,
            ["NOPE"],
            "",
            "r",
            None,
        )
    assert all(decision.origin is not Origin.ADJUDICATED for decision in disagreeing.study.store.decisions())


def test_the_screen_is_for_the_session_alone(disagreeing: ReviewSession, logins: LoginLinks) -> None:
    ada = Client(disagreeing, logins, "ada")
    assert ada.http.get("/adjudicate").status_code == 403
    place = disagreements_in_review(disagreeing, "consensus")[0].passage.key
    assert ada.post("/adjudicate", passage=place, request="r", holds="CA").status_code == 409
    both = Client(disagreeing, logins, "consensus", adjudicates=True)
    page = both.get("/adjudicate")
    assert "the state" in page
    assert both.post("/adjudicate", passage=place, request="r", holds=["CA", "CP"]).status_code == 303
    assert "Everything is settled" in both.get("/adjudicate")
    assert "Settle again" in both.get(f"/adjudicate?at={place}")
