"""Blocks of bytes, each computed once and kept by its key, as batches end, so that a stopped run goes on."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from secondcoder.block_cache.shard_file import Keys, remove, shard_files
from secondcoder.block_cache.shards import LARGEST, Shards
from secondcoder.errors import StudyError

Progress = Callable[[int, int], None]
"""progress(done, total) as blocks are computed."""
Take = Callable[[int, memoryview], None]
Compute = Callable[[list[int]], Sequence[bytes]]
NO_RIGHT = (errno.EACCES, errno.EPERM, errno.EROFS)
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
        required: that nothing can be kept is an error, but for a study that can only be read; False goes on without.
    """

    def __init__(self, folder: Path, chunk: int = CHUNK, limit: int | None = None, required: bool = True) -> None:
        self._folder, self._chunk, self._limit, self._required = folder, chunk, limit, required
        self._shards = Shards(folder, LARGEST if limit is None else min(LARGEST, limit // PARTS))

    def fill(
        self, keys: Keys, take: Take, compute: Compute, order: Callable[[int], Any], progress: Progress | None = None
    ) -> None:
        """Call `take(n, block)` for each n-th key, with its block as kept or computed.

        Args:
            compute: the blocks of some n-th keys, a chunk of those that are not kept; equal keys are asked for once.
            order: sorts by n what is to be computed.

        Raises:
            StudyError: the cache cannot be written, as on a full disk.
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
            if self._required and error.errno not in NO_RIGHT:
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


def keep_within(cache: Path, limit: int) -> None:
    """Remove files of all folders in `cache`, the longest unused first, until the rest is within `limit` bytes."""
    files = [file for folder in folders_in(cache) for file in shard_files(folder)]
    total = sum(file.size for file in files)
    for file in sorted(files, key=lambda file: file.used):
        if total <= limit:
            return
        remove(file.path)
        total -= file.size


def folders_in(cache: Path) -> list[Path]:
    """The folders of a folder, by name; none where it cannot be read."""
    with suppress(OSError):
        return sorted(path for path in cache.iterdir() if path.is_dir())
    return []
