"""Where a study keeps its transcripts, codings, models' records and event log: SQLAlchemy, SQLite by default."""

from secondcoder.store.opening import create_store, holds_tables, open_store
from secondcoder.store.reading import Store
from secondcoder.store.server_url import clear_text_warning, password_warning
from secondcoder.store.writing import Writer

__all__ = ["Store", "Writer", "clear_text_warning", "create_store", "holds_tables", "open_store", "password_warning"]
