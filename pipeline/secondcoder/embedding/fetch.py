"""`secondcoder embedder get`: a model of a hub put in its place, whole, with a record of what it is."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from secondcoder.block_cache.blocks import Progress
from secondcoder.embedding.fetched import Fetched, fetched_folder
from secondcoder.embedding.hub import WEIGHTS, HubModel, download
from secondcoder.embedding.model_folder import FETCHED, ModelFolder, sha256_of
from secondcoder.errors import ModelError


def present(name: str, to: Path | None = None) -> tuple[Path, Fetched | None]:
    """Where a model lies or would, and its record where it is there as it was fetched."""
    folder = to.resolve() if to else fetched_folder(name)
    record = Fetched.of(folder)
    return folder, record if record and record.model == name and not record.changes(folder) else None


def fetch(model: HubModel, folder: Path, progress: Progress) -> Fetched:
    """Download a model beside its folder, then put it there in one step, in place of an earlier one.

    Raises:
        ModelError: it cannot be had, is not what the hub lists, cannot be used, or something else lies in its place.
    """
    if folder.exists() and not (folder / FETCHED).is_file() and any(folder.iterdir()):
        raise ModelError(
            f"{folder} is there, and no model that was fetched. Name another folder: --to FOLDER. Nothing was downloaded."
        )
    draft = folder.with_name(f"{folder.name}.part")
    try:
        draft.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f".{folder.name}.lock"), timeout=0):
            record = _filled(model, draft, progress)
            _put(draft, folder)
    except Timeout:
        raise ModelError(
            f"{model.name} is being fetched by another process. Wait until it is done. Nothing was changed."
        ) from None
    except OSError as error:
        raise ModelError(
            f"{draft} cannot be written ({error.strerror or error}). Or name another folder: --to FOLDER"
        ) from None
    return record


def _filled(model: HubModel, draft: Path, progress: Progress) -> Fetched:
    done = 0
    # Weights last: a model that brings code of its own is refused before they are waited for.
    for file in sorted(model.files, key=lambda file: (file.path.endswith(WEIGHTS), file.path)):
        if file.path.endswith(WEIGHTS):
            _ = ModelFolder(draft, model.name).places
        download(model, file, draft, lambda there, before=done: progress(before + there, model.size))  # type: ignore[misc]
        done += file.size
    _ = ModelFolder(draft, model.name).weights
    kept = {file.path: sha256_of(draft / file.path) for file in model.files}
    for path in list(draft.rglob("*")):
        if path.is_file() and path.relative_to(draft).as_posix() not in kept:
            path.unlink()  # of an earlier try, at another revision
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    record = Fetched(model.name, model.address, model.revision, now, model.licence, kept)
    record.write(draft)
    return record


def _put(draft: Path, folder: Path) -> None:
    earlier = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(earlier, ignore_errors=True)
    if folder.exists():
        folder.rename(earlier)
    draft.rename(folder)
    shutil.rmtree(earlier, ignore_errors=True)
