"""What locks on a file have in common: taken with patience, and told by a note who holds it.

The lock is the kernel's, on an empty file, and goes with its process, however that ends. Who holds it stands in a file of its own,
since on Windows nobody can read a locked one.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from secondcoder.reports.whole_file import new_file, new_folder


def write_note(note: Path, what: str) -> None:
    """Say who holds a lock, for whoever has to wait."""
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    with suppress(OSError):  # on a full disk there is more to say than this
        if not note.parent.exists():
            new_folder(note.parent)
        new_file(note)
        note.write_text(f"{what}, process {os.getpid()}, since {since}", encoding="utf-8")


def read_note(note: Path) -> str:
    """'retrain, process 123, since 2026-02-03 10:32 UTC', or '' where nothing is said."""
    try:
        return note.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def remove_note(note: Path) -> None:
    """To be done before the lock goes: the next holder writes a note of their own."""
    with suppress(OSError):
        note.unlink(missing_ok=True)
