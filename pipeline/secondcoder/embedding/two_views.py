"""Two embedders as two views of the same texts: the vectors of both side by side."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import numpy as np

from secondcoder.domain.arrays import Vectors
from secondcoder.domain.records import Span
from secondcoder.embedding.computed_by import BETWEEN
from secondcoder.embedding.embedder import Embedder, SentenceEmbedder
from secondcoder.embedding.occlusion import gives_sentences


class TwoViews:
    """An embedder whose cosine is the mean of the cosines of two; `views`, their widths, serve whoever takes them apart."""

    def __init__(self, first: Embedder, second: Embedder) -> None:
        self._both = (first, second)

    @property
    def id(self) -> str:
        """Both names."""
        return BETWEEN.join(embedder.id for embedder in self._both)

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
        return _side_by_side([embedder.embed(texts) for embedder in self._both])

    def describe(self) -> str:
        """The sentences for the methods section."""
        return " ".join([*(embedder.describe() for embedder in self._both), "These were two views of each text."])


class TwoSentenceViews(TwoViews):
    """Two embedders that both tell what a text would be without each of its sentences."""

    def __init__(self, first: SentenceEmbedder, second: SentenceEmbedder) -> None:
        super().__init__(first, second)
        self._telling = (first, second)

    def embed_with_sentences(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        """As `SentenceEmbedder.embed_with_sentences`."""
        (first, first_without), (second, second_without) = (
            embedder.embed_with_sentences(texts, sentences) for embedder in self._telling
        )
        return _side_by_side([first, second]), [
            _side_by_side(both) for both in zip(first_without, second_without, strict=True)
        ]


def two_views(first: Embedder, second: Embedder) -> TwoViews:
    """Both, telling of sentences where both can."""
    if gives_sentences(first) and gives_sentences(second):
        return TwoSentenceViews(first, second)
    return TwoViews(first, second)


def _side_by_side(both: Sequence[Vectors]) -> Vectors:
    return np.hstack(both) / np.float32(2**0.5)
