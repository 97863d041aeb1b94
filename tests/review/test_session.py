"""Deciding: what lands in the store, what is refused, and who sees whose work."""

from __future__ import annotations

from dataclasses import replace

import pytest
from secondcoder.domain.records import CodingPass, Decision, Origin, ReviewAction, Sample, Suggestion, Valence
from secondcoder.errors import DecisionError, InputError, StoreError, StudyError
from secondcoder.review.action_request import read_action
from secondcoder.review.session import ReviewSession, require_suggestions
from secondcoder.store import schema
from secondcoder.study.study import Study
from secondcoder.suggestions.code import uncoded
from sqlalchemy import text
from support.review_checks import MODEL, fill, small_study, suggestion, talk, word


def test_a_decision_is_in_the_store_when_decide_returns(review: ReviewSession) -> None:
    review.decide(
        "ada", word(review, 1, "accept", suggested="CA", valence="inhibits", memo=" no room ", seconds="4.25")
    )
    (kept,) = review.study.store.decisions("ada")
    assert (kept.verdict, kept.suggested, kept.code, kept.model) == (ReviewAction.ACCEPT, "CA", "CA", MODEL)
    assert (kept.score, kept.threshold, kept.seconds) == (0.55, 0.3, 4.2)
    assert (kept.origin, kept.sample, kept.shown) == (Origin.REVIEWED, Sample.ORDINARY, True)
    (coding,) = review.study.store.codings()
    assert (coding.code, coding.coder, coding.origin) == ("CA", "ada", Origin.REVIEWED)
    assert (coding.valence, coding.memo) == (Valence.INHIBITS, "no room")


def test_the_same_request_lands_once(review: ReviewSession) -> None:
    said = word(review, 1, "accept", suggested="CA")
    review.decide("ada", said)
    review.decide("ada", said)
    assert len(review.study.store.decisions()) == 1
    review.decide("ben", said)
    assert len(review.study.store.decisions()) == 2


def test_accepting_with_another_span_is_a_change(review: ReviewSession) -> None:
    passage = review.interviews["t1"].passages[1]
    start, end = passage.place[1:]
    done = review.decide("ada", word(review, 1, "accept", suggested="CA", start=start + 3, end=end))
    assert done.verdict is ReviewAction.CHANGE
    assert review.study.store.codings()[0].start == start + 3


def test_adding_the_suggested_code_is_accepting_it(review: ReviewSession) -> None:
    assert review.decide("ada", word(review, 1, "add", code="ca")).verdict is ReviewAction.ACCEPT


def test_changing_to_the_same_code_is_accepting_it(review: ReviewSession) -> None:
    assert review.decide("ada", word(review, 1, "change", suggested="CA", code="CA")).verdict is ReviewAction.ACCEPT


def test_undo_takes_the_last_decision_back_and_its_coding(review: ReviewSession) -> None:
    review.decide("ada", word(review, 1, "accept", suggested="CA"))
    review.decide("ada", word(review, 1, "add", code="RM"))
    review.decide("ada", word(review, 1, "undo"))
    assert [coding.code for coding in review.study.store.codings()] == ["CA"]
    review.decide("ada", word(review, 1, "undo"))
    assert review.study.store.codings() == []
    with pytest.raises(DecisionError, match="nothing left"):
        review.decide("ada", word(review, 1, "undo"))
    assert len(review.study.store.decisions()) == 4


def test_one_earlier_decision_can_be_taken_back_by_itself(review: ReviewSession) -> None:
    first = word(review, 1, "accept", suggested="CA")
    review.decide("ada", first)
    review.decide("ada", word(review, 3, "reject", suggested="RM"))
    target = review.study.store.decisions("ada")[0].id
    review.decide("ada", word(review, 1, "undo", undoes=target))
    assert review.study.store.codings() == []
    assert review.study.store.passes()[0].codes == ("RM",)


def test_nobody_takes_back_what_another_decided(review: ReviewSession) -> None:
    review.decide("ada", word(review, 1, "accept", suggested="CA"))
    target = review.study.store.decisions("ada")[0].id
    with pytest.raises(DecisionError):
        review.decide("ben", word(review, 1, "undo", undoes=target))


def test_an_imported_coding_outlives_the_decision_that_repeats_it(review: ReviewSession) -> None:
    review.decide("ada", word(review, 1, "accept", suggested="CA"))
    (made,) = review.study.store.codings()
    review.decide("ada", word(review, 1, "undo"))
    with review.study.store.transaction("test") as write:
        write.add_codings([made], review.book)
    review.decide("ada", word(review, 1, "accept", suggested="CA"))
    review.decide("ada", word(review, 1, "undo"))
    assert review.study.store.codings() == [made]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"verdict": "accept", "suggested": "F1"}, "not on screen"),
        ({"verdict": "add", "code": "ENROL"}, "not in the codebook"),
        ({"verdict": "change", "suggested": "CA", "code": "nope"}, "not in the codebook"),
        ({"verdict": "accept", "suggested": "CA", "start": 0, "end": 5}, "within what this speaker says"),
        ({"verdict": "looked"}, "Decide on CA first"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_lands(
    review: ReviewSession, fields: dict[str, object], message: str
) -> None:
    with pytest.raises(DecisionError, match=message):
        review.decide("ada", word(review, 1, str(fields.pop("verdict")), **fields))
    assert review.study.store.decisions() == []


@pytest.mark.parametrize(
    "sent",
    [
        {"verdict": "approve", "request": "r"},
        {"verdict": "accept", "request": ""},
        {"verdict": "accept", "request": "r" * 65},
        {"verdict": "accept", "request": "r", "valence": "good"},
        {"verdict": "accept", "request": "r", "start": "-3"},
        {"verdict": "undo", "request": "r", "undoes": "1e3"},
    ],
)
def test_a_form_that_no_page_sends_is_refused(sent: dict[str, str]) -> None:
    with pytest.raises(DecisionError):
        read_action(sent)


def test_the_passage_must_be_of_this_review(review: ReviewSession) -> None:
    with pytest.raises(DecisionError, match="no such passage"):
        review.decide("ada", replace(word(review, 1, "accept", suggested="CA"), passage="0-1-elsewhere"))


def test_no_other_code_covers_the_whole_codebook(review: ReviewSession) -> None:
    review.decide("ada", word(review, 1, "reject", suggested="CA"))
    review.decide("ada", word(review, 1, "looked"))
    covered = [coding_pass for coding_pass in review.study.store.passes() if len(coding_pass.codes) > 1]
    assert [(one.codes, one.origin) for one in covered] == [(review.book.ids, Origin.REVIEWED)]


# -- blind first --------------------------------------------------------------------------------------------------------


def test_blind_coding_comes_first_and_is_independent(blind_review: ReviewSession) -> None:
    with pytest.raises(DecisionError, match="not on screen"):
        blind_review.decide("ada", word(blind_review, 0, "accept", suggested="CO"))
    blind_review.decide("ada", word(blind_review, 0, "add", code="CO"))
    blind_review.decide("ada", word(blind_review, 0, "looked"))
    passage = blind_review.interviews["t1"].passages[0]
    assert blind_review.progress_of("ada").open_codes(passage) == ["CP"]
    blind_review.decide("ada", word(blind_review, 0, "accept", suggested="CP"))
    found = {(coding.code, coding.origin) for coding in blind_review.study.store.codings()}
    assert found == {("CO", Origin.INDEPENDENT), ("CP", Origin.REVIEWED)}
    assert blind_review.study.store.passes() == [
        CodingPass("t1", "ada", *passage.place[1:], blind_review.book.ids, Origin.INDEPENDENT)
    ]
    assert [decision.shown for decision in blind_review.study.store.decisions()] == [False, False, True]


def test_what_is_added_after_the_suggestions_were_seen_is_never_independent(blind_review: ReviewSession) -> None:
    blind_review.decide("ada", word(blind_review, 0, "looked"))
    blind_review.decide("ada", word(blind_review, 0, "undo"))
    blind_review.decide("ada", word(blind_review, 0, "add", code="RM"))
    assert [coding.origin for coding in blind_review.study.store.codings()] == [Origin.REVIEWED]


def test_a_blind_coding_stays_whatever_is_said_once_the_suggestions_were_seen(blind_review: ReviewSession) -> None:
    added = blind_review.decide("ada", word(blind_review, 0, "add", code="RM"))
    blind_review.decide("ada", word(blind_review, 0, "looked"))
    first = blind_review.progress_of("ada").decisions[0]
    with pytest.raises(DecisionError, match="stays as your independent coding"):
        blind_review.decide("ada", word(blind_review, 0, "undo", undoes=first.id))
    removed = blind_review.decide("ada", word(blind_review, 0, "remove", code="RM"))
    assert (added.origin, removed.origin) == (Origin.INDEPENDENT, Origin.REVIEWED)
    passage = blind_review.interviews["t1"].passages[0]
    reviewed = CodingPass("t1", "ada", *passage.place[1:], ("RM",), Origin.REVIEWED)
    assert reviewed in blind_review.study.store.passes()
    for _ in range(2):  # the removal, then the end of the blind coding; the code itself is passed over
        blind_review.decide("ada", word(blind_review, 0, "undo"))
    with pytest.raises(DecisionError, match="nothing left"):
        blind_review.decide("ada", word(blind_review, 0, "undo"))
    assert [(coding.code, coding.origin) for coding in blind_review.study.store.codings()] == [
        ("RM", Origin.INDEPENDENT)
    ]
    assert reviewed not in blind_review.study.store.passes()


def test_a_suggested_code_that_was_given_blind_can_be_removed_too(blind_review: ReviewSession) -> None:
    for verdict, fields in (("add", {"code": "CO"}), ("looked", {}), ("remove", {"code": "CO"})):
        blind_review.decide("ada", word(blind_review, 0, verdict, **fields))
    holds = blind_review.progress_of("ada").state(blind_review.interviews["t1"].passages[0].place)
    assert [one.code for one in holds.withdrawn] == ["CO"]


def test_undo_passes_over_what_lies_outside_the_review(review: ReviewSession) -> None:
    review.decide("ada", word(review, 1, "accept", suggested="CA"))
    elsewhere = Decision("ada", ReviewAction.ACCEPT, "t1", 0, 5, suggested="CO", code="CO", request="other")
    review.write([elsewhere])
    undone = review.decide("ada", word(review, 1, "undo"))
    assert (undone.start, undone.undoes) == (review.interviews["t1"].passages[1].place[1], 1)


def test_keeping_the_blind_coding_finishes_the_passage(blind_review: ReviewSession) -> None:
    progress_of, passage = blind_review.progress_of, blind_review.interviews["t1"].passages[0]
    blind_review.decide("ada", word(blind_review, 0, "looked"))
    assert not progress_of("ada").is_done(passage)
    blind_review.decide("ada", word(blind_review, 0, "looked"))
    assert progress_of("ada").is_done(passage)


def test_passages_below_the_threshold_look_like_other_blind_ones(blind_review: ReviewSession) -> None:
    below = [passage for passage in blind_review.passages if passage.sample is Sample.BELOW]
    assert len(below) == 2
    assert all(one.is_blind and not one.suggestions for one in below)


# -- several people, and what stands around -------------------------------------------------------------------------------


def test_each_sees_only_their_own_work(review: ReviewSession) -> None:
    review.decide("ada", word(review, 1, "accept", suggested="CA"))
    assert review.progress_of("ben").decisions == []
    passage = review.interviews["t1"].passages[1]
    assert review.progress_of("ben").open_codes(passage) == ["CA"]
    assert review.imported_codes("ben", passage) == []


def test_what_another_program_wrote_is_seen(review: ReviewSession) -> None:
    other = ReviewSession(review.study)
    other.decide("ada", word(review, 1, "accept", suggested="CA"))
    assert len(review.progress_of("ada").decisions) == 1


def test_decisions_outlive_suggestions_made_anew(review: ReviewSession) -> None:
    review.decide("ada", word(review, 1, "accept", suggested="CA"))
    with review.study.store.transaction("test") as write:
        write.replace_suggestions(MODEL, ["t1", "t2"], [suggestion(review.transcripts["t1"], 1, "CA")])
    again = ReviewSession(review.study)
    assert again.progress_of("ada").is_done(again.interviews["t1"].passages[1])


@pytest.mark.parametrize("statement", ["UPDATE decisions SET memo = 'x'", "DELETE FROM decisions"])
def test_decisions_cannot_be_rewritten(review: ReviewSession, statement: str) -> None:
    review.decide("ada", word(review, 1, "accept", suggested="CA"))
    with pytest.raises(Exception, match="append-only"), review.study.store._engine.begin() as connection:
        connection.execute(text(statement))


def test_a_failed_transaction_leaves_neither_decision_nor_coding(
    review: ReviewSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secondcoder.store.writing.Writer.follow_decisions", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        review.decide("ada", word(review, 1, "accept", suggested="CA"))
    assert review.study.store.decisions() == []
    assert review.study.store.count(schema.codings) == 0


def test_a_reviewed_pass_is_no_reason_to_stop_suggesting(review: ReviewSession) -> None:
    review.decide("ada", word(review, 1, "reject", suggested="CA"))
    assert review.study.corpus.reviewed == {"t1"}
    assert uncoded(review.study) == ["t1", "t2"]


def test_without_a_model_or_suggestions_the_next_step_is_named(empty_study: Study) -> None:
    with pytest.raises(InputError, match="secondcoder train"):
        require_suggestions(ReviewSession(empty_study))
    fill(empty_study, [talk("t1")], [])
    review = ReviewSession(empty_study)
    with pytest.raises(InputError, match="secondcoder code"):
        require_suggestions(review)
    assert (list(review.transcripts), review.passages) == (["t1"], [])


def test_suggestions_of_other_segments_are_refused(empty_study: Study) -> None:
    fill(empty_study, [talk("t1")], [Suggestion("t1", 3, 9, "CO", 0.5, 0.3, True, MODEL)])
    with pytest.raises(StudyError, match="does not fit the segments"):
        ReviewSession(empty_study)


def test_two_desks_write_at_once(empty_study: Study) -> None:
    from concurrent.futures import ThreadPoolExecutor

    review = ReviewSession(small_study(empty_study))

    def work(coder: str) -> None:
        for at, code in ((0, "CO"), (0, "CP"), (1, "CA"), (3, "RM")) * 3:
            review.decide(coder, word(review, at, "accept", suggested=code))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, ["ada", "ben", "cleo", "dan"]))
    assert len(review.study.store.decisions()) == 48
    assert len(review.study.store.codings()) == 16


def test_an_unknown_store_error_is_said_plainly(review: ReviewSession, monkeypatch: pytest.MonkeyPatch) -> None:
    with review.study.store._engine.begin() as connection:
        connection.execute(text("DROP TABLE coding_passes"))
    with pytest.raises(StoreError, match="Nothing was changed"):
        review.decide("ada", word(review, 1, "reject", suggested="CA"))
    assert review.study.store.decisions() == []
