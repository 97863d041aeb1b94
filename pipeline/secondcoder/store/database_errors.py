"""What a database's error means for the person at the keyboard."""

from __future__ import annotations

from sqlalchemy.exc import DatabaseError

from secondcoder.errors import StoreError

REMEDIES = {
    "disk is full": "The disk is full. Free some space and run the command again.",
    "is locked": "Another secondcoder is writing to it. Wait until that command has ended and try again.",
    "not a database": "The file is damaged or not a store. Bring it back from a backup.",
    "malformed": "The file is damaged. Bring it back from a backup.",
    "readonly": "The folder cannot be written. Check its permissions.",
    "unable to open": "The file cannot be opened. Check that the folder exists and can be written.",
    "disk I/O error": "The disk refused to write. Check that it has space and is not write-protected.",
}
"""Words of SQLite's messages (sqlite3ErrStr in its main.c) and what to do."""


def plain_store_error(error: DatabaseError, name: str) -> StoreError:
    """The StoreError to show for a database's error in the study `name`."""
    # The driver's words alone: SQLAlchemy's add the statement with its values, which may be talk.
    fault = str(error.orig)
    remedy = next((remedy for words, remedy in REMEDIES.items() if words in fault), f"The database said: {fault}.")
    return StoreError(f"The store of {name} could not be used. {remedy} Nothing was changed.")
