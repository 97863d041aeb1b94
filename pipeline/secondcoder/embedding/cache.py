"""A cache of vectors in one SQLite file, filled as batches end so that a stopped run goes on; an embedder's are kept by model, window
and text."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from secondcoder.domain.arrays import Vectors
from secondcoder.embedding.embedder import Embedder
from secondcoder.errors import StudyError

Progress = Callable[[int, int], None]
"""progress(done, total) as texts are embedded."""
Item = TypeVar("Item")
CHUNK = 256
TABLE = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}
"""Result codes of a file that is no database, a broken one, or one with another table (https://sqlite.org/rescode.html)."""


class VectorCache:
    """Vectors by key in a file, which may be deleted at any time; a damaged one is replaced."""

    def __init__(self, path: Path, chunk: int = CHUNK) -> None:
        self._path, self._chunk = path, chunk

    def vectors(
        self,
        wanted: Mapping[bytes, Item],
        compute: Callable[[list[Item]], Vectors],
        order: Callable[[Item], Any],
        progress: Progress | None = None,
    ) -> dict[bytes, Vectors]:
        """Key -> vector (d,); those not kept are computed from their items, `chunk` at once, and kept.

        Args:
            order: sorts the items to be computed.

        Raises:
            StudyError: the cache cannot be used: held by another program, a full disk, no right to write.
        """
        try:
            return self._vectors(wanted, compute, order, progress)
        except sqlite3.DatabaseError as error:
            # An extended result code has the primary one in its lowest byte.
            if error.sqlite_errorcode & 0xFF not in DAMAGE:
                raise StudyError(f"The cache of vectors cannot be used ({error}): {self._path}") from None
        self._path.unlink()  # closed by now: Windows deletes no open file
        return self._vectors(wanted, compute, order, progress)

    def _vectors(
        self,
        wanted: Mapping[bytes, Item],
        compute: Callable[[list[Item]], Vectors],
        order: Callable[[Item], Any],
        progress: Progress | None,
    ) -> dict[bytes, Vectors]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path)) as cache:
            cache.execute(TABLE)
            vectors = _lookup(cache, wanted)
            missing = sorted(wanted.keys() - vectors.keys(), key=lambda key: order(wanted[key]))
            for at in range(0, len(missing), self._chunk):
                keys = missing[at : at + self._chunk]
                computed = compute([wanted[key] for key in keys])
                _remember(cache, keys, computed)
                vectors.update(zip(keys, computed, strict=True))
                if progress:
                    progress(at + len(keys), len(missing))
        return vectors


class CachedEmbedder:
    """An embedder with a cache."""

    def __init__(self, inner: Embedder, path: Path, progress: Progress | None = None) -> None:
        self._inner, self._cache, self._progress = inner, VectorCache(path), progress

    @property
    def id(self) -> str:
        """The inner embedder's."""
        return self._inner.id

    @property
    def sha256(self) -> str | None:
        """The inner embedder's."""
        return self._inner.sha256

    @property
    def width(self) -> int:
        """The inner embedder's."""
        return self._inner.width

    @property
    def window(self) -> int | None:
        """The inner embedder's."""
        return self._inner.window

    def describe(self) -> str:
        """The inner embedder's."""
        return self._inner.describe()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32; only texts not seen before are computed, each once. StudyError as for `VectorCache.vectors`."""
        # np.stack takes no empty list.
        if not texts:
            return np.empty((0, self.width), dtype=np.float32)
        keys = [key_of(self.id, str(self.window), text) for text in texts]
        # By length, so that a batch holds texts of one size; by text, so that the order is always the same.
        vectors = self._cache.vectors(
            dict(zip(keys, texts, strict=True)), self._inner.embed, lambda text: (len(text), text), self._progress
        )
        return np.stack([vectors[key] for key in keys])


def key_of(*parts: str) -> bytes:
    """The key of what these tell apart; only the last may hold the character NUL."""
    # A lone surrogate in a text must not stop the hashing.
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()


def _lookup(cache: sqlite3.Connection, keys: Iterable[bytes]) -> dict[bytes, Vectors]:
    vectors = {}
    for key in keys:
        # One query a key, since a list of all could pass SQLite's limit on variables.
        row = cache.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
        if row:
            vectors[key] = np.frombuffer(row[0], dtype=np.float32)
    return vectors


def _remember(cache: sqlite3.Connection, keys: Sequence[bytes], vectors: Vectors) -> None:
    with cache:
        rows = [(key, vector.tobytes()) for key, vector in zip(keys, vectors, strict=True)]
        # OR REPLACE: another process may have stored the same text since the look-up.
        cache.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
