"""Changes of the codebook: confirmed, append-only; codings, passes and decisions know after which one they were made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables that only grow, and a column on three; the same mark in an older and a newer meaning of a code is two codings."""
    _make_changes()
    _make_assignments()
    for table in ("coding_passes", "decisions"):
        op.add_column(table, _after_change())
    _widen_the_codings_key()
    _only_grow("codebook_changes", "codebook changes are append-only")
    _only_grow("code_assignments", "code assignments are append-only")


def _after_change() -> sa.Column[int]:
    return sa.Column("after_change", sa.Integer(), nullable=False, server_default="0")


def _make_changes() -> None:
    op.create_table(
        "codebook_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["before"], ["codebooks.hash"], name=op.f("fk_codebook_changes_before_codebooks")),
        sa.ForeignKeyConstraint(["after"], ["codebooks.hash"], name=op.f("fk_codebook_changes_after_codebooks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codebook_changes")),
    )


def _make_assignments() -> None:
    op.create_table(
        "code_assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("transcript", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("coder", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        _after_change(),
        sa.ForeignKeyConstraint(
            ["transcript"], ["transcripts.id"], name=op.f("fk_code_assignments_transcript_transcripts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_assignments")),
    )
    op.create_index(op.f("ix_code_assignments_transcript"), "code_assignments", ["transcript"], unique=False)


def _widen_the_codings_key() -> None:
    key = ("transcript", "start", "end", "code", "coder", "origin")
    name = op.f("uq_codings_transcript")
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("codings", _after_change())
        op.drop_constraint(name, "codings", type_="unique")
        op.create_unique_constraint(name, "codings", [*key, "after_change"])
        return
    # SQLite changes a key only by copying the table; reading it back would lose the name of its check.
    with op.batch_alter_table("codings", copy_from=_codings_before(name, key)) as batch_op:
        batch_op.add_column(_after_change())
        batch_op.drop_constraint(name, type_="unique")
        batch_op.create_unique_constraint(name, [*key, "after_change"])


def _codings_before(name: str, key: tuple[str, ...]) -> sa.Table:
    return sa.Table(
        "codings",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transcript", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("coder", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("valence", sa.String(), nullable=True),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("codebook", sa.String(), nullable=False),
        sa.Column("decision", sa.Integer(), nullable=True),
        sa.CheckConstraint('start >= 0 AND "end" > start', name=op.f("ck_codings_span")),
        sa.ForeignKeyConstraint(["codebook"], ["codebooks.hash"], name=op.f("fk_codings_codebook_codebooks")),
        sa.ForeignKeyConstraint(["transcript"], ["transcripts.id"], name=op.f("fk_codings_transcript_transcripts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codings")),
        sa.UniqueConstraint(*key, name=name),
        sa.Index(op.f("ix_codings_transcript"), "transcript"),
    )


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
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{said}'); END"
        )
