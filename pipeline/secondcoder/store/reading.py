"""Reading a store: rows as records, in an order that does not depend on insertion."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, Table, Text, cast, func, select
from sqlalchemy.exc import DatabaseError

from secondcoder.codebook.history import CodeHistory
from secondcoder.codebook.present import Assignment
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import (
    SCORED,
    Case,
    CellNote,
    Coding,
    CodingPass,
    Decision,
    ModelCoding,
    Suggestion,
    Transcript,
)
from secondcoder.store import schema
from secondcoder.store.cell_notes import cell_notes
from secondcoder.store.column_rules import sound_rows
from secondcoder.store.database import OpenDatabase
from secondcoder.store.database_errors import plain_store_error
from secondcoder.store.hand_marks import HandEvent, Marks, hand_events, marks_of, marks_on
from secondcoder.store.rows import (
    TURN,
    MadeCoding,
    read_assignment,
    read_change,
    read_coding,
    read_decision,
    read_model_coding,
    read_pass,
    read_suggestion,
    read_transcript,
    read_turn,
    rows_of,
)
from secondcoder.store.writing import LAST_CHANGE, Writer

WRITES = "writes"
"""The execution option of connections whose transactions write."""
_c, _p = schema.codings.c, schema.passes.c
_CODINGS = select(schema.codings).order_by(
    _c.transcript, _c.start, _c.end, _c.code, _c.coder, _c.origin, _c.after_change
)
_LOOKS = select(_p.transcript, _p.coder).distinct()
_TRANSCRIPTS = select(schema.transcripts).order_by(schema.transcripts.c.id)
_TURNS = select(*(schema.turns.c[name] for name in TURN)).order_by(schema.turns.c.transcript, schema.turns.c.position)
_PASSES = select(schema.passes).order_by(_p.transcript, _p.coder, _p.start, _p.end)
_CHANGES = select(schema.codebook_changes).order_by(schema.codebook_changes.c.id)
_ASSIGNMENTS = select(schema.code_assignments).order_by(schema.code_assignments.c.id)
_CASES = select(schema.cases).order_by(schema.cases.c.id)
_DECISIONS = select(schema.decisions).order_by(schema.decisions.c.id)
# By name is by age: versions are numbered with leading zeros.
_MODELS = select(schema.models).order_by(schema.models.c.version)
# The hash puts those kept in the same millisecond in one order.
_CODEBOOKS = select(schema.codebooks).order_by(schema.codebooks.c.since, schema.codebooks.c.hash)
_LAST_EVENT = select(func.coalesce(func.max(schema.events.c.id), 0).label("id"))


RECORDS = (
    *("last_event", "transcripts", "cases", "codings", "passes", "decisions"),
    *("history", "assignments", "codebooks", "models"),
)
ROWS = ("transcript_rows", "turn_rows", "coding_rows")


class StoreContent:
    """The rows of one snapshot of a store, as they were made; without suggestions and events, which grow large.

    Each table is read when it is first asked for, and once: while the snapshot is open, or by `read` all of them.

    Args:
        connection: that of the snapshot.
        transcripts: those that the caller has, which are then not read: they are most of what there is.
    """

    def __init__(self, connection: Connection, transcripts: Sequence[Transcript] | None = None) -> None:
        self._connection, self._rows = connection, partial(rows_of, connection)
        if transcripts is not None:
            self.transcripts = tuple(transcripts)

    def read(self) -> StoreContent:
        """The same with all its tables read, so that the snapshot may close."""
        for name in RECORDS:
            getattr(self, name)
        for name in ROWS:  # which the records repeat
            vars(self).pop(name, None)
        return self

    @cached_property
    def last_event(self) -> int:
        """Id of the newest event, 0 without any."""
        return int(self._rows(_LAST_EVENT)[0]["id"])

    @cached_property
    def transcript_rows(self) -> list[dict[str, Any]]:
        """All transcripts without their turns, as rows, ordered by id."""
        return self._rows(_TRANSCRIPTS)

    @cached_property
    def turn_rows(self) -> Mapping[str, list[Sequence[Any]]]:
        """Transcript -> its turns, as rows of the columns `TURN`, in order."""
        return group_by(sound_rows(self._connection, _TURNS), itemgetter(0))

    @cached_property
    def transcripts(self) -> tuple[Transcript, ...]:
        """All transcripts with their turns, ordered by id."""
        turns = self.turn_rows
        return tuple(
            read_transcript(row, tuple(map(read_turn, turns.get(row["id"], ())))) for row in self.transcript_rows
        )

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """All cases, ordered by id."""
        return tuple(Case(**row) for row in self._rows(_CASES))

    @cached_property
    def coding_rows(self) -> list[dict[str, Any]]:
        """All human codings, as rows, ordered by transcript, span, code, coder."""
        return self._rows(_CODINGS)

    @cached_property
    def codings(self) -> tuple[MadeCoding, ...]:
        """All human codings, ordered by transcript, span, code, coder."""
        return tuple(map(read_coding, self.coding_rows))

    @cached_property
    def looks(self) -> list[tuple[str, str]]:
        """Who looked for codes on which transcript: (transcript, coder)."""
        return [(transcript, coder) for transcript, coder in sound_rows(self._connection, _LOOKS)]

    @cached_property
    def passes(self) -> tuple[tuple[CodingPass, int], ...]:
        """All coding passes, each with the last change of the codebook before it; ordered by transcript, coder, span."""
        return tuple(map(read_pass, self._rows(_PASSES)))

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        """What researchers decided in reviews, oldest first."""
        return tuple(map(read_decision, self._rows(_DECISIONS)))

    @cached_property
    def history(self) -> CodeHistory:
        """The confirmed changes of the codebook."""
        return CodeHistory(list(map(read_change, self._rows(_CHANGES))))

    @cached_property
    def assignments(self) -> tuple[Assignment, ...]:
        """New codes for codings whose code was split, oldest first."""
        return tuple(map(read_assignment, self._rows(_ASSIGNMENTS)))

    @cached_property
    def codebooks(self) -> Mapping[str, str]:
        """Every codebook that was ever the study's, oldest first: hash -> YAML."""
        return {row["hash"]: row["yaml"] for row in self._rows(_CODEBOOKS)}

    @cached_property
    def models(self) -> tuple[dict[str, Any], ...]:
        """version, parent, manifest, in_use; oldest first."""
        return tuple(self._rows(_MODELS))


class Store(OpenDatabase):
    """One study's store. Reads open a short connection each; writes go through `transaction`."""

    @contextmanager
    def transaction(self, who: str) -> Iterator[Writer]:
        """Everything written inside is committed together at the end, or nothing is. `who` signs the events."""
        self.refuse_if_only_read()
        try:
            with self._engine.execution_options(**{WRITES: True}).begin() as connection:
                writer = Writer(connection, who)
                yield writer
                writer.seal()
        except DatabaseError as error:
            raise plain_store_error(error, "this study") from error

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection whose every query sees the store as it is now, whoever writes meanwhile."""
        try:
            with self._engine.connect() as connection, without_collections():
                if connection.dialect.name == "postgresql":  # SQLite's transactions are like this anyway
                    connection.execution_options(isolation_level="REPEATABLE READ")
                yield connection
        except DatabaseError as error:
            raise plain_store_error(error, "this study") from error

    def content(self, transcripts: Sequence[Transcript] | None = None) -> StoreContent:
        """All rows but suggestions and events, in one snapshot, whoever writes meanwhile; `transcripts` as in `StoreContent`."""
        with self.snapshot() as connection:
            return StoreContent(connection, transcripts).read()

    def transcripts(self) -> list[Transcript]:
        """All transcripts with their turns, ordered by id."""
        with self.snapshot() as connection:
            return list(StoreContent(connection).transcripts)

    def codings(self) -> list[Coding]:
        """All human codings as they were made, ordered by transcript, span, code, coder."""
        return [read_coding(row).coding for row in self._rows(_CODINGS)]

    def passes(self) -> list[CodingPass]:
        """All coding passes as they were made, ordered by transcript, coder, span."""
        return [read_pass(row)[0] for row in self._rows(_PASSES)]

    def marks_on(self, transcript: str) -> Marks:
        """Everybody's codings and passes on a transcript, as they were made."""
        with self.snapshot() as connection:
            return marks_on(connection, transcript)

    def hand_events(self, transcript: str, coder: str) -> list[HandEvent]:
        """A coder's actions by hand on a transcript, newest first."""
        with self.snapshot() as connection:
            return list(hand_events(connection, transcript, coder))

    def marks_of(self, coder: str) -> dict[str, Marks]:
        """Transcript -> one coder's codings, and passes that came of no decision, as they were made."""
        with self.snapshot() as connection:
            return marks_of(connection, coder)

    def codes_given(self, coder: str) -> Counter[str]:
        """How often a coder gave each code, under the names of the time."""
        code = schema.codings.c.code
        query = (
            select(code, func.count().label("n")).where(schema.codings.c.coder == coder).group_by(code).order_by(code)
        )
        return Counter({row["code"]: int(row["n"]) for row in self._rows(query)})

    def suggested_anywhere(self) -> set[str]:
        """Transcripts on which some model version suggests something, or did so by the audit trail: also where that was taken away."""
        transcript, e = schema.suggestions.c.transcript, schema.events.c
        name, rows = e.detail["transcript"].as_string(), e.detail["rows"].as_string()
        once = select(name.label("transcript")).where(e.what == "suggestions", rows != "[]")
        queries = select(transcript).distinct(), once.distinct()
        return {row["transcript"] for query in queries for row in self._rows(query)}

    def codebook_yaml(self, codebook_hash: str) -> str | None:
        """A codebook as it was when something was coded with it."""
        rows = self._rows(select(schema.codebooks).where(schema.codebooks.c.hash == codebook_hash))
        return rows[0]["yaml"] if rows else None

    def models(self) -> list[dict[str, Any]]:
        """Records of all model versions, oldest first: version, parent, manifest, in_use."""
        return self._rows(_MODELS)

    def suggestions(self, model: str) -> list[Suggestion]:
        """What the model version `model` suggested, ordered by transcript, span, code."""
        t = schema.suggestions.c
        columns = (*(t[name] for name in SCORED), cast(t.evidence, Text))
        query = select(*columns).where(t.model == model).order_by(t.transcript, t.start, t.end, t.code)
        with self.snapshot() as connection:
            return list(map(read_suggestion, sound_rows(connection, query)))

    def model_codings(self) -> list[tuple[ModelCoding, int]]:
        """What other models say of spans, as it was made, each with the last change of the codebook before it; ordered by place."""
        t = schema.model_codings.c
        query = select(schema.model_codings).order_by(t.coder, t.edition, t.transcript, t.start, t.end, t.id)
        return [read_model_coding(row) for row in self._rows(query)]

    def cell_notes(self) -> list[CellNote]:
        """What researchers say of cells of the framework matrix, as it was written, oldest first."""
        with self.snapshot() as connection:
            return cell_notes(connection)

    def decisions(self, coder: str | None = None, after: int = 0) -> list[Decision]:
        """What researchers decided in reviews, as it was made, oldest first: by everybody or one coder, with an id above `after`."""
        t = schema.decisions.c
        query = _DECISIONS.where(t.id > after)
        return [read_decision(row) for row in self._rows(query if coder is None else query.where(t.coder == coder))]

    def events(self, *what: str, until: int | None = None) -> list[dict[str, Any]]:
        """The audit trail, or its events of some kinds, oldest first, up to an id: id, at, who, what, detail, hash."""
        t = schema.events.c
        query = select(schema.events).order_by(t.id)
        query = query.where(t.what.in_(what)) if what else query
        return self._rows(query if until is None else query.where(t.id <= until))

    def ends_of_trail(self, until: int) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The trail's first event and the one with the id `until`, each with at and hash; None where there is no event."""
        t = schema.events.c
        ends = t.id.in_((select(func.min(t.id)).scalar_subquery(), until))
        rows = self._rows(select(t.id, t.at, t.hash).where(ends).order_by(t.id))
        return (rows[0], rows[-1]) if rows else None

    def coded_by_models(self, until: int) -> list[tuple[str, str | None]]:
        """Which model version coded which transcript, by the audit trail, oldest first; None where the transcript was removed."""
        e, removed = schema.events.c, "transcript removed"
        # The columns alone: what was suggested is long.
        model, transcript = e.detail["model"].as_string(), e.detail["transcript"].as_string()
        query = select(e.what, model.label("model"), transcript.label("transcript")).order_by(e.id)
        rows = self._rows(query.where(e.what.in_(("suggestions", removed)), e.id <= until))
        return [(row["transcript"], None if row["what"] == removed else row["model"]) for row in rows]

    def last_event(self, *but: str) -> int:
        """Id of the newest event of any kind `but` these, 0 without any: it is the same as long as nothing changed."""
        query = _LAST_EVENT.where(schema.events.c.what.not_in(but)) if but else _LAST_EVENT
        return int(self._rows(query)[0]["id"])

    def last_event_of(self, what: Sequence[str], until: int) -> int:
        """Id of the newest event of some kinds up to the id `until`, 0 without any."""
        return int(self._rows(_LAST_EVENT.where(schema.events.c.what.in_(what), schema.events.c.id <= until))[0]["id"])

    def last_change(self) -> int:
        """Id of the newest event after which interviews or codes are others than before, 0 without any."""
        return int(self._rows(LAST_CHANGE)[0]["id"])

    def count(self, table: Table) -> int:
        """Number of rows."""
        return int(self._rows(select(func.count().label("n")).select_from(table))[0]["n"])

    def count_suggestions(self) -> dict[str, int]:
        """How many suggestions there are of each model version that has any."""
        model = schema.suggestions.c.model
        rows = self._rows(select(model, func.count().label("n")).group_by(model).order_by(model))
        return {row["model"]: int(row["n"]) for row in rows}

    def _rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        with self.snapshot() as connection:
            return rows_of(connection, query)


@contextmanager
def without_collections() -> Iterator[None]:
    """Inside, Python does not look for garbage: rows make none, and to look through so many takes longer than to read them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
