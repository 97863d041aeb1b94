"""How events are chained: each hash is the SHA-256 of the hash before it and of the event's own content.

So no event can be changed, taken out, put in or moved without a hash being false from there on. What is written here must stay as it
is for good: old chains are checked by it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select

from secondcoder.store import schema

START = "0" * 64
"""What stands before the first event."""
LOCK = (0x5EC0, 1)
"""PostgreSQL's advisory lock on the end of the chain; two numbers, so that no coder's lock (one number) is ever the same."""
Row = Mapping[str, Any]


def canonical(value: Any) -> str:
    """JSON with one way to write each value: sorted keys, no spaces, ASCII, and 1 for 1.0, which databases do not tell apart."""
    plain = json.loads(json.dumps(value), parse_float=_number)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))


def _number(written: str) -> float:
    number = float(written)
    return int(number) if number.is_integer() else number


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def link(before: str, event: Row) -> str:
    """An event's hash, from the hash before it and its id, at, who, what and detail."""
    content = canonical([event[name] for name in ("id", "at", "who", "what", "detail")])
    return hashlib.sha256(f"{before}\n{content}".encode()).hexdigest()


def append(connection: Connection, events: Sequence[Row]) -> None:
    """Put events (at, who, what, detail) at the end of the chain, as the last thing that a transaction does.

    Last, so that on PostgreSQL the chain's lock is taken after all others and held for a moment only: whoever holds it waits for
    nobody.
    """
    if not events:
        return
    table = schema.events
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(*LOCK)))
    else:
        # Writes nothing, but takes SQLite's write lock before the chain's end is read.
        connection.exec_driver_sql("DELETE FROM events WHERE 0")
    last = connection.execute(select(table.c.id, table.c.hash).order_by(table.c.id.desc()).limit(1)).first()
    number, head = (last.id, last.hash) if last else (0, START)
    rows = []
    for number, event in enumerate(events, start=number + 1):  # noqa: B020 - goes on from the last
        row = {**event, "id": number}
        head = link(head, row)
        rows.append({**row, "hash": head})
    connection.execute(insert(table), rows)
