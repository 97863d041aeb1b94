"""The page of adjudication: whose it is, its filters, its order, and what it asks for."""

from __future__ import annotations

import html
import re

from secondcoder.domain.records import Valence
from secondcoder.review.adjudication import Adjudication
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.adjudication_checks import BOTH, adjudicated, opened, page_of
from support.client import Client


def test_the_adjudication_link_decides_on_no_suggestion(disagreeing: ReviewSession, logins: LoginLinks) -> None:
    both = Client(disagreeing, logins, BOTH, adjudicates=True)
    for url in ("/queue", "/transcript/t1"):
        assert "with a coder&#39;s own link" in both.http.get(url).text
    sent = {"verdict": "accept", "suggested": "CO", "passage": disagreeing.passages[0].key, "request": "r"}
    assert both.post("/decide", **sent).status_code == 409
    assert disagreeing.study.store.decisions(BOTH) == []


def test_the_screen_is_for_the_session_alone(disagreeing: ReviewSession, logins: LoginLinks) -> None:
    ada = Client(disagreeing, logins, "ada")
    assert ada.http.get("/adjudicate").status_code == 403
    place = Adjudication(disagreeing).passages()[0].passage.key
    assert ada.post("/adjudicate", passage=place, request="r", holds="CA").status_code == 409
    both = Client(disagreeing, logins, BOTH, adjudicates=True)
    page = both.get("/adjudicate")
    assert "the state" in page
    assert both.post("/adjudicate", passage=place, request="r", holds=["CA", "CP"]).status_code == 303
    assert "Everything is settled" in both.get("/adjudicate")
    assert "Settle again" in both.get(f"/adjudicate?at={place}")


def heading(page: str) -> str:
    found = re.search(r'<h2 id="current-passage"[^>]*>(.*?)</h2>', page)
    return html.unescape(re.sub("<.*?>", "", found[1])) if found else ""


def test_filters_lead_through_their_own_differences(by_hand: Study) -> None:
    client = page_of(by_hand)
    for query, first, count in (
        ("", "t1, passage 1", "0 of 4 settled"),
        ("differ=valence", "t1, passage 2", "0 of 2 settled"),
        ("differ=span&transcript=t2", "t2, passage 1", "0 of 1 settled"),
        ("code=RM", "t1, passage 4", "0 of 1 settled"),
        ("code=F1", "", "0 of 0 settled"),
    ):
        page = client.get(f"/adjudicate?{query}")
        assert heading(page) == first
        assert count in page
    key = next(disputed.passage.key for disputed in opened(by_hand).passages() if disputed.differences[0].code == "CA")
    answer = client.post(
        "/adjudicate", passage=key, request="r", holds="CA", differ="valence", **{"valence:CA": "none"}
    )
    assert heading(client.get(answer.headers["location"])) == "t2, passage 1"
    assert "t1 (1 of 3 settled)" in client.get("/adjudicate")


def test_what_was_skipped_comes_last(by_hand: Study) -> None:
    client, keys = page_of(by_hand), [disputed.passage.key for disputed in opened(by_hand).passages()]
    answer = client.post("/adjudicate", passage=keys[2], request="r", holds="RM")
    assert heading(client.get(answer.headers["location"])) == "t2, passage 1"
    answer = client.post("/adjudicate", passage=keys[3], request="r2")
    assert heading(client.get(answer.headers["location"])) == "t1, passage 1"


def test_valences_that_differ_are_chosen_and_what_all_gave_stays(by_hand: Study) -> None:
    client, (first, second, third, _) = page_of(by_hand), opened(by_hand).passages()
    refused = client.post("/adjudicate", passage=second.passage.key, request="r", holds="CA")
    assert (refused.status_code, "Choose one, or none" in refused.text) == (409, True)
    assert adjudicated(by_hand) == []
    client.post("/adjudicate", passage=first.passage.key, request="r1", holds="CO")
    client.post("/adjudicate", passage=third.passage.key, request="r2", holds="RM", other="f1", **{"valence:": "mixed"})
    found = {mark.code: mark for mark in adjudicated(by_hand)}
    # Ada alone gave it, to some of the words; nobody said otherwise.
    (ada,) = [mark for mark in by_hand.store.codings() if (mark.code, mark.coder) == ("CO", "ada")]
    assert (found["CO"].span, found["CO"].valence) == (ada.span, ada.valence)
    # Both gave it, to different words: the whole passage unless one is chosen.
    assert found["RM"].span == third.passage.segment.span
    assert found["F1"].valence is Valence.MIXED


def test_an_undo_says_so_and_earlier_settlements_stay_readable(by_hand: Study) -> None:
    client, key = page_of(by_hand), opened(by_hand).passages()[0].passage.key
    client.post("/adjudicate", passage=key, request="r1", holds="CO", memo="first thought")
    client.post("/adjudicate", passage=key, request="r2", memo="second thought")
    page = client.get(f"/adjudicate?at={key}")
    assert page.index("second thought") < page.index("first thought")
    answer = client.post("/adjudicate", verdict="undo", request="u1")
    page = client.get(answer.headers["location"])
    assert "was taken back" in page
    assert ("first thought" in page, "second thought" in page) == (True, False)
    # Whatever was undone, every row is still there.
    assert [row.memo for row in by_hand.store.decisions(BOTH)].count("second thought") == 2
