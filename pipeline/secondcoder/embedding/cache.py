"""An embedder with a cache: its vectors are kept by model, window and text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from secondcoder.block_cache.blocks import CHUNK, BlockCache, Progress
from secondcoder.block_cache.shard_file import Keys
from secondcoder.block_cache.shards import keys_of
from secondcoder.domain.arrays import Vectors
from secondcoder.domain.records import Span
from secondcoder.embedding.cache_folder import CachedModel, folder_of
from secondcoder.embedding.embedder import Embedder, SentenceEmbedder
from secondcoder.embedding.occlusion import gives_sentences


class CachedEmbedder:
    """An embedder with a cache; `cached` makes one.

    Args:
        folder: holds the caches of all models, together at most `limit` bytes.
    """

    def __init__(
        self, inner: Embedder, folder: Path, progress: Progress | None = None, limit: int | None = None
    ) -> None:
        self._inner, self._progress, self._limit, self._parent = inner, progress, limit, folder

    @cached_property
    def _folder(self) -> Path:
        return folder_of(self._parent, self.id, self.window)

    @cached_property
    def _cache(self) -> BlockCache:
        return BlockCache(self._folder, CHUNK, self._limit)

    @property
    def id(self) -> str:
        """The inner embedder's."""
        return self._inner.id

    @property
    def sha256(self) -> str | None:
        """The inner embedder's."""
        return self._inner.sha256

    @cached_property
    def width(self) -> int:
        """The inner embedder's; from what is kept, where a model would have to be loaded to be asked."""
        kept = CachedModel.of(self._folder)
        return self._inner.width if kept is None else kept.width

    @property
    def window(self) -> int | None:
        """The inner embedder's."""
        return self._inner.window

    def describe(self) -> str:
        """The inner embedder's."""
        return self._inner.describe()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32; only texts not seen before are computed, each once. StudyError as for `BlockCache.fill`."""
        vectors: Vectors = np.empty((len(texts), self.width), dtype=np.float32)

        def take(n: int, block: memoryview) -> None:
            vectors[n] = np.frombuffer(block, dtype=np.float32)

        def compute(wanted: list[int]) -> list[bytes]:
            return self._blocks(self._inner.embed([texts[n] for n in wanted]))

        # By length, so that a batch holds texts of one size; by text, so that the order is always the same.
        self._cache.fill(self._keys(texts), take, compute, lambda n: (len(texts[n]), texts[n]), self._progress)
        return vectors

    def _keys(self, texts: Sequence[str]) -> Keys:
        return keys_of(texts, self.id, str(self.window))

    def _blocks(self, vectors: Vectors) -> list[bytes]:
        CachedModel(self.id, self.window, self.width).write(self._folder)
        return [vector.tobytes() for vector in vectors]


class CachedSentenceEmbedder(CachedEmbedder):
    """One that also tells what a text would be without each of its sentences."""

    _inner: SentenceEmbedder

    def embed_with_sentences(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        """As `SentenceEmbedder.embed_with_sentences`; a text's own vector is the one that `embed` keeps."""
        vectors: Vectors = np.empty((len(texts), self.width), dtype=np.float32)
        without: list[Vectors] = [np.empty((0, self.width), dtype=np.float32) for _ in texts]
        # The first half asks for vectors, the second for those of texts that have several sentences.
        asked = [(n, False) for n in range(len(texts))] + [
            (n, True) for n in range(len(texts)) if len(sentences[n]) > 1
        ]

        def take(place: int, block: memoryview) -> None:
            n, several = asked[place]
            if several:
                without[n] = _unpacked(block, len(sentences[n]), self.width)
            else:
                vectors[n] = np.frombuffer(block, dtype=np.float32)

        def compute(wanted: list[int]) -> list[bytes]:
            rows = list(dict.fromkeys(asked[place][0] for place in wanted))
            whole, parts = self._inner.embed_with_sentences([texts[n] for n in rows], [sentences[n] for n in rows])
            blocks = dict(zip(rows, self._blocks(whole), strict=True))
            shortened = dict(zip(rows, parts, strict=True))
            return [_packed(shortened[n]) if several else blocks[n] for n, several in (asked[at] for at in wanted)]

        told = [f"{sentences[n]!r}\0{texts[n]}" for n, several in asked if several]
        keys = np.concatenate([self._keys(texts), keys_of(told, self.id, str(self.window), "sentences")])
        self._cache.fill(keys, take, compute, lambda place: self._order(texts, *asked[place]), self._progress)
        return vectors, without

    @staticmethod
    def _order(texts: Sequence[str], n: int, several: bool) -> tuple[int, str, bool]:
        return len(texts[n]), texts[n], several


def cached(inner: Embedder, folder: Path, progress: Progress | None = None, limit: int | None = None) -> CachedEmbedder:
    """The embedder with a cache in a folder; it is a `SentenceEmbedder` where the inner one is."""
    kind = CachedSentenceEmbedder if gives_sentences(inner) else CachedEmbedder
    return kind(inner, folder, progress, limit)


def _packed(vectors: Vectors) -> bytes:
    """Half as long where nothing is lost by it."""
    half = vectors.astype(np.float16)
    return half.tobytes() if np.array_equal(half.astype(np.float32), vectors) else vectors.tobytes()


def _unpacked(block: memoryview, rows: int, width: int) -> Vectors:
    kind = np.float16 if len(block) == 2 * rows * width else np.float32
    vectors: Vectors = np.frombuffer(block, dtype=kind).reshape(rows, width).astype(np.float32)
    return vectors
