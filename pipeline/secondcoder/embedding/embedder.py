"""The seam, and which embedder a configuration means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from secondcoder.configuration import EmbeddingSettings

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]


class Embedder(Protocol):
    """Texts to unit vectors. `id` names the weights: equal ids give equal vectors."""

    @property
    def id(self) -> str:
        """Name and hash of the weights."""
        ...

    @property
    def sha256(self) -> str | None:
        """SHA-256 of the file of weights; None for one that has none."""
        ...

    @property
    def width(self) -> int:
        """Length d of a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32, each row of length 1; row i belongs to texts[i]."""
        ...


def open_embedder(settings: EmbeddingSettings, cache: Path | None = None, progress: Progress | None = None) -> Embedder:
    """The embedder that `settings.model` names, behind a cache when a file for one is given.

    `progress(done, total)` is called as texts are embedded.
    """
    inner: Embedder
    if settings.model == "words":
        from secondcoder.embedding.hashed_words import WordHashEmbedder

        inner = WordHashEmbedder()
    else:
        from secondcoder.embedding.sentence_transformer import SentenceTransformerEmbedder

        inner = SentenceTransformerEmbedder(settings.model, settings.batch)
    if cache is None:
        return inner
    from secondcoder.embedding.cache import CachedEmbedder

    return CachedEmbedder(inner, cache, progress)
