"""Zips that anybody may have sent, as documents, workbooks, projects and packs are: none unpacks to more than it says before."""

from __future__ import annotations

import lzma
import stat
import zlib
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

MOST_DIRECTORY = 4 * 2**20  # bytes of the list of entries; at least 46 an entry
LARGE, MOST_TIMES = 50_000_000, 200
"""From so many bytes on, what unpacks to more than so many times its size is a bomb: talk is packed to a third or a tenth."""
BROKEN = (BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError)
"""What zipfile raises for a damaged zip. ValueError: an offset before the file's start, or a name that is no UTF-8; RuntimeError: a
password, or a version or compression that Python lacks, as a damaged header may claim."""
_END, _END_OF_LARGE = b"PK\x05\x06", b"PK\x06\x06"


class CrowdedZipError(BadZipFile):
    """A zip of more entries than any that people send."""


def open_zip(file: IO[bytes]) -> ZipFile:
    """The zip; one of `BROKEN` for what is none, `CrowdedZipError` before a list of entries is made that would fill the memory."""
    if _directory_size(file) > MOST_DIRECTORY:
        raise CrowdedZipError("too many entries")
    return ZipFile(file)


def unpacked(package: ZipFile, entry: ZipInfo) -> bytes:
    """An entry's content; one of `BROKEN` for another size than it states, or another checksum.

    `ZipFile.read` unpacks all there is, whatever the entry states, before it compares the two.
    """
    with package.open(entry) as packed:
        return packed.read(entry.file_size + 1)


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
