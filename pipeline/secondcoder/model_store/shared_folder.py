"""A model version outside its study: a folder, or a zip of one, with the files of a version and the codebook that it knows.

It is read as warily as a version of the study's own: every byte is what was sealed, nothing in it is unpickled or run, and nothing
unpacks to more than it states.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from secondcoder.errors import InputError
from secondcoder.model_store.folder import MANIFEST, write_folder
from secondcoder.transcripts.safe_zip import BROKEN, SafeZip, is_encrypted, is_link

CODEBOOK = "codebook.yml"
MOST_FILES, MOST_BYTES = 20, 2**31
ZIP = ".zip"


def write_shared(out: Path, name: str, manifest: dict[str, Any], files: Mapping[str, bytes]) -> dict[str, Any]:
    """Write a sealed version to a folder that is not there yet, or to a zip; the manifest as it was sealed.

    Raises:
        InputError: there is something at `out`, or it cannot be written. ModelError: the folder cannot be written.
    """
    if out.exists() or out.is_symlink():
        raise InputError(f"{out} is there already. Name another place. Nothing was written.")
    if not out.parent.is_dir():
        raise InputError(f"{out.parent} is not there. Make it first. Nothing was written.")
    with tempfile.TemporaryDirectory(prefix=".secondcoder-", dir=out.parent) as draft:
        sealed = write_folder(Path(draft), name, manifest, files)
        made = Path(draft) / name
        if out.suffix.lower() == ZIP:
            packed = Path(draft) / "model.zip"
            with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
                for file in sorted(made.iterdir()):
                    archive.write(file, file.name)
            made = packed
        made.rename(out)
    return sealed


@contextmanager
def unpacked(path: Path) -> Iterator[tuple[Path, str]]:
    """The folder that holds the version's, and its name there: the path's own, or one that a zip was unpacked to for as long.

    Raises:
        InputError: it is no model, or a zip that is damaged or of something else.
    """
    if path.is_dir():
        yield _checked(path).parent, path.name
        return
    if not path.is_file():
        raise InputError(f"{path} does not exist. Nothing was imported.")
    with tempfile.TemporaryDirectory(prefix="secondcoder-") as folder:
        target = Path(folder) / "model"
        target.mkdir()
        _unpack(path, target)
        yield _checked(target).parent, target.name


def _checked(folder: Path) -> Path:
    resolved = folder.resolve()
    if not (resolved / MANIFEST).is_file():
        raise InputError(f"{folder.name} is no model: it holds no {MANIFEST}. Nothing was imported.")
    return resolved


def _unpack(path: Path, target: Path) -> None:
    try:
        with SafeZip(path) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise InputError(f"{path.name} is no model: it holds more than any. Nothing was imported.")
            for entry in entries:
                # A model's files lie side by side: a name with a folder in it would lead elsewhere.
                name = Path(entry.filename).name
                if name != entry.filename or "\\" in name or is_link(entry) or is_encrypted(entry):
                    raise InputError(
                        f"{path.name} is no model: {name!r} does not belong into one. Nothing was imported."
                    )
                (target / name).write_bytes(archive.read(entry))
    except BROKEN as error:
        shutil.rmtree(target, ignore_errors=True)
        raise InputError(f"{path.name} cannot be read as a zip ({error}). Nothing was imported.") from None
