"""A model version is a folder: `manifest.json`, `arrays.npz` and its card. Arrays only: nothing in it is ever unpickled or run.

Written beside its final place and renamed, so that a version is whole or absent. On load everything that must fit is compared:
format, the hashes of manifest and arrays, codebook, embedder and width.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from secondcoder.codebook import Codebook
from secondcoder.embedding import Embedder
from secondcoder.errors import ModelError
from secondcoder.learning.model import Model, model_state, restore_model

FORMAT = "secondcoder-model/2"
LIBRARIES = ("secondcoder", "numpy", "scikit-learn", "scipy", "sentence-transformers", "spacy", "torch")


def next_version(known: Iterable[str]) -> str:
    """m0001, m0002, ...: one more than the highest."""
    return f"m{max((int(name[1:]) for name in known), default=0) + 1:04d}"


def save_version(
    folder: Path,
    name: str,
    model: Model,
    book: Codebook,
    embedder: Embedder,
    about: dict[str, Any],
    card: Callable[[dict[str, Any]], Mapping[str, bytes]] | None = None,
) -> dict[str, Any]:
    """Write `folder/name` and return its manifest.

    Args:
        about: what the study knows (recipe, counts, training hash, verdicts).
        card: makes files that describe the version from its manifest; nothing reads them back.
    """
    arrays = _npz(model_state(model))
    manifest = {
        "format": FORMAT,
        "version": name,
        "codebook": {"id": book.id, "version": book.version, "hash": book.hash},
        "embedder": {"id": embedder.id, "width": embedder.width},
        "scored": list(model.scored),
        "ranked": list(model.ranked),
        "thresholds": dict(zip(model.codes, model.thresholds.round(6).tolist(), strict=True)),
        "exemplars": [list(place) for place in model.exemplars.places],
        "arrays_sha256": hashlib.sha256(arrays).hexdigest(),
        "libraries": {library: installed(library) for library in LIBRARIES},
        **about,
    }
    manifest["sha256"] = _seal(manifest)
    draft = folder / f".{name}.{os.getpid()}"
    try:
        draft.mkdir(parents=True)
        (draft / "arrays.npz").write_bytes(arrays)
        for file, content in (card(manifest) if card else {}).items():
            (draft / file).write_bytes(content)
        (draft / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False), encoding="utf-8")
        draft.rename(folder / name)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise ModelError(
            f"Model {name} could not be written ({error.strerror}). The model in use is unchanged."
        ) from None
    return manifest


def load_version(folder: Path, name: str, book: Codebook, embedder: Embedder) -> Model:
    """The model, if it is whole and fits; ModelError says what differs and what to do."""
    manifest = _manifest(folder / name, name)
    _refuse_misfit(manifest, name, book, embedder)
    arrays = _read(folder / name / "arrays.npz", name)
    if hashlib.sha256(arrays).hexdigest() != manifest["arrays_sha256"]:
        raise ModelError(f"Model {name} was changed or damaged after it was written. Train anew: secondcoder train")
    places = tuple((str(transcript), int(start), int(end)) for transcript, start, end in manifest["exemplars"])
    return restore_model(_arrays(arrays, name), tuple(manifest["scored"]), tuple(manifest["ranked"]), places)


def _arrays(content: bytes, name: str) -> dict[str, npt.NDArray[Any]]:
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as state:
            return dict(state)
    except (ValueError, zipfile.BadZipFile):
        raise ModelError(
            f"Model {name}: arrays.npz holds something other than plain arrays, which is never loaded. "
            "Train anew: secondcoder train"
        ) from None


def _manifest(folder: Path, name: str) -> dict[str, Any]:
    try:
        manifest = json.loads(_read(folder / "manifest.json", name))
    except ValueError:
        manifest = None
    damaged = ModelError(f"Model {name}: its manifest is damaged. Train anew: secondcoder train")
    if not isinstance(manifest, dict):
        raise damaged
    if manifest.get("format") != FORMAT:
        raise ModelError(
            f"Model {name} has format '{manifest.get('format')}'; this secondcoder reads '{FORMAT}'. "
            "Install the version that wrote it, or train anew: secondcoder train"
        )
    if manifest.get("sha256") != _seal(manifest):
        raise damaged
    return manifest


def _seal(manifest: dict[str, Any]) -> str:
    """SHA-256 of everything else in the manifest."""
    rest = {key: value for key, value in manifest.items() if key != "sha256"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _refuse_misfit(manifest: dict[str, Any], name: str, book: Codebook, embedder: Embedder) -> None:
    if manifest["codebook"]["hash"] != book.hash:
        raise ModelError(
            f"Model {name} was trained with codebook '{manifest['codebook']['id']}' version {manifest['codebook']['version']}, "
            f"which differs from this study's codebook '{book.id}' version {book.version}. Train anew: secondcoder train"
        )
    if manifest["embedder"]["id"] != embedder.id or manifest["embedder"]["width"] != embedder.width:
        raise ModelError(
            f"Model {name} was trained with vectors of {manifest['embedder']['id']} (width {manifest['embedder']['width']}); the "
            f"configuration names {embedder.id} (width {embedder.width}). Set embedding.model back, or train anew."
        )


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise ModelError(f"Model {name}: {path.name} is missing. Train anew: secondcoder train") from None


def _npz(state: dict[str, npt.NDArray[Any]]) -> bytes:
    """As numpy.savez_compressed, but with a fixed date: the same arrays are the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for key in sorted(state):
            array = io.BytesIO()
            np.lib.format.write_array(array, np.ascontiguousarray(state[key]), allow_pickle=False)
            info = zipfile.ZipInfo(f"{key}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, array.getvalue())
    return buffer.getvalue()
