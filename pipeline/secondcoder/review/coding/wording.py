"""What was coded, changed, read or taken back, in a sentence that names the code and the words."""

from __future__ import annotations

from secondcoder.domain.records import Transcript
from secondcoder.labels.stated_readings import RECODED
from secondcoder.review.coding.desk import Desk, Done
from secondcoder.review.coding.page import quoted
from secondcoder.review.coding.readings import where
from secondcoder.store.hand_marks import HandEvent, Marks
from secondcoder.store.rows import MadeCoding

NAMED = 3
"""Codings of one action that are named; more are counted."""


def message(desk: Desk, done: Done) -> str:
    """What an action came to."""
    transcript = desk.transcript
    if done.action == "undone":
        # Undoing takes what the action had put there, and puts back what it had taken.
        marked = _codings if done.undid == RECODED else _marked
        return _undone(done.undid, marked(transcript, done.put), marked(transcript, done.took))
    told = _marked(transcript, done.put if done.put.codings or done.put.passes else done.took)
    return {
        "coded": f"Coded: {told}.",
        "changed": f"Changed: {told}.",
        "removed": f"Removed: {told}.",
        "read": f"Read: {told}. Silence on these codes now means that they are not there.",
        "reading taken back": f"Taken back: that you have read {told}.",
    }[done.action]


def last_action(transcript: Transcript, event: HandEvent | None) -> str:
    """What an undo would take back, '' for nothing."""
    if event is None:
        return ""
    told = _marked(transcript, event.put if event.put.codings or event.put.passes else event.took)
    return {
        "coded": told,
        "changed": f"the change to {told}",
        RECODED: f"the recoding of {_codings(transcript, event.took)}",
        "removed": f"the removal of {told}",
        "read": f"that you have read {told}",
        "reading taken back": f"that you have not read {told}",
    }[event.action]


def _undone(action: str, again: str, gone: str) -> str:
    return {
        "coded": f"Took back: {gone}.",
        "changed": f"Took back the change. It is again: {again}.",
        RECODED: f"Took back the recoding. It is again: {again}.",
        "removed": f"Took back the removal. It is there again: {again}.",
        "read": f"Took back: that you have read {gone}.",
        "reading taken back": f"You have read again: {again}.",
    }[action]


def _marked(transcript: Transcript, marks: Marks) -> str:
    told = [where(transcript, look.made.span) for look in marks.passes]
    return "; ".join([*([_codings(transcript, marks)] if marks.codings else []), *told])


def _codings(transcript: Transcript, marks: Marks) -> str:
    told = [_coding(transcript, row) for row in marks.codings[:NAMED]]
    more = len(marks.codings) - NAMED
    return "; ".join([*told, *([f"and {more} more"] if more > 0 else [])])


def _coding(transcript: Transcript, row: MadeCoding) -> str:
    coding = row.coding
    valence = f", {coding.valence.value}" if coding.valence else ""
    return f"{coding.code} on “{quoted(transcript, coding.span)}”{valence}"
