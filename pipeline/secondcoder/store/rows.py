"""A store's rows as records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection, Select

from secondcoder.codebook.history import Change, Step
from secondcoder.codebook.present import Assignment
from secondcoder.domain.records import (
    CellNote,
    Coding,
    CodingPass,
    Decision,
    ModelCoding,
    Origin,
    ReviewAction,
    Sample,
    SpeakerRole,
    Suggestion,
    Transcript,
    Turn,
    Valence,
)
from secondcoder.store.column_rules import sound_rows
from secondcoder.store.evidence import read_evidence

Row = Mapping[str, Any]
TURN = ("transcript", "start", "end", "role", "speaker", "time_start", "time_end")
"""The order in which `read_turn` takes a turn's columns."""


@dataclass(frozen=True, slots=True)
class MadeCoding:
    """A coding as it was made, with its codebook's hash and the last change before it; `imported`: it came of no decision."""

    coding: Coding
    codebook: str
    after_change: int
    imported: bool


def read_turn(row: Sequence[Any]) -> Turn:
    """A turn of the store, from the columns `TURN`."""
    _, start, end, role, *rest = row
    speaker, time_start, time_end = rest
    return Turn(start, end, speaker, _word(SpeakerRole, role), time_start, time_end)


def read_transcript(row: Row, turns: tuple[Turn, ...]) -> Transcript:
    """A transcript of the store with its turns."""
    return Transcript(**{**row, "turns": turns, "notes": tuple(row["notes"])})


def read_coding(row: Row) -> MadeCoding:
    """A coding of the store."""
    origin, valence = _word(Origin, row["origin"]), _word(Valence, row["valence"])
    place = row["transcript"], row["start"], row["end"]
    coding = Coding(*place, row["code"], row["coder"], origin, valence, row["memo"])
    return MadeCoding(coding, row["codebook"], row["after_change"], row["decision"] is None)


def read_pass(row: Row) -> tuple[CodingPass, int]:
    """A coding pass of the store, with the last change of the codebook before it."""
    plain = _fields(row, CodingPass) | {"codes": tuple(row["codes"]), "origin": Origin(row["origin"])}
    return CodingPass(**plain), row["after_change"]


def read_model_coding(row: Row) -> tuple[ModelCoding, int]:
    """What another model says of a span, with the last change of the codebook before it."""
    return ModelCoding(**_fields(row, ModelCoding) | {"codes": tuple(row["codes"])}), row["after_change"]


def read_cell_note(row: Row) -> CellNote:
    """What a researcher says of a cell of the framework matrix."""
    return CellNote(**_fields(row, CellNote))


def read_change(row: Row) -> Change:
    """A confirmed change of the codebook."""
    steps = tuple(Step.from_json(step) for step in row["steps"])
    return Change(row["id"], row["at"], row["who"], row["before"], row["after"], steps)


def read_assignment(row: Row) -> Assignment:
    """A new code for a coding whose code was split."""
    key = (row["transcript"], row["start"], row["end"], row["code"], row["coder"], row["origin"])
    return Assignment(key, row["made"], tuple(row["codes"]), row["after_change"], row["at"], row["who"])


def read_suggestion(row: Sequence[Any]) -> Suggestion:
    """A suggestion of the store, from the columns `SCORED` and its evidence as JSON, which is read when somebody looks at it."""
    *scored, evidence = row
    return Suggestion.with_evidence_later(partial(read_evidence, evidence), *scored)


def read_decision(row: Row) -> Decision:
    """A decision of the store."""
    valence = Valence(row["valence"]) if row["valence"] else None
    words = {"verdict": ReviewAction(row["verdict"]), "origin": Origin(row["origin"]), "sample": Sample(row["sample"])}
    return Decision(**_fields(row, Decision) | words | {"valence": valence})


@cache
def _word(kind: Any, written: str | None) -> Any:
    """A member of an enumeration by what is written for it, None for nothing; kept, since rows come by the hundred thousand."""
    return kind(written) if written else None


def _fields(row: Row, record: Any) -> dict[str, Any]:
    """The columns that are fields of the record under the same name."""
    return {name: row[name] for name in _names(record) if name in row}


@cache
def _names(record: Any) -> tuple[str, ...]:
    """Of a record's fields; kept, since rows come by the thousand."""
    return tuple(field.name for field in fields(record))


def rows_of(connection: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    """The rows that a query gives, each as column -> value; StoreError where one holds what its column may not."""
    names = tuple(query.selected_columns.keys())
    # Not `mappings()`, which takes three times as long, nor row by row: rows come by the hundred thousand.
    return [dict(zip(names, row, strict=True)) for row in sound_rows(connection, query)]
