"""Results of long computations in files, by their `content_key`: `train`, `evaluate`, `agree` and `retrain` compute each once.

What is kept is what would be computed, and deleting it changes nothing but time. Only arrays of figures are kept: no talk, no names.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np

from secondcoder.domain.arrays import State
from secondcoder.learning.arrays_file import read_arrays
from secondcoder.learning.content_key import content_key

MOST_BYTES = 256 * 2**20
"""Of all files together: cross-validations of 60,000 segments and 40 codes take 20 MB each."""


class KeptResults:
    """Arrays by key in the files of a folder; those used longest ago go first.

    Args:
        folder: made when something is kept; None keeps nothing.
        most: bytes of all files together.
    """

    def __init__(self, folder: Path | None = None, most: int = MOST_BYTES) -> None:
        self._folder, self._most = folder, most

    def arrays(
        self, parts: Callable[[], object], compute: Callable[[], State], found: Callable[[], None] = lambda: None
    ) -> State:
        """What `compute` gives, computed only where it is not kept.

        Args:
            parts: all that decides it; asked for only where something is kept.
            found: called where nothing was computed.
        """
        if self._folder is None:
            return compute()
        path = self._folder / f"{content_key(parts())}.npz"
        kept = _read(path)
        if kept is not None:
            found()
            return kept
        computed = compute()
        with suppress(OSError):  # a full disk, or no right to write: computed anew next time
            self._write(path, computed)
        return computed

    def _write(self, path: Path, arrays: State) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as draft:
            try:
                np.savez(draft, **arrays)  # type: ignore[arg-type]  # no array has the name of an option
                draft.close()
                os.replace(draft.name, path)  # in one step: nobody reads half a file
            except BaseException:
                draft.close()
                Path(draft.name).unlink(missing_ok=True)
                raise
        self._make_room(path.parent)

    def _make_room(self, folder: Path) -> None:
        sizes = [(file.stat().st_mtime_ns, file.stat().st_size, file) for file in folder.iterdir()]
        room = self._most
        for _, size, file in sorted(sizes, reverse=True):
            room -= size
            if room < 0:
                file.unlink(missing_ok=True)


NOTHING_KEPT = KeptResults()


def _read(path: Path) -> State | None:
    """None where there is no such file, or a damaged one."""
    if not path.is_file():
        return None
    try:
        arrays = read_arrays(path.read_bytes())  # every byte, and so the file's own checksums are checked
    except (OSError, ValueError):
        return None
    with suppress(OSError):
        os.utime(path)
    return arrays
