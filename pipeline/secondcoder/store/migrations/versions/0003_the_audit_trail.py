"""The audit trail: events become a hash chain, and what stands in the tables is told in it."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from secondcoder.store.chain import START, append, link
from secondcoder.store.trail import as_found

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

EVENTS = sa.table(
    "events", *(sa.column(name) for name in ("id", "at", "who", "what")), sa.column("detail", sa.JSON()), sa.column("hash")
)  # fmt: skip


def upgrade() -> None:
    """Chain the events that are there, then the tables as found; the log is open for as long as this takes."""
    _open()
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hash", sa.String(), nullable=True))
    _chain()
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.alter_column("hash", existing_type=sa.String(), nullable=False)
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    connection = op.get_bind()
    found = as_found(connection)
    append(connection, [{"at": now, "who": "secondcoder", "what": what, "detail": detail} for what, detail in found])
    _close()


def _chain() -> None:
    connection, head = op.get_bind(), START
    for row in connection.execute(sa.select(EVENTS).order_by(EVENTS.c.id)).mappings().all():
        head = link(head, dict(row))
        connection.execute(sa.update(EVENTS).where(EVENTS.c.id == row["id"]).values(hash=head))


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
