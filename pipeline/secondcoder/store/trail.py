"""The audit trail: what an event records of the rows that were written with it, and the tables as they stand.

As in `chain`, what is written here must stay as it is for good: the tables are compared with what old events record of them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import JSON, Connection, Text, cast, select

from secondcoder.domain.grouping import group_by
from secondcoder.store import schema
from secondcoder.store.chain import Row, canonical, digest

# Columns of schema 0003. A table's later columns are held by events of their own, never by adding to these.
CODINGS = ("transcript", "start", "end", "code", "coder", "origin", "valence", "memo", "codebook", "decision")
PASSES = ("transcript", "coder", "start", "end", "codes", "origin", "decision")
SUGGESTIONS = ("start", "end", "code", "score", "threshold", "calibrated")
TRANSCRIPTS = ("id", "text", "case", "participant", "role", "wave", "unitised", "source", "format", "attributes")
TURNS = ("position", "start", "end", "speaker", "role", "time_start", "time_end")
DECISIONS = (
    *("id", "at", "coder", "verdict", "transcript", "start", "end", "origin", "sample", "shown", "suggested", "model", "score"),
    *("threshold", "code", "code_start", "code_end", "valence", "memo", "seconds", "undoes", "request", "codebook"),
)  # fmt: skip

# Which marks were made after a change of the codebook, and after which: schema 0004.
CODINGS_LATER = ("transcript", "start", "end", "code", "coder", "origin", "after_change")
PASSES_LATER = ("transcript", "coder", "start", "end", "decision", "after_change")
LATER = {"codings": "codings after a change", "coding passes": "coding passes after a change"}
MARKS = {"codings": CODINGS, "coding passes": PASSES}
MARKS |= {LATER["codings"]: CODINGS_LATER, LATER["coding passes"]: PASSES_LATER}
# What other models say: schema 0006.
MODEL_CODINGS = ("transcript", "start", "end", "coder", "edition", "codes", "scores", "after_change")
MARKS |= {"model codings": MODEL_CODINGS}
# What researchers say of cells of the framework matrix, the summary by its digest: schema 0007.
CELL_NOTES = ("id", "at", "by", "row_kind", "row", "code", "wave", "summary", "light", "after_change")
CHANGES = ("id", "at", "who", "before", "after", "steps")
ASSIGNMENTS = ("id", "at", "who", *CODINGS_LATER[:-1], "made", "codes", "after_change")


PURGED = "model purged"
"""An event: a model version's files are gone, its record stays."""


def transcript_digest(row: Row, turns: Iterable[Row]) -> str:
    """SHA-256 of a transcript with its turns in order: whatever a span or a training rests on."""
    return digest([[row[name] for name in TRANSCRIPTS], [[turn[name] for name in TURNS] for turn in turns]])


def model_detail(row: Row) -> dict[str, Any]:
    """A model version's record; the manifest by its digest."""
    return {
        "version": row["version"],
        "parent": row["parent"],
        "manifest": digest(row["manifest"]),
        "in_use": row["in_use"],
    }


def codebook_detail(row: Row) -> dict[str, Any]:
    """A kept codebook; the YAML by its digest."""
    return {"hash": row["hash"], "since": row["since"], "yaml": digest(row["yaml"])}


def cell_note_detail(row: Row) -> dict[str, Any]:
    """A note on a cell; the summary by its digest, so that what a researcher takes back is not kept in the trail."""
    return {name: row[name] for name in CELL_NOTES} | {"summary": digest(row["summary"])}


def suggestions_detail(model: str, transcript: str, rows: Iterable[Row]) -> dict[str, Any]:
    """All that a model version suggests on one transcript, in order."""
    table = sorted([row[name] for name in SUGGESTIONS] for row in rows)
    return {"model": model, "transcript": transcript, "columns": list(SUGGESTIONS), "rows": table}


# Counted, since passes have no unique key and the same one may be there twice.
Marks = Counter[str]
"""Codings or passes, each as canonical JSON of its columns, with how often."""


def mark(row: Row, columns: Sequence[str]) -> str:
    """A coding or a pass as one string, to be counted."""
    return canonical([row[name] for name in columns])


def marks_detail(columns: Sequence[str], change: Marks) -> dict[str, Any]:
    """What came and what went; lists of codes, which repeat from pass to pass, are written once and numbered."""
    codes: list[Any] = []

    def rows(sign: int) -> list[list[Any]]:
        # A negative range is empty, so that each sign takes its own rows.
        changed = [json.loads(row) for row, times in sorted(change.items()) for _ in range(sign * times)]
        return [[_numbered(cell, codes) if isinstance(cell, list) else cell for cell in row] for row in changed]

    detail: dict[str, Any] = {"columns": list(columns), "added": rows(1), "removed": rows(-1)}
    return detail | {"codes": codes} if codes else detail


def _numbered(cell: list[str], codes: list[Any]) -> int:
    # Lists cannot be keys of a dict, and few are different: searching is quick enough.
    if cell not in codes:
        codes.append(cell)
    return codes.index(cell)


def read_marks(detail: Row) -> Marks:
    """What came (above 0) and what went (below 0), from an event's detail."""
    lists, columns = detail.get("codes", []), detail["columns"]
    change: Marks = Counter()
    for sign, rows in ((1, detail["added"]), (-1, detail["removed"])):
        for row in rows:
            full = [lists[cell] if name == "codes" else cell for name, cell in zip(columns, row, strict=True)]
            change[canonical(full)] += sign
    return change


# -- the tables as they stand ------------------------------------------------------------------------------------------------------


def read_table(connection: Connection, name: str, columns: Iterable[str]) -> list[dict[str, Any]]:
    """Rows with these columns, ordered by the primary key; JSON is parsed, and left as text where it is none."""
    table = schema.metadata.tables[name]
    chosen = [table.c[column] for column in columns]
    held_as_json = {column.name for column in chosen if isinstance(column.type, JSON)}
    # As text: SQLAlchemy's JSON type would raise on a cell that was edited into something else.
    query = select(*(cast(c, Text).label(c.name) if c.name in held_as_json else c for c in chosen))
    rows = connection.execute(query.order_by(*table.primary_key.columns)).mappings()
    return [{name: _parsed(cell) if name in held_as_json else cell for name, cell in row.items()} for row in rows]


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text or "")
    except ValueError:
        return text


def transcript_digests(connection: Connection) -> dict[str, str]:
    """Transcript id -> digest, as the tables stand."""
    turns = group_by(read_table(connection, "turns", ("transcript", *TURNS)), lambda row: str(row["transcript"]))
    rows = read_table(connection, "transcripts", TRANSCRIPTS)
    return {row["id"]: transcript_digest(row, turns.get(row["id"], ())) for row in rows}


def marks(connection: Connection, table: str, columns: Sequence[str], later: Sequence[str]) -> tuple[Marks, Marks]:
    """The codings or passes of the table, and by the columns of later marks those made after a change of the codebook."""
    rows = read_table(connection, table, dict.fromkeys((*columns, *later)))
    changed = (mark(row, later) for row in rows if row["after_change"])
    return Counter(mark(row, columns) for row in rows), Counter(changed)


def model_codings(connection: Connection) -> Marks:
    """All rows of what other models say."""
    return Counter(mark(row, MODEL_CODINGS) for row in read_table(connection, "model_codings", MODEL_CODINGS))


def suggestions_by_transcript(connection: Connection) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """(model, transcript) -> rows."""
    rows = read_table(connection, "suggestions", ("model", "transcript", *SUGGESTIONS))
    return group_by(rows, lambda row: (row["model"], row["transcript"]))
