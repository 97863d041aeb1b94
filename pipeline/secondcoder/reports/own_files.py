"""The files that a study's folder itself consists of: no table, page or export may be written in their place."""

from __future__ import annotations

from pathlib import Path

from secondcoder.errors import InputError

CONFIGURATION, CODEBOOK = "secondcoder.toml", "codebook.yml"
FOLDERS = ("models", ".cache")
SQLITE = b"SQLite format 3\0"
"""How a store's file begins, whatever its name."""


def refuse_own_file(path: Path) -> None:
    """InputError where `path` is a part of a study."""
    place = path.resolve()
    for folder in place.parents:
        if (folder / CONFIGURATION).is_file() and _is_own(place, place.relative_to(folder).parts):
            raise InputError(
                f"{path} is a part of the study in {folder.name}, which would be lost. Name another file. Nothing was written."
            )


def _is_own(place: Path, parts: tuple[str, ...]) -> bool:
    first = parts[0]
    if len(parts) > 1:
        return first in FOLDERS
    return first in (CONFIGURATION, CODEBOOK, *FOLDERS) or first.startswith("study.db") or _is_store(place)


def _is_store(place: Path) -> bool:
    try:
        with place.open("rb") as file:
            return file.read(len(SQLITE)) == SQLITE
    except OSError:
        return False
