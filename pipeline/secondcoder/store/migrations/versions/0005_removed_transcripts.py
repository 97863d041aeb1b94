"""Decisions and code assignments may go with their transcript once its talk is gone; nothing else may delete them."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = {"decisions": "decisions are append-only", "code_assignments": "code assignments are append-only"}


def upgrade() -> None:
    """A trigger with a condition in place of each that refused every DELETE."""
    for table, said in TABLES.items():
        _keep_unless_erased(table, said)


def _keep_unless_erased(table: str, said: str) -> None:
    talk = "(SELECT text FROM transcripts WHERE id = OLD.transcript)"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {table}_no_delete ON {table}")
        op.execute(
            f"CREATE FUNCTION {table}_stay() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {talk} <> '' THEN RAISE EXCEPTION '{said}'; END IF; RETURN OLD; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_stay()"
        )
        return
    op.execute(f"DROP TRIGGER {table}_no_delete")
    op.execute(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN {talk} <> '' "
        f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
    )
