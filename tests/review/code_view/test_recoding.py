"""Passages of a code are given another one: asked first, one act, and nobody else's."""

from __future__ import annotations

import pytest
from secondcoder.domain.records import Origin, ReviewAction, Valence
from secondcoder.errors import DecisionError
from secondcoder.labels.code_passages import coding_key
from secondcoder.labels.recoding import recoding
from secondcoder.review.code_view_actions import write_recoding
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from support.client import Client
from support.code_view_checks import code, coding_of, marks, read_whole, recode, shown
from support.review_checks import LINES, word


def test_recoding_is_asked_first(review: ReviewSession, ada: Client) -> None:
    coding = code(review, "ada", 2, "CO")
    asked = recode(ada, coding, to="ca", sure=None)
    assert asked.status_code == 200
    assert "Recode 1 passage to" in asked.text
    assert marks(review) == {("t3", "CO", "independent")}
    done = recode(ada, coding, to="ca", coder="ada")
    assert (done.status_code, done.headers["location"]) == (303, "/codes/CO?coder=ada&done=1&to=CA")
    assert "1 passage recoded to CA." in ada.get(done.headers["location"])
    assert marks(review) == {("t3", "CA", "independent")}
    assert not review.study.check_audit().faults


def test_span_valence_and_memo_stay_and_several_are_one_act(review: ReviewSession, ada: Client) -> None:
    codings = [code(review, "ada", at, "CO", valence=Valence.INHIBITS, memo=f"no {at}") for at in (1, 2)]
    kept = code(review, "ada", 4, "CO")
    recode(ada, *codings, to="CA")
    now = {each.start: each for each in review.study.corpus.codings}
    for coding in codings:
        found = now[coding.start]
        assert (found.end, found.code, found.valence, found.memo) == (coding.end, "CA", coding.valence, coding.memo)
    assert now[kept.start] == kept
    (event,) = review.study.store.events("recoded")
    assert len(event["detail"]["passages"]) == 2


def test_what_was_seen_of_others_makes_the_new_coding_a_reviewed_one(review: ReviewSession, ada: Client) -> None:
    """As everywhere: after that nothing is independent, and the first look says nothing of the old code any more."""
    coding = code(review, "ada", 2, "CO")
    code(review, "ben", 4, "CO")
    read_whole(review, "ada")
    assert "1 of 1 is an independent coding" in recode(ada, coding, to="CA", sure=None).text
    recode(ada, coding, to="CA")
    assert marks(review) == {("t3", "CA", "reviewed")}
    looks = [each for each in review.study.corpus.passes if each.coder == "ada"]
    on_it = [each for each in looks if each.start <= coding.start and each.end >= coding.end]
    assert {("CO" in each.codes, each.origin) for each in on_it} == {
        (False, Origin.INDEPENDENT),
        (True, Origin.REVIEWED),
    }
    elsewhere = [each for each in looks if each not in on_it]
    assert all(each.codes == review.book.ids for each in elsewhere)
    spans = sorted(each.span for each in looks if each.origin is Origin.INDEPENDENT)
    assert [spans[0][0], spans[-1][1]] == [0, len(review.study.corpus.by_id["t3"].text)]
    assert all(first[1] == second[0] for first, second in zip(spans, spans[1:], strict=False))
    assert not review.study.check_audit().faults


def test_a_coding_of_the_same_words_and_code_is_joined(review: ReviewSession, ada: Client) -> None:
    coding = code(review, "ada", 2, "CO", memo="first", valence=Valence.PROMOTES)
    code(review, "ada", 2, "CA", memo="second", valence=Valence.INHIBITS)
    recode(ada, coding, to="CA")
    (found,) = review.study.corpus.codings
    assert (found.code, found.valence, set(found.memo.split("\n"))) == ("CA", Valence.MIXED, {"first", "second"})


def test_nobody_recodes_what_is_somebody_else_s_or_gone(review: ReviewSession, ada: Client) -> None:
    coding = code(review, "ben", 2, "CO")
    read_whole(review, "ada")
    for ticked in ([coding_key(coding)], ["c123"], []):
        answer = ada.post("/recode", holds=ticked or None, to="CA", sure="yes", code="CO")
        assert answer.status_code == 409, ticked
    assert recode(ada, code(review, "ada", 1, "CO"), to="NOPE").status_code == 409
    assert marks(review, "ben") == {("t3", "CO", "independent")}


def test_one_bad_row_and_nothing_is_recoded(review: ReviewSession, ada: Client) -> None:
    mine, other = code(review, "ada", 1, "CO"), code(review, "ben", 2, "CO")
    assert recode(ada, mine, other, to="CA").status_code == 409
    assert marks(review) == {("t3", "CO", "independent")}


def test_an_accepted_suggestion_is_changed_by_a_decision(review: ReviewSession, ada: Client) -> None:
    review.decide("ada", word(review, 0, "accept", suggested="CO", memo="so", valence="mixed"))
    recode(ada, coding_of(review, "CO"), to="F1")
    found = coding_of(review, "F1")
    assert (found.origin, found.memo, found.valence) == (Origin.REVIEWED, "so", Valence.MIXED)
    last = review.study.store.decisions("ada")[-1]
    assert (last.verdict, last.suggested, last.code) == (ReviewAction.CHANGE, "CO", "F1")
    assert {each.codes for each in review.study.corpus.passes} == {("CO",)}
    recode(ada, found, to="CO", code="F1")
    assert review.study.store.decisions("ada")[-1].verdict is ReviewAction.ACCEPT
    assert marks(review) == {("t1", "CO", "reviewed")}


def test_an_added_code_is_taken_back_and_another_added(review: ReviewSession, ada: Client) -> None:
    review.decide("ada", word(review, 2, "add", code="F1", memo="so"))
    recode(ada, coding_of(review, "F1"), to="F2", code="F1")
    assert [each.verdict for each in review.study.store.decisions("ada")[-2:]] == [
        ReviewAction.REMOVE,
        ReviewAction.ADD,
    ]
    assert coding_of(review, "F2").memo == "so"
    assert marks(review) == {("t1", "F2", "reviewed")}
    assert not review.study.check_audit().faults


def test_a_blind_coding_stays_beside_what_is_said_after_the_suggestions_were_seen(
    blind_review: ReviewSession, logins: LoginLinks
) -> None:
    ada = Client(blind_review, logins, "ada")
    blind_review.decide("ada", word(blind_review, 1, "add", code="CO"))
    recode(ada, coding_of(blind_review, "CO"), to="F1")
    assert marks(blind_review) == {("t1", "F1", "independent")}
    blind_review.decide("ada", word(blind_review, 1, "looked"))
    recode(ada, coding_of(blind_review, "F1"), to="F2", code="F1")
    assert marks(blind_review) == {("t1", "F1", "independent"), ("t1", "F2", "reviewed")}
    assert shown(ada.get("/codes/F1")) == []
    assert shown(ada.get("/codes/F2")) == [LINES[1]]


def test_a_form_sent_twice_decides_once(review: ReviewSession, ada: Client) -> None:
    review.decide("ada", word(review, 0, "accept", suggested="CO"))
    coding = coding_of(review, "CO")
    assert recode(ada, coding, to="F1", request="once").status_code == 303
    assert recode(ada, coding, to="F1", request="once").status_code == 409
    assert len(review.study.store.decisions("ada")) == 2


def test_what_is_of_the_code_already_stays_as_it_is(review: ReviewSession, ada: Client) -> None:
    same, other = code(review, "ada", 2, "CA"), code(review, "ada", 4, "CO")
    before = review.study.store.events()
    assert recode(ada, same, to="CA").status_code == 409
    assert review.study.store.events() == before
    assert recode(ada, same, other, to="CA").headers["location"].endswith("done=1&to=CA")
    (event,) = review.study.store.events("recoded")
    assert event["detail"]["passages"] == [[*other.place, "CO"]]
    (change,) = review.study.store.events("codings")[-1:]
    assert len(review.study.corpus.codings) == 2
    assert str(same.start) not in str(change["detail"])


def test_a_coding_that_went_meanwhile_is_not_doubled(review: ReviewSession, ada: Client) -> None:
    coding = code(review, "ada", 2, "CO")
    asked = recoding(review.study.corpus, "ada", [coding_key(coding)], "CA", "r", lambda transcript: False)
    with review.study.store.transaction("elsewhere") as write:
        write.withdraw([(coding, 0)], ())
    with pytest.raises(DecisionError, match="meanwhile"):
        write_recoding(review, "ada", asked, "CA")
    assert marks(review) == set()


def test_as_many_may_be_ticked_as_a_code_has_passages(ada: Client) -> None:
    ticked = [f"c{at:015d}" for at in range(4000)]
    assert ada.post("/recode", holds=ticked, to="CA", code="CO").status_code == 409
