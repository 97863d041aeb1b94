"""The margin of a transcript: a stripe for each suggestion, decision and own coding on a passage."""

from __future__ import annotations

from dataclasses import dataclass

from secondcoder.review.coder_progress import Work
from secondcoder.review.navigation import View
from secondcoder.review.passages import Passage
from secondcoder.review.queue import Item
from secondcoder.review.session import Desk
from secondcoder.review.wording import SAID


@dataclass(frozen=True)
class Mark:
    """One stripe: `state` is suggested, accepted, changed, rejected, unsure, added or coded."""

    code: str
    state: str
    key: str


@dataclass(frozen=True)
class Row:
    """A passage in the transcript, with its stripes; `waits` when something is to be decided, `blind` while it comes first."""

    passage: Passage
    marks: list[Mark]
    blind: bool
    waits: bool
    found: bool

    @property
    def id(self) -> str:
        """The element's id on the page."""
        return f"p{self.passage.segment.order}"


def row_of(desk: Desk, work: Work, view: View, passage: Passage) -> Row:
    """A passage's row, as the coder may see it now."""
    holds = work.standing(passage.place)
    blind = passage.is_blind and not holds.revealed
    marks = [] if blind else _suggested(desk, work, view, passage)
    first = holds.independent.values()
    own = [
        *(("removed" if one in holds.withdrawn else "coded", one.code) for one in first),
        *(("added", one.code) for one in holds.added),
    ]
    marks += [Mark(code or "", state, Item(passage, None).key) for state, code in own]
    marks += [Mark(one, "coded", Item(passage, None).key) for one in desk.imported_codes(work.coder, passage)]
    waits = bool(passage.suggestions or passage.is_blind) and not work.is_done(passage)
    return Row(passage, marks, blind, waits, view.wanted.finds(passage.segment.text))


def _suggested(desk: Desk, work: Work, view: View, passage: Passage) -> list[Mark]:
    found = []
    for one in passage.suggestions:
        decision = work.standing(passage.place).verdict_on(one.code)
        item = Item(passage, one.code)
        if (view.wanted.undecided and decision) or not view.wanted.wants(desk, item):
            continue
        state = SAID[decision.verdict] if decision else "suggested"
        code = decision.code if decision and decision.code else one.code
        found.append(Mark(code, state, item.key))
    return found
