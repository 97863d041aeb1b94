"""The audit trail: events become a hash chain, and events are added for every row that the tables hold.

Columns, digests and hashes are written out here as they were for schema 0003, so that a later change of the code alters no old study.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Row = Mapping[str, Any]
START = "0" * 64
LOCK = (0x5EC0, 1)
EVENTS = sa.table(
    "events", *(sa.column(name) for name in ("id", "at", "who", "what")), sa.column("detail", sa.JSON()), sa.column("hash")
)  # fmt: skip

TRANSCRIPTS = ("id", "text", "case", "participant", "role", "wave", "unitised", "source", "format", "attributes")
TURNS = ("position", "start", "end", "speaker", "role", "time_start", "time_end")
CODINGS = ("transcript", "start", "end", "code", "coder", "origin", "valence", "memo", "codebook", "decision")
PASSES = ("transcript", "coder", "start", "end", "codes", "origin", "decision")
SUGGESTIONS = ("start", "end", "code", "score", "threshold", "calibrated")
DECISIONS = (
    *("id", "at", "coder", "verdict", "transcript", "start", "end", "origin", "sample", "shown", "suggested", "model", "score"),
    *("threshold", "code", "code_start", "code_end", "valence", "memo", "seconds", "undoes", "request", "codebook"),
)  # fmt: skip
KEYS = {"codebooks": ("hash",), "models": ("version",), "turns": ("transcript", "position")}
JSON_COLUMNS = {"attributes", "manifest", "codes"}
BOOLEANS = {"unitised", "in_use", "calibrated", "shown"}


def upgrade() -> None:
    """Chain the events that are there, then the tables as found; the event log is open for as long as this takes."""
    _open()
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hash", sa.String(), nullable=True))
    last, head = _chain()
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.alter_column("hash", existing_type=sa.String(), nullable=False)
    _append(last, head)
    _close()


def _chain() -> tuple[int, str]:
    """Give every event its hash; the last event's number and hash."""
    connection, last, head = op.get_bind(), 0, START
    for row in connection.execute(sa.select(EVENTS).order_by(EVENTS.c.id)).mappings().all():
        last, head = row["id"], _link(head, dict(row))
        connection.execute(sa.update(EVENTS).where(EVENTS.c.id == last).values(hash=head))
    return last, head


def _append(last: int, head: str) -> None:
    """Put events for the tables as they are at the end of the chain."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    rows = []
    for number, (what, detail) in enumerate(_as_found(), start=last + 1):
        row = {"id": number, "at": now, "who": "secondcoder", "what": what, "detail": {**detail, "as_found": True}}
        head = _link(head, dict(row))
        rows.append({**row, "hash": head})
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(*LOCK)))
    if rows:
        connection.execute(sa.insert(EVENTS), rows)


def _as_found() -> Iterator[tuple[str, dict[str, Any]]]:
    """(what, detail) of the events that say everything that is in the tables."""
    if cases := {row["id"]: row["attributes"] for row in _rows("cases", ("id", "attributes"))}:
        yield "cases", {"cases": cases}
    turns = _grouped(_rows("turns", ("transcript", *TURNS)), ("transcript",))
    if transcripts := {
        row["id"]: _digest([_cells(row, TRANSCRIPTS), [_cells(turn, TURNS) for turn in turns.get((row["id"],), ())]])
        for row in _rows("transcripts", TRANSCRIPTS)
    }:
        yield "transcripts", {"transcripts": transcripts}
    for row in _rows("codebooks", ("hash", "yaml", "since")):
        yield "codebook", {"hash": row["hash"], "since": row["since"], "yaml": _digest(row["yaml"])}
    for row in _rows("models", ("version", "parent", "manifest", "in_use")):
        yield "model", {**row, "manifest": _digest(row["manifest"])}
    for row in _rows("decisions", DECISIONS):
        yield "decision", row
    for what, table, columns in (("codings", "codings", CODINGS), ("coding passes", "coding_passes", PASSES)):
        if rows := [_canonical(_cells(row, columns)) for row in _rows(table, columns)]:
            yield what, _added(columns, rows)
    suggestions = _grouped(_rows("suggestions", ("model", "transcript", *SUGGESTIONS)), ("model", "transcript"))
    for (model, transcript), found in sorted(suggestions.items()):
        table_rows = sorted(_cells(row, SUGGESTIONS) for row in found)
        yield (
            "suggestions",
            {"model": model, "transcript": transcript, "columns": list(SUGGESTIONS), "rows": table_rows},
        )


def _added(columns: Iterable[str], rows: Iterable[str]) -> dict[str, Any]:
    """Codings or passes as added; lists of codes, which repeat from pass to pass, are written once and numbered."""
    codes: list[Any] = []

    def numbered(cell: Any) -> Any:
        if not isinstance(cell, list):
            return cell
        if cell not in codes:
            codes.append(cell)
        return codes.index(cell)

    counted = sorted(Counter(rows).items())
    added = [[numbered(cell) for cell in json.loads(row)] for row, times in counted for _ in range(times)]
    return {"columns": list(columns), "added": added, "removed": []} | ({"codes": codes} if codes else {})


def _rows(name: str, columns: Iterable[str]) -> list[dict[str, Any]]:
    """Rows ordered by the primary key; JSON is parsed, and left as text where it is none."""
    table = sa.table(
        name, *(sa.column(column, _type(column)) for column in dict.fromkeys((*columns, *KEYS.get(name, ("id",)))))
    )
    chosen = [sa.cast(table.c[c], sa.Text).label(c) if c in JSON_COLUMNS else table.c[c] for c in columns]
    query = sa.select(*chosen).order_by(*(table.c[key] for key in KEYS.get(name, ("id",))))
    rows = op.get_bind().execute(query).mappings()
    return [{column: _parsed(cell) if column in JSON_COLUMNS else cell for column, cell in row.items()} for row in rows]


def _type(column: str) -> sa.types.TypeEngine[Any] | None:
    return sa.Boolean() if column in BOOLEANS else None


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text or "")
    except ValueError:
        return text


def _grouped(rows: Iterable[Row], keys: tuple[str, ...]) -> dict[tuple[Any, ...], list[Row]]:
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    return groups


def _cells(row: Row, columns: Iterable[str]) -> list[Any]:
    return [row[column] for column in columns]


def _canonical(value: Any) -> str:
    plain = json.loads(json.dumps(value), parse_float=_number)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))


def _number(written: str) -> float:
    number = float(written)
    return int(number) if number.is_integer() else number


def _digest(value: Any) -> str:
    return hashlib.sha256(_canonical(value).encode()).hexdigest()


def _link(before: str, event: Row) -> str:
    content = _canonical(_cells(event, ("id", "at", "who", "what", "detail")))
    return hashlib.sha256(f"{before}\n{content}".encode()).hexdigest()


def _open() -> None:
    for verb in ("update", "delete"):
        on = " ON events" if op.get_bind().dialect.name == "postgresql" else ""
        op.execute(f"DROP TRIGGER events_no_{verb}{on}")


def _close() -> None:
    """The triggers of before; SQLite lost them with the table that it made anew."""
    lite = op.get_bind().dialect.name == "sqlite"
    for verb in ("update", "delete"):
        does = "BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END"
        if not lite:
            does = "FOR EACH ROW EXECUTE FUNCTION events_only_grow()"
        op.execute(f"CREATE TRIGGER events_no_{verb} BEFORE {verb.upper()} ON events {does}")
