"""A zip that anybody may have sent: no part of it unpacks to more than it declares, so that sizes can be checked before."""

from __future__ import annotations

from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo


class SafeZip(ZipFile):
    """A zip that is read.

    `ZipFile.read` unpacks all there is before it looks at how much was declared, and zipfile has no bound at all for bzip2 and LZMA,
    which no program uses in documents and projects.
    """

    def read(self, name: str | ZipInfo, pwd: bytes | None = None) -> bytes:
        """The content of a part, as long as it declares; BadZipFile where its checksum is another's, or for those packings."""
        part = name if isinstance(name, ZipInfo) else self.getinfo(name)
        with self.open(part, "r", pwd) as packed:
            return packed.read(part.file_size + 1)

    def open(self, name: str | ZipInfo, mode: str = "r", pwd: bytes | None = None, **options: bool) -> IO[bytes]:
        """A part, to be read in pieces; BadZipFile for packings that have no bound."""
        part = name if isinstance(name, ZipInfo) else self.getinfo(name)
        if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise BadZipFile(f"{part.filename} is packed in an unusual way")
        return super().open(part, "r", pwd, **options)
