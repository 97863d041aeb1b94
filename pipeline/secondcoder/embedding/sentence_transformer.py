"""Vectors as sentence-transformers computes them, in torch; nothing is ever downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from secondcoder.domain.arrays import Vectors
from secondcoder.embedding.folder_embedder import FolderEmbedder, legible
from secondcoder.embedding.model_folder import ModelFolder
from secondcoder.embedding.windows import embed_in_pieces
from secondcoder.errors import ModelError
from secondcoder.network.telemetry_off import quiet_libraries


class SentenceTransformerEmbedder(FolderEmbedder):
    """A sentence-transformers folder in torch, fp32.

    Args:
        batch: texts that are computed at once. prompt: as for every folder. device: "cpu", or "cuda" as torch names it.
    """

    def __init__(self, model: str, batch: int = 32, prompt: str = "", device: str = "cpu") -> None:
        super().__init__(model, prompt)
        self._batch, self._device = batch, device

    @property
    def computed_by(self) -> str:
        """Nothing on a processor, as in 0.1.0."""
        return "" if self._device == "cpu" else f"torch-{self._device}"

    @property
    def width(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension())

    @cached_property
    def window(self) -> int | None:
        """Tokens that the model reads of a text (`max_seq_length`); None where it sets no limit."""
        # Only a model that does not state it in its folder has to be loaded to be asked.
        return self._folder.window or window_of(self._model)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32 unit vectors; a text longer than the window is embedded in pieces."""
        if not texts:
            return np.empty((0, self.width), dtype=np.float32)
        whole = [self._legible(text) for text in texts]
        return embed_in_pieces(whole, self.window, self._count_tokens, self._encode)

    def _legible(self, text: str) -> str:
        model = getattr(getattr(self._model.tokenizer, "backend_tokenizer", None), "model", None)
        return legible(text, getattr(model, "max_input_chars_per_word", None))

    def _encode(self, texts: list[str]) -> Vectors:
        vectors: Vectors = self._model.encode(
            texts,
            prompt=self._prompt,
            batch_size=self._batch,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return vectors

    def _count_tokens(self, texts: Sequence[str]) -> list[int]:
        # What the model puts before every text takes its part of the window. Not truncated, in order to count all; not verbose, or it
        # would warn of texts beyond the window.
        asked = [self._prompt + text for text in texts]
        tokens = self._model.tokenizer(asked, truncation=False, padding=False, verbose=False)
        return [len(ids) for ids in tokens["input_ids"]]

    @cached_property
    def _model(self) -> Any:
        _ = self.sha256  # verified before anything is loaded
        return load_with_torch(self._folder, self._device)


def load_with_torch(folder: ModelFolder, device: str = "cpu") -> Any:
    """The folder as a `SentenceTransformer`; ModelError where it is none. Its weights must have been verified."""
    quiet_libraries()
    # Imported here, so that the command line starts without torch.
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(str(folder.path), device=device, local_files_only=True, trust_remote_code=False)
    except Exception as error:  # whatever the libraries say of a folder that they cannot read
        raise ModelError(
            f"{folder.name}: not a model that sentence-transformers can load ({type(error).__name__}: {error})."
        ) from error


def window_of(model: Any) -> int | None:
    """`max_seq_length` of a loaded `SentenceTransformer`; None where it sets no limit."""
    limit = model.max_seq_length
    # Static embeddings, which read texts of any length, give infinity.
    return None if limit is None or limit == float("inf") else int(limit)
