"""One file of blocks of bytes by key: written once, whole or not at all, with a check of every part."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.void]
"""(n,) 128 bits each, of `KEY`."""
Rows = npt.NDArray[np.intp]
KEY = np.dtype([("high", "<u8"), ("low", "<u8")])
ENTRY = np.dtype([("key", KEY), ("end", "<i8"), ("check", "<u4")])
"""A key, where its block ends, and the block's CRC-32."""
SUFFIX, DRAFT = ".shard", ".part"


@dataclass(frozen=True)
class Shard:
    """A file with its table read: keys in ascending order, and where their blocks lie from `start` on."""

    path: Path
    entries: npt.NDArray[np.void]
    high: npt.NDArray[np.uint64]
    start: int

    def rows_of(self, keys: Keys) -> tuple[Rows, Rows]:
        """Which of the keys are here, and their rows."""
        # Of two keys with one upper half only the first is found; the other one counts as not kept.
        rows = np.minimum(np.searchsorted(self.high, keys["high"]), len(self.high) - 1)
        here = np.flatnonzero(self.entries["key"][rows] == keys)
        return here, rows[here]

    def blocks(self, rows: Rows | None = None) -> Iterator[tuple[int, memoryview]]:
        """(n, block) of each n-th of the rows, which ascend; of all without them. One that is not as it was written is left out.

        Raises:
            OSError: the file is gone, or cannot be read.
        """
        rows = np.arange(len(self.entries)) if rows is None else rows
        ends, checks = self.entries["end"], self.entries["check"]
        begins = np.append(0, ends[:-1])
        with self.path.open("rb") as file:
            # Neighbours are read at once.
            for run in np.split(np.arange(len(rows)), np.flatnonzero(np.diff(rows) != 1) + 1):
                base = int(begins[rows[run[0]]])
                file.seek(self.start + base)
                read = memoryview(file.read(int(ends[rows[run[-1]]]) - base))
                for at in run.tolist():
                    row = rows[at]
                    block = read[begins[row] - base : ends[row] - base]
                    if crc32(block) == checks[row]:
                        yield at, block


def read_shard(path: Path) -> Shard | None:
    """A file's table; None where it cannot be read, or is not as it was written: then it is removed."""
    try:
        with path.open("rb") as file:
            return _table(path, file)
    except OSError:
        return None  # gone, or out of reach for now
    except Exception:  # whatever NumPy, and Python's own parser below it, make of a damaged header
        remove(path)
        return None


def _table(path: Path, file: BinaryIO) -> Shard:
    check, entries = (np.lib.format.read_array(file, allow_pickle=False) for _ in range(2))
    start, size = file.tell(), file.seek(0, os.SEEK_END)
    if entries.dtype != ENTRY or check != crc32(entries.tobytes()) or start + int(entries["end"][-1]) != size:
        raise ValueError(path)
    return Shard(path, entries, np.ascontiguousarray(entries["key"]["high"]), start)


def write_shard(folder: Path, keys: Keys, blocks: Sequence[bytes]) -> Path:
    """A new file with blocks by their keys, at least one; its name begins with their number. It is there only when it is whole.

    Raises:
        OSError: it cannot be written.
    """
    order = np.lexsort((keys["low"], keys["high"]))
    entries = np.empty(len(keys), dtype=ENTRY)
    entries["key"] = keys[order]
    entries["end"] = np.cumsum([len(blocks[at]) for at in order])
    entries["check"] = [crc32(blocks[at]) for at in order]
    path = folder / f"{len(keys)}-{secrets.token_hex(8)}{SUFFIX}"
    draft = path.with_suffix(DRAFT)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with draft.open("xb") as file:
            for table in (np.array(crc32(entries.tobytes())), entries):
                np.lib.format.write_array(file, table, allow_pickle=False)
            file.writelines(blocks[at] for at in order)
        draft.replace(path)
    except BaseException:
        remove(draft)
        raise
    return path


def merge(files: Sequence[Path]) -> None:
    """Put what is whole in some files into one, each key once; it counts as used when the last of them was."""
    content: dict[bytes, bytes] = {}
    used = max(file.stat().st_mtime for file in files)
    for shard in map(read_shard, files):
        for row, block in shard.blocks() if shard else ():
            content[shard.entries["key"][row].tobytes()] = bytes(block)  # type: ignore[union-attr]
    if content:
        merged = write_shard(files[0].parent, np.frombuffer(b"".join(content), dtype=KEY), list(content.values()))
        os.utime(merged, (used, used))
    for file in files:
        remove(file)


def mend(path: Path) -> int:
    """Write a file anew without what is damaged in it; returns how many blocks that were."""
    shard = read_shard(path)
    if shard is None:
        return 0 if path.exists() else count_in(path)
    lost = len(shard.entries) - sum(1 for _ in shard.blocks())
    if lost:
        merge([path])
    return lost


class Listed(NamedTuple):
    """A file, its bytes, and when it was last used; 0 of one that another process has removed meanwhile."""

    path: Path
    size: int
    used: float


def shard_files(folder: Path) -> list[Listed]:
    """The files of a folder; none where there is no folder."""
    with suppress(OSError), os.scandir(folder) as entries:
        return [_listed(each) for each in entries if each.name.endswith(SUFFIX)]
    return []


def _listed(entry: os.DirEntry[str]) -> Listed:
    try:
        stat = entry.stat()
    except OSError:
        return Listed(Path(entry.path), 0, 0)
    return Listed(Path(entry.path), stat.st_size, stat.st_mtime)


def count_in(path: Path) -> int:
    """Blocks of a file, as its name says."""
    count = path.name.partition("-")[0]
    return int(count) if count.isdecimal() else 0


def remove(path: Path) -> None:
    """Remove a file if that can be done now: Windows removes none that somebody reads."""
    with suppress(OSError):
        path.unlink()
