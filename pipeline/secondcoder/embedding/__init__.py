"""Text to vectors: sentence-transformers, a cache, and a cheap stand-in that runs only when the configuration names it."""

from secondcoder.embedding.embedder import Embedder
from secondcoder.embedding.opening import open_embedder

__all__ = ["Embedder", "open_embedder"]
