"""Review: decisions that stand on their own and only grow; codings and passes know the decision they came from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the decisions table, which nothing had written to yet, and close the log on PostgreSQL too."""
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_suggestion"))
    op.drop_table("decisions")
    _make_decisions()
    # Plain columns without a foreign key: SQLite adds them in place and keeps the table's checks.
    op.add_column("codings", sa.Column("decision", sa.Integer(), nullable=True))
    op.add_column("coding_passes", sa.Column("decision", sa.Integer(), nullable=True))
    op.add_column("coding_passes", sa.Column("origin", sa.String(), nullable=False, server_default="independent"))
    _only_grow("decisions", "decisions are append-only")
    if op.get_bind().dialect.name == "postgresql":
        _only_grow("events", "the event log is append-only")


def _make_decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("coder", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("transcript", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("sample", sa.String(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("suggested", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("threshold", sa.Float(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("code_start", sa.Integer(), nullable=True),
        sa.Column("code_end", sa.Integer(), nullable=True),
        sa.Column("valence", sa.String(), nullable=True),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("codebook", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["transcript"], ["transcripts.id"], name=op.f("fk_decisions_transcript_transcripts")),
        sa.ForeignKeyConstraint(["model"], ["models.version"], name=op.f("fk_decisions_model_models")),
        sa.ForeignKeyConstraint(["undoes"], ["decisions.id"], name=op.f("fk_decisions_undoes_decisions")),
        sa.ForeignKeyConstraint(["codebook"], ["codebooks.hash"], name=op.f("fk_decisions_codebook_codebooks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("coder", "request", name=op.f("uq_decisions_coder")),
        sa.UniqueConstraint("undoes", name=op.f("uq_decisions_undoes")),
    )
    op.create_index(op.f("ix_decisions_transcript"), "decisions", ["transcript"], unique=False)


def _only_grow(table: str, said: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_only_grow() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{said}'; END $$"
        )
        for verb in ("UPDATE", "DELETE", "TRUNCATE"):
            each = "STATEMENT" if verb == "TRUNCATE" else "ROW"
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION {table}_only_grow()"
            )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
        )
