"""The sidebar of a transcript: a stripe for each suggestion, decision and code of the coder's own on a passage."""

from __future__ import annotations

from dataclasses import dataclass

from secondcoder.labels.decisions import PARTICIPLES
from secondcoder.labels.review_sample import Passage
from secondcoder.review.coder_progress import CoderProgress
from secondcoder.review.navigation import View
from secondcoder.review.queue import Item
from secondcoder.review.session import ReviewSession


@dataclass(frozen=True)
class Mark:
    """One stripe: `state` is suggested, accepted, changed, rejected, unsure, added, coded or removed."""

    code: str
    state: str
    key: str


@dataclass(frozen=True)
class Row:
    """A passage in the transcript, with its stripes.

    Attributes:
        blind: its suggestions are hidden until it is coded; `open` when something is left to decide.
        found: the words searched for are in it; `folded` how many suggestions have no stripe.
    """

    passage: Passage
    marks: list[Mark]
    blind: bool
    open: bool
    found: bool
    folded: int = 0

    @property
    def id(self) -> str:
        """The element's id on the page."""
        return f"p{self.passage.segment.order}"


def row_of(review: ReviewSession, progress: CoderProgress, view: View, passage: Passage) -> Row:
    """A passage's row, as the coder may see it now."""
    blind, passage = progress.hides_suggestions(passage), view.wanted.unfolded(review, passage)
    marks = [] if blind else _suggested(review, progress, view, passage)
    key = Item(passage).key
    marks += [Mark(code, state, key) for state, code in _own_codes(review, progress, passage)]
    is_open = bool(passage.suggestions or passage.is_blind) and not progress.is_done(passage)
    folded = 0 if blind else sum(progress.state(passage.place).decision_on(code) is None for code in passage.folded)
    return Row(passage, marks, blind, is_open, view.wanted.finds(passage.segment.text), folded)


def _own_codes(review: ReviewSession, progress: CoderProgress, passage: Passage) -> list[tuple[str, str]]:
    """State and code of what the coder gave without a suggestion: blind, added, or imported."""
    state = progress.state(passage.place)
    blind = state.independent.values()
    return [
        *(("removed" if decision in state.withdrawn else "coded", decision.code or "") for decision in blind),
        *(("added", decision.code or "") for decision in state.added),
        *(("coded", code) for code in review.imported_codes(progress.coder, passage)),
    ]


def _suggested(review: ReviewSession, progress: CoderProgress, view: View, passage: Passage) -> list[Mark]:
    marks, holds = [], progress.state(passage.place)
    for suggestion in passage.suggestions:
        decision = holds.decision_on(suggestion.code)
        if (decision is None and suggestion.code in passage.folded) or (view.wanted.undecided and decision):
            continue
        if not (passage.is_blind or view.wanted.asks_for(review, suggestion)):
            continue
        state = PARTICIPLES[decision.verdict] if decision else "suggested"
        code = decision.code if decision and decision.code else suggestion.code
        marks.append(Mark(code, state, Item(passage, suggestion.code).key))
    return marks
