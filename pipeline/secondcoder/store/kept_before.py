"""SQLite stores copied whole while others may be writing, and the copy that is kept of a store before it is migrated."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from secondcoder.errors import StoreError
from secondcoder.reports.whole_file import folder_to_disk, new_file, to_disk

WHOLE = "ok"
PAGES = 1024
"""Pages that are copied at once: between two such steps others write."""


def copy_database(path: Path, to: Path) -> None:
    """Copy a store to a new file by SQLite's online backup (https://sqlite.org/backup.html), and check the copy.

    It holds every transaction that was committed when it ends, those in the write-ahead log too.

    Raises:
        OSError: the copy cannot be written; sqlite3.Error: the store cannot be read, or the copy is not whole. No copy is left then.
    """
    try:
        new_file(to)
        with closing(_reading(path)) as source, closing(sqlite3.connect(to)) as copy:
            source.backup(copy, pages=PAGES, sleep=0.001)
            # One file without a log beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
            if (found := copy.execute("PRAGMA integrity_check").fetchone()[0]) != WHOLE:
                raise sqlite3.DatabaseError(f"database disk image is malformed: {found}")
        to_disk(to)
    except BaseException:
        with suppress(OSError):
            to.unlink(missing_ok=True)
        raise


def _reading(path: Path) -> sqlite3.Connection:
    waits = 30.0
    if os.access(path.parent, os.W_OK):
        return sqlite3.connect(path, timeout=waits)
    # Where nothing can be written beside it, nobody writes to it either.
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, timeout=waits)


def keep_before(path: Path, revision: str) -> Path:
    """Copy a store beside itself, as `study.before-0008.db`, before it becomes one of that revision; the copy.

    StoreError where it cannot be copied: then it is not to be migrated.
    """
    draft = path.with_name(f".{path.stem}.before-{revision}.{os.getpid()}.part")
    try:
        copy_database(path, draft)
        kept = _free(path, revision)
        draft.replace(kept)
    except (OSError, sqlite3.Error) as error:
        draft.unlink(missing_ok=True)
        raise StoreError(
            f"{path.name} is of an older secondcoder, and the copy of it that is kept before it is brought up to date could not be "
            f"made ({error}). Nothing was changed."
        ) from None
    folder_to_disk(path.parent)
    return kept


def kept_copies(path: Path) -> list[Path]:
    """The copies that were kept of a store before it was migrated; they hold all the talk of then."""
    return sorted(path.parent.glob(f"{path.stem}.before-*{path.suffix}"))


def _free(path: Path, revision: str) -> Path:
    names = (f"{path.stem}.before-{revision}{again}{path.suffix}" for again in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(kept for name in names if not (kept := path.with_name(name)).exists())
