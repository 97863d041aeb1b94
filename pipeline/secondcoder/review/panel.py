"""What the panel shows of the passage in hand."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from secondcoder.domain.records import Decision, Suggestion, Transcript, Turn
from secondcoder.domain.records import Passage as Evidence
from secondcoder.labels.decisions import Standing
from secondcoder.review.coder_progress import Work
from secondcoder.review.navigation import View, beside
from secondcoder.review.passages import Passage
from secondcoder.review.queue import Item
from secondcoder.review.session import Desk
from secondcoder.review.text_rendering import NEIGHBOURING_WORDS, Piece, words

BESIDE_THE_TALK = 12
"""Words shown around a passage where the whole interview stands beside it: enough to move a span."""

REACH = 300
"""Words further off to which a span can be moved; they show while it is."""


@dataclass(frozen=True)
class Card:
    """A suggestion with the coder's last word on it."""

    suggestion: Suggestion
    item: Item
    decision: Decision | None
    also_own: bool


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
    span: tuple[int, int]
    cards: list[Card]
    card: Card | None
    holds: Standing
    nearest: list[Evidence]
    history: list[Decision]
    before: Item | None
    after: Item | None
    request: str

    @property
    def passage(self) -> Passage:
        """The passage in hand."""
        return self.item.passage

    @property
    def now(self) -> Decision | None:
        """The last word on what is in hand."""
        return self.card.decision if self.card else None


def build_panel(desk: Desk, work: Work, view: View, items: list[Item], item: Item) -> Panel:
    """The panel for an item of a view."""
    passage = item.passage
    transcript = desk.transcript_of(passage)
    holds = work.standing(passage.place)
    blind = passage.is_blind and not holds.revealed
    cards = [] if blind else [_card(passage, one, holds) for one in passage.suggestions]
    card = next((one for one in cards if one.suggestion.code == item.code), None)
    if card is None and cards:
        card = next((one for one in cards if work.is_open(passage, one.suggestion.code)), None)
    if card is not None and not view.transcript:
        # What a key decides on stands first, right under the passage, and not below the edge of the screen.
        cards = [card, *(one for one in cards if one is not card)]
    turn = transcript.turns[passage.segment.turn]
    span = _span(passage, card)
    around = BESIDE_THE_TALK if view.transcript else NEIGHBOURING_WORDS
    whole = desk.interviews[transcript.id].passages
    return Panel(
        view, item, transcript, turn, passage.segment.order + 1, len(whole), blind,
        words(transcript.text, turn, span, card.suggestion.carrying if card else (), around, REACH), span, cards, card, holds,
        _nearest(desk, card), work.history(passage.place), beside(items, work, item, -1), beside(items, work, item, 1),
        secrets.token_urlsafe(12),
    )  # fmt: skip


def _card(passage: Passage, one: Suggestion, holds: Standing) -> Card:
    return Card(one, Item(passage, one.code), holds.verdict_on(one.code), one.code in holds.own_codes)


def _span(passage: Passage, card: Card | None) -> tuple[int, int]:
    made = card.decision if card else None
    if made and made.code_start is not None and made.code_end is not None:
        return made.code_start, made.code_end
    return passage.segment.start, passage.segment.end


def _nearest(desk: Desk, card: Card | None) -> list[Evidence]:
    """Human-coded passages like this one, but none of a transcript in review: other coders' work there stays unseen."""
    if card is None:
        return []
    return [one for one in card.suggestion.nearest if one.transcript not in desk.transcripts]
