"""What can be written to a store, inside one transaction; every change leaves an event in the audit trail.

Whoever adds a way to change a table here tells of it in the trail too: `secondcoder check --audit` holds the tables against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from secondcoder.codebook import Codebook, dump_codebook
from secondcoder.records import Case, Coding, CodingPass, Decision, Suggestion, Transcript
from secondcoder.store import schema, trail
from secondcoder.store.chain import append
from secondcoder.store.evidence import write_evidence
from secondcoder.store.reading import read_decision

KEY = ("transcript", "start", "end", "code", "coder", "origin")
"""What makes a coding one of its kind, as the store's unique constraint has it."""


class Writer:
    """One transaction's hand on the store. Rows are only added, except for what is derived (suggestions, the model in use)."""

    def __init__(self, connection: Connection, who: str) -> None:
        self._connection, self._who = connection, who
        self._events: list[dict[str, Any]] = []
        self._codings: trail.Marks = Counter()
        self._passes: trail.Marks = Counter()

    def log(self, what: str, **detail: Any) -> None:
        """Add an event to the audit trail: UTC time, who, what. It lands with the transaction."""
        self._events.append({"at": _now(), "who": self._who, "what": what, "detail": detail})

    def seal(self) -> None:
        """Put the events at the end of the chain, with what became of codings and passes; nothing is written afterwards."""
        for what, columns, change in (
            ("codings", trail.CODINGS, self._codings),
            ("coding passes", trail.PASSES, self._passes),
        ):
            if any(change.values()):
                self.log(what, **trail.marks_detail(columns, change))
        append(self._connection, self._events)
        self._events, self._codings, self._passes = [], Counter(), Counter()

    def add_codebook(self, book: Codebook) -> None:
        """Keep this version of the codebook, if it is new."""
        known = select(schema.codebooks.c.hash).where(schema.codebooks.c.hash == book.hash)
        if self._connection.execute(known).first() is None:
            row = {"hash": book.hash, "yaml": dump_codebook(book), "since": _now()}
            self._insert(schema.codebooks, [row])
            self.log("codebook", id=book.id, version=book.version, codes=len(book.codes), **trail.codebook_detail(row))

    def put_cases(self, cases: Iterable[Case]) -> None:
        """Add cases; attributes of a known case are extended, later words winning."""
        table, new = schema.cases, {}
        for case in cases:
            row = self._connection.execute(select(table).where(table.c.id == case.id)).mappings().first()
            if row is None:
                new[case.id] = dict(case.attributes)
                self._insert(table, [{"id": case.id, "attributes": new[case.id]}])
            elif not case.attributes.items() <= row["attributes"].items():
                merged = {**row["attributes"], **case.attributes}
                self._connection.execute(update(table).where(table.c.id == case.id).values(attributes=merged))
                self.log("case changed", case=case.id, before=row["attributes"], after=merged)
        if new:
            self.log("cases", cases=new)

    def add_transcripts(self, transcripts: Iterable[Transcript]) -> None:
        """Add transcripts with their turns; their cases must be there."""
        digests = {}
        for transcript in transcripts:
            row = _transcript_row(transcript)
            self._insert(schema.transcripts, [row])
            turns = [
                {"transcript": transcript.id, "position": position, **asdict(turn)}
                for position, turn in enumerate(transcript.turns)
            ]
            self._insert(schema.turns, turns)
            digests[transcript.id] = trail.transcript_digest(row, turns)
        if digests:
            self.log("transcripts", transcripts=digests)

    def add_codings(self, codings: Iterable[Coding], book: Codebook) -> None:
        """Add human codings made with `book`."""
        self._add_codings([{**asdict(coding), "codebook": book.hash, "decision": None} for coding in codings])

    def add_passes(self, passes: Iterable[CodingPass]) -> None:
        """Add coding passes."""
        self._add_passes([{**asdict(one), "codes": list(one.codes), "decision": None} for one in passes])

    def add_model(self, version: str, parent: str | None, manifest: Mapping[str, Any], in_use: bool = True) -> None:
        """Record a model version and, unless it is a candidate only, take it into use."""
        row = {"version": version, "parent": parent, "manifest": dict(manifest), "in_use": in_use}
        self._insert(schema.models, [{**row, "in_use": False}])
        self.log("model", **trail.model_detail(row))
        if in_use:
            self._take_into_use(version)

    def use_model(self, version: str, why: str) -> None:
        """Take a recorded model version into use; the trail keeps which one it follows, and why."""
        table = schema.models
        before = self._connection.execute(select(table.c.version).where(table.c.in_use)).scalar()
        self._take_into_use(version)
        self.log("model in use", version=version, before=before, why=why)

    def _take_into_use(self, version: str) -> None:
        table = schema.models
        self._connection.execute(update(table).values(in_use=table.c.version == version))

    def replace_suggestions(self, model: str, transcripts: Iterable[str], suggestions: Iterable[Suggestion]) -> None:
        """Put a model's suggestions on these transcripts in place of its earlier ones there; the trail keeps what it suggested."""
        table = schema.suggestions
        on: dict[str, list[dict[str, Any]]] = {transcript: [] for transcript in transcripts}
        for suggestion in suggestions:
            on[suggestion.transcript].append(_suggestion_row(suggestion))
        self._connection.execute(delete(table).where(table.c.model == model, table.c.transcript.in_(list(on))))
        for transcript, rows in on.items():
            self._insert(table, rows)
            self.log("suggestions", **trail.suggestions_detail(model, transcript, rows))

    def add_decision(self, decision: Decision, book: Codebook) -> bool:
        """Append a decision made with `book`; False when the same request landed before, and nothing is added."""
        # The first statement writes: SQLite then holds the write lock before anything is read that the decision rests on.
        row = {name: value for name, value in asdict(decision).items() if name != "id"}
        row |= {"at": _now(), "codebook": book.hash}
        lite = self._connection.dialect.name == "sqlite"
        once = sqlite.insert(schema.decisions) if lite else postgresql.insert(schema.decisions)
        if not lite:
            self._connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(decision.coder))))
        # The row itself is asked for: drivers differ in what they count as affected.
        landed = (
            once.values(row)
            .on_conflict_do_nothing(index_elements=["coder", "request"])
            .returning(schema.decisions.c.id)
        )
        number = self._connection.execute(landed).scalar()
        if number is not None:
            self.log("decision", id=number, **row)
        return number is not None

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
                self._codings[trail.mark(dict(row), trail.CODINGS)] -= 1
        for coding, decision in held.values():
            if not self._has(coding):
                self._add_codings([{**asdict(coding), "codebook": book.hash, "decision": decision}])
        table = schema.passes
        gone = delete(table).where(table.c.decision.in_(known)).returning(*(table.c[name] for name in trail.PASSES))
        self._passes.subtract(trail.mark(dict(row), trail.PASSES) for row in self._connection.execute(gone).mappings())
        self._add_passes([{**asdict(one), "codes": list(one.codes), "decision": by} for one, by in passes.items()])

    def _add_codings(self, rows: list[dict[str, Any]]) -> None:
        self._insert(schema.codings, rows)
        self._codings.update(trail.mark(row, trail.CODINGS) for row in rows)

    def _add_passes(self, rows: list[dict[str, Any]]) -> None:
        self._insert(schema.passes, rows)
        self._passes.update(trail.mark(row, trail.PASSES) for row in rows)

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
