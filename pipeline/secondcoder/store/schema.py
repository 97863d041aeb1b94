"""The tables of a study. Every change here needs a migration; a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

# Every constraint has a name: Alembic can drop only named ones when it copies a table for SQLite.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _transcript() -> Column[str]:
    return Column("transcript", String, ForeignKey("transcripts.id"), nullable=False, index=True)


def _place() -> tuple[Column[str], Column[int], Column[int]]:
    return _transcript(), Column("start", Integer, nullable=False), Column("end", Integer, nullable=False)


def _after_change() -> Column[int]:
    """The last change of the codebook before the row was written, 0 before any."""
    return Column("after_change", Integer, nullable=False, server_default="0")


cases = Table("cases", metadata, Column("id", String, primary_key=True), Column("attributes", JSON, nullable=False))

transcripts = Table(
    "transcripts",
    metadata,
    Column("id", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("case", String, ForeignKey("cases.id")),
    Column("participant", String),
    Column("role", String),
    Column("wave", String),
    Column("unitised", Boolean, nullable=False),
    Column("source", String, nullable=False),
    Column("format", String, nullable=False),
    Column("attributes", JSON, nullable=False),
    Column("notes", JSON, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("transcript", String, ForeignKey("transcripts.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("speaker", String),
    Column("role", String),
    Column("time_start", Float),
    Column("time_end", Float),
)

codebooks = Table(
    "codebooks",
    metadata,
    Column("hash", String, primary_key=True),
    Column("yaml", Text, nullable=False),
    Column("since", String, nullable=False),
)

codings = Table(
    "codings",
    metadata,
    Column("id", Integer, primary_key=True),
    *_place(),
    Column("code", String, nullable=False),
    Column("coder", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("valence", String),
    Column("memo", Text, nullable=False),
    Column("codebook", String, ForeignKey("codebooks.hash"), nullable=False),
    Column("decision", Integer),  # no foreign key: SQLite could add the column in place (migration 0002)
    _after_change(),
    CheckConstraint('start >= 0 AND "end" > start', name="span"),
    # The same mark before a split of its code and after it is two codings.
    UniqueConstraint("transcript", "start", "end", "code", "coder", "origin", "after_change"),
)

passes = Table(
    "coding_passes",
    metadata,
    Column("id", Integer, primary_key=True),
    _transcript(),
    Column("coder", String, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("codes", JSON, nullable=False),
    Column("origin", String, nullable=False, server_default="independent"),
    Column("decision", Integer),
    _after_change(),
)

# What other models say, which is never a human's: a look at a span for `codes`, with a probability for those it spoke of.
model_codings = Table(
    "model_codings",
    metadata,
    Column("id", Integer, primary_key=True),
    *_place(),
    Column("coder", String, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("codes", JSON, nullable=False),
    Column("scores", JSON, nullable=False),
    _after_change(),
    CheckConstraint('start >= 0 AND "end" > start', name="span"),
)

models = Table(
    "models",
    metadata,
    Column("version", String, primary_key=True),
    Column("parent", String, ForeignKey("models.version")),
    Column("manifest", JSON, nullable=False),
    Column("in_use", Boolean, nullable=False),
)

suggestions = Table(
    "suggestions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("model", String, ForeignKey("models.version"), nullable=False),
    *_place(),
    Column("code", String, nullable=False),
    Column("score", Float, nullable=False),
    Column("threshold", Float, nullable=False),
    Column("calibrated", Boolean, nullable=False),
    Column("evidence", JSON, nullable=False),
    UniqueConstraint("model", "transcript", "start", "end", "code"),
)

# A decision repeats what it needs of its suggestion: suggestions are replaced when a model codes a transcript again, decisions never.
decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("coder", String, nullable=False),
    Column("verdict", String, nullable=False),
    *_place(),
    Column("origin", String, nullable=False),
    Column("sample", String, nullable=False),
    Column("shown", Boolean, nullable=False),
    Column("suggested", String),
    Column("model", String, ForeignKey("models.version")),
    Column("score", Float),
    Column("threshold", Float),
    Column("code", String),
    Column("code_start", Integer),
    Column("code_end", Integer),
    Column("valence", String),
    Column("memo", Text, nullable=False),
    Column("seconds", Float),
    Column("undoes", Integer, ForeignKey("decisions.id")),
    Column("request", String, nullable=False),
    Column("codebook", String, ForeignKey("codebooks.hash"), nullable=False),
    _after_change(),
    # A request that is sent twice is recorded once, and two tabs cannot undo the same decision.
    UniqueConstraint("coder", "request"),
    UniqueConstraint("undoes"),
)

codebook_changes = Table(
    "codebook_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("who", String, nullable=False),
    Column("before", String, ForeignKey("codebooks.hash"), nullable=False),
    Column("after", String, ForeignKey("codebooks.hash"), nullable=False),
    Column("steps", JSON, nullable=False),
)

# What a researcher assigned to a coding whose code was split; the coding is identified by its columns as they were made.
code_assignments = Table(
    "code_assignments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("who", String, nullable=False),
    *_place(),
    Column("code", String, nullable=False),
    Column("coder", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("made", Integer, nullable=False),  # the coding's own `after_change`
    Column("codes", JSON, nullable=False),
    _after_change(),
)

# What researchers say of the cells of the framework matrix; a later word takes the place of an earlier one.
cell_notes = Table(
    "cell_notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("by", String, nullable=False),
    Column("row_kind", String, nullable=False),
    Column("row", String, nullable=False),
    Column("code", String, nullable=False),
    Column("wave", String, nullable=False),
    Column("summary", Text, nullable=False),
    Column("light", String, nullable=False),
    _after_change(),
    # So that of two who write at the same moment one is refused.
    UniqueConstraint("row_kind", "row", "code", "wave", "after_change"),
)

# A hash chain: each hash covers the one before it (store/chain.py), so that an edited row is detected.
events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),  # text, since the hash covers it as it was written
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("hash", String, nullable=False),
    Index("ix_events_what", "what"),
)
