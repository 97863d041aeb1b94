"""The folder of a purged version: manifest, card and gate stay, since they hold figures; what was learned goes."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

from secondcoder.model_store.folder import MANIFEST

KEPT = frozenset({MANIFEST, "card.md", "card.html", "gate.md", "gate.html"})
"""Files of a version that hold no more than figures, and names of transcripts."""


def kept_files(folder: Path) -> list[str]:
    """Names of those files of a version that may stay."""
    there = folder.is_dir() and not folder.is_symlink()
    return sorted(name for name in KEPT if there and (folder / name).is_file() and not (folder / name).is_symlink())


def read_kept(file: Path) -> str:
    """Its text, whatever became of it."""
    return file.read_text(encoding="utf-8", errors="replace")


def keep_only(folder: Path, kept: Collection[str]) -> None:
    """Delete everything else in a version's folder, and the folder where nothing is kept; no error where there is none."""
    # A link is never followed: only its name goes.
    if folder.is_symlink():
        folder.unlink()
    if not folder.is_dir():
        return
    for entry in list(folder.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name not in kept:
            entry.unlink()
    if not kept:
        folder.rmdir()


def is_as_written(file: Path, hashes: Mapping[str, str]) -> bool:
    """Whether a file that was kept is the one whose SHA-256 the trail has."""
    is_there = file.is_file() and not file.is_symlink()
    return is_there and hashlib.sha256(file.read_bytes()).hexdigest() == hashes.get(file.name)


def held(folder: Path, kept: Collection[str]) -> list[str]:
    """Names of what is in the folder of a purged version and should not be."""
    return sorted(entry.name for entry in folder.iterdir() if entry.name not in kept) if folder.is_dir() else []
