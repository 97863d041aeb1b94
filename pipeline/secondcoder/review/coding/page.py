"""What the coding page of one interview shows a coder: its turns, their own codings beside them, and what is read by whom."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Origin, Span, SpeakerRole, Transcript, Turn, Valence
from secondcoder.domain.shown import controls, visible
from secondcoder.domain.spans import share_text
from secondcoder.domain.wording import shorten
from secondcoder.labels.hand_coding import key_of
from secondcoder.review.coding.desk import Desk
from secondcoder.review.coding.readings import Reading, readings_on, turns_of
from secondcoder.store.hand_marks import HandEvent, Marks, last_in_effect
from secondcoder.store.rows import MadeCoding

RECENT, USUAL, SHOWN_WORDS = 5, 10, 60
# A carriage return too: browsers read it as a line end, and every offset after it would be one off.
ODD = re.compile(f"\r|{controls().pattern}")


@dataclass(frozen=True)
class Run:
    """Text at `start` of the transcript; where it is `odd`, one character that is shown by its name, or not at all."""

    start: int
    text: str
    odd: bool


@dataclass(frozen=True)
class ShownCoding:
    """One of the coder's own codings in the margin; `note`: why it cannot be changed here; `begins`: not on an earlier turn."""

    key: str
    span: Span
    code: str
    valence: Valence | None
    memo: str
    words: str
    note: str
    begins: bool = True


@dataclass(frozen=True)
class CodingTurn:
    """One turn, numbered from 1."""

    number: int
    turn: Turn
    asks: bool
    runs: list[Run]


@dataclass(frozen=True)
class CodingPage:
    """What changes on the page while people code.

    Attributes:
        codings: the coder's own, in order of place.
        usual: codes to propose first: given last in this interview, then most often in the study.
        version: changes with anything that the page shows.
        last: the action that an undo would take back.
    """

    codings: list[ShownCoding]
    readings: list[Reading]
    usual: list[str]
    version: str
    last: HandEvent | None

    def coding(self, key: str) -> ShownCoding | None:
        """The coding of a key."""
        return next((coding for coding in self.codings if coding.key == key), None)


def coding_page(desk: Desk) -> CodingPage:
    """The page's changing part, as the store has it now."""
    store, name = desk.review.study.store, desk.transcript.id
    marks = store.marks_on(name)
    own, events = marks.of(desk.coder), store.hand_events(name, desk.coder)
    return CodingPage(
        [_shown(desk, row) for row in own.codings],
        readings_on(desk.review, desk.transcript, marks, desk.coder, events),
        _usual(desk.review.book, events, store.codes_given(desk.coder)),
        _version(desk, own, marks),
        last_in_effect(events),
    )


def margins(page: CodingPage, transcript: Transcript) -> dict[int, list[ShownCoding]]:
    """Number of a turn -> the codings that share text with it."""
    by_turn: dict[int, list[ShownCoding]] = {}
    turns, first = turns_of(transcript), 0
    for coding in page.codings:
        # Codings stand in order of their starts, so that no turn before this one is asked again.
        while first < len(turns) - 1 and turns[first][1] <= coding.span[0]:
            first += 1
        begun = False
        for at in range(first, len(turns)):
            if turns[at][0] >= coding.span[1]:
                break
            if share_text(turns[at], coding.span):
                by_turn.setdefault(at + 1, []).append(coding if not begun else replace(coding, begins=False))
                begun = True
        if not begun:  # on no turn's words, as a table may have it
            by_turn.setdefault(first + 1, []).append(coding)
    return by_turn


def shown_turns(transcript: Transcript) -> list[CodingTurn]:
    """The transcript turn by turn."""
    turns = transcript.turns or (Turn(0, len(transcript.text)),)
    return [
        CodingTurn(number, turn, turn.role is SpeakerRole.INTERVIEWER, list(runs(transcript.text, turn.span)))
        for number, turn in enumerate(turns, start=1)
    ]


def runs(text: str, span: Span) -> Iterator[Run]:
    """A span's text, apart at each character that is not shown as it is, so that every offset can be told on the page."""
    at, end = span
    for match in ODD.finditer(text, at, end):
        if match.start() > at:
            yield Run(at, text[at : match.start()], False)
        yield Run(match.start(), "" if match.group() == "\r" else visible(match.group()), True)
        at = match.end()
    if at < end:
        yield Run(at, text[at:end], False)


def _shown(desk: Desk, row: MadeCoding) -> ShownCoding:
    coding = row.coding
    present = desk.review.workspace.corpus.in_present_codes([(coding, row.after_change)])
    code = present[0].code if len(present) == 1 else coding.code
    note = ""
    if not row.imported:
        note = "settled together" if coding.origin is Origin.ADJUDICATED else "given in the review, and changed there"
    elif not present:
        note = "its code was split or retired"
    words = quoted(desk.transcript, coding.span)
    return ShownCoding(key_of(row), coding.span, code, coding.valence, coding.memo, words, note)


def quoted(transcript: Transcript, span: Span) -> str:
    """The first words of a span, for messages."""
    return shorten(" ".join(visible(transcript.text[slice(*span)]).split()), SHOWN_WORDS)


def _usual(book: Codebook, events: list[HandEvent], given: Counter[str]) -> list[str]:
    recent = dict.fromkeys(row.coding.code for event in events for row in event.put.codings)
    often = [code for code, _ in given.most_common()]
    known = [code for code in (*[*recent][:RECENT], *often) if code in book]
    return [*dict.fromkeys(known)][:USUAL]


def _version(desk: Desk, own: Marks, marks: Marks) -> str:
    """Of what the page shows and nothing else: others' codings are not on it."""
    looks = [look for look in marks.passes if look.by_hand]
    told = repr((desk.review.book.hash, desk.origin, own.codings, looks))
    return hashlib.sha256(told.encode()).hexdigest()[:16]
