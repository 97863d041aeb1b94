"""What researchers say of cells of the framework matrix."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One new table; whatever is there stays as it is."""
    op.create_table(
        "cell_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("row_kind", sa.String(), nullable=False),
        sa.Column("row", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("wave", sa.String(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("light", sa.String(), nullable=False),
        sa.Column("after_change", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_notes")),
        sa.UniqueConstraint("row_kind", "row", "code", "wave", "after_change", name=op.f("uq_cell_notes_row_kind")),
    )
