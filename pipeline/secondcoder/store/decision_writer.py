"""Decisions of reviews in the store, and the codings and passes that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib import import_module
from typing import Any

from sqlalchemy import delete, select

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Coding, CodingPass, Decision
from secondcoder.store import schema
from secondcoder.store.hand_marks import HandWriter
from secondcoder.store.row_writer import KEY, LATEST_CHANGE, PASS_COLUMNS, now, pass_row
from secondcoder.store.rows import read_decision, rows_of


class DecisionWriter(HandWriter):
    """The part of a store's writer that appends decisions and lets codings and passes follow from them."""

    def add_decision(self, decision: Decision, book: Codebook) -> bool:
        """Append a decision made with `book`; False when the same request was recorded before; then nothing is added."""
        given = ("id", "at", "codebook", "after_change")
        row = {name: value for name, value in asdict(decision).items() if name not in given}
        row |= {"at": now(), "codebook": book.hash}
        self._refuse_model_coders([decision.coder])
        self.hold(decision.coder)
        # ON CONFLICT is only in the dialects' own inserts, which take a while to import.
        dialect = import_module(f"sqlalchemy.dialects.{self.connection.dialect.name}")
        once: Any = dialect.insert(schema.decisions)
        # The row itself is asked for: drivers differ in what they count as affected.
        inserted = (
            # A subquery, so that the statement that writes also reads the latest change.
            once.values(after_change=LATEST_CHANGE)
            .on_conflict_do_nothing(index_elements=["coder", "request"])
            .returning(schema.decisions.c.id, schema.decisions.c.after_change)
        )
        added = self.connection.execute(inserted, row).first()
        if added is not None:
            self.log("decision", id=added.id, after_change=added.after_change, **row)
        return added is not None

    def decisions_on(self, coder: str, transcript: str, start: int, end: int) -> list[Decision]:
        """What a coder decided on one passage so far, this transaction included, oldest first."""
        t = schema.decisions.c
        query = (
            select(schema.decisions)
            .where(t.coder == coder, t.transcript == transcript, t.start == start, t.end == end)
            .order_by(t.id)
        )
        return list(map(read_decision, rows_of(self.connection, query)))

    def follow_decisions(
        self,
        transcript: str,
        ids: Iterable[int],
        codings: Iterable[tuple[Coding, Decision]],
        passes: Iterable[tuple[CodingPass, Decision]],
    ) -> None:
        """Make the codings and passes that came of the decisions `ids`, all on one transcript, be these and no others.

        Args:
            codings, passes: what holds now, each with the decision it came from. A coding that was imported stays as it is.
        """
        known, table = list(ids), schema.codings
        held = {_coding_key(row): row for row in (asdict(coding) | _made_by(by) for coding, by in codings)}
        # By transcript too, of which there is an index: else each decision of a long review would read all that came of the others.
        came = table.c.transcript == transcript, table.c.decision.in_(known)
        for row in rows_of(self.connection, select(table).where(*came)):
            kept = held.get(_coding_key(row))
            # What stays is not touched, so that the trail shows only what changed.
            if kept and (kept["valence"], kept["memo"]) == (row["valence"], row["memo"]):
                del held[_coding_key(row)]
            else:
                self.take_away("codings", delete(table).where(table.c.id == row["id"]))
        # The coder's imported coding of the same key stays, and is not doubled.
        self._add_codings([row for key, row in held.items() if not self._has(key)])
        # Passes have no key to keep them by: all go and come again; those that are the same cancel out in the count.
        p = schema.passes.c
        self.take_away("coding passes", delete(schema.passes).where(p.transcript == transcript, p.decision.in_(known)))
        rows_now = (pass_row(coding_pass) | _made_by(by) for coding_pass, by in passes)
        self.put_passes([{name: row[name] for name in PASS_COLUMNS} for row in rows_now])

    def _has(self, key: tuple[Any, ...]) -> bool:
        t = schema.codings.c
        same = [t[name] == value for name, value in zip((*KEY, "after_change"), key, strict=True)]
        return self.connection.execute(select(t.id).where(*same)).first() is not None


def _coding_key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in (*KEY, "after_change"))


def _made_by(decision: Decision) -> dict[str, Any]:
    """What a coding or a pass takes over from its decision."""
    return {"decision": decision.id, "codebook": decision.codebook, "after_change": decision.after_change}
