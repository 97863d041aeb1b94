"""A cache of vectors in one SQLite file, keyed by model, window and text, filled as batches end so that a stopped run goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import numpy as np

from secondcoder.domain.arrays import Vectors
from secondcoder.embedding.embedder import Embedder
from secondcoder.errors import StudyError

Progress = Callable[[int, int], None]
"""progress(done, total) as texts are embedded."""
CHUNK = 256
TABLE = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}
"""Result codes of a file that is no database, a broken one, or one with another table (https://sqlite.org/rescode.html)."""


class CachedEmbedder:
    """An embedder with a cache, which may be deleted at any time; a damaged one is replaced."""

    def __init__(self, inner: Embedder, path: Path, progress: Progress | None = None) -> None:
        self._inner, self._path, self._progress = inner, path, progress

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
        """(n, d) float32; only texts not seen before are computed, each once.

        Raises:
            StudyError: the cache cannot be used: held by another program, a full disk, no right to write.
        """
        try:
            return self._embed(texts)
        except sqlite3.DatabaseError as error:
            # An extended result code has the primary one in its lowest byte.
            if error.sqlite_errorcode & 0xFF not in DAMAGE:
                raise StudyError(f"The cache of vectors cannot be used ({error}): {self._path}") from None
        self._path.unlink()  # closed by now: Windows deletes no open file
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        model = f"{self.id}\0{self.window}"
        keys = [_key(model, text) for text in texts]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path)) as cache:
            cache.execute(TABLE)
            vectors = _lookup(cache, set(keys))
            # Sorted by length, so that a batch holds texts of one size; by text, so that the order is always the same.
            by_key = {key: text for key, text in zip(keys, texts, strict=True) if key not in vectors}
            missing = sorted(by_key, key=lambda key: (len(by_key[key]), by_key[key]))
            for at in range(0, len(missing), CHUNK):
                chunk = missing[at : at + CHUNK]
                computed = self._inner.embed([by_key[key] for key in chunk])
                _remember(cache, chunk, computed)
                vectors.update(zip(chunk, computed, strict=True))
                if self._progress:
                    self._progress(at + len(chunk), len(missing))
        # np.stack takes no empty list.
        if not keys:
            return np.empty((0, self.width), dtype=np.float32)
        return np.stack([vectors[key] for key in keys])


def _key(model: str, text: str) -> bytes:
    # NUL stands in no name, so that no two triples run together. A lone surrogate in a text must not stop the hashing.
    return sha256(f"{model}\0{text}".encode("utf-8", "surrogatepass")).digest()


def _lookup(cache: sqlite3.Connection, keys: set[bytes]) -> dict[bytes, Vectors]:
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
