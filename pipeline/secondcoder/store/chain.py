"""The hash chain of events: each hash is the SHA-256 of the hash before it and of the event's content.

So no event can be changed, removed, inserted or moved without every later hash being wrong (linked timestamping: Haber & Stornetta
1991, Journal of Cryptology 3:99-111, doi:10.1007/BF00196791). Nothing here may ever change: old chains are verified by it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select

from secondcoder.store import schema

START = "0" * 64
"""The hash before the first event."""
REWRITTEN = "rewritten"
"""Where an event lists earlier ones whose words were taken out, as [number, `standing` of what is there now]."""
LOCK = (0x5EC0, 1)
"""PostgreSQL's advisory lock on the end of the chain; of two numbers, so that it never is a coder's lock, which has one."""
Row = Mapping[str, Any]


def canonical(value: Any) -> str:
    """JSON with one spelling for each value: sorted keys, no spaces, ASCII, and 1 for 1.0, since databases return either."""
    # Through JSON and back, so that `parse_float` meets every float, however deep it lies.
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


def standing(before: str, event: Row) -> str:
    """SHA-256 of an event as it stands, with its hash and the hash before it, by which a later event vouches for it (`REWRITTEN`)."""
    # With the hashes: its own no longer says what stands before it.
    return digest([before, *(event[name] for name in ("hash", "id", "at", "who", "what", "detail"))])


def append(connection: Connection, events: Sequence[Row]) -> None:
    """Add events (at, who, what, detail) at the end of the chain, as the last thing that a transaction does.

    Last, so that on PostgreSQL the chain's lock is taken after all others: whoever holds it waits for nobody, so that no two
    transactions block each other.
    """
    if not events:
        return
    table = schema.events
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(*LOCK)))
    else:
        # Deletes nothing, but takes SQLite's write lock: between reading the chain's end and writing, nobody else may write.
        connection.exec_driver_sql("DELETE FROM events WHERE 0")
    last = connection.execute(select(table.c.id, table.c.hash).order_by(table.c.id.desc()).limit(1)).first()
    latest, head = (last.id, last.hash) if last else (0, START)
    rows = []
    for number, event in enumerate(events, start=latest + 1):
        # Numbered here and not by the database: the hash covers the number, and a server's own sequence leaves gaps.
        row = {**event, "id": number}
        head = link(head, row)
        rows.append({**row, "hash": head})
    connection.execute(insert(table), rows)
