"""An embedder ready for use, with its cache."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from secondcoder.embedding.cache import CachedEmbedder, Progress
from secondcoder.embedding.embedder import Embedder, new_embedder

if TYPE_CHECKING:
    from secondcoder.configuration import EmbeddingSettings


def open_embedder(settings: EmbeddingSettings, cache: Path | None = None, progress: Progress | None = None) -> Embedder:
    """The embedder that `settings.model` names, behind a cache when a file for one is given.

    `progress(done, total)` is called as texts are embedded.
    """
    embedder = new_embedder(settings)
    return embedder if cache is None else CachedEmbedder(embedder, cache, progress)
