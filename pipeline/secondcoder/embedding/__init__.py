"""Text to vectors: sentence-transformers, a cache, and a cheap stand-in that runs only when the configuration names it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from secondcoder.embedding.embedder import Embedder
    from secondcoder.embedding.opening import open_embedder

__all__ = ["Embedder", "open_embedder"]
PLACES = {"Embedder": "embedder", "open_embedder": "opening"}


def __getattr__(name: str) -> Any:
    # When first asked for: a command that embeds nothing must not wait for NumPy.
    if name not in PLACES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{PLACES[name]}"), name)
