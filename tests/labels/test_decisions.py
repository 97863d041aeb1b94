"""From decisions to codings: the last word holds, an undo restores what was before it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.domain.records import Coding, CodingPass, Decision, Origin, Valence, Verdict
from secondcoder.labels.decisions import effective, outcome, standing, still_meant

CODES = ("CO", "CA", "RM")


def said(number: int, verdict: str, code: str | None = None, suggested: str | None = None, **changes) -> Decision:
    one = Decision(
        "ada", Verdict(verdict), "t1", 10, 50, suggested=suggested, code=code, request=str(number), id=number
    )
    return replace(one, **changes)


def undo(number: int, target: int) -> Decision:
    return said(number, "undo", undoes=target)


def codings(*decisions: Decision) -> list[Coding]:
    return [one for one, _ in outcome(standing(decisions), CODES)[0]]


def passes(*decisions: Decision) -> list[CodingPass]:
    return [one for one, _ in outcome(standing(decisions), CODES)[1]]


def test_an_accepted_suggestion_is_a_reviewed_coding_of_its_passage() -> None:
    accepted = said(1, "accept", "CO", "CO", valence=Valence.MIXED, memo="see also 3")
    assert codings(accepted) == [Coding("t1", 10, 50, "CO", "ada", Origin.REVIEWED, Valence.MIXED, "see also 3")]


def test_a_rejected_code_was_looked_for() -> None:
    assert codings(said(1, "reject", suggested="CO")) == []
    assert passes(said(1, "reject", suggested="CO")) == [CodingPass("t1", "ada", 10, 50, ("CO",), Origin.REVIEWED)]


def test_unsure_says_nothing_either_way() -> None:
    unsure = said(1, "unsure", suggested="CO")
    assert (codings(unsure), passes(unsure)) == ([], [])
    assert passes(unsure, said(2, "looked"))[0].codes == ("CA", "RM")


def test_a_change_of_code_is_a_word_on_both() -> None:
    changed = said(1, "change", "CA", "CO")
    assert [one.code for one in codings(changed)] == ["CA"]
    assert [one.codes for one in passes(changed)] == [("CO",)]


def test_a_change_of_span_keeps_the_code() -> None:
    changed = said(1, "change", "CO", "CO", code_start=12, code_end=30)
    assert codings(changed) == [Coding("t1", 12, 30, "CO", "ada", Origin.REVIEWED)]
    assert passes(changed) == []


def test_the_last_word_on_a_suggestion_holds() -> None:
    assert codings(said(1, "accept", "CO", "CO"), said(2, "reject", suggested="CO")) == []


def test_undo_brings_back_what_was_said_before() -> None:
    told = [said(1, "accept", "CO", "CO"), said(2, "reject", suggested="CO"), undo(3, 2)]
    assert [one.code for one in codings(*told)] == ["CO"]
    assert codings(*told, undo(4, 1)) == []


def test_an_undo_taken_back_undoes_nothing() -> None:
    told = [said(1, "accept", "CO", "CO"), undo(2, 1), undo(3, 2)]
    assert [one.code for one in codings(*told)] == ["CO"]


def test_blind_coding_is_independent_and_stays_when_the_review_goes_on() -> None:
    blind = {"origin": Origin.INDEPENDENT, "shown": False}
    told = [said(1, "add", "CO", **blind), said(2, "looked", **blind), said(3, "accept", "CA", "CA")]
    assert {(one.code, one.origin) for one in codings(*told)} == {("CO", Origin.INDEPENDENT), ("CA", Origin.REVIEWED)}
    assert passes(*told) == [CodingPass("t1", "ada", 10, 50, CODES, Origin.INDEPENDENT)]


def test_suggestions_once_seen_stay_seen() -> None:
    blind = {"origin": Origin.INDEPENDENT, "shown": False}
    told = [said(1, "looked", **blind), undo(2, 1)]
    assert standing(told[:0]).revealed is False
    assert standing(told).revealed is True
    assert standing(told).looked_blind is None


BLIND = {"origin": Origin.INDEPENDENT, "shown": False}
FIRST = (said(1, "add", "CO", **BLIND), said(2, "looked", **BLIND))


@pytest.mark.parametrize(
    ("after", "withdrawn", "reviewed"),
    [
        ((), [], []),
        ((said(3, "remove", "CO"),), ["CO"], []),
        ((said(3, "reject", suggested="CO"),), ["CO"], []),
        ((said(3, "change", "CA", "CO"),), ["CO"], ["CA"]),
        ((said(3, "unsure", suggested="CO"),), [], []),
        ((said(3, "remove", "CO"), undo(4, 3)), [], []),
        ((said(3, "remove", "CO"), said(4, "add", "CO")), [], ["CO"]),
        ((said(3, "remove", "CO"), said(4, "add", "CO"), said(5, "remove", "CO")), ["CO"], []),
        ((said(3, "looked"),), [], []),
    ],
)
def test_a_blind_coding_that_is_withdrawn_stays_beside_the_later_word(after, withdrawn, reviewed) -> None:
    told = [*FIRST, *after]
    found = codings(*told)
    assert [one.code for one in standing(told).withdrawn] == withdrawn
    assert [one.code for one in found if one.origin is Origin.INDEPENDENT] == ["CO"]
    assert [one.code for one in found if one.origin is Origin.REVIEWED] == reviewed
    assert (CodingPass("t1", "ada", 10, 50, ("CO",), Origin.REVIEWED) in passes(*told)) == bool(withdrawn)
    assert ("CO" in [one.code for one in still_meant(found, told)]) == (not withdrawn or "CO" in reviewed)


def test_what_is_removed_before_the_suggestions_are_seen_was_never_coded() -> None:
    told = [said(1, "add", "CO", **BLIND), said(2, "remove", "CO", **BLIND), said(3, "looked", **BLIND)]
    assert codings(*told) == []
    assert standing(told).withdrawn == []


def test_another_coders_coding_and_other_places_stay_meant() -> None:
    told = [*FIRST, said(3, "remove", "CO")]
    others = [Coding("t1", 10, 50, "CO", "ben"), Coding("t1", 60, 90, "CO", "ada"), Coding("t1", 10, 50, "CA", "ada")]
    assert still_meant([*codings(*told), *others], told) == others


def test_a_code_added_and_removed_leaves_nothing() -> None:
    assert codings(said(1, "add", "CO"), said(2, "remove", "CO")) == []


@given(st.lists(st.sampled_from(["accept", "reject", "unsure"]), min_size=1, max_size=6))
def test_undoing_everything_one_by_one_leaves_nothing(verdicts: list[str]) -> None:
    told = [said(n, verdict, "CO", "CO") for n, verdict in enumerate(verdicts, start=1)]
    for step in range(len(verdicts)):
        told.append(undo(len(told) + 1, len(verdicts) - step))
        assert len(effective(told)) == len(verdicts) - step - 1
    assert outcome(standing(told), CODES) == ([], [])


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_rows_may_come_in_any_order(order: tuple[int, int]) -> None:
    told = [said(1, "accept", "CO", "CO"), undo(2, 1)]
    assert effective([told[at] for at in order]) == []
