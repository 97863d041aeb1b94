"""From decisions to codings: the last decision holds, an undo restores what was before it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.domain.records import Coding, CodingPass, Decision, Origin, ReviewAction, Valence
from secondcoder.labels.decisions import codings_and_passes, current_codings
from secondcoder.labels.passage_state import passage_state, resolve_decisions

CODES = ("CO", "CA", "RM")


def decided(number: int, verdict: str, code: str | None = None, suggested: str | None = None, **changes) -> Decision:
    decision = Decision(
        "ada", ReviewAction(verdict), "t1", 10, 50, suggested=suggested, code=code, request=str(number), id=number
    )
    return replace(decision, **changes)


def undo(number: int, target: int) -> Decision:
    return decided(number, "undo", undoes=target)


def codings(*decisions: Decision) -> list[Coding]:
    return [coding for coding, _ in codings_and_passes(passage_state(decisions), CODES)[0]]


def passes(*decisions: Decision) -> list[CodingPass]:
    return [looked for looked, _ in codings_and_passes(passage_state(decisions), CODES)[1]]


def test_an_accepted_suggestion_is_a_reviewed_coding_of_its_passage() -> None:
    accepted = decided(1, "accept", "CO", "CO", valence=Valence.MIXED, memo="see also 3")
    assert codings(accepted) == [Coding("t1", 10, 50, "CO", "ada", Origin.REVIEWED, Valence.MIXED, "see also 3")]


def test_a_rejected_code_was_looked_for() -> None:
    assert codings(decided(1, "reject", suggested="CO")) == []
    assert passes(decided(1, "reject", suggested="CO")) == [CodingPass("t1", "ada", 10, 50, ("CO",), Origin.REVIEWED)]


def test_unsure_says_nothing_either_way() -> None:
    unsure = decided(1, "unsure", suggested="CO")
    assert (codings(unsure), passes(unsure)) == ([], [])
    assert passes(unsure, decided(2, "looked"))[0].codes == ("CA", "RM")


def test_a_change_of_code_is_a_decision_on_both() -> None:
    changed = decided(1, "change", "CA", "CO")
    assert [coding.code for coding in codings(changed)] == ["CA"]
    assert [looked.codes for looked in passes(changed)] == [("CO",)]


def test_a_change_of_span_keeps_the_code() -> None:
    changed = decided(1, "change", "CO", "CO", code_start=12, code_end=30)
    assert codings(changed) == [Coding("t1", 12, 30, "CO", "ada", Origin.REVIEWED)]
    assert passes(changed) == []


def test_the_last_decision_on_a_suggestion_holds() -> None:
    assert codings(decided(1, "accept", "CO", "CO"), decided(2, "reject", suggested="CO")) == []


def test_undo_brings_back_the_decision_before() -> None:
    decisions = [decided(1, "accept", "CO", "CO"), decided(2, "reject", suggested="CO"), undo(3, 2)]
    assert [coding.code for coding in codings(*decisions)] == ["CO"]
    assert codings(*decisions, undo(4, 1)) == []


def test_an_undo_taken_back_undoes_nothing() -> None:
    decisions = [decided(1, "accept", "CO", "CO"), undo(2, 1), undo(3, 2)]
    assert [coding.code for coding in codings(*decisions)] == ["CO"]


def test_blind_coding_is_independent_and_stays_when_the_review_goes_on() -> None:
    blind = {"origin": Origin.INDEPENDENT, "shown": False}
    decisions = [decided(1, "add", "CO", **blind), decided(2, "looked", **blind), decided(3, "accept", "CA", "CA")]
    assert {(coding.code, coding.origin) for coding in codings(*decisions)} == {
        ("CO", Origin.INDEPENDENT),
        ("CA", Origin.REVIEWED),
    }
    assert passes(*decisions) == [CodingPass("t1", "ada", 10, 50, CODES, Origin.INDEPENDENT)]


def test_suggestions_once_seen_stay_seen() -> None:
    blind = {"origin": Origin.INDEPENDENT, "shown": False}
    decisions = [decided(1, "looked", **blind), undo(2, 1)]
    assert passage_state(decisions[:0]).revealed is False
    assert passage_state(decisions).revealed is True
    assert passage_state(decisions).finished_blind is None


BLIND = {"origin": Origin.INDEPENDENT, "shown": False}
FIRST = (decided(1, "add", "CO", **BLIND), decided(2, "looked", **BLIND))


@pytest.mark.parametrize(
    ("after", "withdrawn", "reviewed"),
    [
        ((), [], []),
        ((decided(3, "remove", "CO"),), ["CO"], []),
        ((decided(3, "reject", suggested="CO"),), ["CO"], []),
        ((decided(3, "change", "CA", "CO"),), ["CO"], ["CA"]),
        ((decided(3, "unsure", suggested="CO"),), [], []),
        ((decided(3, "remove", "CO"), undo(4, 3)), [], []),
        ((decided(3, "remove", "CO"), decided(4, "add", "CO")), [], ["CO"]),
        ((decided(3, "remove", "CO"), decided(4, "add", "CO"), decided(5, "remove", "CO")), ["CO"], []),
        ((decided(3, "looked"),), [], []),
    ],
)
def test_a_blind_coding_that_is_withdrawn_stays_beside_the_later_decision(after, withdrawn, reviewed) -> None:
    decisions = [*FIRST, *after]
    found = codings(*decisions)
    assert [decision.code for decision in passage_state(decisions).withdrawn] == withdrawn
    assert [decision.code for decision in found if decision.origin is Origin.INDEPENDENT] == ["CO"]
    assert [decision.code for decision in found if decision.origin is Origin.REVIEWED] == reviewed
    assert (CodingPass("t1", "ada", 10, 50, ("CO",), Origin.REVIEWED) in passes(*decisions)) == bool(withdrawn)
    assert ("CO" in [decision.code for decision in current_codings(found, decisions)]) == (
        not withdrawn or "CO" in reviewed
    )


def test_what_is_removed_before_the_suggestions_are_seen_was_never_coded() -> None:
    decisions = [decided(1, "add", "CO", **BLIND), decided(2, "remove", "CO", **BLIND), decided(3, "looked", **BLIND)]
    assert codings(*decisions) == []
    assert passage_state(decisions).withdrawn == []


def test_another_coders_coding_and_other_places_stay_meant() -> None:
    decisions = [*FIRST, decided(3, "remove", "CO")]
    others = [Coding("t1", 10, 50, "CO", "ben"), Coding("t1", 60, 90, "CO", "ada"), Coding("t1", 10, 50, "CA", "ada")]
    assert current_codings([*codings(*decisions), *others], decisions) == others


def test_a_code_added_and_removed_leaves_nothing() -> None:
    assert codings(decided(1, "add", "CO"), decided(2, "remove", "CO")) == []


@given(st.lists(st.sampled_from(["accept", "reject", "unsure"]), min_size=1, max_size=6))
def test_undoing_everything_one_by_one_leaves_nothing(verdicts: list[str]) -> None:
    decisions = [decided(n, verdict, "CO", "CO") for n, verdict in enumerate(verdicts, start=1)]
    for step in range(len(verdicts)):
        decisions.append(undo(len(decisions) + 1, len(verdicts) - step))
        assert len(resolve_decisions(decisions)) == len(verdicts) - step - 1
    assert codings_and_passes(passage_state(decisions), CODES) == ([], [])


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_rows_may_come_in_any_order(order: tuple[int, int]) -> None:
    decisions = [decided(1, "accept", "CO", "CO"), undo(2, 1)]
    assert resolve_decisions([decisions[at] for at in order]) == []
