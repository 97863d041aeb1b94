"""What can be written to a store, inside one transaction; every change leaves an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from secondcoder.codebook import Codebook, dump_codebook
from secondcoder.records import Case, Coding, CodingPass, Decision, Suggestion, Transcript
from secondcoder.store import schema
from secondcoder.store.evidence import write_evidence
from secondcoder.store.reading import read_decision

KEY = ("transcript", "start", "end", "code", "coder", "origin")
"""What makes a coding one of its kind, as the store's unique constraint has it."""


class Writer:
    """One transaction's hand on the store. Rows are only added, except for what is derived (suggestions, the model in use)."""

    def __init__(self, connection: Connection, who: str) -> None:
        self._connection, self._who = connection, who

    def log(self, what: str, **detail: Any) -> None:
        """Append to the event log: UTC time, who, what."""
        self._insert(schema.events, [{"at": _now(), "who": self._who, "what": what, "detail": detail}])

    def add_codebook(self, book: Codebook) -> None:
        """Keep this version of the codebook, if it is new."""
        known = select(schema.codebooks.c.hash).where(schema.codebooks.c.hash == book.hash)
        if self._connection.execute(known).first() is None:
            self._insert(schema.codebooks, [{"hash": book.hash, "yaml": dump_codebook(book), "since": _now()}])
            self.log("codebook", id=book.id, version=book.version, hash=book.hash, codes=len(book.codes))

    def put_cases(self, cases: Iterable[Case]) -> None:
        """Add cases; attributes of a known case are extended, later words winning."""
        table = schema.cases
        for case in cases:
            row = self._connection.execute(select(table).where(table.c.id == case.id)).mappings().first()
            if row is None:
                self._insert(table, [{"id": case.id, "attributes": dict(case.attributes)}])
            elif not case.attributes.items() <= row["attributes"].items():
                merged = {**row["attributes"], **case.attributes}
                self._connection.execute(update(table).where(table.c.id == case.id).values(attributes=merged))
                self.log("case changed", case=case.id, before=row["attributes"], after=merged)

    def add_transcripts(self, transcripts: Iterable[Transcript]) -> None:
        """Add transcripts with their turns; their cases must be there."""
        for transcript in transcripts:
            self._insert(schema.transcripts, [_transcript_row(transcript)])
            rows = [
                {"transcript": transcript.id, "position": position, **asdict(turn)}
                for position, turn in enumerate(transcript.turns)
            ]
            self._insert(schema.turns, rows)

    def add_codings(self, codings: Iterable[Coding], book: Codebook) -> None:
        """Add human codings made with `book`."""
        self._insert(schema.codings, [{**asdict(coding), "codebook": book.hash} for coding in codings])

    def add_passes(self, passes: Iterable[CodingPass]) -> None:
        """Add coding passes."""
        self._insert(schema.passes, [{**asdict(one), "codes": list(one.codes)} for one in passes])

    def add_model(self, version: str, parent: str | None, manifest: Mapping[str, Any], in_use: bool = True) -> None:
        """Record a model version and, unless it is a candidate only, take it into use."""
        self._insert(
            schema.models, [{"version": version, "parent": parent, "manifest": dict(manifest), "in_use": False}]
        )
        self.log("model", version=version, parent=parent, sha256=manifest.get("sha256"), in_use=in_use)
        if in_use:
            self._take_into_use(version)

    def use_model(self, version: str, why: str) -> None:
        """Take a recorded model version into use."""
        self._take_into_use(version)
        self.log("model in use", version=version, why=why)

    def _take_into_use(self, version: str) -> None:
        table = schema.models
        self._connection.execute(update(table).values(in_use=table.c.version == version))

    def replace_suggestions(self, model: str, transcripts: Iterable[str], suggestions: Iterable[Suggestion]) -> None:
        """Put a model's suggestions on these transcripts in place of its earlier ones there."""
        table = schema.suggestions
        ids = list(transcripts)
        self._connection.execute(delete(table).where(table.c.model == model, table.c.transcript.in_(ids)))
        rows = [_suggestion_row(suggestion) for suggestion in suggestions]
        self._insert(table, rows)
        self.log("suggestions", model=model, transcripts=ids, count=len(rows))

    def add_decision(self, decision: Decision, book: Codebook) -> bool:
        """Append a decision made with `book`; False when the same request landed before, and nothing is added."""
        # The first statement writes: SQLite then holds the write lock before anything is read that the decision rests on.
        row = {name: value for name, value in asdict(decision).items() if name != "id"}
        lite = self._connection.dialect.name == "sqlite"
        once = sqlite.insert(schema.decisions) if lite else postgresql.insert(schema.decisions)
        if not lite:
            self._connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(decision.coder))))
        # The row itself is asked for: drivers differ in what they count as affected.
        landed = (
            once.values(row | {"at": _now(), "codebook": book.hash})
            .on_conflict_do_nothing(index_elements=["coder", "request"])
            .returning(schema.decisions.c.id)
        )
        return self._connection.execute(landed).first() is not None

    def decisions_on(self, coder: str, transcript: str, start: int, end: int) -> list[Decision]:
        """What a coder decided on one passage so far, this transaction included, oldest first."""
        t = schema.decisions.c
        query = (
            select(schema.decisions)
            .where(t.coder == coder, t.transcript == transcript, t.start == start, t.end == end)
            .order_by(t.id)
        )
        return [read_decision(dict(row)) for row in self._connection.execute(query).mappings()]

    def follow_decisions(
        self, ids: Iterable[int], codings: Mapping[Coding, int], passes: Mapping[CodingPass, int], book: Codebook
    ) -> None:
        """Make the codings and passes that came of the decisions `ids` be these and no others.

        Args:
            codings, passes: what holds now, each with the decision it came from. A coding that was imported stays as it is.
        """
        known = list(ids)
        held = {_coding_key(asdict(coding)): (coding, decision) for coding, decision in codings.items()}
        table = schema.codings
        for row in self._connection.execute(select(table).where(table.c.decision.in_(known))).mappings().all():
            kept = held.get(_coding_key(dict(row)))
            if kept and (kept[0].valence, kept[0].memo) == (row["valence"], row["memo"]):
                del held[_coding_key(dict(row))]
            else:
                self._connection.execute(delete(table).where(table.c.id == row["id"]))
        for coding, decision in held.values():
            if not self._has(coding):
                self._insert(table, [{**asdict(coding), "codebook": book.hash, "decision": decision}])
        table = schema.passes
        self._connection.execute(delete(table).where(table.c.decision.in_(known)))
        self._insert(table, [{**asdict(one), "codes": list(one.codes), "decision": by} for one, by in passes.items()])

    def _has(self, coding: Coding) -> bool:
        t = schema.codings.c
        same = [t[name] == value for name, value in zip(KEY, _coding_key(asdict(coding)), strict=True)]
        return self._connection.execute(select(t.id).where(*same)).first() is not None

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)


def _coding_key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in KEY)


def _transcript_row(transcript: Transcript) -> dict[str, Any]:
    row = {column.name: getattr(transcript, column.name) for column in schema.transcripts.columns}
    return row | {"attributes": dict(transcript.attributes), "notes": list(transcript.notes)}


def _suggestion_row(suggestion: Suggestion) -> dict[str, Any]:
    plain = ("model", "transcript", "start", "end", "code", "score", "threshold", "calibrated")
    return {name: getattr(suggestion, name) for name in plain} | {"evidence": write_evidence(suggestion)}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
