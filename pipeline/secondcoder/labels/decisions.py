"""From append-only decisions to codings and coding passes: what a decision means for the labels, as pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from secondcoder.codebook.history import NO_HISTORY, CodeHistory, Codes
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, CodingPass, Decision, Origin, ReviewAction
from secondcoder.labels.passage_state import MARKING, PassageState, passage_state

T = TypeVar("T", Coding, CodingPass)
NO_OTHER: Mapping[str, Sequence[str]] = {}
PARTICIPLES = {
    ReviewAction.ACCEPT: "accepted",
    ReviewAction.CHANGE: "changed",
    ReviewAction.REJECT: "rejected",
    ReviewAction.UNSURE: "unsure",
    ReviewAction.ADD: "added",
    ReviewAction.REMOVE: "removed",
    ReviewAction.LOOKED: "looked through",
    ReviewAction.UNDO: "undone",
}
"""Each action as a past participle, for pages and the methods section."""
Derived = tuple[T, Decision]
"""A coding or a pass with the decision it follows from, in the codes of that decision."""


def codings_and_passes(
    state: PassageState,
    codes: Sequence[str],
    history: CodeHistory = NO_HISTORY,
    earlier: Mapping[str, Sequence[str]] = NO_OTHER,
) -> tuple[list[Derived[Coding]], list[Derived[CodingPass]]]:
    """Codings and passes that follow, each in the codes of its decision, so that a change of the codebook changes no row.

    A code that was rejected, changed or withdrawn was looked for and not found: a pass over it without a coding. "No other code
    applies" is a pass over all codes except those left unsure.

    Args:
        codes: the present ones; `earlier` those of earlier codebooks, by hash: nobody looked for codes that did not exist yet.
    """
    # By the change too: X before a split and X after it are two codings, though equal.
    codings: dict[tuple[Coding, int], Decision] = {}
    passes: dict[tuple[CodingPass, int], Decision] = {}
    for decision in state.in_effect:
        if decision.verdict in MARKING and decision.code:
            codings[coding_of(decision), decision.after_change] = decision
        refused = _refused(decision)
        if refused:
            passes[_pass(decision, (refused,)), decision.after_change] = decision
    # While suggestions were held back there was nothing to be unsure of.
    for finished, unsure in ((state.finished_blind, Codes()), (state.finished, state.unsure)):
        if finished:
            known, after = earlier.get(finished.codebook, codes), finished.after_change
            looked_for = tuple(code for code in known if not history.code_now(code, after).codes & unsure)
            passes[_pass(finished, looked_for), after] = finished
    return (
        [(coding, decision) for (coding, _), decision in codings.items()],
        [(coding_pass, decision) for (coding_pass, _), decision in passes.items()],
    )


def _refused(decision: Decision) -> str | None:
    if decision.verdict is ReviewAction.REMOVE:
        return decision.code
    # A change of the span alone refuses nothing.
    replaced = decision.verdict is ReviewAction.CHANGE and decision.code != decision.suggested
    return decision.suggested if replaced or decision.verdict is ReviewAction.REJECT else None


def current_codings(
    codings: Iterable[Coding], decisions: Iterable[Decision], history: CodeHistory = NO_HISTORY
) -> list[Coding]:
    """The codings without those of blind codings that their coders withdrew after seeing the suggestions.

    Args:
        codings: in the present codes; `decisions` as they were made.
    """
    by_passage = group_by(decisions, lambda decision: (decision.coder, decision.place))
    withdrawn = {
        _identity(coding_of(decision))
        for on_passage in by_passage.values()
        for decision in passage_state(on_passage, history).withdrawn
    }
    return [coding for coding in codings if _identity(coding) not in withdrawn]


def _identity(coding: Coding) -> tuple[str, int, int, str, str, Origin]:
    return *coding.place, coding.code, coding.coder, coding.origin


def coding_of(decision: Decision) -> Coding:
    """The coding that a decision leaves, in its codes."""
    code, coder, origin = decision.code or "", decision.coder, decision.origin
    return Coding(decision.transcript, *decision.code_span, code, coder, origin, decision.valence, decision.memo)


def _pass(decision: Decision, codes: tuple[str, ...]) -> CodingPass:
    return CodingPass(decision.transcript, decision.coder, *decision.span, codes, decision.origin)
