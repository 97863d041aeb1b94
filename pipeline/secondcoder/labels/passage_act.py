"""What a researcher says of all suggestions of a passage in one go, as the single decisions that it stands for.

One rule: a key speaks of what is on screen, and of nothing else. What is taken is accepted, with the constructs above it that were
suggested; the rest on screen is rejected, or left unsure. Of a folded suggestion nothing is said, neither yes nor no: recorded as a
rejection, the model's own doubt would come back to it as a person's word. "No other code applies" speaks of the whole codebook.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Decision, ReviewAction, Valence
from secondcoder.errors import DecisionError
from secondcoder.labels.new_decision import ActionRequest, row_request
from secondcoder.labels.passage_state import MARKING, PassageState
from secondcoder.labels.review_sample import Passage
from secondcoder.labels.suggestion_trees import with_constructs

NOTHING_TICKED = "Nothing is ticked. a takes all that is shown, r takes none of it. Nothing was recorded."
CODED_FIRST = (
    "This passage is coded before its suggestions are seen: n adds a code, Enter finishes. Nothing was recorded."
)
NOTHING_SHOWN = "There is no suggestion here to take or refuse: n adds a code, j goes on. Nothing was recorded."


class Takes(StrEnum):
    """What is taken: all that is on screen, none of it, what is ticked; or what is ticked, with the rest left unsure."""

    ALL = "all"
    NONE = "none"
    TICKED = "ticked"
    REST_UNSURE = "rest-unsure"


@dataclass(frozen=True)
class PassageAct:
    """What a researcher says of a passage, not yet checked against it.

    Attributes:
        takes: which of the suggestions; `ticked` names some of them, `on_screen` all that were unfolded.
        passage: key of the passage; `request` as in `ActionRequest`.
        no_other: no other code of the codebook applies.
        start, end, valence: of all codes that are taken now; `memo` goes with the first decision, `seconds` too.
        keeps_valence: codes that were taken before keep theirs.
    """

    takes: Takes
    passage: str
    request: str
    ticked: frozenset[str] = frozenset()
    on_screen: frozenset[str] = frozenset()
    no_other: bool = False
    start: int | None = None
    end: int | None = None
    valence: Valence | None = None
    keeps_valence: bool = False
    memo: str = ""
    seconds: float | None = None


def single_actions(
    act: PassageAct, passage: Passage, state: PassageState, book: Codebook, roll_up: bool = True
) -> list[ActionRequest]:
    """The single actions that an act stands for, each with a request of its own; none where all of it holds already.

    Args:
        state: what holds on the passage for this coder.
        roll_up: a sub-construct counts as its construct, so that taking it takes the construct, if that was suggested.

    Raises:
        DecisionError: the act says nothing.
    """
    verdicts = _verdicts(act, passage, state, book, roll_up)
    new = [_action(act, code, verdict, state) for code, verdict in verdicts.items()]
    if new:
        new[0] = replace(new[0], memo=act.memo)
    # Valence and span are meant for what is taken now, unless nothing else is.
    is_settled = _is_given if any(_is_newly_taken(action, state) for action in new) else _holds
    new = [action for action in new if not is_settled(action, state)]
    if _ends_with_looking(act, passage, state):
        ending = ActionRequest(ReviewAction.LOOKED, passage.key, "", decided=frozenset(verdicts))
        new.append(ending if verdicts else replace(ending, memo=act.memo))
    if new:
        new[0] = replace(new[0], seconds=act.seconds)
    return [replace(action, request=row_request(act.request, at)) for at, action in enumerate(new)]


def _verdicts(
    act: PassageAct, passage: Passage, state: PassageState, book: Codebook, roll_up: bool
) -> dict[str, ReviewAction]:
    """What is said of each suggestion, in the order of the codebook."""
    rows = [code for code in _spoken_of(act, passage) if code in act.ticked or not _stays(code, passage, state)]
    still_open = [code for code in rows if state.decision_on(code) is None]
    if still_open and act.takes in (Takes.ALL, Takes.NONE):
        rows = still_open
    if not rows and act.takes is not Takes.TICKED:
        raise DecisionError(CODED_FIRST if state.hides_suggestions(passage.sample) else NOTHING_SHOWN)
    if act.takes is Takes.TICKED and still_open and not act.ticked and not passage.is_blind:
        raise DecisionError(NOTHING_TICKED)
    taken = {Takes.ALL: frozenset(rows), Takes.NONE: frozenset[str]()}.get(act.takes, act.ticked.intersection(rows))
    if roll_up:
        taken = _with_constructs(taken, rows, passage, state, book)
    rest = _rest(act, passage)
    verdicts = {code: ReviewAction.ACCEPT if code in taken else rest for code in _in_order(passage, taken.union(rows))}
    return {code: verdict for code, verdict in verdicts.items() if verdict is not None}


def _with_constructs(
    taken: frozenset[str], rows: list[str], passage: Passage, state: PassageState, book: Codebook
) -> frozenset[str]:
    """With the suggested constructs above them, and those on screen above a sub-construct that the coder gave by itself."""
    own = [str(decision.code) for decision in _given(state, book) if decision.suggested not in rows]
    above_own = with_constructs(own, rows, book).intersection(rows)
    return with_constructs(taken | above_own, [suggestion.code for suggestion in passage.suggestions], book)


def _given(state: PassageState, book: Codebook) -> list[Decision]:
    return [decision for decision in state.in_effect if decision.verdict in MARKING and (decision.code or "") in book]


def _spoken_of(act: PassageAct, passage: Passage) -> Iterator[str]:
    """Suggested codes that were on screen; what was ticked was."""
    yield from _in_order(passage, act.on_screen | act.ticked)


def _in_order(passage: Passage, codes: frozenset[str]) -> Iterator[str]:
    yield from (suggestion.code for suggestion in passage.suggestions if suggestion.code in codes)


def _stays(code: str, passage: Passage, state: PassageState) -> bool:
    """A suggestion that was given blind, or changed to another code, is spoken of only by itself."""
    decision = state.decision_on(code)
    changed = decision is not None and decision.verdict is ReviewAction.CHANGE and decision.code != code
    return changed or (passage.is_blind and decision is None and code in state.blind_codes)


def _rest(act: PassageAct, passage: Passage) -> ReviewAction | None:
    """What is said of the rest on screen; None where the blind coding is kept as it was."""
    if act.takes is Takes.REST_UNSURE:
        return ReviewAction.UNSURE
    return None if passage.is_blind and act.takes is Takes.TICKED else ReviewAction.REJECT


def _ends_with_looking(act: PassageAct, passage: Passage, state: PassageState) -> bool:
    return state.finished is None and (act.no_other or (passage.is_blind and act.takes is Takes.TICKED))


def _action(act: PassageAct, code: str, verdict: ReviewAction, state: PassageState) -> ActionRequest:
    action = ActionRequest(verdict, act.passage, "", suggested=code)
    if verdict is not ReviewAction.ACCEPT:
        return action
    last = state.decision_on(code)
    span = last.code_span if last and last.code == code and act.start is None else (act.start, act.end)
    valence = last.valence if last and act.keeps_valence else act.valence
    return replace(action, start=span[0], end=span[1], valence=valence)


def _is_given(action: ActionRequest, state: PassageState) -> bool:
    """The latest decision on the suggestion says the same of its code."""
    last = state.decision_on(action.suggested or "")
    if last is None:
        return False
    if action.verdict is ReviewAction.ACCEPT:
        return last.code == last.suggested
    return last.verdict is action.verdict


def _is_newly_taken(action: ActionRequest, state: PassageState) -> bool:
    return action.verdict is ReviewAction.ACCEPT and not _is_given(action, state)


def _holds(action: ActionRequest, state: PassageState) -> bool:
    """The same of its span, valence and memo too."""
    last = state.decision_on(action.suggested or "")
    if last is None or not _is_given(action, state) or action.memo.strip() not in ("", last.memo):
        return False
    if action.verdict is not ReviewAction.ACCEPT:
        return True
    return (
        last.valence is action.valence
        and action.start in (None, last.code_span[0])
        and action.end in (None, last.code_span[1])
    )
