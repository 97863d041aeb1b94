"""Blocks of bytes by key, in a folder that any number of processes read and write at a time.

Each writer adds files of its own, renamed into place when they are whole. So nobody waits for a lock, a killed process leaves nothing
half, and a network folder will do, where a database's write-ahead log would not (https://sqlite.org/wal.html). Small files are merged
now and then by whichever process comes first.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from secondcoder.block_cache.shard_file import (
    DRAFT,
    KEY,
    Keys,
    Rows,
    Shard,
    merge,
    read_shard,
    shard_files,
    write_shard,
)

LARGEST = 64 * 2**20
"""Bytes of a file that is merged no further."""
FEW, SMALL = 16, 2**18
"""Files of about one size before they are merged; bytes of a small one."""
LOCK, HOUR = ".merging", 3600


class Shards:
    """The blocks of a folder.

    Args:
        largest: bytes of a file beyond which it is not merged with others.
    """

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        self._folder, self._largest = folder, largest
        self._known: dict[Path, Shard] = {}

    def find(self, keys: Keys) -> Iterator[tuple[int, memoryview]]:
        """(n, block) of each n-th of the keys that is kept here, in no order; the keys ascend, and no two are equal."""
        left: Rows = np.arange(len(keys))
        # Twice: another process may merge files, and remove the single ones, between listing and reading.
        for _ in range(2):
            shards, lost = self._shards()
            for shard in shards:
                here, rows = shard.rows_of(keys[left])
                found: list[int] = []
                try:
                    for at, block in shard.blocks(rows) if len(here) else ():
                        found.append(int(here[at]))
                        yield int(left[here[at]]), block
                except OSError:
                    lost = True
                if found:
                    _note_use(shard.path)
                    left = np.delete(left, found)
            if not lost:
                return

    def add(self, keys: Keys, blocks: Sequence[bytes]) -> None:
        """Keep blocks by their keys, no two equal; OSError where that cannot be written."""
        write_shard(self._folder, keys, blocks)

    def tidy(self) -> None:
        """Merge files where there are many of one size, and clear what killed processes left; nothing where another is at it."""
        # Nor where the disk knows no locks: more files are slower, and no worse.
        with suppress(Timeout, OSError, NotImplementedError), FileLock(self._folder / LOCK, timeout=0):
            for files in self._to_merge():
                merge(files)
            for draft in self._folder.glob(f"*{DRAFT}"):
                if _older_than_an_hour(draft):
                    draft.unlink()

    def _to_merge(self) -> Iterator[list[Path]]:
        by_size: dict[int, list[tuple[int, Path]]] = {}
        for file in shard_files(self._folder):
            if file.size < self._largest:
                by_size.setdefault((file.size // SMALL).bit_length() // 3, []).append((file.size, file.path))
        for files in by_size.values():
            if len(files) >= FEW:
                # Up to the first with which the largest size is reached.
                before = np.cumsum([0, *(size for size, _ in sorted(files))])[:-1]
                yield [path for (_, path), sum_ in zip(sorted(files), before, strict=True) if sum_ < self._largest]

    def _shards(self) -> tuple[list[Shard], bool]:
        """All that are here now, of those not seen before the table is read; and whether any could not be read."""
        now = {file.path: self._known.get(file.path) or read_shard(file.path) for file in shard_files(self._folder)}
        self._known = {path: shard for path, shard in now.items() if shard}
        return list(self._known.values()), len(self._known) < len(now)


def keys_of(texts: Iterable[str], *apart: str) -> Keys:
    """The keys of texts, told apart by some more words from other texts with the same wording."""
    # A lone surrogate in a text must not stop the hashing.
    base = sha256("".join(f"{word}\0" for word in apart).encode("utf-8", "surrogatepass"))
    digests = []
    for text in texts:
        digest = base.copy()
        digest.update(text.encode("utf-8", "surrogatepass"))
        digests.append(digest.digest()[: KEY.itemsize])
    return np.frombuffer(b"".join(digests), dtype=KEY)


def _note_use(path: Path) -> None:
    """The file's time says when it was last used: to the hour, so that reading writes next to nothing."""
    with suppress(OSError):
        if _older_than_an_hour(path):
            os.utime(path)


def _older_than_an_hour(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > HOUR
