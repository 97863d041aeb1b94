"""From a researcher's word on a passage to the decision that it comes to, or to why it comes to none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from secondcoder.domain.records import Decision, Origin, Sample, Suggestion, Verdict
from secondcoder.labels.decisions import Standing, effective
from secondcoder.review.errors import DecisionError
from secondcoder.review.passages import Passage, Place
from secondcoder.review.review_action import Word

if TYPE_CHECKING:
    from secondcoder.review.session import Desk

KEPT = (
    "You gave this code before the suggestions were on screen, so it stays as your independent coding. "
    "If it does not hold after all, remove it from the passage: both are kept. Nothing was recorded."
)
LONGEST_MEMO = 10_000
LONGEST_WAIT = 3600.0
ON_SUGGESTION = frozenset({Verdict.ACCEPT, Verdict.CHANGE, Verdict.REJECT, Verdict.UNSURE})
WITHOUT_CODE = frozenset({Verdict.REJECT, Verdict.UNSURE, Verdict.LOOKED})


@dataclass(frozen=True)
class Marked:
    """The code and the span that a word names; no code where it names none."""

    code: str | None
    start: int
    end: int


def deciding(desk: Desk, coder: str, passage: Passage, word: Word) -> Decision:
    """The decision that a word on a passage comes to, not yet in the store; DecisionError where it does not fit."""
    holds = desk.work(coder).standing(passage.place)
    shown = holds.revealed or not passage.is_blind
    suggestion = None
    if shown and word.verdict is not Verdict.REMOVE:  # what is removed is the coder's own
        suggestion = passage.suggestion(word.suggested or desk.book.find(word.code or "") or "")
    verdict = Verdict.ACCEPT if word.verdict is Verdict.ADD and suggestion else word.verdict
    if verdict in ON_SUGGESTION and suggestion is None:
        raise DecisionError("The model's suggestion is not on screen for this passage. Reload the page.")
    if verdict is Verdict.LOOKED and not passage.is_blind:
        _refuse_open(passage, holds)
    marked = Marked(_code(desk, verdict, word, suggestion), *_span(desk, passage, word))
    verdict = _accept_or_change(verdict, marked, passage, suggestion)
    keeps = marked.code is not None and verdict is not Verdict.REMOVE
    decision = Decision(
        coder,
        verdict,
        *passage.place,
        origin=Origin.REVIEWED if shown else Origin.INDEPENDENT,
        sample=passage.sample,
        shown=shown,
        code=marked.code,
        code_start=marked.start if keeps else None,
        code_end=marked.end if keeps else None,
        valence=word.valence if keeps else None,
        memo=word.memo.strip()[:LONGEST_MEMO],
        seconds=_seconds(word.seconds),
        request=word.request,
    )
    return _on(suggestion, decision) if suggestion else decision


def undoing(desk: Desk, coder: str, word: Word) -> Decision:
    """The decision that takes back an earlier one: the one that the word names, or the coder's last, wherever it lies."""
    work = desk.work(coder)
    # What was decided on interviews that are not in this review is on none of its pages.
    holding = [one for one in effective(work.decisions) if _place(one) in desk.by_place]
    free = [one for one in holding if not work.standing(_place(one)).keeps(one)]
    if word.undoes in {one.id for one in holding} - {one.id for one in free}:
        raise DecisionError(KEPT)
    found = [one for one in free if one.id == word.undoes] if word.undoes else free[-1:]
    if not found:
        raise DecisionError("There is nothing left to take back.")
    earlier = found[0]
    seen = work.standing(_place(earlier)).revealed
    return Decision(
        coder,
        Verdict.UNDO,
        earlier.transcript,
        earlier.start,
        earlier.end,
        origin=earlier.origin,
        sample=earlier.sample,
        shown=seen or earlier.sample is Sample.ORDINARY,
        undoes=earlier.id,
        seconds=_seconds(word.seconds),
        request=word.request,
    )


def _place(one: Decision) -> Place:
    return one.transcript, one.start, one.end


def _accept_or_change(verdict: Verdict, marked: Marked, passage: Passage, suggestion: Suggestion | None) -> Verdict:
    """Accepting on another span is a change, and a change that changes nothing is an acceptance."""
    elsewhere = (marked.start, marked.end) != passage.place[1:]
    if verdict is Verdict.ACCEPT and elsewhere:
        return Verdict.CHANGE
    if verdict is Verdict.CHANGE and suggestion and marked.code == suggestion.code and not elsewhere:
        return Verdict.ACCEPT
    return verdict


def _code(desk: Desk, verdict: Verdict, word: Word, suggestion: Suggestion | None) -> str | None:
    if verdict in WITHOUT_CODE:
        return None
    written = word.code or (suggestion.code if suggestion else "")
    code = desk.book.find(written)
    if code is None:
        raise DecisionError(f"{desk.book.lacks(written)} Nothing was recorded.")
    return code


def _span(desk: Desk, passage: Passage, word: Word) -> tuple[int, int]:
    if word.start is None or word.end is None:
        return passage.place[1:]
    turn = desk.transcript_of(passage).turns[passage.segment.turn]
    if not turn.start <= word.start < word.end <= turn.end:
        raise DecisionError("The span must lie within what this speaker says here. Nothing was recorded.")
    return word.start, word.end


def _refuse_open(passage: Passage, holds: Standing) -> None:
    open_codes = [one.code for one in passage.suggestions if not holds.verdict_on(one.code)]
    if open_codes:
        raise DecisionError(f"Decide on {', '.join(open_codes)} first.")


def _on(suggestion: Suggestion, decision: Decision) -> Decision:
    return replace(
        decision,
        suggested=suggestion.code,
        model=suggestion.model,
        score=suggestion.score,
        threshold=suggestion.threshold,
    )


def _seconds(given: float | None) -> float | None:
    return None if given is None else round(min(max(given, 0.0), LONGEST_WAIT), 1)
