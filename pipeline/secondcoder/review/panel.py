"""What the panel shows of the current passage."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from secondcoder.domain.records import Decision, Span, Suggestion, Transcript, Turn
from secondcoder.domain.records import Passage as Evidence
from secondcoder.labels.passage_state import PassageState
from secondcoder.labels.review_sample import Passage
from secondcoder.review.coder_progress import CoderProgress
from secondcoder.review.navigation import View, neighbour
from secondcoder.review.queue import Item
from secondcoder.review.session import ReviewSession
from secondcoder.review.text_rendering import NEIGHBOURING_WORDS, Piece, words_around

WORDS_IN_TRANSCRIPT = 12
"""Words shown around a passage that stands beside its whole interview: enough to move a span."""

REACH = 300
"""Further words to which a span can be moved; they are shown while it is."""


@dataclass(frozen=True)
class Card:
    """A suggestion with the coder's latest decision on it; `coded_blind` when the coder had given the code before seeing it."""

    suggestion: Suggestion
    item: Item
    decision: Decision | None
    coded_blind: bool


@dataclass(frozen=True)
class Panel:
    """Everything that the panel's template reads; while `blind`, nothing of the model is in it."""

    view: View
    item: Item
    transcript: Transcript
    turn: Turn
    number: int
    of: int
    blind: bool
    pieces: list[Piece]
    span: Span
    cards: list[Card]
    card: Card | None
    state: PassageState
    nearest: list[Evidence]
    history: list[Decision]
    before: Item | None
    after: Item | None
    request: str

    @property
    def passage(self) -> Passage:
        """The current passage."""
        return self.item.passage

    @property
    def decision(self) -> Decision | None:
        """The latest decision on the current suggestion."""
        return self.card.decision if self.card else None


def build_panel(review: ReviewSession, progress: CoderProgress, view: View, items: list[Item], item: Item) -> Panel:
    """The panel for an item of a view."""
    passage = item.passage
    transcript = review.transcript_of(passage)
    state = progress.state(passage.place)
    blind = progress.hides_suggestions(passage)
    cards, card = _cards(progress, item, state, first=not view.transcript)
    turn = transcript.turns[passage.segment.turn]
    span = _span(passage, card)
    around = WORDS_IN_TRANSCRIPT if view.transcript else NEIGHBOURING_WORDS
    carrying = card.suggestion.carrying if card else ()
    return Panel(
        view, item, transcript, turn, passage.segment.order + 1, len(review.interviews[transcript.id].passages), blind,
        words_around(transcript.text, turn, span, carrying, around, REACH), span, cards, card, state,
        _nearest(review, card), progress.history(passage.place),
        # A new request number for each panel: a form that is sent twice is recorded once.
        neighbour(items, progress, item, -1), neighbour(items, progress, item, 1), secrets.token_urlsafe(12),
    )  # fmt: skip


def _cards(progress: CoderProgress, item: Item, state: PassageState, first: bool) -> tuple[list[Card], Card | None]:
    """The passage's cards and the current one: that of the item, or else the first that is open."""
    passage = item.passage
    if progress.hides_suggestions(passage):
        return [], None
    cards = [_card(passage, suggestion, state) for suggestion in passage.suggestions]
    current = next((card for card in cards if card.suggestion.code == item.code), None)
    if current is None:
        current = next((card for card in cards if progress.is_open(passage, card.suggestion.code)), None)
    if current is not None and first:
        # What a key decides on comes first, right under the passage, and not below the edge of the screen.
        cards = [current, *(card for card in cards if card is not current)]
    return cards, current


def _card(passage: Passage, suggestion: Suggestion, state: PassageState) -> Card:
    code = suggestion.code
    return Card(suggestion, Item(passage, code), state.decision_on(code), code in state.blind_codes)


def _span(passage: Passage, card: Card | None) -> Span:
    return card.decision.code_span if card and card.decision else passage.segment.span


def _nearest(review: ReviewSession, card: Card | None) -> list[Evidence]:
    """Human-coded passages like this one, but none of a transcript in review: other coders' decisions there stay unseen."""
    if card is None:
        return []
    return [evidence for evidence in card.suggestion.nearest if evidence.transcript not in review.interviews]
