"""What can be written to a store, inside one transaction; every change leaves an event in the audit trail.

Whoever adds a way to change a table here must log it in the trail too: `secondcoder check --audit` compares the tables with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from itertools import groupby
from typing import Any

from sqlalchemy import delete, func, select, update

from secondcoder.codebook.history import Step
from secondcoder.codebook.model import Codebook
from secondcoder.codebook.present import Assignment
from secondcoder.codebook.yaml_file import dump_codebook
from secondcoder.domain.names import folded
from secondcoder.domain.records import Case, Coding, CodingPass, ModelCoding, Origin, Suggestion, Transcript, Turn
from secondcoder.errors import StudyError
from secondcoder.store import schema, trail
from secondcoder.store.decision_writer import DecisionWriter
from secondcoder.store.evidence import write_evidence
from secondcoder.store.row_writer import KEY, now, pass_row

CHANGING = ("transcripts", "transcript changed", "transcript removed", "codebook changed", "deidentified")
"""Events after which the study has other interviews, turns or codes than before."""
LAST_CHANGE = select(func.coalesce(func.max(schema.events.c.id), 0).label("id")).where(
    schema.events.c.what.in_(CHANGING)
)


class Writer(DecisionWriter):
    """Write operations within one transaction. Rows are only added, except for what is derived (suggestions, the model in use) and for
    codings that are taken back."""

    def add_codebook(self, book: Codebook) -> None:
        """Keep this version of the codebook, if it is new."""
        known = select(schema.codebooks.c.hash).where(schema.codebooks.c.hash == book.hash)
        if self.connection.execute(known).first() is None:
            row = {"hash": book.hash, "yaml": dump_codebook(book), "since": now()}
            self._insert(schema.codebooks, [row])
            self.log("codebook", id=book.id, version=book.version, codes=len(book.codes), **trail.codebook_detail(row))

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
        row = {"id": number, "at": now(), "who": self._who, "before": before.hash, "after": after.hash}
        row["steps"] = [step.to_json() for step in steps]
        self._insert(schema.codebook_changes, [row])
        self.log("codebook changed", **row, codebook=after.id, version=after.version)
        return number

    def add_assignments(self, assignments: Iterable[Assignment], sheet: str) -> None:
        """Append the new codes that researchers assigned to codings whose code was split."""
        table, after, rows = schema.code_assignments, self.latest_change(), []
        last = self.connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
        for number, assignment in enumerate(assignments, start=last + 1):
            row = {"id": number, "at": now(), "who": self._who, **dict(zip(KEY, assignment.key, strict=True))}
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

    def withdraw(
        self,
        codings: Iterable[tuple[Coding, int]],
        passes_of: Iterable[tuple[str, str]],
        waiting: Iterable[tuple[Coding, int]] = (),
    ) -> int:
        """Take away imported codings, and the independent passes of (transcript, coder); how many codings. The trail keeps them.

        Args:
            codings: as they were made, each with the change after which it was.
            waiting: further ones, which stay: each keeps a look at its own span.
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
        for coding, after in waiting:
            look = CodingPass(coding.transcript, coding.coder, coding.start, coding.end, (coding.code,))
            self.put_passes([pass_row(look) | {"decision": None, "after_change": after}])
        return gone

    def add_passes(self, passes: Iterable[CodingPass]) -> None:
        """Add coding passes."""
        context = {"decision": None, "after_change": self.latest_change()}
        self.put_passes([pass_row(coding_pass) | context for coding_pass in passes])

    def add_model_codings(self, codings: Iterable[ModelCoding]) -> None:
        """Add what another model says of spans.

        Raises:
            StudyError: a person of this study has the model's name.
        """
        after = {"after_change": self.latest_change()}
        rows = [
            asdict(coding) | {"codes": list(coding.codes), "scores": dict(coding.scores)} | after for coding in codings
        ]
        self._refuse_people(row["coder"] for row in rows)
        self._insert(schema.model_codings, rows)
        for row in rows:
            self._count("model codings", row, 1)

    def _refuse_people(self, models: Iterable[str]) -> None:
        tables = schema.codings, schema.passes, schema.decisions
        people = {
            folded(name)
            for table in tables
            for name in self.connection.execute(select(table.c.coder).distinct()).scalars()
        }
        if taken := sorted(name for name in set(models) if folded(name) in people):
            raise StudyError(
                f"'{taken[0]}' is a person who coded in this study, and what a model says is never a person's. Give the model another "
                "name. Nothing was imported."
            )

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

    def purge_model(self, version: str, why: str, files: Mapping[str, str], kept: Sequence[str]) -> None:
        """Record that a version's files are gone but for those `kept`; its record stays, and it is in use no longer.

        Args:
            files: SHA-256 of each file that it had.
        """
        table = schema.models
        if self.connection.execute(select(table.c.in_use).where(table.c.version == version)).scalar():
            self.connection.execute(update(table).values(in_use=False))
            self.log("model in use", version=None, before=version, why=why)
        self.log(trail.PURGED, version=version, why=why, files=dict(files), kept=list(kept))

    def _take_into_use(self, version: str) -> None:
        table = schema.models
        self.connection.execute(update(table).values(in_use=table.c.version == version))

    def replace_suggestions(self, model: str, transcripts: Iterable[str], suggestions: Iterable[Suggestion]) -> None:
        """Put a model's suggestions on these transcripts in place of its earlier ones there; the trail keeps what it suggested.

        Args:
            suggestions: those of one transcript one after the other.
        """
        table = schema.suggestions
        left = dict.fromkeys(transcripts)
        names = [*left]
        for at in range(0, len(names), 500):  # a list of all could pass a database's limit on variables
            some = names[at : at + 500]
            self.connection.execute(delete(table).where(table.c.model == model, table.c.transcript.in_(some)))
        for transcript, of_it in groupby(suggestions, lambda suggestion: suggestion.transcript):
            del left[transcript]
            self._put_suggestions(model, transcript, [_suggestion_row(suggestion) for suggestion in of_it])
        # An event also for a transcript without suggestions: nothing else says that the model has coded it.
        for transcript in left:
            self._put_suggestions(model, transcript, [])

    def _put_suggestions(self, model: str, transcript: str, rows: list[dict[str, Any]]) -> None:
        self._insert(schema.suggestions, rows)
        self.log("suggestions", **trail.suggestions_detail(model, transcript, rows))


def transcript_row(transcript: Transcript) -> dict[str, Any]:
    """A transcript as a row of its table, without its turns."""
    row = {column.name: getattr(transcript, column.name) for column in schema.transcripts.columns}
    return row | {"attributes": dict(transcript.attributes), "notes": list(transcript.notes)}


def turn_rows(transcript: Transcript) -> list[dict[str, Any]]:
    """A transcript's turns as rows of their table."""
    names = [each.name for each in fields(Turn)]  # asdict copies every field of every turn
    return [
        {"transcript": transcript.id, "position": at, **{name: getattr(turn, name) for name in names}}
        for at, turn in enumerate(transcript.turns)
    ]


def _suggestion_row(suggestion: Suggestion) -> dict[str, Any]:
    plain = ("model", "transcript", "start", "end", "code", "score", "threshold", "calibrated")
    return {name: getattr(suggestion, name) for name in plain} | {"evidence": write_evidence(suggestion)}
