"""Rewriting what a store otherwise only adds to, so that identifying words can go: rows and events, in one transaction.

The events are rewritten as if the study had always been as it is now: the ledger replays them to the tables of now. Each keeps its
time, its author and its hash, so that the chain goes on as it was, and the event that is logged for the rewriting lists which were
rewritten, with a digest of what stands there now (`chain.REWRITTEN`). So whoever rewrites one in another way is found.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Integer, bindparam, func, select, text, update

from secondcoder.store import schema
from secondcoder.store.chain import LOCK, START, standing
from secondcoder.store.rewriting_rules import Rewriting
from secondcoder.store.rewritten_detail import rewritten_detail
from secondcoder.store.rewritten_rows import rewrite_rows
from secondcoder.store.row_writer import RowWriter

__all__ = ["Rewriting", "rewrite"]
APPEND_ONLY = ("events", "decisions", "codebook_changes", "code_assignments")


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
