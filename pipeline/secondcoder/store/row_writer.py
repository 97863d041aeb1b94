"""Rows put into a store's tables and taken out of them within one transaction, each told to the audit trail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Delete, Table, func, insert, select

from secondcoder.domain.names import folded
from secondcoder.domain.records import CodingPass
from secondcoder.errors import StudyError
from secondcoder.store import schema, trail
from secondcoder.store.chain import append

KEY = ("transcript", "start", "end", "code", "coder", "origin")
"""What makes a coding one of its kind, as the store's unique constraint has it: together with the last change before it."""
PASS_COLUMNS = (*trail.PASSES, "after_change")
MODEL_CODERS = select(schema.model_codings.c.coder).distinct()
LATEST_CHANGE = select(func.coalesce(func.max(schema.codebook_changes.c.id), 0)).scalar_subquery()


class RowWriter:
    """A transaction's connection, with the events that it leaves.

    Args:
        who: signs the events.
    """

    def __init__(self, connection: Connection, who: str) -> None:
        self.connection, self._who = connection, who
        self._events: list[dict[str, Any]] = []
        self._changes: dict[str, trail.Marks] = {what: Counter() for what in trail.MARKS}

    @property
    def who(self) -> str:
        """Who signs the events."""
        return self._who

    def log(self, what: str, **detail: Any) -> None:
        """Add an event to the audit trail: UTC time, who, what. It is committed with the transaction."""
        self._events.append({"at": now(), "who": self._who, "what": what, "detail": detail})

    def seal(self) -> None:
        """Put the events at the end of the chain, with what became of codings and passes; nothing is written afterwards."""
        for what, change in self._changes.items():
            # What was taken and put back within the transaction comes to 0, and is no change.
            if any(change.values()):
                self.log(what, **trail.marks_detail(trail.MARKS[what], change))
        append(self.connection, self._events)
        self._events, self._changes = [], {what: Counter() for what in trail.MARKS}

    def latest_change(self) -> int:
        """The number of the last change of the codebook, 0 before any."""
        return int(self.connection.execute(select(LATEST_CHANGE)).scalar_one())

    def take_away(self, what: str, query: Delete) -> int:
        """Delete codings or passes, told to the trail; how many."""
        # The delete itself gives the rows, so that the trail says exactly what went.
        rows = self.connection.execute(query.returning(*query.table.columns)).mappings().all()
        for row in rows:
            self._count(what, dict(row), -1)
        return len(rows)

    def _add_codings(self, rows: list[dict[str, Any]]) -> None:
        self._refuse_model_coders(row["coder"] for row in rows)
        self._insert(schema.codings, rows)
        for row in rows:
            self._count("codings", row, 1)

    def put_passes(self, rows: list[dict[str, Any]]) -> None:
        """Insert rows of passes, told to the trail."""
        self._refuse_model_coders(row["coder"] for row in rows)
        self._insert(schema.passes, rows)
        for row in rows:
            self._count("coding passes", row, 1)

    def _refuse_model_coders(self, people: Iterable[str]) -> None:
        """StudyError where what a person says would be written under the name of another model."""
        models = {folded(name): name for name in self.connection.execute(MODEL_CODERS).scalars()}
        if taken := sorted({models[folded(name)] for name in set(people) if folded(name) in models}):
            raise StudyError(
                f"'{taken[0]}' is a model coder of this study, so no person codes under this name. Give the person another one. "
                "Nothing was written."
            )

    def _count(self, what: str, row: Mapping[str, Any], times: int) -> None:
        """Count a row that came or went, for the trail."""
        self._changes[what][trail.mark(row, trail.MARKS[what])] += times
        if row["after_change"] and (later := trail.LATER.get(what)):
            self._changes[later][trail.mark(row, trail.MARKS[later])] += times

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        # Given no rows, SQLAlchemy would insert one of defaults.
        if rows:
            self.connection.execute(insert(table), rows)


def pass_row(coding_pass: CodingPass) -> dict[str, Any]:
    """A pass as a row of its table, without what it came of."""
    row = {
        each.name: getattr(coding_pass, each.name) for each in fields(coding_pass)
    }  # asdict copies every code of every pass
    return row | {"codes": list(coding_pass.codes)}


def now() -> str:
    """UTC time as the store writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
