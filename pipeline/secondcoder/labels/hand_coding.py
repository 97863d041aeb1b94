"""What a coder changes by hand on one transcript, and what is read by it: pure functions on marks as they were made.

A coding is a look at its own span, for all codes of its codebook, as it is in a coded table (`exchange.read_spans`), so that the same
codings come to the same rows whichever way they were given. Such looks come and go with the codings. A reading that the coder stated
("I have read this") stays until it is taken back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from secondcoder.domain.records import Coding, CodingPass, Origin, Span, Valence
from secondcoder.errors import DecisionError
from secondcoder.labels.new_decision import LONGEST_MEMO
from secondcoder.labels.stated_readings import READ, Codes, Epoch, Statement, looks_of, readings
from secondcoder.store.hand_marks import NO_MARKS, HandEvent, MadePass, Marks
from secondcoder.store.rows import MadeCoding

T = TypeVar("T")
GONE = "This coding was changed or removed meanwhile, in another window or by an import. The margin shows it as it is now. "
EARLIER = (
    "You said this before you could see a model's suggestions or others' codings of this interview, so it stays as your independent "
    "coding. Give another code beside it; or recode it on the code's page, after which it counts as reviewed. "
)
NOTHING = "Nothing was recorded."


@dataclass(frozen=True)
class Exchange:
    """One action: what it takes away and what it puts there, and a word for it; `undoes`: the event that it takes back.

    `unsaid` are those of the passes put there that no reading states: a recode names them, and with them all looks that come and go.
    """

    action: str
    took: Marks = NO_MARKS
    put: Marks = NO_MARKS
    undoes: HandEvent | None = None
    unsaid: tuple[MadePass, ...] = ()

    @property
    def names_looks(self) -> bool:
        """All looks that come and go are among its passes."""
        return bool(self.unsaid or (self.undoes and self.undoes.unsaid))


@dataclass(frozen=True)
class Wanted:
    """What a coding is to be after a change; None for what stays."""

    span: Span | None = None
    code: str | None = None
    valence: Valence | str | None = None
    memo: str | None = None


def key_of(row: MadeCoding | MadePass) -> str:
    """A mark in one short word, for pages: any change of it gives another, so that a page that is out of date is found out."""
    return hashlib.sha256(repr(row).encode()).hexdigest()[:16]


def coding_of(marks: Marks, key: str) -> MadeCoding:
    """The coding of a key; DecisionError where it is not there any more."""
    row = next((row for row in marks.codings if key_of(row) == key), None)
    if row is None:
        raise DecisionError(GONE + NOTHING)
    if not row.imported:
        raise DecisionError(f"This code was given in the review of suggestions, and is changed there. {NOTHING}")
    return row


def added(marks: Marks, coding: Coding, epoch: Epoch) -> Exchange:
    """Code a span; DecisionError where the coder has the same code on just these words."""
    _refuse_double(marks, coding, ())
    return Exchange("coded", put=Marks((MadeCoding(coding, *epoch, True),)))


def changed(marks: Marks, row: MadeCoding, wanted: Wanted, epoch: Epoch) -> Exchange:
    """Change a coding. Another code or other words are a new look, by the present codebook; valence and memo alone are none."""
    coding = row.coding
    now = replace(
        coding,
        start=wanted.span[0] if wanted.span else coding.start,
        end=wanted.span[1] if wanted.span else coding.end,
        code=wanted.code or coding.code,
        valence=coding.valence if wanted.valence is None else Valence(wanted.valence) if wanted.valence else None,
        memo=coding.memo if wanted.memo is None else wanted.memo.strip()[:LONGEST_MEMO],
    )
    if now == coding:
        raise DecisionError(f"It is so already. {NOTHING}")
    if (now.span, now.code) != (coding.span, coding.code):
        _refuse_double(marks, now, (row,))
        return Exchange("changed", Marks((row,)), Marks((MadeCoding(now, *epoch, True),)))
    return Exchange("changed", Marks((row,)), Marks((replace(row, coding=now),)))


def removed(row: MadeCoding) -> Exchange:
    """Take a coding away."""
    return Exchange("removed", Marks((row,)))


def stated(said: Iterable[Statement], reading: CodingPass, after_change: int) -> Exchange:
    """State a reading; DecisionError where it is among those `said` before."""
    look = MadePass(reading, after_change)
    if any(look == statement.look for statement in said):
        raise DecisionError(f"You have said this already. {NOTHING}")
    return Exchange(READ, put=Marks(passes=(look,)))


def unstated(said: Iterable[Statement], key: str) -> Exchange:
    """Take back one of the readings `said`; DecisionError where it is not there any more."""
    statement = next((statement for statement in said if key_of(statement.look) == key), None)
    if statement is None:
        raise DecisionError(f"This reading was taken back meanwhile. {NOTHING}")
    return Exchange("reading taken back", Marks(passes=statement.parts))


def undone(marks: Marks, event: HandEvent | None) -> Exchange:
    """Take the last action back; DecisionError where there is none, or where what it left was changed since by other means."""
    if event is None:
        raise DecisionError("There is nothing left to undo on this interview.")
    if not (set(event.put.codings) <= set(marks.codings) and set(event.put.passes) <= set(marks.passes)):
        raise DecisionError(
            f"The last action cannot be undone: an import or another program changed its marks. {NOTHING}"
        )
    for row in event.took.codings:
        _refuse_double(marks, row.coding, event.put.codings)
    return Exchange("undone", event.put, event.took, event)


def refuse_after_suggestions(asked: Exchange) -> None:
    """DecisionError where an action, once suggestions are open to the coder, would change what was said before they were."""
    # A memo is nobody's coding: it may grow.
    bare = {replace(row, coding=replace(row.coding, memo="")) for row in asked.put.codings}
    kept = {row for row in asked.took.codings if replace(row, coding=replace(row.coding, memo="")) in bare}
    went = [row.coding.origin for row in asked.took.codings if row not in kept]
    # Undoing a recode gives what it took out of the looks back to them.
    went += [look.made.origin for look in asked.took.passes if not asked.names_looks]
    if Origin.INDEPENDENT in went:
        raise DecisionError(EARLIER + NOTHING)


def _refuse_double(marks: Marks, coding: Coding, but: Collection[MadeCoding]) -> None:
    same = [row for row in marks.codings if row not in but and row.coding.span == coding.span]
    if any(row.coding.code == coding.code for row in same):
        raise DecisionError(f"{coding.code} is on just these words already. {NOTHING}")


def with_looks(
    marks: Marks, asked: Exchange, codes_of: Codes, spoken: Collection[MadePass] = frozenset()
) -> tuple[Marks, Marks]:
    """What an action takes and puts, with the looks that come and go with its codings.

    Args:
        marks: the coder's, before it.
        codes_of: the codes of a codebook, by its hash.
        spoken: readings that the coder stated in so many words (`stated_in`): also where they are just what a coding is a look at.
    """
    if asked.names_looks:
        return asked.took, asked.put
    after = _swapped(marks.codings, asked.took.codings, asked.put.codings)
    said = readings(marks, codes_of, spoken)
    said_after = _swapped(said, asked.took.passes, asked.put.passes)
    epochs = sorted({(row.codebook, row.after_change) for row in (*marks.codings, *after)})
    looks, looks_after = (
        [look for epoch in epochs for look in looks_of(codings, codes_of(epoch[0]), epoch, stated)]
        for codings, stated in ((marks.codings, said), (after, said_after))
    )
    derived = [look for look in marks.passes if look not in said]
    went = [look for look in derived if look not in looks_after]
    # A coding that came without a look, as a table may say it, gets none by what happens to others.
    came = [look for look in looks_after if look not in looks and look not in derived]
    took = Marks(asked.took.codings, (*asked.took.passes, *went))
    return took, Marks(asked.put.codings, (*asked.put.passes, *came))


def _swapped(rows: Sequence[T], took: Collection[T], put: Iterable[T]) -> tuple[T, ...]:
    return (*(row for row in rows if row not in took), *put)
