"""The database of an open store: where it is, whether it can be written, and what is done to it as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from secondcoder.errors import StudyError
from secondcoder.store.kept_before import kept_copies
from secondcoder.store.server_lock import CHANGE, TRAINING, held_on_server


class OpenDatabase:
    """The database, without its rows.

    Args:
        path: SQLite's file.
        only_read: why nothing can be written here, and what to do; None where it can.

    Attributes:
        notes: what was done when it was opened, in sentences for the person.
    """

    def __init__(
        self,
        engine: Engine,
        path: Path | None = None,
        *,
        only_read: tuple[str, str] | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        self._engine, self.path, self._only_read, self.notes = engine, path or Path(), only_read, notes

    @property
    def is_only_read(self) -> bool:
        """Nothing can be written here."""
        return self._only_read is not None

    def refuse_if_only_read(self) -> None:
        """StudyError where nothing can be written here: asked before the work that would be written."""
        if self._only_read:
            why, what_to_do = self._only_read
            raise StudyError(f"This study can only be read here: {why}. Nothing was changed. {what_to_do}")

    @property
    def is_on_server(self) -> bool:
        """Other folders, on other machines, may be on the same store."""
        return self._engine.dialect.name != "sqlite"

    @contextmanager
    def held_on_server(self, what: str, *, changes: bool = False) -> Iterator[Callable[[], bool]]:
        """Inside, nobody else holds the lock of a database server for the study's trainings, or for its changes (`server_lock`)."""
        with held_on_server(self._engine, what, CHANGE if changes else TRAINING) as is_held:
            yield is_held

    def close(self) -> None:
        """Close all connections, so that the file can be moved or deleted (Windows holds open files)."""
        self._engine.dispose()

    def erase_deleted(self) -> None:
        """Write SQLite's file anew, so that deleted rows do not linger in its free pages, nor in copies of before a migration.

        A database server sees to its own.
        """
        if self._engine.dialect.name != "sqlite":
            return
        raw = self._engine.raw_connection()
        try:
            raw.cursor().execute("VACUUM")
            for copy in kept_copies(self.path):
                copy.unlink()
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            raw.close()
