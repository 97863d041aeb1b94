"""A recode is undone on its interview's page, and leaves of a look only what was looked for."""

from __future__ import annotations

import re

import pytest
from secondcoder.domain.records import Coding, Origin
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from support.client import Client
from support.code_view_checks import answer_span, code, coding_of, read_whole, recode


def stored(review: ReviewSession) -> tuple[object, ...]:
    store = review.study.store
    return sorted(map(repr, store.codings())), sorted(map(repr, store.passes()))


def by_hand(client: Client, action: str, transcript: str = "t3", **fields: object) -> None:
    answer = client.post(f"/code/{transcript}", action=action, **fields)
    assert answer.status_code == 303, answer.text


@pytest.fixture
def opened(review: ReviewSession, ada: Client) -> Coding:
    """A coding that ada gave by hand before she asked to see what others coded there."""
    start, end = answer_span(review, 2)
    by_hand(ada, "code", code="CO", start=start, end=end)
    code(review, "ben", 4, "CO")
    ada.post("/codes/others")
    return coding_of(review, "CO")


def test_what_a_recode_leaves_of_a_look_is_nobody_s_reading(review: ReviewSession, ada: Client, opened: Coding) -> None:
    """What else was looked for there still counts in agreement, and nothing on the old code does."""
    recode(ada, opened, to="CA")
    looks = {(each.codes, each.origin) for each in review.study.corpus.passes if each.coder == "ada"}
    others = tuple(each for each in review.book.ids if each != "CO")
    assert looks == {(others, Origin.INDEPENDENT), (("CO",), Origin.REVIEWED)}
    assert "Nobody has said so of any part yet" in ada.get("/code/t3")
    assert "in part" not in ada.get("/")


def test_a_reading_is_told_as_it_was_stated_with_what_was_recoded_since(
    review: ReviewSession, ada: Client, logins: LoginLinks
) -> None:
    """On everybody's page in one line; who takes it back takes back all that is left of it."""
    start, end = answer_span(review, 2)
    by_hand(ada, "code", code="CO", start=start, end=end)
    read_whole(review, "ada")
    code(review, "ben", 4, "CO")
    recode(ada, coding_of(review, "CO"), to="CA")
    told = f"the whole interview, for all {len(review.book.ids)} codes, but not for CO on turn 6, recoded since"
    for client in (ada, Client(review, logins, "ben")):
        page = client.get("/code/t3")
        assert page.count("<strong>ada</strong>") == 1
        assert told in page
    assert "all, for all codes" in ada.get("/")
    (key,) = re.findall(r'value="unread"><input type="hidden" name="key" value="(\w+)"', ada.get("/code/t3"))
    before = stored(review)
    by_hand(ada, "unread", key=key)
    assert "<strong>ada</strong>" not in ada.get("/code/t3")
    assert {each.codes for each in review.study.corpus.passes if each.coder == "ada"} == {("CO",)}
    by_hand(ada, "undo")
    assert stored(review) == before
    assert told in ada.get("/code/t3")
    by_hand(ada, "undo")
    assert f"the whole interview, for all {len(review.book.ids)} codes <form" in ada.get("/code/t3")


@pytest.mark.parametrize("sees", [False, True])
@pytest.mark.parametrize("reads", [False, True])
def test_a_recode_is_undone_on_the_page_of_its_interview(
    review: ReviewSession, ada: Client, sees: bool, reads: bool
) -> None:
    """Codings and looks are as before, and what was independent is so again: it was said before anything was seen."""
    for name in ("t1", "t3"):
        start, end = answer_span(review, 2, name)
        by_hand(ada, "code", name, code="CO", start=start, end=end, memo="why")
    by_hand(ada, "code", code="F1", start=start, end=end)
    if reads:
        by_hand(ada, "read", part="all", which="all")
    if sees:
        code(review, "ben", 4, "CO")
        ada.post("/codes/others")
    before = stored(review)
    recode(ada, *(each for each in review.study.corpus.codings if (each.coder, each.code) == ("ada", "CO")), to="CA")
    recoded = stored(review)
    assert "the recoding of CO on" in ada.get("/code/t3")
    by_hand(ada, "undo")
    assert {each.code for each in review.study.corpus.codings if each.transcript == "t3" and each.coder == "ada"} == {
        "CO",
        "F1",
    }
    assert {each.code for each in review.study.corpus.codings if each.transcript == "t1"} == {"CA"}
    by_hand(ada, "undo", "t1")
    assert stored(review) == before != recoded
    assert not review.study.check_audit().faults


def test_the_review_shows_a_recoded_code_by_its_new_name(review: ReviewSession, ada: Client) -> None:
    start, end = answer_span(review, 2, "t1")
    by_hand(ada, "code", "t1", code="CO", start=start, end=end)
    passage = review.by_place["t1", start, end]
    assert review.imported_codes("ada", passage) == ["CO"]
    recode(ada, coding_of(review, "CO"), to="CA")
    assert review.imported_codes("ada", passage) == ["CA"]
