"""Alembic's entry: runs the migrations on the connection that `store.opening` hands over.

The names of constraints are written out here and not taken from `store.schema`, so that old migrations stay as they were.
"""

from alembic import context
from sqlalchemy import MetaData

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=MetaData(naming_convention=NAMES),
    # For migrations that Alembic drafts: SQLite alters most of a table only by copying it.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
