"""One training of a study at a time, whichever process runs it: at the command line, from the review's page, or in Python.

The lock is the kernel's, on an empty file in the study's folder: it goes when its process ends, however that ends, so that a killed
training keeps nobody out. The file itself stays. A note in the cache says who holds the lock, for the message of a refusal alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from secondcoder.errors import BusyError, StudyError

LOCK, NOTE = ".training.lock", Path(".cache", "training.txt")


@contextmanager
def one_training(folder: Path, what: str) -> Iterator[None]:
    """Inside, no other training runs in this study's folder.

    Args:
        folder: the study's.
        what: what is run here, for whoever is refused meanwhile.

    Raises:
        BusyError: another training is running.
        StudyError: the folder cannot be locked.
    """
    # A file of its own: on Windows nobody can read a locked one.
    note = folder / NOTE
    lock = _take(folder / LOCK, note)
    try:
        _write(note, what)
        yield
    finally:
        # Before the lock goes: the next training writes its own note.
        with suppress(OSError):
            note.unlink(missing_ok=True)
        lock.release()


def _take(path: Path, note: Path) -> FileLock:
    lock = FileLock(path)
    try:
        # Refused at once: a training takes minutes, and whoever waits should know.
        lock.acquire(timeout=0)
    except Timeout:
        raise BusyError(
            f"Another training of this study is running{_read(note)}. Wait until it is done, then try again. Nothing was changed."
        ) from None
    except OSError as error:
        raise StudyError(
            f"{path} could not be locked ({error.strerror}). A training needs to write to this folder, on a disk that knows locks. "
            "Nothing was changed."
        ) from None
    return lock


def _write(note: Path, what: str) -> None:
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    with suppress(OSError):  # on a full disk a training has more to say than this
        note.parent.mkdir(exist_ok=True)
        note.write_text(f"{what}, process {os.getpid()}, since {since}", encoding="utf-8")


def _read(note: Path) -> str:
    """' (retrain, process 123, since 2026-02-03 10:32 UTC)', or '' where nothing is said."""
    try:
        holder = note.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
    return f" ({holder})" if holder else ""
