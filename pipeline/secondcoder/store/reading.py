"""What can be asked of a store. Rows come back as records, in an order that does not depend on insertion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Select, Table, func, select
from sqlalchemy.exc import DatabaseError

from secondcoder.codebook.history import Change, Fates, Step
from secondcoder.codebook.present import (
    Assignment,
    Doubt,
    Key,
    doubts,
    present_codings,
    present_decision,
    present_passes,
)
from secondcoder.domain.records import (
    Case,
    Coding,
    CodingPass,
    Decision,
    Origin,
    Sample,
    SpeakerRole,
    Suggestion,
    Transcript,
    Turn,
    Valence,
    Verdict,
)
from secondcoder.store import schema
from secondcoder.store.evidence import read_evidence

if TYPE_CHECKING:
    from secondcoder.store.writing import Writer


class Store:
    """One study's store. Reads open a short connection each; writes go through `transaction`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def transaction(self, who: str) -> Iterator[Writer]:
        """Everything written inside lands together at the end, or nothing does. `who` signs the events."""
        from secondcoder.store.opening import plain_store_error
        from secondcoder.store.writing import Writer

        try:
            with self._engine.begin() as connection:
                writer = Writer(connection, who)
                yield writer
                writer.seal()
        except DatabaseError as error:
            raise plain_store_error(error, "this study") from error

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection whose every query sees the store as it is now, whoever writes meanwhile."""
        from secondcoder.store.opening import plain_store_error

        try:
            with self._engine.connect() as connection:
                if connection.dialect.name == "postgresql":  # SQLite's transactions are like this anyway
                    connection.execution_options(isolation_level="REPEATABLE READ")
                yield connection
        except DatabaseError as error:
            raise plain_store_error(error, "this study") from error

    def close(self) -> None:
        """Let go of the file, so that it can be moved or deleted (Windows holds open files)."""
        self._engine.dispose()

    def transcripts(self) -> list[Transcript]:
        """All transcripts with their turns, ordered by id."""
        turns: dict[str, list[Turn]] = {}
        for row in self._rows(select(schema.turns).order_by(schema.turns.c.transcript, schema.turns.c.position)):
            turns.setdefault(row["transcript"], []).append(_turn(row))
        rows = self._rows(select(schema.transcripts).order_by(schema.transcripts.c.id))
        return [_transcript(row, tuple(turns.get(row["id"], ()))) for row in rows]

    def cases(self) -> list[Case]:
        """All cases, ordered by id."""
        return [Case(**row) for row in self._rows(select(schema.cases).order_by(schema.cases.c.id))]

    def codings(self, imported: bool = False, as_made: bool = False) -> list[Coding]:
        """All human codings, ordered by transcript, span, code, coder; or only those that no decision of a review made.

        In the present codes, unless they are asked for as they were made.
        """
        made, fates = self.codings_made(imported), self.fates()
        return [one for one, _ in made] if as_made or not fates else present_codings(made, fates, self.assignments())

    def codings_made(self, imported: bool = False) -> list[tuple[Coding, int]]:
        """As they were made, each with the change of the codebook after which it was."""
        t = schema.codings.c
        query = select(schema.codings).order_by(t.transcript, t.start, t.end, t.code, t.coder, t.origin, t.after_change)
        rows = self._rows(query.where(t.decision.is_(None)) if imported else query)
        return [(_coding(row), row["after_change"]) for row in rows]

    def passes(self, as_made: bool = False) -> list[CodingPass]:
        """All coding passes, ordered by transcript, coder, span; in the present codes, unless asked for as they were made."""
        t = schema.passes.c
        rows = self._rows(select(schema.passes).order_by(t.transcript, t.coder, t.start, t.end))
        made, fates = [(_pass(row), row["after_change"]) for row in rows], self.fates()
        if as_made or not fates:
            return [one for one, _ in made]
        return present_passes(made, fates, self._doubts(fates))

    def _doubts(self, fates: Fates) -> list[Doubt]:
        t = schema.turns.c
        turns: dict[str, list[tuple[int, int]]] = {}
        for row in self._rows(select(t.transcript, t.start, t.end).order_by(t.transcript, t.position)):
            turns.setdefault(row["transcript"], []).append((row["start"], row["end"]))
        return doubts(self.codings_made(), fates, self.assignments(), turns)

    def fates(self) -> Fates:
        """The confirmed changes of the codebook, and what follows from them."""
        rows = self._rows(select(schema.codebook_changes).order_by(schema.codebook_changes.c.id))
        return Fates([read_change(row) for row in rows])

    def assignments(self) -> dict[tuple[Key, int], Assignment]:
        """The last word on each coding of a code that was split."""
        rows = self._rows(select(schema.code_assignments).order_by(schema.code_assignments.c.id))
        found = [_assignment(row) for row in rows]
        return {(one.key, one.made): one for one in found}

    def codebook_yaml(self, codebook_hash: str) -> str | None:
        """A codebook as it was when something was coded with it."""
        rows = self._rows(select(schema.codebooks).where(schema.codebooks.c.hash == codebook_hash))
        return rows[0]["yaml"] if rows else None

    def codebooks_by_coder(self) -> list[tuple[str, str, int]]:
        """(coder, hash of a codebook that the coder worked with, the change after which), ordered."""
        t = schema.codings.c
        query = select(t.coder, t.codebook, t.after_change).distinct().order_by(t.coder, t.after_change, t.codebook)
        return [(row["coder"], row["codebook"], row["after_change"]) for row in self._rows(query)]

    def codebook_hashes(self) -> list[str]:
        """Every codebook that was ever the study's, oldest first."""
        t = schema.codebooks.c
        return [row["hash"] for row in self._rows(select(t.hash).order_by(t.since, t.hash))]

    def models(self) -> list[dict[str, Any]]:
        """Records of all model versions, oldest first: version, parent, manifest, in_use."""
        return self._rows(select(schema.models).order_by(schema.models.c.version))

    def suggestions(self, model: str) -> list[Suggestion]:
        """What the model version `model` suggested, ordered by transcript, span, code."""
        t = schema.suggestions.c
        query = select(schema.suggestions).where(t.model == model).order_by(t.transcript, t.start, t.end, t.code)
        return [Suggestion(**_only(row, Suggestion), **read_evidence(row["evidence"])) for row in self._rows(query)]

    def decisions(self, coder: str | None = None, after: int = 0, as_made: bool = False) -> list[Decision]:
        """What researchers decided in reviews, oldest first: by everybody or one coder, with an id above `after`.

        With the present names of their codes, unless asked for as they were made.
        """
        t = schema.decisions.c
        query = select(schema.decisions).where(t.id > after).order_by(t.id)
        found = [read_decision(row) for row in self._rows(query if coder is None else query.where(t.coder == coder))]
        fates = Fates() if as_made or not found else self.fates()
        return [present_decision(one, fates) for one in found] if fates else found

    def reviewed_transcripts(self) -> set[str]:
        """Ids of the transcripts on which a decision lies."""
        return {row["transcript"] for row in self._rows(select(schema.decisions.c.transcript).distinct())}

    def events(self, *what: str) -> list[dict[str, Any]]:
        """The event log, or its events of some kinds, oldest first: id, at, who, what, detail, hash."""
        query = select(schema.events).order_by(schema.events.c.id)
        return self._rows(query.where(schema.events.c.what.in_(what)) if what else query)

    def count(self, table: Table) -> int:
        """Number of rows."""
        return int(self._rows(select(func.count().label("n")).select_from(table))[0]["n"])

    def count_suggestions(self) -> dict[str, int]:
        """How many suggestions there are of each model version that has any."""
        model = schema.suggestions.c.model
        rows = self._rows(select(model, func.count().label("n")).group_by(model).order_by(model))
        return {row["model"]: int(row["n"]) for row in rows}

    def _rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        from secondcoder.store.opening import plain_store_error

        try:
            with self._engine.connect() as connection:
                return [dict(row) for row in connection.execute(query).mappings()]
        except DatabaseError as error:
            raise plain_store_error(error, "this study") from error


def _only(row: dict[str, Any], record: Any, without: Sequence[str] = ("carrying", "nearest")) -> dict[str, Any]:
    names = {field.name for field in fields(record)} - set(without)
    return {name: row[name] for name in row if name in names}


def _turn(row: dict[str, Any]) -> Turn:
    role = SpeakerRole(row["role"]) if row["role"] else None
    return Turn(row["start"], row["end"], row["speaker"], role, row["time_start"], row["time_end"])


def _transcript(row: dict[str, Any], turns: tuple[Turn, ...]) -> Transcript:
    return Transcript(**row | {"turns": turns, "notes": tuple(row["notes"])})


def _coding(row: dict[str, Any]) -> Coding:
    valence = Valence(row["valence"]) if row["valence"] else None
    return Coding(**_only(row, Coding) | {"origin": Origin(row["origin"]), "valence": valence})


def _pass(row: dict[str, Any]) -> CodingPass:
    return CodingPass(**_only(row, CodingPass) | {"codes": tuple(row["codes"]), "origin": Origin(row["origin"])})


def read_change(row: dict[str, Any]) -> Change:
    """A confirmed change of the codebook."""
    steps = tuple(Step.from_json(step) for step in row["steps"])
    return Change(row["id"], row["at"], row["who"], row["before"], row["after"], steps)


def _assignment(row: dict[str, Any]) -> Assignment:
    key = (row["transcript"], row["start"], row["end"], row["code"], row["coder"], row["origin"])
    return Assignment(key, row["made"], tuple(row["codes"]), row["after_change"], row["at"], row["who"])


def read_decision(row: dict[str, Any]) -> Decision:
    """A decision of the store."""
    plain = _only(row, Decision)
    valence = Valence(row["valence"]) if row["valence"] else None
    words = {"verdict": Verdict(row["verdict"]), "origin": Origin(row["origin"]), "sample": Sample(row["sample"])}
    return Decision(**plain | words | {"valence": valence})
