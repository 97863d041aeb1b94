"""Codings and readings made by hand on one transcript: read and exchanged within a transaction, and what the audit trail keeps of it.

What came of decisions in a review is not among them: it follows its decisions (`Writer.follow_decisions`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, func, select

from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import CodingPass
from secondcoder.errors import StudyError
from secondcoder.store import schema
from secondcoder.store.row_writer import RowWriter
from secondcoder.store.rows import MadeCoding, read_coding, read_pass, rows_of

T = TypeVar("T")
EVENT = "hand coding"
CODING = ("start", "end", "code", "origin", "valence", "memo", "codebook", "after_change")
PASS = ("start", "end", "codes", "origin", "after_change")


@dataclass(frozen=True, slots=True)
class MadePass:
    """A coding pass as it was made, with the last change of the codebook before it; `by_hand`: it came of no decision."""

    made: CodingPass
    after_change: int
    by_hand: bool = True


@dataclass(frozen=True, slots=True)
class Marks:
    """Codings and passes on one transcript, as they were made."""

    codings: tuple[MadeCoding, ...] = ()
    passes: tuple[MadePass, ...] = ()

    def of(self, coder: str) -> Marks:
        """One coder's codings, and the passes that came of no decision."""
        codings = tuple(row for row in self.codings if row.coding.coder == coder)
        return Marks(codings, tuple(row for row in self.passes if row.made.coder == coder and row.by_hand))


NO_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class HandEvent:
    """One action of a coder on a transcript, from the audit trail: what it took away and put there; `undoes` another one's id.

    `unsaid` are those of the passes put there that no reading states.
    """

    id: int
    action: str
    took: Marks
    put: Marks
    undoes: int | None
    unsaid: tuple[MadePass, ...] = ()


def marks_on(connection: Connection, transcript: str) -> Marks:
    """Everybody's codings and passes on a transcript, ordered by place."""
    return _marks(connection, transcript=transcript)


def marks_of(connection: Connection, coder: str) -> dict[str, Marks]:
    """Transcript -> one coder's codings, and passes that came of no decision."""
    marks = _marks(connection, coder=coder).of(coder)
    codings = group_by(marks.codings, lambda row: row.coding.transcript)
    passes = group_by(marks.passes, lambda look: look.made.transcript)
    names = sorted({*codings, *passes})
    return {name: Marks(tuple(codings.get(name, ())), tuple(passes.get(name, ()))) for name in names}


def _marks(connection: Connection, **where: str) -> Marks:
    c, p = schema.codings.c, schema.passes.c
    codings = select(schema.codings).where(*(c[name] == value for name, value in where.items()))
    passes = select(schema.passes).where(*(p[name] == value for name, value in where.items()))
    coded = rows_of(connection, codings.order_by(c.start, c.end, c.code, c.coder, c.origin, c.after_change))
    looked = rows_of(connection, passes.order_by(p.coder, p.start, p.end, p.id))
    return Marks(
        tuple(map(read_coding, coded)), tuple(MadePass(*read_pass(row), row["decision"] is None) for row in looked)
    )


def hand_events(connection: Connection, transcript: str, coder: str) -> Iterator[HandEvent]:
    """A coder's actions on a transcript, newest first; not those on another one of the same name that was removed."""
    e = schema.events.c
    on_it = e.detail["transcript"].as_string() == transcript
    removed = select(func.coalesce(func.max(e.id), 0)).where(e.what == "transcript removed", on_it)
    query = select(schema.events).where(e.what == EVENT, e.who == coder, on_it, e.id > removed.scalar_subquery())
    for row in rows_of(connection, query.order_by(e.id.desc())):
        detail = row["detail"]
        took, put = (_read(detail[side], transcript, coder) for side in ("took", "put"))
        unsaid = _read({"codings": [], "passes": detail.get("unsaid", [])}, transcript, coder).passes
        yield HandEvent(row["id"], detail["action"], took, put, detail.get("undoes"), unsaid)


def last_in_effect(events: Iterable[HandEvent]) -> HandEvent | None:
    """Of actions, newest first, the last one that was not undone; an undo is none."""
    undone: set[int] = set()
    for event in events:
        if event.undoes:
            undone.add(event.undoes)
        elif event.id not in undone:
            return event
    return None


class HandWriter(RowWriter):
    """The part of a store's writer that exchanges one coder's marks for others. All raise StudyError where a row is gone."""

    def hold(self, coder: str) -> None:
        """Until the transaction ends nobody else changes the coder's marks. To be called before anything is read."""
        # On SQLite nobody else writes at all.
        if self.connection.dialect.name != "sqlite":
            self.connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(coder))))

    def own_marks(self, transcript: str, coder: str) -> Marks:
        """A coder's codings on a transcript, and passes that came of no decision, this transaction's included."""
        return _marks(self.connection, transcript=transcript, coder=coder).of(coder)

    def hand_events(self, transcript: str, coder: str) -> Iterator[HandEvent]:
        """A coder's actions on a transcript, newest first."""
        return hand_events(self.connection, transcript, coder)

    def exchange(self, took: Marks, put: Marks) -> None:
        """Take marks away and put others there; what is in both stays untouched."""
        for row in _less(took.codings, put.codings):
            self._take_coding(row)
        for look in _less(took.passes, put.passes):
            self._take_pass(look)
        self._add_codings([_coding_row(row) for row in _less(put.codings, took.codings)])
        self.put_passes([_pass_row(look) for look in _less(put.passes, took.passes)])

    def log_hand_coding(
        self,
        action: str,
        transcript: str,
        took: Marks,
        put: Marks,
        undoes: int | None = None,
        unsaid: tuple[MadePass, ...] = (),
    ) -> None:
        """Record an action with the codings and stated readings that it took away and put there, so that it can be undone."""
        more = {"undoes": undoes, "unsaid": _written(Marks(passes=unsaid))["passes"]}
        filled = {name: value for name, value in more.items() if value}
        self.log(EVENT, action=action, transcript=transcript, took=_written(took), put=_written(put), **filled)

    def _take_coding(self, row: MadeCoding) -> None:
        table, wanted = schema.codings, _coding_row(row)
        names = ("transcript", "start", "end", "code", "coder", "origin", "after_change")
        is_it = [table.c[name] == wanted[name] for name in names]
        if not self.take_away("codings", delete(table).where(*is_it, table.c.decision.is_(None))):
            raise StudyError("A coding to take away is not there.")

    def _take_pass(self, look: MadePass) -> None:
        table, wanted = schema.passes, _pass_row(look)
        names = ("transcript", "coder", "start", "end", "origin", "after_change")
        is_it = [table.c[name] == wanted[name] for name in names]
        rows = rows_of(self.connection, select(table).where(*is_it, table.c.decision.is_(None)))
        # Compared here: PostgreSQL cannot compare JSON.
        found = next((row for row in rows if row["codes"] == wanted["codes"]), None)
        if found is None:
            raise StudyError("A reading to take back is not there.")
        self.take_away("coding passes", delete(table).where(table.c.id == found["id"]))


def _less(rows: tuple[T, ...], others: tuple[T, ...]) -> list[T]:
    # Counted: passes have no key, and the same one may be there twice.
    return list((Counter(rows) - Counter(others)).elements())


def _coding_row(row: MadeCoding) -> dict[str, Any]:
    names = ("transcript", "start", "end", "code", "coder", "memo")
    plain = {name: getattr(row.coding, name) for name in names}
    words = {"origin": row.coding.origin.value, "valence": row.coding.valence and row.coding.valence.value}
    return plain | words | {"codebook": row.codebook, "after_change": row.after_change, "decision": None}


def _pass_row(look: MadePass) -> dict[str, Any]:
    made = look.made
    row = {name: getattr(made, name) for name in ("transcript", "coder", "start", "end")}
    return row | {
        "codes": list(made.codes),
        "origin": made.origin.value,
        "after_change": look.after_change,
        "decision": None,
    }


def _written(marks: Marks) -> dict[str, Any]:
    codings = [[_coding_row(row)[name] for name in CODING] for row in marks.codings]
    return {"codings": codings, "passes": [[_pass_row(look)[name] for name in PASS] for look in marks.passes]}


def _read(side: Mapping[str, Any], transcript: str, coder: str) -> Marks:
    where = {"transcript": transcript, "coder": coder, "decision": None}
    named = partial(zip, strict=True)
    codings = (read_coding(dict(named(CODING, row)) | where) for row in side["codings"])
    passes = (read_pass(dict(named(PASS, row)) | where) for row in side["passes"])
    return Marks(tuple(codings), tuple(MadePass(*row) for row in passes))
