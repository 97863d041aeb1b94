"""Adjudication: where coders part, and what they settle."""

from __future__ import annotations

import pytest
from secondcoder.domain.records import Origin
from secondcoder.review.adjudication import partings, settle, take_back
from secondcoder.review.errors import DecisionError
from secondcoder.review.security import Door
from secondcoder.review.session import Desk
from support.client import Client
from support.review_checks import word


@pytest.fixture
def parted(desk: Desk) -> Desk:
    """Ada and Ben agree on one passage and part on another."""
    for coder in ("ada", "ben"):
        desk.decide(coder, word(desk, 3, "accept", suggested="RM"))
    desk.decide("ada", word(desk, 1, "accept", suggested="CA", memo="the room"))
    desk.decide("ben", word(desk, 1, "change", suggested="CA", code="CP"))
    return desk


def test_partings_are_where_codes_differ(parted: Desk) -> None:
    (one,) = partings(parted, "consensus")
    assert one.passage.segment.order == 1
    assert [(side.coder, [mark.code for mark in side.codings]) for side in one.sides] == [
        ("ada", ["CA"]),
        ("ben", ["CP"]),
    ]
    assert one.settled is None


def test_what_is_settled_is_adjudicated_and_either_side_stays(parted: Desk) -> None:
    (one,) = partings(parted, "consensus")
    settle(parted, "consensus", one.passage.place, ["ca", "F1"], "talked", "r", None)
    settled = {mark.code for mark in parted.study.corpus.codings if mark.origin is Origin.ADJUDICATED}
    assert settled == {"CA", "F1"}
    assert len(parted.study.corpus.codings) == 6
    settle(parted, "consensus", one.passage.place, ["F1"], "", "r2", None)
    assert partings(parted, "consensus")[0].settled == ("F1",)
    passes = [done for done in parted.study.corpus.passes if done.origin is Origin.ADJUDICATED]
    assert [done.codes for done in passes] == [parted.book.ids]


def test_a_settlement_is_taken_back_whole_and_what_was_before_it_holds_again(parted: Desk) -> None:
    (one,) = partings(parted, "consensus")
    settle(parted, "consensus", one.passage.place, ["CA", "F1"], "talked", "r-1", None)
    settle(parted, "consensus", one.passage.place, ["RM"], "", "r-2", None)
    assert take_back(parted, "consensus", "u1") == one.passage
    assert partings(parted, "consensus")[0].settled == ("CA", "F1")
    take_back(parted, "consensus", "u2")
    assert partings(parted, "consensus")[0].settled is None
    assert all(mark.origin is not Origin.ADJUDICATED for mark in parted.study.corpus.codings)
    assert all(done.origin is not Origin.ADJUDICATED for done in parted.study.corpus.passes)
    with pytest.raises(DecisionError, match="nothing left"):
        take_back(parted, "consensus", "u3")


def test_the_adjudication_link_decides_on_no_suggestion(parted: Desk, door: Door) -> None:
    both = Client(parted, door, "consensus", adjudicates=True)
    for url in ("/queue", "/transcript/t1"):
        assert "with a coder&#39;s own link" in both.http.get(url).text
    sent = {"verdict": "accept", "suggested": "CO", "passage": parted.passages[0].key, "request": "r"}
    assert both.post("/decide", **sent).status_code == 409
    assert parted.study.store.decisions("consensus") == []


def test_a_code_that_is_none_settles_nothing(parted: Desk) -> None:
    with pytest.raises(DecisionError):
        settle(parted, "consensus", partings(parted, "consensus")[0].passage.place, ["NOPE"], "", "r", None)
    assert all(one.origin is not Origin.ADJUDICATED for one in parted.study.corpus.decisions)


def test_the_screen_is_for_the_session_alone(parted: Desk, door: Door) -> None:
    ada = Client(parted, door, "ada")
    assert ada.http.get("/adjudicate").status_code == 403
    place = partings(parted, "consensus")[0].passage.key
    assert ada.post("/adjudicate", passage=place, request="r", holds="CA").status_code == 409
    both = Client(parted, door, "consensus", adjudicates=True)
    page = both.get("/adjudicate")
    assert "the room" in page
    assert both.post("/adjudicate", passage=place, request="r", holds=["CA", "CP"]).status_code == 303
    assert "Everything is settled" in both.get("/adjudicate")
    assert "Settle anew" in both.get(f"/adjudicate?at={place}")
