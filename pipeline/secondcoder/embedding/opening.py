"""An embedder ready for use, with its cache."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from secondcoder.block_cache.blocks import Progress
from secondcoder.embedding.cache import cached
from secondcoder.embedding.cache_folder import VECTORS
from secondcoder.embedding.embedder import Embedder, new_embedder
from secondcoder.embedding.two_views import two_views
from secondcoder.errors import ModelError

if TYPE_CHECKING:
    from secondcoder.configuration import EmbeddingSettings


def open_embedder(settings: EmbeddingSettings, cache: Path | None = None, progress: Progress | None = None) -> Embedder:
    """The embedder that `settings.model` names, or both where there is a second, behind a cache when a folder for one is given.

    `progress(done, total)` is called as texts are embedded.
    """
    opened: list[Embedder] = []
    for model, prompt in ((settings.model, settings.prompt), (settings.second, settings.second_prompt)):
        if model:
            embedder = _made(settings.model_copy(update={"model": model, "prompt": prompt}), second=bool(opened))
            if cache is not None and settings.cache_mb:
                embedder = cached(embedder, cache / VECTORS, progress, settings.cache_mb * 10**6)
            opened.append(embedder)
    return opened[0] if len(opened) == 1 else two_views(*opened)


def _made(settings: EmbeddingSettings, second: bool) -> Embedder:
    """An embedder knows itself as `embedding.model`; what is wrong with a second one is said of the setting that names it."""
    try:
        return new_embedder(settings)
    except ModelError as error:
        if not second:
            raise
        told = str(error).replace("embedding.model", "embedding.second")
        raise ModelError(told.replace("embedding.prompt", "embedding.second_prompt")) from None
