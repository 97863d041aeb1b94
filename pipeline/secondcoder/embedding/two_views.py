"""Two embedders as two views of the same texts: the vectors of both side by side."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import numpy as np

from secondcoder.domain.arrays import Vectors
from secondcoder.embedding.embedder import Embedder


class TwoViews:
    """An embedder whose cosine is the mean of the cosines of two; `views`, their widths, serve whoever takes them apart."""

    def __init__(self, first: Embedder, second: Embedder) -> None:
        self._both = (first, second)

    @property
    def id(self) -> str:
        """Both names."""
        return " + ".join(embedder.id for embedder in self._both)

    @property
    def sha256(self) -> str | None:
        """Of both SHA-256, one behind the other; None unless both have one."""
        first, second = (embedder.sha256 for embedder in self._both)
        return sha256(f"{first}{second}".encode()).hexdigest() if first and second else None

    @property
    def views(self) -> tuple[int, ...]:
        """The width of each."""
        return tuple(embedder.width for embedder in self._both)

    @property
    def width(self) -> int:
        """Of both together."""
        return sum(self.views)

    @property
    def window(self) -> int | None:
        """The smaller one, which is what is read of a text at once by both."""
        return min((embedder.window for embedder in self._both if embedder.window), default=None)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32 unit vectors."""
        return np.hstack([embedder.embed(texts) for embedder in self._both]) / np.float32(2**0.5)

    def describe(self) -> str:
        """The sentences for the methods section."""
        return " ".join([*(embedder.describe() for embedder in self._both), "These were two views of each text."])
