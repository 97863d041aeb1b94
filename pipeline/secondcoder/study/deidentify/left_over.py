"""Which files still name somebody: bytes looked through as text, as UTF-16, and inside zips, whatever kind of file it is."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from secondcoder.study.deidentify.replacing import Replacing

LARGEST = 512 * 2**20
"""Bytes of a file, or of what a zip holds, that are looked through."""
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")  # as JSON writes letters beyond ASCII


def files_that_name(folder: Path, replacing: Replacing) -> dict[str, Sequence[str]]:
    """File, by its path in the folder -> words that were replaced and still stand in it, as they are written there."""
    found: dict[str, Sequence[str]] = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and not path.is_symlink():
            words = {word for text in texts_in(path.read_bytes()) for word in replacing.gone.found_in(text)}
            if words:
                found[path.relative_to(folder).as_posix()] = sorted(words)
    return found


def texts_in(content: bytes, depth: int = 2) -> Iterator[str]:
    """Everything that can be read in a file's bytes, and in those of the files that it packs."""
    # Bytes that are no text are dropped: words of a database's page stand between them.
    yield _plain(content.decode("utf-8", "ignore"))
    if b"\0" in content:
        for start in (0, 1):
            yield content[start:].decode("utf-16-le", "ignore")
            yield content[start:].decode("utf-16-be", "ignore")
    if depth and zipfile.is_zipfile(io.BytesIO(content)):
        for part in _members(content):
            yield from texts_in(part, depth - 1)


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "\\u" in text else text


def _members(content: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            left = LARGEST
            for member in archive.infolist():
                if (left := left - member.file_size) < 0:
                    return
                yield archive.read(member)
    except (zipfile.BadZipFile, RuntimeError, OSError, ValueError, NotImplementedError, zlib.error):
        return
