"""Rewriting what a store otherwise only adds to, so that identifying words can go: rows and events, in one transaction.

The events are rewritten as if the study had always been as it is now: the ledger replays them to the tables of now. Each keeps its
time, its author and its hash, so that the chain goes on as it was, and the event that is logged for the rewriting lists which were
rewritten, with a digest of what stands there now (`chain.REWRITTEN`). So whoever rewrites one in another way is found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, func, select, text, update

from secondcoder.domain.records import Place, Span
from secondcoder.store import schema
from secondcoder.store.chain import LOCK, START, standing
from secondcoder.store.rewritten_detail import rewritten_detail
from secondcoder.store.rewritten_rows import rewrite_rows
from secondcoder.store.row_writer import RowWriter

APPEND_ONLY = ("events", "decisions", "codebook_changes", "code_assignments")


@dataclass(frozen=True)
class Rewriting:
    """What is to become of everything in a store.

    Attributes:
        texts: transcript, by its id so far -> its new text, where that changes.
        spans: the same -> how a span of its text moves.
        string: what becomes of any other string: names, ids, memos, notes.
        codebooks: hash of each codebook that is worded otherwise now -> its hash and YAML.
    """

    texts: Mapping[str, str]
    spans: Mapping[str, Callable[[int, int], Span]]
    string: Callable[[str], str]
    codebooks: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def codebook(self, value: Any) -> Any:
        """The hash of a codebook as it is worded now; any other value as it is."""
        return self.codebooks[value][0] if isinstance(value, str) and value in self.codebooks else value

    def span(self, transcript: str, start: int, end: int) -> Span:
        """Where a span of a transcript lies now."""
        moved = self.spans.get(transcript)
        return moved(start, end) if moved and start < end else (start, end)

    def place(self, transcript: str, start: int, end: int) -> Place:
        """The same with the transcript's new name."""
        return self.string(transcript), *self.span(transcript, start, end)


def rewrite(write: RowWriter, how: Rewriting) -> list[list[Any]]:
    """Rewrite all tables and events; [id, digest] of each event that is another now, to be logged as `REWRITTEN`.

    Raises:
        sqlalchemy.exc.IntegrityError: two rows would be the same.
    """
    lifted = _lift(write.connection)
    rewrite_rows(write.connection, how)
    rewritten = _rewrite_events(write.connection, how)
    _put_back(write.connection, lifted)
    return rewritten


def _rewrite_events(connection: Connection, how: Rewriting) -> list[list[Any]]:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(*LOCK)))
    table, head, changed, rewritten = schema.events, START, [], []
    for row in connection.execute(select(table).order_by(table.c.id)).mappings():
        detail = rewritten_detail(row["what"], row["detail"], how)
        if detail != row["detail"]:
            changed.append({"number": row["id"], "now": detail})
            rewritten.append([row["id"], standing(head, {**row, "detail": detail})])
        head = row["hash"]
    if changed:
        by_id = update(table).where(table.c.id == bindparam("number", type_=Integer))
        connection.execute(by_id.values(detail=bindparam("now", type_=table.c.detail.type)), changed)
    return rewritten


def _lift(connection: Connection) -> list[str]:
    """Take the triggers away that refuse changes; the statements that put them back.

    Within the transaction: whatever becomes of it, nobody else ever sees the store without them.
    """
    if connection.dialect.name == "postgresql":
        for table in APPEND_ONLY:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in APPEND_ONLY]
    found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")).all()
    for name, _ in found:
        connection.execute(text(f'DROP TRIGGER "{name}"'))
    return [str(sql) for _, sql in found]


def _put_back(connection: Connection, statements: list[str]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)
