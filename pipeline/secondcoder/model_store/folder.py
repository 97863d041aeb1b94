"""A model version's folder: written whole or not at all, and read only when every byte is what was written.

The manifest names every other file with its SHA-256, and carries one over itself. A file changed, missing or put in, a link, or
another format is refused before anything of the folder is used; nothing in it is ever unpickled or run.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from secondcoder.domain.json_text import parse_json
from secondcoder.errors import ModelError
from secondcoder.reports.whole_file import folder_to_disk, new_file, new_folder, to_disk, was_left

FORMAT = "secondcoder-model/4"
MANIFEST = "manifest.json"
PASSED_OVER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What file managers leave in a folder that somebody looked at; never opened here."""
AGAIN = "Train again: secondcoder train"
BACK = (
    "Bring the folder back from a backup, or take another version into use (secondcoder models use VERSION), or train again: "
    "secondcoder train"
)


def write_folder(folder: Path, name: str, manifest: dict[str, Any], files: Mapping[str, bytes]) -> dict[str, Any]:
    """Write `folder/name` and return the manifest as it was sealed: with its format and every file's SHA-256.

    Raises:
        ModelError: it cannot be written, or there is such a folder already; then nothing is left.
    """
    hashes = {file: _sha256(content) for file, content in sorted(files.items())}
    sealed: dict[str, Any] = {"format": FORMAT, **manifest, "files": hashes}
    sealed["sha256"] = _seal(sealed)
    for remains in left_drafts(folder):
        shutil.rmtree(remains, ignore_errors=True)
    # A name with a dot, so that nothing takes it for a version; the number tells later whether its writer lives.
    draft = folder / f".{name}.{os.getpid()}"
    try:
        if not folder.exists():
            new_folder(folder)
        new_folder(draft)
        for file, content in {**files, MANIFEST: _dump(sealed)}.items():
            new_file(draft / file)
            (draft / file).write_bytes(content)
            to_disk(draft / file)
        # In one step, and refused where a version of that name stands.
        draft.rename(folder / name)
        folder_to_disk(folder)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise ModelError(
            f"Model {name} could not be written ({error.strerror}). The model in use is unchanged."
        ) from None
    return sealed


def read_folder(folder: Path, name: str, sealed: str | None = None) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Manifest and the other files' content of `folder/name`.

    Args:
        sealed: the manifest's SHA-256 as the study's store recorded it.

    Raises:
        ModelError: anything in the folder is not what was written, with what to do.
    """
    path = folder / name
    # Both are asked, as `is_dir` alone follows links.
    if path.is_symlink() or not path.is_dir():
        fault = "is a link, which is never followed" if path.is_symlink() else "is missing"
        raise ModelError(
            f"Model {name}: its folder {fault}. Copy models/{name} from the folder of this study in which it was trained, or bring it "
            "back from a backup, or train again: secondcoder train"
        )
    try:
        entries = {entry.name: entry for entry in os.scandir(path)}
    except OSError as error:
        raise ModelError(f"Model {name}: its folder cannot be read ({error.strerror}). Mend that. {AGAIN}") from None
    manifest = _manifest(name, _content(path, entries, name, MANIFEST))
    strange = sorted(entries.keys() - {MANIFEST, *manifest["files"]} - PASSED_OVER)
    if strange:
        raise ModelError(
            f"Model {name}: {strange[0]} does not belong into its folder, so the model was not loaded; nothing of the file was read. "
            "Take it out, and ask who put it there; or train again: secondcoder train"
        )
    # Read once, and what was read is what is checked and used: nobody can change it in between.
    files = {file: _content(path, entries, name, file) for file in manifest["files"]}
    for file, content in files.items():
        if _sha256(content) != manifest["files"][file]:
            raise ModelError(
                f"Model {name}: {file} was changed or damaged after it was written, so the model was not loaded. {BACK}"
            )
    if sealed is not None and manifest["sha256"] != sealed:
        raise ModelError(
            f"Model {name}: its folder is whole, but it is not the version that this study recorded under that name. "
            f"{BACK}"
        )
    return manifest, files


def left_drafts(folder: Path) -> list[Path]:
    """Drafts of versions whose writing was stopped, as by a power cut; those of a running training are not among them."""
    return sorted(path for path in folder.glob(".m*.*") if was_left(path, path.suffix[1:]))


def unrecorded(folder: Path, known: Collection[str]) -> Iterator[str]:
    """Names of version folders that the store knows nothing of."""
    yield from (name for name in version_folders(folder) if name not in known)


def version_folders(folder: Path) -> list[str]:
    """Names of the versions that lie in a folder."""
    return sorted(path.name for path in folder.glob("m*") if path.name[1:].isdecimal())


def _content(path: Path, entries: Mapping[str, os.DirEntry[str]], name: str, file: str) -> bytes:
    entry = entries.get(file)
    if entry is None:
        raise ModelError(f"Model {name}: {file} is missing. {BACK}")
    if entry.is_symlink() or not entry.is_file(follow_symlinks=False):
        raise ModelError(f"Model {name}: {file} is a link or no file, which is never followed. {AGAIN}")
    try:
        return (path / file).read_bytes()
    except OSError as error:
        raise ModelError(
            f"Model {name}: {file} cannot be read ({error.strerror}). Mend that, or train again: secondcoder train"
        ) from None


def _manifest(name: str, content: bytes) -> dict[str, Any]:
    try:
        manifest = parse_json(content.decode("utf-8", "surrogatepass"), constant=float)
    except ValueError:
        manifest = None
    damaged = ModelError(f"Model {name}: its manifest is damaged. {BACK}")
    if not isinstance(manifest, dict):
        raise damaged
    if manifest.get("format") != FORMAT:
        raise ModelError(_other_format(name, manifest.get("format")))
    # Also the bytes: a manifest that says the same in other bytes was touched.
    # And the files: a manifest that no secondcoder wrote may be sealed too.
    if (
        manifest.get("sha256") != _seal(manifest)
        or _dump(manifest) != content
        or not isinstance(manifest.get("files"), dict)
    ):
        raise damaged
    return manifest


def _other_format(name: str, written: Any) -> str:
    kind, _, number = str(written).partition("/")
    ours = FORMAT.partition("/")
    is_ours = kind == ours[0] and number.isdecimal()
    if is_ours and int(number) > int(ours[2]):
        mend = "It was written by a newer version: install that one (pip install -U secondcoder), or train again: secondcoder train"
    elif is_ours:
        mend = f"It was written by an older version. {AGAIN}"
    else:
        mend = f"No secondcoder wrote that. {AGAIN}"
    return f"Model {name} has format '{written}'; this secondcoder reads '{FORMAT}'. {mend}"


def _dump(manifest: Mapping[str, Any]) -> bytes:
    # "surrogatepass": a name may hold a lone surrogate.
    return json.dumps(manifest, indent=1, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _seal(manifest: Mapping[str, Any]) -> str:
    """SHA-256 of everything else in the manifest."""
    rest = {key: value for key, value in manifest.items() if key != "sha256"}
    return _sha256(json.dumps(rest, sort_keys=True).encode())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
