"""What coders settle together on a passage: the decisions that record it, and those that undo a settlement as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Decision, Origin, Place, ReviewAction, Span, Valence
from secondcoder.labels.passage_state import PassageState


@dataclass(frozen=True)
class SettledCode:
    """A code that a passage has after adjudication: the words that have it, and its valence."""

    code: str
    words: Span
    valence: Valence | None = None


@dataclass(frozen=True)
class Settlement:
    """One settlement of a passage as it was recorded: when (UTC), the codes, none or several, and why."""

    at: str
    codes: tuple[SettledCode, ...]
    memo: str


def settlement(
    adjudicator: str,
    place: Place,
    codes: Sequence[SettledCode],
    before: PassageState,
    memo: str,
    request: str,
    seconds: float | None,
) -> list[Decision]:
    """The decisions by which a passage has these codes after adjudication, and no others, in place of an earlier settlement."""

    def row(verdict: ReviewAction, code: str | None, mark: str, kept: SettledCode | None = None) -> Decision:
        return Decision(
            adjudicator, verdict, *place, origin=Origin.ADJUDICATED, code=code,
            code_start=kept.words[0] if kept else None, code_end=kept.words[1] if kept else None,
            valence=kept.valence if kept else None,
            # The store keeps one row a request, so each row of a settlement needs a mark.
            memo=memo.strip(), seconds=seconds, request=f"{request}-{mark}",
        )  # fmt: skip

    # Rows are only appended: an earlier settlement's codes are taken back by rows of their own.
    kept = {settled.code for settled in codes}
    dropped = [decision.code for decision in before.added if decision.code not in kept]
    return [
        *(row(ReviewAction.REMOVE, code, f"no{at}") for at, code in enumerate(dropped)),
        *(row(ReviewAction.ADD, settled.code, f"yes{at}", settled) for at, settled in enumerate(codes)),
        row(ReviewAction.LOOKED, None, "done"),
    ]


def settlements(decisions: Iterable[Decision]) -> list[Settlement]:
    """The settlements of a passage, in the order of the adjudicator's decisions on it that are in effect."""
    return [
        Settlement(
            rows[0].at,
            tuple(
                SettledCode(row.code, row.code_span, row.valence)
                for row in rows
                if row.verdict is ReviewAction.ADD and row.code
            ),
            rows[0].memo,
        )
        for rows in group_by(decisions, _settlement_of).values()
    ]


def undo_settlement(adjudicator: str, decisions: Sequence[Decision], request: str) -> list[Decision]:
    """The decisions that undo the last settlement as a whole, so that the one before it holds again.

    Args:
        decisions: the adjudicator's in effect, oldest first, at least one.
    """
    last = [decision for decision in decisions if _settlement_of(decision) == _settlement_of(decisions[-1])]
    return [
        Decision(
            adjudicator, ReviewAction.UNDO, *decision.place, origin=Origin.ADJUDICATED,
            undoes=decision.id, request=f"{request}-un{at}",
        )
        for at, decision in enumerate(reversed(last))
    ]  # fmt: skip


def _settlement_of(decision: Decision) -> str:
    """What the rows of one settlement share."""
    return decision.request.rpartition("-")[0]
