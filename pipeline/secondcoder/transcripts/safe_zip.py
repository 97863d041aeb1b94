"""Zips that anybody may have sent, as documents, workbooks, projects and packs are: none unpacks to more than it says before."""

from __future__ import annotations

import stat
import zlib
from contextlib import nullcontext
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

MOST_DIRECTORY = 4 * 2**20  # bytes of the list of entries; at least 46 an entry
LARGE, MOST_TIMES = 50_000_000, 200
"""From so many bytes on, what unpacks to more than so many times its size is a bomb: talk is packed to a third or a tenth."""
BROKEN = (BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
"""What zipfile raises for a damaged zip. ValueError: an offset before the file's start, or a name that is no UTF-8; RuntimeError: a
password, or a version or compression that Python lacks, as a damaged header may claim."""
_END, _END_OF_LARGE = b"PK\x05\x06", b"PK\x06\x06"


class CrowdedZipError(BadZipFile):
    """A zip of more entries than any that people send."""


class SafeZip(ZipFile):
    """A zip that is read; one of `BROKEN` for what is none, and for what is damaged in it.

    A list of entries that would fill the memory is not made, and no part unpacks to more than it states, so that sizes can be
    checked before: `ZipFile.read` unpacks all there is before it looks at how much was stated, and zipfile has no bound at all for
    bzip2 and LZMA, which no program uses in documents and projects.
    """

    def __init__(self, file: Path | IO[bytes]) -> None:
        """`CrowdedZipError` for too many entries."""
        with file.open("rb") if isinstance(file, Path) else nullcontext(file) as content:
            if _directory_size(content) > MOST_DIRECTORY:
                raise CrowdedZipError("too many entries")
        super().__init__(file)

    def read(self, name: str | ZipInfo, pwd: bytes | None = None) -> bytes:
        """The content of a part, as long as it states."""
        part = name if isinstance(name, ZipInfo) else self.getinfo(name)
        with self.open(part, "r", pwd) as packed:
            return packed.read(part.file_size + 1)

    def open(self, name: str | ZipInfo, mode: str = "r", pwd: bytes | None = None, **options: bool) -> IO[bytes]:
        """A part, to be read in pieces; BadZipFile for packings that have no bound."""
        part = name if isinstance(name, ZipInfo) else self.getinfo(name)
        if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise BadZipFile(f"{part.filename} is packed in an unusual way")
        return super().open(part, "r", pwd, **options)


def is_bomb(size: int, packed: int) -> bool:
    """Whether so many bytes from so many packed ones are more than any text or recording gives."""
    return size > LARGE and size > MOST_TIMES * max(packed, 1)


def is_encrypted(entry: ZipInfo) -> bool:
    """Whether an entry has a password."""
    return bool(entry.flag_bits & 1)


def is_link(entry: ZipInfo) -> bool:
    """Whether an entry is a symbolic link."""
    return stat.S_ISLNK(entry.external_attr >> 16)


def _directory_size(file: IO[bytes]) -> int:
    """Bytes of the list of entries, as the end of the zip says; 0 where it says nothing, and ZipFile refuses it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))  # the end's record, and the longest comment behind it
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END)
    told = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if told == 0xFFFFFFFF and (large := tail.rfind(_END_OF_LARGE, 0, at)) >= 0:  # zip64
        return int.from_bytes(tail[large + 40 : large + 48], "little")
    return told
