"""From what a researcher asks for on a passage to the decision to record, or to why there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Decision, Origin, Place, ReviewAction, Suggestion, Turn, Valence
from secondcoder.errors import DecisionError
from secondcoder.labels.passage_state import ON_SUGGESTION, PassageState
from secondcoder.labels.review_sample import Passage

FIXED = (
    "You gave this code before the suggestions were on screen, so it stays as your independent coding. "
    "If it does not hold after all, remove it from the passage: both are kept. Nothing was recorded."
)
LONGEST_MEMO = 10_000
LONGEST_WAIT = 3600.0
WITHOUT_CODE = frozenset({ReviewAction.REJECT, ReviewAction.UNSURE, ReviewAction.LOOKED})


@dataclass(frozen=True)
class ActionRequest:
    """What a researcher asks for, from a page or a spreadsheet, not yet checked against the passage.

    Attributes:
        verdict: the action.
        passage: key of the passage; `suggested` the suggestion decided on.
        request: identifies the request, so that one that is sent twice is recorded once.
        code, start, end: the code and the span to keep; None for those of the suggestion and of the passage.
        seconds: how long the passage was in view.
        undoes: id of a decision to undo, with those made in one act with it; None for the latest.
        decided: codes whose suggestions the same act decides on.
    """

    verdict: ReviewAction
    passage: str
    request: str
    suggested: str | None = None
    code: str | None = None
    start: int | None = None
    end: int | None = None
    valence: Valence | None = None
    memo: str = ""
    seconds: float | None = None
    undoes: int | None = None
    decided: frozenset[str] = frozenset()


def new_decision(
    coder: str, asked: ActionRequest, passage: Passage, state: PassageState, turn: Turn, book: Codebook
) -> Decision:
    """The decision to record, not yet in the store.

    Args:
        state: what holds on the passage for this coder; `turn` the speech that the passage lies in.

    Raises:
        DecisionError: the request does not fit the passage as it is.
    """
    shown = not state.hides_suggestions(passage.sample)
    suggestion = None
    if shown and asked.verdict is not ReviewAction.REMOVE:  # what is removed is the coder's own code
        suggestion = passage.suggestion(asked.suggested or book.find(asked.code or "") or "")
    # Adding a code whose suggestion is on screen accepts it, so that no suggestion stays open beside the code.
    verdict = ReviewAction.ACCEPT if asked.verdict is ReviewAction.ADD and suggestion else asked.verdict
    if verdict in ON_SUGGESTION and suggestion is None:
        raise DecisionError("The model's suggestion is not on screen for this passage. Reload the page.")
    # After a blind coding one may keep it as it was, without deciding on each suggestion.
    if verdict is ReviewAction.LOOKED and not passage.is_blind:
        _refuse_while_open(passage, state, asked.decided)
    code, (start, end) = _code(book, verdict, asked, suggestion), _span(passage, asked, turn)
    verdict = _accept_or_change(verdict, code, (start, end), passage, suggestion)
    keeps = code is not None and verdict is not ReviewAction.REMOVE
    decision = Decision(
        coder,
        verdict,
        *passage.place,
        origin=Origin.REVIEWED if shown else Origin.INDEPENDENT,
        sample=passage.sample,
        shown=shown,
        code=code,
        code_start=start if keeps else None,
        code_end=end if keeps else None,
        valence=asked.valence if keeps else None,
        memo=asked.memo.strip()[:LONGEST_MEMO],
        seconds=_seconds(asked.seconds),
        request=asked.request,
    )
    if suggestion is None:
        return decision
    score, threshold = suggestion.score, suggestion.threshold
    return replace(decision, suggested=suggestion.code, model=suggestion.model, score=score, threshold=threshold)


def new_undos(
    coder: str, asked: ActionRequest, decisions: Sequence[Decision], state_of: Callable[[Place], PassageState]
) -> list[Decision]:
    """The decisions that undo an earlier act as a whole: the one asked for, or the coder's latest, on whichever passage.

    Args:
        decisions: the coder's in effect, oldest first.

    Raises:
        DecisionError: there is nothing to undo, or the decision is part of a blind coding whose suggestions were seen since.
    """
    fixed = {decision.id for decision in decisions if state_of(decision.place).is_fixed(decision)}
    if asked.undoes in fixed:
        raise DecisionError(FIXED)
    free = [decision for decision in decisions if decision.id not in fixed]
    targets = [decision for decision in free if decision.id == asked.undoes] if asked.undoes else free[-1:]
    if not targets:
        raise DecisionError("There is nothing left to undo.")
    act = [decision for decision in free if act_of(decision) == act_of(targets[0])]
    undos = [_undo(coder, asked, target, state_of(target.place)) for target in reversed(act)]
    if len(undos) == 1:
        return undos
    return [replace(undo, request=row_request(asked.request, at)) for at, undo in enumerate(undos)]


def _undo(coder: str, asked: ActionRequest, target: Decision, state: PassageState) -> Decision:
    return Decision(
        coder,
        ReviewAction.UNDO,
        *target.place,
        origin=target.origin,
        sample=target.sample,
        shown=not state.hides_suggestions(target.sample),
        undoes=target.id,
        seconds=_seconds(asked.seconds),
        request=asked.request,
    )


def row_request(request: str, at: int) -> str:
    """The request of an act's row number `at`: the store keeps one row a request."""
    return f"{request}~{at}"


def act_of(decision: Decision) -> str:
    """What the rows of one act share: the request that they came by."""
    return decision.request.partition("~")[0]


def _accept_or_change(
    verdict: ReviewAction, code: str | None, span: tuple[int, int], passage: Passage, suggestion: Suggestion | None
) -> ReviewAction:
    """Accepting on another span is a change, and a change that changes nothing is an acceptance."""
    elsewhere = span != passage.segment.span
    if verdict is ReviewAction.ACCEPT and elsewhere:
        return ReviewAction.CHANGE
    if verdict is ReviewAction.CHANGE and suggestion and code == suggestion.code and not elsewhere:
        return ReviewAction.ACCEPT
    return verdict


def _code(book: Codebook, verdict: ReviewAction, asked: ActionRequest, suggestion: Suggestion | None) -> str | None:
    if verdict in WITHOUT_CODE:
        return None
    written = asked.code or (suggestion.code if suggestion else "")
    code = book.find(written)
    if code is None:
        raise DecisionError(f"{book.missing_code_message(written)} Nothing was recorded.")
    return code


def _span(passage: Passage, asked: ActionRequest, turn: Turn) -> tuple[int, int]:
    if asked.start is None or asked.end is None:
        return passage.segment.span
    if not turn.start <= asked.start < asked.end <= turn.end:
        raise DecisionError("The span must lie within what this speaker says here. Nothing was recorded.")
    return asked.start, asked.end


def _refuse_while_open(passage: Passage, state: PassageState, decided: frozenset[str]) -> None:
    shown = [suggestion.code for suggestion in passage.shown if suggestion.code not in decided]
    open_codes = [code for code in shown if not state.decision_on(code)]
    if open_codes:
        raise DecisionError(f"Decide on {', '.join(open_codes)} first.")


def _seconds(given: float | None) -> float | None:
    return None if given is None else round(min(max(given, 0.0), LONGEST_WAIT), 1)
