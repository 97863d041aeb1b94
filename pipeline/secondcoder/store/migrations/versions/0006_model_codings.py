"""What other models say of passages, in a table of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One new table; whatever is there stays as it is."""
    op.create_table(
        "model_codings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transcript", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("coder", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("after_change", sa.Integer(), nullable=False, server_default="0"),
        sa.CheckConstraint('start >= 0 AND "end" > start', name=op.f("ck_model_codings_span")),
        sa.ForeignKeyConstraint(
            ["transcript"], ["transcripts.id"], name=op.f("fk_model_codings_transcript_transcripts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_codings")),
    )
    op.create_index(op.f("ix_model_codings_transcript"), "model_codings", ["transcript"], unique=False)
