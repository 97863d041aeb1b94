"""A cache of what is dear to compute, filled as batches end so that a stopped run goes on; an embedder's vectors are kept by model,
window and text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from secondcoder.domain.arrays import Vectors
from secondcoder.domain.records import Span
from secondcoder.embedding.cache_folder import CachedModel, folder_of, keep_within
from secondcoder.embedding.embedder import Embedder, SentenceEmbedder
from secondcoder.embedding.occlusion import gives_sentences
from secondcoder.embedding.shard_file import Keys
from secondcoder.embedding.shards import LARGEST, Shards, keys_of
from secondcoder.errors import StudyError

Progress = Callable[[int, int], None]
"""progress(done, total) as texts are embedded."""
Take = Callable[[int, memoryview], None]
Compute = Callable[[list[int]], Sequence[bytes]]
CHUNK = 1024
TIDY = 16
"""Chunks between two looks at the folder's size and number of files."""
PARTS = 16
"""A file holds at most this part of what the cache may hold, so that little goes at once."""


class BlockCache:
    """Blocks by key in a folder, which may be deleted at any time; what is damaged is computed anew.

    Args:
        chunk: blocks that are computed, and then saved, at once.
        limit: bytes that the folder above, with all its caches, may hold; None for no limit.
        dear: what cannot be kept is an error; False goes on without keeping it.
    """

    def __init__(self, folder: Path, chunk: int = CHUNK, limit: int | None = None, dear: bool = True) -> None:
        self._folder, self._chunk, self._limit, self._dear = folder, chunk, limit, dear
        self._shards = Shards(folder, LARGEST if limit is None else min(LARGEST, limit // PARTS))

    def fill(
        self, keys: Keys, take: Take, compute: Compute, order: Callable[[int], Any], progress: Progress | None = None
    ) -> None:
        """Call `take(n, block)` for each n-th key, with its block as kept or computed.

        Args:
            compute: the blocks of some n-th keys, a chunk of those that are not kept; equal keys are asked for once.
            order: sorts by n what is to be computed.

        Raises:
            StudyError: the cache cannot be written: a full disk, no right to write.
        """
        distinct = _Distinct(keys)
        missing = np.ones(len(distinct.first), dtype=bool)
        for at, block in self._shards.find(distinct.keys):
            missing[at] = False
            distinct.give(at, block, take)
        todo = sorted(np.flatnonzero(missing).tolist(), key=lambda at: order(int(distinct.first[at])))
        for number, begin in enumerate(range(0, len(todo), self._chunk), start=1):
            chunk = todo[begin : begin + self._chunk]
            blocks = compute(distinct.first[chunk].tolist())
            self._keep(distinct.keys[chunk], blocks)
            for at, computed in zip(chunk, blocks, strict=True):
                distinct.give(at, memoryview(computed), take)
            if progress:
                progress(begin + len(chunk), len(todo))
            if number % TIDY == 0 or chunk[-1] == todo[-1]:
                self._tidy()

    def _keep(self, keys: Keys, blocks: Sequence[bytes]) -> None:
        try:
            self._shards.add(keys, blocks)
        except OSError as error:
            if self._dear:
                raise StudyError(f"The cache cannot be written ({error.strerror or error}): {self._folder}") from None

    def _tidy(self) -> None:
        self._shards.tidy()
        if self._limit is not None:
            keep_within(self._folder.parent, self._limit)


class _Distinct:
    """Keys in ascending order, each once, with the places where it stands."""

    def __init__(self, keys: Keys) -> None:
        self._ascending = np.lexsort((keys["low"], keys["high"]))
        new = np.ones(len(keys), dtype=bool)
        new[1:] = keys[self._ascending[1:]] != keys[self._ascending[:-1]]
        self._starts = np.flatnonzero(new)
        self._ends = np.append(self._starts[1:], len(keys))
        self.first = self._ascending[self._starts]
        self.keys = keys[self.first]

    def give(self, at: int, block: memoryview, take: Take) -> None:
        for place in self._ascending[self._starts[at] : self._ends[at]].tolist():
            take(place, block)


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
