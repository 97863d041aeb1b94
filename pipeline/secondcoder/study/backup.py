"""A backup of a study: a folder, or a zip of it, that is a study itself. To restore it is to copy it back.

It holds the settings, the codebook, the store with every decision that was acknowledged when it was copied, and the model versions
that the store knows; `backup.json` lists each file with its SHA-256. Caches are left out: they are computed anew.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import zipfile
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url

from secondcoder.errors import InputError, StudyError
from secondcoder.reports.whole_file import folder_to_disk, new_file, new_folder, to_disk, write_draft
from secondcoder.store.kept_before import copy_database
from secondcoder.study.codebook_file import codebook_path
from secondcoder.study.folder import CODEBOOK, CONFIGURATION
from secondcoder.workspace import MODELS

if TYPE_CHECKING:
    from secondcoder.study.open_study import OpenStudy

LIST, STORE = "backup.json", "study.db"
ZIP = ".zip"


@dataclass(frozen=True)
class BackUp:
    """Where a backup is, how many files and bytes it holds, and what else is to be done for it to be whole."""

    path: Path
    files: int
    bytes: int
    notes: list[str] = field(default_factory=list)


def back_up(study: OpenStudy, to: str | Path | None = None) -> BackUp:
    """Copy a study, also while it is reviewed, and verify the copy.

    Args:
        to: a new folder, or a new file that ends in .zip; by default a folder beside the study's, named by study and time.

    Raises:
        InputError: `to` is there already, or lies within the study.
        StudyError: the copy cannot be written, or is not whole; then nothing of it is left.
    """
    place = Path(to) if to else _usual(study.folder)
    _refuse(place, study.folder)
    # Hidden until it is whole, and its owner's alone.
    draft = place.with_name(f".{place.name}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(draft, ignore_errors=True)
        new_folder(draft)
        # Nobody changes codebook and store in between; decisions in a review go on. Where nothing can be written, nobody does.
        with nullcontext() if study.store.is_only_read else study.changing("check --backup"):
            notes = _copy(study, draft)
        listed = _list(draft, study.folder)
        _verify(draft, listed)
        _put(draft, place)
    except (OSError, sqlite3.Error, shutil.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise StudyError(f"The backup {place} could not be written ({why}). Nothing of it is left.") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return BackUp(place, len(listed), sum(each["bytes"] for each in listed.values()), notes)


def _usual(folder: Path) -> Path:
    folder = folder.resolve()
    return folder.with_name(f"{folder.name}-backup-{datetime.now():%Y-%m-%d-%H%M%S}")


def _refuse(place: Path, folder: Path) -> None:
    if place.exists():
        raise InputError(f"{place} is there already, and a backup never takes the place of anything. Name another.")
    if folder.resolve() in place.resolve().parents:
        raise InputError(f"{place} lies in the study itself. Name a place outside it, best on another disk.")


def _copy(study: OpenStudy, draft: Path) -> list[str]:
    """Settings, codebook, store and models; what is to be done besides."""
    _write(draft / CODEBOOK, codebook_path(study.folder, study.store).read_bytes())
    settings = (study.folder / CONFIGURATION).read_text(encoding="utf-8")
    url = study.configuration.store.url
    notes = []
    if study.store.is_on_server:
        notes.append(_server_note(url))
    else:
        copy_database(study.store.path, draft / STORE)
        settings = _with_store(settings, url)
    _write(draft / CONFIGURATION, settings.encode())
    # After the store: a version's folder is whole before the store knows of it.
    known = _versions(draft / STORE) if (draft / STORE).exists() else [row["version"] for row in study.store.models()]
    new_folder(draft / MODELS)
    for name in known:
        source = study.folder / MODELS / name
        if source.is_dir() and not source.is_symlink():
            # A link would take along what it points to.
            shutil.copytree(source, draft / MODELS / name, symlinks=True)
    return notes


def _write(path: Path, content: bytes) -> None:
    write_draft(path, content, path)


def _with_store(settings: str, url: str) -> str:
    """The settings of a study whose store is the file `STORE` in its own folder."""
    usual = f"sqlite:///{STORE}"
    # As text, remarks and all; a setting that is not there is the usual one.
    return settings if url == usual else re.sub(r"(?m)^(\s*url\s*=\s*)([\"']).*?\2", rf'\1"{usual}"', settings, count=1)


def _server_note(url: str) -> str:
    shown = make_url(url).render_as_string(hide_password=True).replace("postgresql+psycopg", "postgresql")
    return (
        "the store is on a database server and is not in this backup. Back it up there as well, with no change in between: "
        f"pg_dump --format=custom --file=study.dump '{shown}'. To restore it: pg_restore --clean --dbname='{shown}' study.dump"
    )


def _versions(store: Path) -> list[str]:
    with closing(sqlite3.connect(store)) as connection:
        return [row[0] for row in connection.execute("SELECT version FROM models ORDER BY version")]


def _list(draft: Path, folder: Path) -> dict[str, dict[str, Any]]:
    listed = {
        path.relative_to(draft).as_posix(): {"bytes": path.stat().st_size, "sha256": _sha256(path)}
        for path in sorted(draft.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
    about = {
        "study": folder.resolve().name,
        "at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "secondcoder": version("secondcoder"),
        "files": listed,
    }
    _write(draft / LIST, (json.dumps(about, indent=1, ensure_ascii=False) + "\n").encode())
    return listed


def _verify(draft: Path, listed: dict[str, dict[str, Any]]) -> None:
    """What reached the disk is what was read; OSError where it is not. The store was checked when it was copied."""
    for name, of in listed.items():
        to_disk(draft / name)
        if _sha256(draft / name) != of["sha256"]:
            raise OSError(None, f"{name} is not on the disk as it was written")


def _put(draft: Path, place: Path) -> None:
    if place.suffix.lower() != ZIP:
        draft.rename(place)
        folder_to_disk(place.parent)
        return
    packed = draft / f".{place.name}"
    new_file(packed)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for path in sorted(draft.rglob("*")):
            if path.is_file() and path != packed:
                archive.write(path, f"{place.stem}/{path.relative_to(draft).as_posix()}")
    with zipfile.ZipFile(packed) as archive:
        if damaged := archive.testzip():
            raise OSError(None, f"{damaged} is not in the zip as it was written")
    to_disk(packed)
    packed.rename(place)
    folder_to_disk(place.parent)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
