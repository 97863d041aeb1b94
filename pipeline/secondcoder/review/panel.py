"""What the panel shows of the current passage: its suggestions as trees, the unlikely ones folded, and what was said of them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from secondcoder.domain.records import Decision, ReviewAction, Span, Suggestion, Transcript, Turn
from secondcoder.domain.records import Passage as Evidence
from secondcoder.labels.new_decision import act_of
from secondcoder.labels.passage_state import PassageState
from secondcoder.labels.review_sample import Passage
from secondcoder.labels.suggestion_trees import trees, with_constructs
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
    """A suggestion in its tree, with the coder's latest decision on it.

    Attributes:
        depth: 0 at the top of its tree; `above` the constructs on screen that are taken with it.
        coded_blind: the coder had given the code before seeing it.
        nearest: passages that people coded so, for its evidence.
    """

    suggestion: Suggestion
    depth: int
    above: tuple[str, ...]
    decision: Decision | None
    coded_blind: bool
    nearest: list[Evidence]

    @property
    def is_given(self) -> bool:
        """The coder took the suggestion, on whichever span."""
        return self.decision is not None and self.decision.code == self.suggestion.code

    @property
    def is_settled(self) -> bool:
        """Changed to another code, or given blind: spoken of only by itself, so that it has no box."""
        changed = self.decision is not None and self.decision.verdict is ReviewAction.CHANGE and not self.is_given
        return changed or (self.coded_blind and self.decision is None)


Trees = list[list[Card]]


@dataclass(frozen=True)
class Panel:
    """Everything that the panel's template reads; while `blind`, nothing of the model is in it.

    Attributes:
        shown, folded: the suggestions as trees; `card` is the one that is looked at first.
        acts: decisions in effect on the passage, newest first, those of one act together.
    """

    view: View
    item: Item
    transcript: Transcript
    turn: Turn
    number: int
    of: int
    blind: bool
    pieces: list[Piece]
    span: Span
    shown: Trees
    folded: Trees
    card: Card | None
    state: PassageState
    acts: list[list[Decision]]
    before: Item | None
    after: Item | None
    request: str

    @property
    def passage(self) -> Passage:
        """The current passage."""
        return self.item.passage

    @property
    def cards(self) -> list[Card]:
        """All that are not folded."""
        return [card for tree in self.shown for card in tree]

    @property
    def hidden_cards(self) -> list[Card]:
        """All that are folded."""
        return [card for tree in self.folded for card in tree]

    @property
    def still_open(self) -> int:
        """How many boxes on screen wait for a decision."""
        return sum(card.decision is None and not card.is_settled for card in self.cards)

    @property
    def below(self) -> int:
        """A number of 100 that no folded suggestion reaches, the next five above."""
        return 5 * (int(20 * max((card.suggestion.score for card in self.hidden_cards), default=0.0)) + 1)

    @property
    def given(self) -> list[Decision]:
        """What the coder took of the suggestions."""
        return [card.decision for card in (*self.cards, *self.hidden_cards) if card.is_given and card.decision]

    @property
    def valence(self) -> str | None:
        """The valence of what was taken; None where codes have different ones."""
        valences = {str(decision.valence or "") for decision in self.given}
        return None if len(valences) > 1 else next(iter(valences), "")

    @property
    def memo(self) -> str:
        """The memo that was kept with the suggestions."""
        decided = [card.decision for card in self.cards if card.decision]
        return next((decision.memo for decision in decided if decision.memo), "")


def build_panel(review: ReviewSession, progress: CoderProgress, view: View, items: list[Item], item: Item) -> Panel:
    """The panel for an item of a view."""
    passage = item.passage
    transcript, state = review.transcript_of(passage), progress.state(passage.place)
    blind = progress.hides_suggestions(passage)
    shown, folded = ([], []) if blind else _trees(review, item, state)
    turn = transcript.turns[passage.segment.turn]
    card = _first(shown, folded, item.code)
    span = _span(passage, shown)
    around = WORDS_IN_TRANSCRIPT if view.transcript else NEIGHBOURING_WORDS
    carrying = card.suggestion.carrying if card else ()
    return Panel(
        view, item, transcript, turn, passage.segment.order + 1, len(review.interviews[transcript.id].passages), blind,
        words_around(transcript.text, turn, span, carrying, around, REACH), span, shown, folded, card, state,
        _acts(progress.history(passage.place)),
        # A new request number for each panel: a form that is sent twice is recorded once.
        neighbour(items, item, -1), neighbour(items, item, 1), secrets.token_urlsafe(12),
    )  # fmt: skip


def _first(shown: Trees, folded: Trees, code: str | None) -> Card | None:
    """The card that a link names, else the first that is open, else the first."""
    cards = [card for tree in shown for card in tree]
    named = (card for tree in (*shown, *folded) for card in tree if card.suggestion.code == code)
    still_open = (card for card in cards if card.decision is None and not card.is_settled)
    return next(named, None) or next(still_open, None) or next(iter(cards), None)


def _trees(review: ReviewSession, item: Item, state: PassageState) -> tuple[Trees, Trees]:
    """What is shown and what is folded; a folded suggestion that was decided on, or that a link names, is shown."""
    passage = item.passage
    decided = {suggestion.code for suggestion in passage.suggestions if state.decision_on(suggestion.code)}
    folded = passage.folded - decided - {item.code}

    def as_cards(of: Sequence[Suggestion]) -> Trees:
        return [[_card(review, passage, *row, state) for row in tree.rows] for tree in trees(of, review.book)]

    apart = [suggestion for suggestion in passage.suggestions if suggestion.code in folded]
    return as_cards([suggestion for suggestion in passage.suggestions if suggestion not in apart]), as_cards(apart)


def _card(review: ReviewSession, passage: Passage, suggestion: Suggestion, depth: int, state: PassageState) -> Card:
    # None of a transcript in review: other coders' decisions there stay unseen.
    rolls_up = review.study.configuration.learning.roll_up
    above = (
        with_constructs([suggestion.code], [other.code for other in passage.suggestions], review.book)
        if rolls_up
        else ()
    )
    nearest = [evidence for evidence in suggestion.nearest if evidence.transcript not in review.interviews]
    code = suggestion.code
    constructs = tuple(sorted(set(above) - {code}))
    return Card(
        suggestion, depth, constructs, state.decision_on(code), passage.is_blind and code in state.blind_codes, nearest
    )


def _span(passage: Passage, shown: Trees) -> Span:
    """The span of what was taken, where all of it has one span; else the passage."""
    spans = {card.decision.code_span for tree in shown for card in tree if card.is_given and card.decision}
    return spans.pop() if len(spans) == 1 else passage.segment.span


def _acts(history: Sequence[Decision]) -> list[list[Decision]]:
    return [list(act)[::-1] for _, act in groupby(history, key=act_of)]
