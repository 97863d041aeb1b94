"""Graphs of OpenVINO's kept on this machine: made at first use from a model's weights, whole or not there, checked before each use."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from filelock import FileLock

from secondcoder.domain.json_text import parse_json
from secondcoder.embedding.check_sentences import CHECK_SENTENCES
from secondcoder.embedding.model_folder import ModelFolder, sha256_of
from secondcoder.embedding.openvino_conversion import ABOUT, CHECKED, GRAPH, TOKENIZER, convert
from secondcoder.embedding.user_cache import VARIABLE, user_cache
from secondcoder.errors import ModelError

LAYOUT = "1"
MADE_WITH = ("openvino", "torch", "transformers", "sentence-transformers")
SUMS = "sha256.json"


@dataclass(frozen=True)
class StoredGraph:
    """The folder of one graph, whole as it was written.

    Attributes:
        window: tokens that are read of a text; None where there is no limit. width: length of a vector.
        pad: the id of the token that fills up a text. pools_by_mean: means of any tokens can be asked for.
    """

    folder: Path
    window: int | None
    width: int
    pad: int
    pools_by_mean: bool

    @property
    def graph(self) -> Path:
        """OpenVINO's description; its weights lie beside it."""
        return self.folder / GRAPH

    @property
    def tokenizer(self) -> Path:
        """As the `tokenizers` package reads it."""
        return self.folder / TOKENIZER

    @property
    def checked(self) -> Path:
        """The vectors of the check sentences by sentence-transformers."""
        return self.folder / CHECKED


def stored_graph(model: ModelFolder) -> StoredGraph:
    """The graph of a model, made if there is none yet or if it is damaged. The model's weights must have been verified.

    Raises:
        ModelError: it cannot be made, or not be kept.
    """
    place = user_cache() / "openvino" / f"{model.path.resolve().name}-{_made_from(model)[:16]}"
    if not (found := _whole(place)):
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            # One process makes it, the others wait and find it.
            with FileLock(place.with_name(f"{place.name}.lock")):
                found = _whole(place) or _make(model, place)
        except OSError as error:
            raise ModelError(
                f"The model as OpenVINO computes it cannot be kept in {place.parent} ({error.strerror or error}). Make room, or name "
                f"another folder in the environment variable {VARIABLE}."
            ) from error
    return StoredGraph(place, **found)


def _made_from(model: ModelFolder) -> str:
    """SHA-256 of all that decides how the graph comes out."""
    libraries = (f"{name} {version(name)}" for name in MADE_WITH)
    parts = (LAYOUT, model.sha256, model.rest_sha256, *libraries, *CHECK_SENTENCES)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _make(model: ModelFolder, place: Path) -> Mapping[str, Any]:
    shutil.rmtree(place, ignore_errors=True)
    with TemporaryDirectory(dir=place.parent, prefix="making-", ignore_cleanup_errors=True) as making:
        made = Path(making) / "graph"
        made.mkdir()
        convert(model, made)
        (made / SUMS).write_text(json.dumps(_sums(made)), encoding="utf-8")
        os.replace(made, place)
    return _about(place)


def _whole(place: Path) -> Mapping[str, Any] | None:
    """What is known of the graph, if every byte is as it was written."""
    try:
        stated = parse_json((place / SUMS).read_bytes())
        return _about(place) if stated == _sums(place) else None
    except (OSError, ValueError):
        return None


def _about(place: Path) -> Mapping[str, Any]:
    about: dict[str, Any] = parse_json((place / ABOUT).read_bytes())
    return about


def _sums(place: Path) -> dict[str, str]:
    return {path.name: sha256_of(path) for path in sorted(place.iterdir()) if path.name != SUMS}
