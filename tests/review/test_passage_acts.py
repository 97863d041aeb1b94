"""A passage decided on in one go: in one transaction, undone as a whole, replayed from the trail, and with the same figures."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from secondcoder.audit import verify
from secondcoder.domain.records import Decision, ReviewAction
from secondcoder.errors import DecisionError
from secondcoder.labels.passage_act import PassageAct, Takes
from secondcoder.labels.review_figures import Summary
from secondcoder.review.action_request import read_action
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.review.summary_pages import summary_of
from secondcoder.store import schema
from secondcoder.study.study import Study
from support.client import Client
from support.review_checks import REQUESTS, fill, settings, small_study, suggestion, talk, word


def act(
    review: ReviewSession, at: int, takes: str, *ticked: str, transcript: str = "t1", **fields: object
) -> PassageAct:
    passage = review.interviews[transcript].passages[at]
    shown = frozenset(mark.code for mark in passage.shown)
    return PassageAct(Takes(takes), passage.key, f"a{next(REQUESTS)}", frozenset(ticked), shown, **fields)  # type: ignore[arg-type]


def contents(review: ReviewSession) -> tuple[list[object], list[object]]:
    """Codings and passes of the store, in an order of their own."""
    store = review.study.store
    return sorted(map(repr, store.codings())), sorted(map(repr, store.passes()))


def folding(study: Study, blind: float = 0.0) -> ReviewSession:
    """Two interviews: on each answer a likely code and two unlikely ones."""
    talks = [talk("t1"), talk("t2")]
    scores = {"CO": 0.8, "CP": 0.2, "F1": 0.1}
    fill(study, talks, [suggestion(one, at, *score) for one in talks for at in range(6) for score in scores.items()])
    settings(study, blind=blind, below=0.0)
    return ReviewSession(study)


def test_an_act_is_one_transaction_with_a_row_a_code(review: ReviewSession, monkeypatch: pytest.MonkeyPatch) -> None:
    review.act("ada", act(review, 0, "ticked", "CO"))
    rows = review.study.store.decisions("ada")
    assert [(row.verdict, row.suggested) for row in rows] == [(ReviewAction.ACCEPT, "CO"), (ReviewAction.REJECT, "CP")]
    monkeypatch.setattr("secondcoder.store.writing.Writer.follow_decisions", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        review.act("ben", act(review, 0, "all"))
    assert review.study.store.decisions("ben") == []
    assert review.study.store.count(schema.codings) == 1


def test_an_act_that_is_sent_twice_lands_once(review: ReviewSession) -> None:
    said = act(review, 0, "all")
    assert review.act("ada", said)
    assert [row.request for row in review.act("ada", said)] == [f"{said.request}~0", f"{said.request}~1"]
    undo = replace(word(review, 0, "undo"))
    review.act("ada", undo)
    review.act("ada", undo)
    assert len(review.study.store.decisions()) == 4
    assert review.study.store.codings() == []


def test_another_tab_with_the_same_act_adds_nothing(review: ReviewSession) -> None:
    """The first row is there, so no other row of the act is added, though this one would have more."""
    said = act(review, 0, "all")
    first, second = review._prepared("ada", said)
    review.write([first])
    review.write([first, second])
    assert len(review.study.store.decisions()) == 1


def test_one_undo_takes_an_act_back_and_the_last_word_before_it_holds(review: ReviewSession) -> None:
    review.act("ada", act(review, 0, "none"))
    before = contents(review)
    review.act("ada", act(review, 0, "all"))
    review.decide("ada", word(review, 0, "undo"))
    assert contents(review) == before
    review.decide("ada", word(review, 0, "undo"))
    assert contents(review) == ([], [])
    with pytest.raises(DecisionError, match="nothing left"):
        review.decide("ada", word(review, 0, "undo"))


def test_an_earlier_act_is_undone_by_any_of_its_rows(review: ReviewSession) -> None:
    review.act("ada", act(review, 0, "all"))
    review.act("ada", act(review, 3, "all"))
    second = review.study.store.decisions("ada")[1]
    review.decide("ada", word(review, 0, "undo", undoes=second.id))
    assert [coding.code for coding in review.study.store.codings()] == ["RM"]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("blind", [0.0, 0.5])
def test_acts_leave_the_store_that_single_decisions_leave(empty_study: Study, seed: int, blind: float) -> None:
    """Ada acts, Ben says the same one by one: equal codings and passes, equal figures, and the trail replays."""
    review, rng = ReviewSession(small_study(empty_study, blind=blind)), random.Random(seed)
    sizes: list[int] = []
    for _ in range(25):
        if sizes and rng.random() < 0.3:
            review.decide("ada", word(review, 0, "undo"))
            for _ in range(sizes.pop()):
                review.decide("ben", word(review, 0, "undo"))
            continue
        at, name = rng.choice([0, 1, 3]), rng.choice(["t1", "t2"])
        passage = review.interviews[name].passages[at]
        hidden = review.progress_of("ada").hides_suggestions(passage)
        ticked = [mark.code for mark in passage.suggestions if not hidden and rng.random() < 0.5]
        said = act(review, at, "ticked" if hidden else rng.choice(list(Takes)), *ticked, transcript=name)
        try:
            rows = review.act("ada", replace(said, no_other=rng.random() < 0.3))
        except DecisionError:
            continue
        for row in rows:
            review.decide("ben", as_single(review, row))
        if rows:
            sizes.append(len(rows))
    store = review.study.store
    for rows in (store.codings(), store.passes()):
        by_coder = [
            sorted(repr(replace(row, coder="")) for row in rows if row.coder == coder) for coder in ("ada", "ben")
        ]
        assert by_coder[0] == by_coder[1]
    assert timeless(summary_of(review, "ada")) == timeless(summary_of(review, "ben"))
    assert list(verify(store).faults) == []


def as_single(review: ReviewSession, row: Decision):
    fields = {
        "verdict": row.verdict,
        "suggested": row.suggested or "",
        "code": row.code or "",
        "request": f"b{next(REQUESTS)}",
    }
    return read_action({**fields, "passage": review.by_place[row.place].key})


def timeless(summary: Summary) -> Summary:
    return replace(summary, coders=(), seconds=None)


def test_a_passage_is_done_though_unlikely_codes_were_left_folded(empty_study: Study) -> None:
    review = folding(empty_study)
    review.act("ada", act(review, 0, "none"))
    passage = review.interviews["t1"].passages[0]
    assert review.progress_of("ada").is_done(passage)
    assert [found.codes for found in review.study.store.passes()] == [("CO",)]
    assert summary_of(review, "ada").counts == {ReviewAction.REJECT: 1}


def test_unlikely_codes_are_in_no_share_once_some_were_left_folded(empty_study: Study) -> None:
    """Unfolded where they apply, they would look better followed than on blind passages, where all of them count."""
    review = folding(empty_study, blind=0.5)
    for passage in (passage for passage in review.passages if passage.is_blind):
        for asked in ({"verdict": "add", "code": "CO"}, {"verdict": "looked"}):
            review.decide("ada", read_action({"passage": passage.key, "request": f"r{next(REQUESTS)}", **asked}))
    assert (summary_of(review, "ada").also_coded.value, summary_of(review, "ada").folded) == (1 / 3, False)
    ordinary = [passage for passage in review.passages if not passage.is_blind]
    shown = frozenset({"CO"})
    for at, passage in enumerate(ordinary):
        said = PassageAct(Takes.ALL, passage.key, f"a{at}", on_screen=shown | ({"CP"} if at == 0 else set()))
        review.act("ada", said)
    found = summary_of(review, "ada")
    assert (found.followed.value, found.also_coded.value, found.folded) == (1, 1, True)
    assert found.followed.of == len(ordinary)


def test_the_page_says_what_was_done_and_what_was_undone(client, review: ReviewSession) -> None:
    passage = review.interviews["t1"].passages[0]
    sent = {"passage": passage.key, "transcript": "t1", "row CO": "1", "row CP": "1"}
    asked = {"headers": {"X-Asked-By": "page"}}
    answer = client.post(verdict="ticked", request="r1", **{"tick CO": "1"}, **sent, **asked).json()
    assert answer["message"] == "CO accepted; CP rejected."
    assert passage.key not in answer["url"]
    assert (
        client.post(verdict="undo", request="r2", **sent, **asked).json()["message"]
        == "Undone: CO accepted; CP rejected."
    )
    refused = client.post(verdict="ticked", request="r3", **sent, **asked)
    assert (refused.status_code, "Nothing is ticked" in refused.text) == (409, True)


def test_what_is_folded_is_on_the_page_as_a_number(empty_study: Study, logins: LoginLinks) -> None:
    review = folding(empty_study)
    page = Client(review, logins).get("/queue")
    assert "2 more, each below 25 in 100" in page
    assert page.index('name="tick CO"') < page.index('<details class="fold"') < page.index('name="tick CP"')
    assert 'name="row CP" value="1" disabled' in page
    assert "2 more, folded" in Client(review, logins, "ben").get("/transcript/t1")


def test_decisions_of_earlier_versions_are_read_as_they_were(review: ReviewSession) -> None:
    """One row a request, each suggestion by itself: the passage is done, and each is undone by itself."""
    for verdict, code in (("accept", "CO"), ("reject", "CP")):
        review.decide("ada", word(review, 0, verdict, suggested=code))
    passage = review.interviews["t1"].passages[0]
    assert review.progress_of("ada").is_done(passage)
    review.decide("ada", word(review, 0, "undo"))
    assert [coding.code for coding in review.study.store.codings()] == ["CO"]
    assert review.progress_of("ada").open_codes(passage) == ["CP"]
