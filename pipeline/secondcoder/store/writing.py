"""What can be written to a store, inside one transaction; every change leaves an event in the audit trail.

Whoever adds a way to change a table here must log it in the trail too: `secondcoder check --audit` compares the tables with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Delete, Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from secondcoder.codebook.history import Step
from secondcoder.codebook.model import Codebook
from secondcoder.codebook.present import Assignment
from secondcoder.codebook.yaml_file import dump_codebook
from secondcoder.domain.records import Case, Coding, CodingPass, Decision, Origin, Suggestion, Transcript
from secondcoder.errors import StudyError
from secondcoder.store import schema, trail
from secondcoder.store.chain import append
from secondcoder.store.evidence import write_evidence
from secondcoder.store.hand_marks import HandWriter
from secondcoder.store.rows import read_decision

KEY = ("transcript", "start", "end", "code", "coder", "origin")
"""What makes a coding one of its kind, as the store's unique constraint has it: together with the last change before it."""
PASS_COLUMNS = (*trail.PASSES, "after_change")
_LATEST = select(func.coalesce(func.max(schema.codebook_changes.c.id), 0)).scalar_subquery()
CHANGING = ("transcripts", "transcript changed", "transcript removed", "codebook changed")
"""Events after which the study has other interviews, turns or codes than before."""
LAST_CHANGE = select(func.coalesce(func.max(schema.events.c.id), 0).label("id")).where(
    schema.events.c.what.in_(CHANGING)
)


class Writer(HandWriter):
    """Write operations within one transaction. Rows are only added, except for what is derived (suggestions, the model in use) and for
    codings that are taken back."""

    def __init__(self, connection: Connection, who: str) -> None:
        self.connection, self._who = connection, who
        self._events: list[dict[str, Any]] = []
        self._changes: dict[str, trail.Marks] = {what: Counter() for what in trail.MARKS}

    def log(self, what: str, **detail: Any) -> None:
        """Add an event to the audit trail: UTC time, who, what. It is committed with the transaction."""
        self._events.append({"at": _now(), "who": self._who, "what": what, "detail": detail})

    def seal(self) -> None:
        """Put the events at the end of the chain, with what became of codings and passes; nothing is written afterwards."""
        for what, change in self._changes.items():
            # What was taken and put back within the transaction comes to 0, and is no change.
            if any(change.values()):
                self.log(what, **trail.marks_detail(trail.MARKS[what], change))
        append(self.connection, self._events)
        self._events, self._changes = [], {what: Counter() for what in trail.MARKS}

    def add_codebook(self, book: Codebook) -> None:
        """Keep this version of the codebook, if it is new."""
        known = select(schema.codebooks.c.hash).where(schema.codebooks.c.hash == book.hash)
        if self.connection.execute(known).first() is None:
            row = {"hash": book.hash, "yaml": dump_codebook(book), "since": _now()}
            self._insert(schema.codebooks, [row])
            self.log("codebook", id=book.id, version=book.version, codes=len(book.codes), **trail.codebook_detail(row))

    def latest_change(self) -> int:
        """The number of the last change of the codebook, 0 before any."""
        return int(self.connection.execute(select(_LATEST)).scalar_one())

    def last_change(self) -> int:
        """Id of the newest event after which interviews or codes are others than before, 0 without any."""
        return int(self.connection.execute(LAST_CHANGE).scalar_one())

    def add_change(self, before: Codebook, after: Codebook, steps: Sequence[Step]) -> int:
        """Append a confirmed change of the codebook; its number. Marks made before it stay as they are.

        Raises:
            StudyError: `before` is the codebook no longer, as when another change was confirmed while this one was being looked at.
        """
        # Counted up here, so that the change before is always `number - 1`.
        changes, number = schema.codebook_changes.c, self.latest_change() + 1
        last = self.connection.execute(select(changes.after).where(changes.id == number - 1)).scalar()
        # None before the first change, which nothing has to follow.
        if last not in (None, before.hash):
            raise StudyError("The codebook was changed meanwhile. Nothing was changed now: look at the change again.")
        for book in (before, after):
            self.add_codebook(book)
        row = {"id": number, "at": _now(), "who": self._who, "before": before.hash, "after": after.hash}
        row["steps"] = [step.to_json() for step in steps]
        self._insert(schema.codebook_changes, [row])
        self.log("codebook changed", **row, codebook=after.id, version=after.version)
        return number

    def add_assignments(self, assignments: Iterable[Assignment], sheet: str) -> None:
        """Append the new codes that researchers assigned to codings whose code was split."""
        table, after, rows = schema.code_assignments, self.latest_change(), []
        last = self.connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
        for number, assignment in enumerate(assignments, start=last + 1):
            row = {"id": number, "at": _now(), "who": self._who, **dict(zip(KEY, assignment.key, strict=True))}
            rows.append(row | {"made": assignment.made, "codes": list(assignment.codes), "after_change": after})
        self._insert(table, rows)
        if rows:
            self.log("codes assigned", sheet=sheet, rows=rows)

    def put_cases(self, cases: Iterable[Case]) -> None:
        """Add cases; attributes of a known case are extended, later words winning."""
        table, new = schema.cases, {}
        for case in cases:
            row = self.connection.execute(select(table).where(table.c.id == case.id)).mappings().first()
            if row is None:
                new[case.id] = dict(case.attributes)
                self._insert(table, [{"id": case.id, "attributes": new[case.id]}])
            elif not case.attributes.items() <= row["attributes"].items():
                merged = {**row["attributes"], **case.attributes}
                self.connection.execute(update(table).where(table.c.id == case.id).values(attributes=merged))
                self.log("case changed", case=case.id, before=row["attributes"], after=merged)
        if new:
            self.log("cases", cases=new)

    def add_transcripts(self, transcripts: Iterable[Transcript]) -> None:
        """Add transcripts with their turns; their cases must be there."""
        digests = {}
        for transcript in transcripts:
            row = transcript_row(transcript)
            self._insert(schema.transcripts, [row])
            turns = turn_rows(transcript)
            self._insert(schema.turns, turns)
            digests[transcript.id] = trail.transcript_digest(row, turns)
        if digests:
            self.log("transcripts", transcripts=digests)

    def add_codings(self, codings: Iterable[Coding], book: Codebook) -> None:
        """Add human codings made with `book`."""
        context = {"codebook": book.hash, "decision": None, "after_change": self.latest_change()}
        self._add_codings([asdict(coding) | context for coding in codings])

    def withdraw(self, codings: Iterable[tuple[Coding, int]], passes_of: Iterable[tuple[str, str]]) -> int:
        """Take away imported codings, and the independent passes of (transcript, coder); how many codings. The trail keeps them.

        Args:
            codings: as they were made, each with the change after which it was.
        """
        c, p, gone = schema.codings.c, schema.passes.c, 0
        for coding, after in codings:
            is_it = [c[name] == getattr(coding, name) for name in KEY]
            gone += self.take_away(
                "codings", delete(schema.codings).where(*is_it, c.after_change == after, c.decision.is_(None))
            )
        for transcript, coder in passes_of:
            of = p.transcript == transcript, p.coder == coder, p.origin == Origin.INDEPENDENT.value
            self.take_away("coding passes", delete(schema.passes).where(*of, p.decision.is_(None)))
        return gone

    def take_away(self, what: str, query: Delete) -> int:
        """Delete codings or passes, told to the trail; how many."""
        # The delete itself gives the rows, so that the trail says exactly what went.
        rows = self.connection.execute(query.returning(*query.table.columns)).mappings().all()
        for row in rows:
            self._count(what, dict(row), -1)
        return len(rows)

    def add_passes(self, passes: Iterable[CodingPass]) -> None:
        """Add coding passes."""
        context = {"decision": None, "after_change": self.latest_change()}
        self.put_passes([_pass_row(coding_pass) | context for coding_pass in passes])

    def add_model(self, version: str, parent: str | None, manifest: Mapping[str, Any], in_use: bool = True) -> None:
        """Record a model version and, unless it is a candidate only, take it into use."""
        row = {"version": version, "parent": parent, "manifest": dict(manifest), "in_use": in_use}
        # Not in use at first, so that no two ever are; the event says what it comes to.
        self._insert(schema.models, [{**row, "in_use": False}])
        self.log("model", **trail.model_detail(row))
        if in_use:
            self._take_into_use(version)

    def use_model(self, version: str, why: str) -> None:
        """Take a recorded model version into use; the trail keeps which one it follows, and why."""
        table = schema.models
        before = self.connection.execute(select(table.c.version).where(table.c.in_use)).scalar()
        self._take_into_use(version)
        self.log("model in use", version=version, before=before, why=why)

    def _take_into_use(self, version: str) -> None:
        table = schema.models
        self.connection.execute(update(table).values(in_use=table.c.version == version))

    def replace_suggestions(self, model: str, transcripts: Iterable[str], suggestions: Iterable[Suggestion]) -> None:
        """Put a model's suggestions on these transcripts in place of its earlier ones there; the trail keeps what it suggested."""
        table = schema.suggestions
        # An event also for a transcript without suggestions: nothing else says that the model has coded it.
        on: dict[str, list[dict[str, Any]]] = {transcript: [] for transcript in transcripts}
        for suggestion in suggestions:
            on[suggestion.transcript].append(_suggestion_row(suggestion))
        self.connection.execute(delete(table).where(table.c.model == model, table.c.transcript.in_(list(on))))
        for transcript, rows in on.items():
            self._insert(table, rows)
            self.log("suggestions", **trail.suggestions_detail(model, transcript, rows))

    def add_decision(self, decision: Decision, book: Codebook) -> bool:
        """Append a decision made with `book`; False when the same request was recorded before; then nothing is added."""
        given = ("id", "at", "codebook", "after_change")
        row = {name: value for name, value in asdict(decision).items() if name not in given}
        row |= {"at": _now(), "codebook": book.hash}
        # ON CONFLICT is only in the dialects' own inserts.
        lite = self.connection.dialect.name == "sqlite"
        once = sqlite.insert(schema.decisions) if lite else postgresql.insert(schema.decisions)
        if not lite:
            # One coder's transactions follow each other, as SQLite's write lock has it for all.
            self.connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(decision.coder))))
        # The row itself is asked for: drivers differ in what they count as affected.
        inserted = (
            # A subquery, so that the statement that writes also reads the latest change.
            once.values({**row, "after_change": _LATEST})
            .on_conflict_do_nothing(index_elements=["coder", "request"])
            .returning(schema.decisions.c.id, schema.decisions.c.after_change)
        )
        added = self.connection.execute(inserted).first()
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
        return [read_decision(dict(row)) for row in self.connection.execute(query).mappings()]

    def follow_decisions(
        self,
        ids: Iterable[int],
        codings: Iterable[tuple[Coding, Decision]],
        passes: Iterable[tuple[CodingPass, Decision]],
    ) -> None:
        """Make the codings and passes that came of the decisions `ids` be these and no others.

        Args:
            codings, passes: what holds now, each with the decision it came from. A coding that was imported stays as it is.
        """
        known, table = list(ids), schema.codings
        held = {_coding_key(row): row for row in (asdict(coding) | _made_by(by) for coding, by in codings)}
        rows = self.connection.execute(select(table).where(table.c.decision.in_(known))).mappings().all()
        for row in map(dict[str, Any], rows):
            kept = held.get(_coding_key(row))
            # What stays is not touched, so that the trail shows only what changed.
            if kept and (kept["valence"], kept["memo"]) == (row["valence"], row["memo"]):
                del held[_coding_key(row)]
            else:
                self.connection.execute(delete(table).where(table.c.id == row["id"]))
                self._count("codings", row, -1)
        # The coder's imported coding of the same key stays, and is not doubled.
        self._add_codings([row for key, row in held.items() if not self._has(key)])
        # Passes have no key to keep them by: all go and come again; those that are the same cancel out in the count.
        table = schema.passes
        gone = delete(table).where(table.c.decision.in_(known)).returning(*(table.c[name] for name in PASS_COLUMNS))
        for row in map(dict[str, Any], self.connection.execute(gone).mappings()):
            self._count("coding passes", row, -1)
        rows_now = (_pass_row(coding_pass) | _made_by(by) for coding_pass, by in passes)
        self.put_passes([{name: row[name] for name in PASS_COLUMNS} for row in rows_now])

    def _add_codings(self, rows: list[dict[str, Any]]) -> None:
        self._insert(schema.codings, rows)
        for row in rows:
            self._count("codings", row, 1)

    def put_passes(self, rows: list[dict[str, Any]]) -> None:
        """Insert rows of passes, told to the trail."""
        self._insert(schema.passes, rows)
        for row in rows:
            self._count("coding passes", row, 1)

    def _count(self, what: str, row: Mapping[str, Any], times: int) -> None:
        """Count a row that came or went, for the trail."""
        self._changes[what][trail.mark(row, trail.MARKS[what])] += times
        if row["after_change"]:
            later = trail.LATER[what]
            self._changes[later][trail.mark(row, trail.MARKS[later])] += times

    def _has(self, key: tuple[Any, ...]) -> bool:
        t = schema.codings.c
        same = [t[name] == value for name, value in zip((*KEY, "after_change"), key, strict=True)]
        return self.connection.execute(select(t.id).where(*same)).first() is not None

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        # Given no rows, SQLAlchemy would insert one of defaults.
        if rows:
            self.connection.execute(insert(table), rows)


def _coding_key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in (*KEY, "after_change"))


def _made_by(decision: Decision) -> dict[str, Any]:
    """What a coding or a pass takes over from its decision."""
    return {"decision": decision.id, "codebook": decision.codebook, "after_change": decision.after_change}


def _pass_row(coding_pass: CodingPass) -> dict[str, Any]:
    return asdict(coding_pass) | {"codes": list(coding_pass.codes)}


def transcript_row(transcript: Transcript) -> dict[str, Any]:
    """A transcript as a row of its table, without its turns."""
    row = {column.name: getattr(transcript, column.name) for column in schema.transcripts.columns}
    return row | {"attributes": dict(transcript.attributes), "notes": list(transcript.notes)}


def turn_rows(transcript: Transcript) -> list[dict[str, Any]]:
    """A transcript's turns as rows of their table."""
    return [{"transcript": transcript.id, "position": at, **asdict(turn)} for at, turn in enumerate(transcript.turns)]


def _suggestion_row(suggestion: Suggestion) -> dict[str, Any]:
    plain = ("model", "transcript", "start", "end", "code", "score", "threshold", "calibrated")
    return {name: getattr(suggestion, name) for name in plain} | {"evidence": write_evidence(suggestion)}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
