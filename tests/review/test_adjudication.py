"""Adjudication: where coders differ in code, valence and words, and what they settle."""

from __future__ import annotations

import random
from itertools import combinations
from pathlib import Path

import pytest
from openpyxl import load_workbook
from secondcoder.agreement import write_sheet
from secondcoder.agreement.disagreements import Difference
from secondcoder.agreement.study_report import Question
from secondcoder.audit import verify
from secondcoder.domain.records import Coding, CodingPass, Origin, Valence
from secondcoder.errors import DecisionError
from secondcoder.labels.adjudication import SettledCode
from secondcoder.review.adjudication import Adjudication
from secondcoder.review.disputed_passage import DisputedPassage
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from secondcoder.suggestions.code import uncoded
from support.adjudication_checks import BOTH, adjudicated, opened, page_of, settle
from support.review_checks import talk


def settled_codes(adjudication: Adjudication, disputed: DisputedPassage) -> set[str]:
    here = next(each for each in adjudication.passages() if each.passage == disputed.passage)
    return {choice.code for choice in adjudication.detail(here, BOTH).choices if choice.holds}


# -- which there are ----------------------------------------------------------------------------------------------------


def test_coders_disagree_where_their_codes_differ(disagreeing: ReviewSession) -> None:
    adjudication = Adjudication(disagreeing)
    (one,) = adjudication.passages()
    assert one.passage.segment.order == 1
    assert [(side.coder, [mark.code for mark in side.codings]) for side in adjudication.detail(one, BOTH).sides] == [
        ("ada", ["CA"]),
        ("ben", ["CP"]),
    ]
    assert not one.settled


def test_without_a_model_or_a_review_everything_is_there(by_hand: Study) -> None:
    found = [each for disputed in opened(by_hand).passages() for each in disputed.differences]
    assert [(one.transcript, one.code, one.differs) for one in found] == [
        ("t1", "CO", (Difference.CODE,)),
        ("t1", "CA", (Difference.VALENCE,)),
        ("t1", "RM", (Difference.SPAN,)),
        ("t2", "CP", (Difference.VALENCE, Difference.SPAN)),
    ]


def test_no_valence_is_no_word_on_it_and_words_nearly_alike_are_alike(empty_study: Study) -> None:
    one = talk("t1")
    (start, end), book = one.turns[1].span, empty_study.codebook
    marks = [
        Coding("t1", start, end, "CO", "ada", valence=Valence.PROMOTES),
        Coding("t1", start, end - 1, "CO", "ben"),
    ]
    with empty_study.transaction() as write:
        write.add_transcripts([one])
        write.add_codings(marks, book)
        write.add_passes([CodingPass("t1", coder, 0, len(one.text), book.ids) for coder in ("ada", "ben")])
    assert opened(empty_study).passages() == []


CODES = ("CO", "CA")


def random_study(study: Study, seed: int) -> None:
    """Three coders who each read some of the answers, and gave some codes with some valences to some of the words."""
    rng, one, book = random.Random(seed), talk("t1"), study.codebook
    with study.transaction() as write:
        write.add_transcripts([one])
        for coder in ("ada", "ben", "eva"):
            for turn in one.turns[1::2]:
                if rng.random() < 0.8:
                    write.add_passes([CodingPass("t1", coder, *turn.span, CODES)])
                for code in CODES:
                    if rng.random() < 0.6:
                        start, end = rng.choice(
                            [turn.span, (turn.start, turn.start + 9), (turn.start + 6, turn.start + 18)]
                        )
                        valence = rng.choice([None, *Valence])
                        write.add_codings([Coding("t1", start, end, code, coder, valence=valence)], book)


def by_definition(study: Study) -> set[tuple[int, str, str]]:
    """Every difference, pair by pair and character by character: start of the answer, code, kind."""
    found = set()
    for turn in study.store.transcripts()[0].turns[1::2]:
        for code in CODES:
            gave = {
                one.coder: one
                for one in study.store.codings()
                if one.code == code and one.start >= turn.start and one.end <= turn.end
            }
            read = {each.coder for each in study.store.passes() if each.span == turn.span}
            for first, second in combinations(("ada", "ben", "eva"), 2):
                a, b = gave.get(first), gave.get(second)
                if a and b:
                    if a.valence and b.valence and a.valence != b.valence:
                        found.add((turn.start, code, "valence"))
                    left, right = set(range(*a.span)), set(range(*b.span))
                    if 2 * len(left & right) < len(left | right):
                        found.add((turn.start, code, "span"))
                elif (a and second in read) or (b and first in read):
                    found.add((turn.start, code, "code"))
    return found


@pytest.mark.parametrize("seed", range(8))
def test_page_and_sheet_list_the_same_which_are_those_by_definition(
    empty_study: Study, tmp_path: Path, seed: int
) -> None:
    random_study(empty_study, seed)
    on_page = {
        (one.whole[0], one.code, str(kind))
        for disputed in opened(empty_study).passages()
        for one in disputed.differences
        for kind in one.differs
    }
    count = write_sheet(tmp_path / "s.xlsx", empty_study.disagreements(), empty_study.codebook)
    head, *rows = load_workbook(tmp_path / "s.xlsx").worksheets[0].iter_rows(values_only=True)
    cells = [dict(zip(head, row, strict=True)) for row in rows]
    in_sheet = {
        (row["start"], row["code"], {"words": "span"}.get(kind, kind))
        for row in cells
        for kind in row["differ in"].split(", ")
    }
    assert on_page == in_sheet == by_definition(empty_study)
    assert f"0 of {count} settled" in page_of(empty_study).get("/adjudicate")


# -- settling -----------------------------------------------------------------------------------------------------------


def test_what_is_settled_is_adjudicated_and_either_side_stays(disagreeing: ReviewSession) -> None:
    adjudication = Adjudication(disagreeing)
    (one,) = adjudication.passages()
    settle(adjudication, one, "ca", "F1")
    assert {mark.code for mark in adjudicated(disagreeing.study)} == {"CA", "F1"}
    assert len(disagreeing.study.store.codings()) == 6
    settle(adjudication, one, "F1", request="r2")
    assert settled_codes(adjudication, one) == {"F1"}
    passes = [done for done in disagreeing.study.store.passes() if done.origin is Origin.ADJUDICATED]
    assert [done.codes for done in passes] == [disagreeing.book.ids]


def test_a_settlement_is_undone_as_a_whole_so_that_the_one_before_holds_again(disagreeing: ReviewSession) -> None:
    adjudication = Adjudication(disagreeing)
    (one,) = adjudication.passages()
    settle(adjudication, one, "CA", "F1", request="r-1")
    settle(adjudication, one, "RM", request="r-2")
    earlier = adjudication.detail(one, BOTH).earlier
    assert [[settled.code for settled in each.codes] for each in earlier] == [["RM"], ["CA", "F1"]]
    assert adjudication.undo(BOTH, "u1") == one.passage.place
    assert settled_codes(adjudication, one) == {"CA", "F1"}
    adjudication.undo(BOTH, "u2")
    assert not adjudication.passages()[0].settled
    assert adjudicated(disagreeing.study) == []
    assert all(done.origin is not Origin.ADJUDICATED for done in disagreeing.study.store.passes())
    with pytest.raises(DecisionError, match="nothing left"):
        adjudication.undo(BOTH, "u3")


def test_code_words_and_valence_are_settled_together_and_the_trail_stays_whole(by_hand: Study) -> None:
    client, passages = page_of(by_hand), opened(by_hand).passages()
    before = by_hand.agree(Question(model=False)).to_json()
    for disputed in passages:
        key, start = disputed.passage.key, disputed.passage.segment.start
        holds = [each.code for each in disputed.differences if each.code in ("CA", "CP")]
        chosen = {"valence:CA": "mixed", "valence:CP": "promotes", "words:CP": f"{start}-{start + 5}"}
        answer = client.post("/adjudicate", passage=key, request=key, holds=holds, memo="talked", **chosen)
        assert answer.status_code == 303
    assert "Everything is settled" in client.get("/adjudicate")
    found = {(mark.code, mark.valence, mark.end - mark.start == 5, mark.memo) for mark in adjudicated(by_hand)}
    assert found == {("CA", Valence.MIXED, False, "talked"), ("CP", Valence.PROMOTES, True, "talked")}
    assert not verify(by_hand.store).faults
    # Agreement is about what each said alone.
    assert by_hand.agree(Question(model=False)).to_json()["pairs"] == before["pairs"]
    for number in range(len(passages)):
        client.post("/adjudicate", verdict="undo", request=f"u{number}")
    assert adjudicated(by_hand) == []
    assert not verify(by_hand.store).faults
    assert all(not disputed.settled for disputed in opened(by_hand).passages())


def test_learning_takes_what_was_settled(by_hand: Study) -> None:
    def told(code: str) -> bool:
        data = by_hand.workspace().training_data(by_hand.corpus.coded_transcripts)
        return bool(data.labels.y[0, data.labels.codes.index(code)])

    adjudication = opened(by_hand)
    assert told("CO")
    settle(adjudication, adjudication.passages()[0])
    assert not told("CO")


def test_a_code_that_is_none_or_words_elsewhere_settle_nothing(disagreeing: ReviewSession) -> None:
    adjudication = Adjudication(disagreeing)
    (one,) = adjudication.passages()
    start, end = one.passage.segment.span
    for code, words in (("NOPE", (start, end)), ("CA", (start - 1, end)), ("CA", (end, end))):
        with pytest.raises(DecisionError, match="Nothing was recorded"):
            adjudication.settle(BOTH, one.passage.place, [SettledCode(code, words)])
    assert all(decision.origin is not Origin.ADJUDICATED for decision in disagreeing.study.store.decisions())


def test_settling_what_was_coded_by_hand_is_no_review(by_hand: Study) -> None:
    adjudication = opened(by_hand)
    settle(adjudication, adjudication.passages()[0], "CO")
    assert by_hand.corpus.reviewed == frozenset()
    # Or `code` would suggest codes for interviews that people coded.
    assert uncoded(by_hand.workspace()) == []
    methods = by_hand.export_methods()
    assert "nobody has decided on suggestions yet" in methods
    assert "Differences between coders were settled together" in methods


def test_two_at_once_see_what_the_other_settled(by_hand: Study) -> None:
    one, other = opened(by_hand), opened(by_hand)
    first = other.passages()[0]
    settle(one, first, "CO")
    assert other.passages()[0].settled
    ben = by_hand.store.transcripts()[0].turns[11]
    with by_hand.transaction() as write:
        write.add_codings([Coding("t1", *ben.span, "F1", "ben")], by_hand.codebook)
    assert [disputed.differences[0].code for disputed in other.passages()] == ["CO", "CA", "RM", "F1", "CP"]
