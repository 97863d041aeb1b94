"""What can be written to a store, inside one transaction; every change leaves an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from secondcoder.codebook import Codebook, dump_codebook
from secondcoder.records import Case, Coding, CodingPass, Suggestion, Transcript
from secondcoder.store import schema
from secondcoder.store.evidence import write_evidence


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

    def add_model(self, version: str, parent: str | None, manifest: Mapping[str, Any]) -> None:
        """Record a model version and take it into use."""
        self._connection.execute(update(schema.models).values(in_use=False))
        row = {"version": version, "parent": parent, "manifest": dict(manifest), "in_use": True}
        self._insert(schema.models, [row])
        self.log("model", version=version, parent=parent)

    def replace_suggestions(self, model: str, transcripts: Iterable[str], suggestions: Iterable[Suggestion]) -> None:
        """Put a model's suggestions on these transcripts in place of its earlier ones there."""
        table = schema.suggestions
        ids = list(transcripts)
        self._connection.execute(delete(table).where(table.c.model == model, table.c.transcript.in_(ids)))
        rows = [_suggestion_row(suggestion) for suggestion in suggestions]
        self._insert(table, rows)
        self.log("suggestions", model=model, transcripts=ids, count=len(rows))

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)


def _transcript_row(transcript: Transcript) -> dict[str, Any]:
    row = {column.name: getattr(transcript, column.name) for column in schema.transcripts.columns}
    return row | {"attributes": dict(transcript.attributes), "notes": list(transcript.notes)}


def _suggestion_row(suggestion: Suggestion) -> dict[str, Any]:
    plain = ("model", "transcript", "start", "end", "code", "score", "threshold", "calibrated")
    return {name: getattr(suggestion, name) for name in plain} | {"evidence": write_evidence(suggestion)}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
