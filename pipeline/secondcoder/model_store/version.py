"""Model versions: a manifest that says what a version was made from, and its arrays, in a folder of their own.

On load everything that must fit is compared: every byte of the folder (see `folders`), codebook, embedder and width.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from secondcoder.codebook.history import NO_HISTORY, CodeHistory
from secondcoder.codebook.model import Codebook
from secondcoder.codebook.model_fit import codebook_difference
from secondcoder.domain.wording import shorten
from secondcoder.embedding import Embedder
from secondcoder.embedding.computed_by import computed_in_words, precisions, weights_alone
from secondcoder.errors import ModelError
from secondcoder.learning.arrays_file import read_arrays
from secondcoder.learning.classifier import OLDEST_FORMAT
from secondcoder.learning.model import Model, model_state, restore_model
from secondcoder.model_store.folder import AGAIN, read_folder, write_folder
from secondcoder.scoring.answers import missing_scorer

ARRAYS = "arrays.npz"
LIBRARIES = ("secondcoder", "numpy", "openvino", "scikit-learn", "scipy", "sentence-transformers", "spacy", "torch")


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
    manifest, files = version_files(name, model, book, embedder, about)
    return write_folder(folder, name, manifest, {**files, **(card(manifest) if card else {})})


def version_files(
    name: str, model: Model, book: Codebook, embedder: Embedder, about: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The manifest of a version, not sealed yet, and the file of its arrays."""
    # As bytes, so that what is hashed is what is written.
    arrays = _npz(model_state(model))
    manifest = {
        "version": name,
        "codebook": {"id": book.id, "version": book.version, "hash": book.hash},
        "embedder": _of_embedder(embedder),
        "classifier": model.classifier.format if model.classifier else None,
        "scored": list(model.scored),
        "ranked": list(model.ranked),
        "thresholds": dict(zip(model.codes, model.thresholds.round(6).tolist(), strict=True)),
        "exemplars": [list(place) for place in model.exemplars.places],
        "arrays_sha256": sha256(arrays).hexdigest(),
        "libraries": {library: installed(library) for library in LIBRARIES},
        **about,
    }
    return manifest, {ARRAYS: arrays}


def load_version(
    folder: Path,
    name: str,
    book: Codebook,
    embedder: Embedder,
    sealed: str | None = None,
    history: CodeHistory = NO_HISTORY,
    scorers: Sequence[str] = (),
) -> Model:
    """The model, if it is whole and fits; ModelError says what differs and what to do.

    Args:
        sealed: the manifest's SHA-256 as the study's store recorded it.
        history: the study's codebook changes, to say which codes the model no longer knows.
        scorers: the ids of those that the configuration gives.
    """
    manifest, files = read_folder(folder, name, sealed)
    arrays = _arrays(files[ARRAYS], name)
    try:
        _refuse_misfit(manifest, name, book, embedder, history)
        _refuse_missing_scorers(manifest, name, scorers)
        places = tuple((str(transcript), int(start), int(end)) for transcript, start, end in manifest["exemplars"])
        # Models from before there were several classifiers do not name theirs.
        layout = manifest.get("classifier") or OLDEST_FORMAT
        return restore_model(arrays, tuple(manifest["scored"]), tuple(manifest["ranked"]), places, layout)
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        raise ModelError(
            f"Model {name}: its arrays and its manifest do not make a model ({type(error).__name__}: "
            f"{shorten(str(error), 80)}). {AGAIN}"
        ) from None


def computed_otherwise(name: str, manifest: Mapping[str, Any], embedder: Embedder) -> str:
    """What to say where a version's vectors were computed by another runtime or precision than the embedder's; "" elsewhere."""
    ids = str(manifest["embedder"]["id"]), embedder.id
    then, now = map(computed_in_words, ids)
    if then == now:
        return ""
    same = precisions(ids[0]) == precisions(ids[1])
    far = "are the same to rounding" if same else "may differ in the third decimal"
    return f"{name} learned from vectors computed by {then}; here they are computed by {now}: probabilities {far}."


def _of_embedder(embedder: Embedder) -> dict[str, Any]:
    return {"id": embedder.id, "width": embedder.width, "sha256": embedder.sha256, "window": embedder.window}


def _sizes(of: Mapping[str, Any]) -> str:
    return f"width {of['width']}" + (f", window {of['window']}" if of.get("window") else "")


def _arrays(content: bytes, name: str) -> dict[str, npt.NDArray[Any]]:
    try:
        return read_arrays(content)
    except ValueError:
        raise ModelError(
            f"Model {name}: arrays.npz holds something other than plain arrays, which is never loaded. "
            "Train again: secondcoder train"
        ) from None


def _refuse_misfit(
    manifest: dict[str, Any], name: str, book: Codebook, embedder: Embedder, history: CodeHistory
) -> None:
    if manifest["codebook"]["hash"] != book.hash:
        unknown = codebook_difference(manifest, book, history).summary
        raise ModelError(
            f"Model {name} was trained with codebook '{manifest['codebook']['id']}' version {manifest['codebook']['version']}, "
            f"which differs from this study's codebook '{book.id}' version {book.version}"
            f"{f' ({unknown})' if unknown else ''}. Train a new version, compared with the model in use: secondcoder retrain"
        )
    present = _of_embedder(embedder)
    # Version 0.1 did not write the window.
    if any(_differs(value, present[key]) for key, value in manifest["embedder"].items()):
        raise ModelError(
            f"Model {name} was trained with vectors of {manifest['embedder']['id']} ({_sizes(manifest['embedder'])}); the "
            f"configuration names {embedder.id} ({_sizes(present)}). "
            "Set embedding.model, embedding.second and their prompts back, or train a new version: secondcoder retrain"
        )


def _refuse_missing_scorers(manifest: Mapping[str, Any], name: str, scorers: Sequence[str]) -> None:
    for scorer, of in manifest.get("scorers", {}).items():
        # What was imported is in the store; a passage of which it says nothing lacks the evidence, and no more.
        if of["kept"] and "imported" not in of and scorer not in scorers:
            raise ModelError(f"Model {name} cannot be used as it is. {missing_scorer(scorer, scorers)}")


def _differs(then: Any, now: Any) -> bool:
    if not isinstance(then, str):
        return bool(then != now)
    # What computed the vectors is told elsewhere. A folder's id used to end with the digest of its weights, and tells more now.
    before, present = weights_alone(then), weights_alone(str(now))
    return before != present and not re.fullmatch(re.escape(before) + r"\.[0-9a-f]{6}", present)


def _npz(state: dict[str, npt.NDArray[Any]]) -> bytes:
    """As numpy.savez_compressed, but with a fixed date: the same arrays are the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        # In one order and one memory layout, whatever the state was made from.
        for key in sorted(state):
            array = io.BytesIO()
            np.lib.format.write_array(array, np.ascontiguousarray(state[key]), allow_pickle=False)
            info = zipfile.ZipInfo(f"{key}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, array.getvalue())
    return buffer.getvalue()
