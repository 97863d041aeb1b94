"""The zip that a project comes in: which part is the project, where the texts lie, and nothing hostile unpacked.

Only the project's XML and the texts that it names are ever unpacked, into memory; media stay where they are. Programs differ in
the case of `sources/`, in the name of the `.qde`, and in how they write the address of a text; people send a project within
another zip, or rename it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, NoReturn
from urllib.parse import unquote
from zipfile import ZipInfo

from secondcoder.errors import InputError
from secondcoder.transcripts.safe_zip import BROKEN, CrowdedZipError, SafeZip, is_bomb, is_encrypted, is_link

MOST_ENTRIES = 8_000
MOST_PROJECT = 100 * 2**20  # bytes of the .qde; 20,000 codings take about 12 MB
MOST_TEXT = 20 * 2**20  # bytes of one text
MOST_TEXTS = 150 * 2**20  # bytes of all texts together
MOST_WITHIN = 2**30  # bytes of a project within another zip
AGAIN = "Export the project again"


def is_project(path: Path) -> bool:
    """Whether a file is a zip with a REFI-QDA project in it, or with one in a zip in it. Never raises."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return False
        with path.open("rb") as file:
            if file.read(4) != b"PK\x03\x04":
                return False
            with SafeZip(file) as package:
                names = [_plain(name) for name in package.namelist()]
    except BROKEN:
        return False
    return bool(_projects(names)) or any(name.endswith(".qdpx") for name in names)


class Archive:
    """A project's zip, open."""

    def __init__(self, package: SafeZip, name: str) -> None:
        self._zip, self.name = package, name
        self._left = MOST_TEXTS
        # The Finder of macOS puts a shadow of each file beside it, of the same ending.
        entries = (each for each in package.infolist() if not each.filename.startswith("__MACOSX/"))
        self._entries = [entry for entry in entries if not entry.filename.endswith("/")]
        self._check()
        self._by_base: dict[str, dict[str, ZipInfo]] = {}  # name without folders -> with them
        for entry in self._entries:
            plain = _plain(entry.filename)
            self._by_base.setdefault(plain.rsplit("/", 1)[-1], {})[plain] = entry

    def project(self) -> tuple[str, bytes]:
        """Name and content of the `.qde`: `project.qde` whatever its case, else the only one at the root."""
        names = _projects([_plain(entry.filename) for entry in self._entries])
        found = [entry for entry in self._entries if _plain(entry.filename) in names]
        named = [entry for entry in found if _plain(entry.filename).rpartition("/")[2] == "project.qde"]
        if len(named or found) != 1:
            several = ", ".join(entry.filename for entry in found)
            self.refuse(f"it holds several projects ({several})" if found else "no project.qde in it")
        (entry,) = named or found
        if entry.file_size > MOST_PROJECT:
            self.refuse(f"{entry.filename} unpacks to {entry.file_size:,} bytes, and at most {MOST_PROJECT:,} are read")
        return entry.filename, self._read(entry)

    def text(self, address: str) -> bytes | None:
        """What lies at an address such as `internal://GUID.txt`; None where nothing does, or it lies outside of the zip."""
        scheme, colon, rest = address.partition("://")
        if colon and scheme.casefold() != "internal":
            return None
        wanted = (rest if colon else address).replace("\\", "/").rsplit("/", 1)[-1]
        entry = self._find(wanted) or self._find(unquote(wanted))
        if entry is None:
            return None
        self._left -= entry.file_size
        if entry.file_size > MOST_TEXT or self._left < 0:
            most = MOST_TEXT if entry.file_size > MOST_TEXT else MOST_TEXTS
            self.refuse(f"{entry.filename} is text that unpacks to over {most:,} bytes with what was read before")
        return self._read(entry)

    def refuse(self, fault: str, mend: str = AGAIN) -> NoReturn:
        """InputError that names the file."""
        raise InputError(f"{self.name}: {fault}. {mend}. Nothing was imported.")

    def _find(self, base: str) -> ZipInfo | None:
        """The entry with this base name, in `sources/` before the root before anywhere else."""
        wanted = _plain(base)
        found = self._by_base.get(wanted, {})
        return found.get(f"sources/{wanted}") or found.get(wanted) or next(iter(found.values()), None)

    def _read(self, entry: ZipInfo) -> bytes:
        try:
            return self._zip.read(entry)
        except BROKEN:
            self.refuse(f"{entry.filename} is damaged (its checksum or its packing is wrong)")

    def _check(self) -> None:
        if len(self._entries) > MOST_ENTRIES:
            self.refuse(f"{len(self._entries):,} files in it, and at most {MOST_ENTRIES:,} are read")
        seen: set[str] = set()
        for entry in self._entries:
            parts = entry.filename.replace("\\", "/").split("/")
            if ".." in parts or not parts[0] or ":" in parts[0]:
                self.refuse(f"its entry '{entry.filename[:80]}' leads out of it, as no program writes it")
            if is_link(entry):
                self.refuse(f"its entry '{entry.filename[:80]}' is a link to another file")
            if is_bomb(entry.file_size, entry.compress_size):
                size = f"{entry.file_size:,} bytes, from {entry.compress_size:,}"
                self.refuse(f"its entry '{entry.filename[:80]}' unpacks to {size}, as no text and no recording does")
            if is_encrypted(entry):
                self.refuse("it is protected by a password")
            if entry.filename in seen:
                self.refuse(f"'{entry.filename[:80]}' stands in it twice, with different content perhaps")
            seen.add(entry.filename)


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """A project's zip, or the one within a zip; InputError for one that is damaged or that no program would write."""
    with ExitStack() as stack:
        try:
            file: IO[bytes] = stack.enter_context(path.open("rb"))
            archive = _archive(file, path.name, stack)
            within = [entry for entry in archive._entries if _plain(entry.filename).endswith(".qdpx")]
            if within and not _projects([_plain(entry.filename) for entry in archive._entries]):
                archive = _archive(_unpacked(archive, within, stack), path.name, stack)
        except BROKEN:
            raise InputError(
                f"{path.name}: no REFI-QDA project, or a damaged one (a broken zip). {AGAIN}. Nothing was imported."
            ) from None
        yield archive


def _archive(file: IO[bytes], name: str, stack: ExitStack) -> Archive:
    try:
        return Archive(stack.enter_context(SafeZip(file)), name)
    except CrowdedZipError:
        raise InputError(
            f"{name}: over {MOST_ENTRIES:,} files in it, more than are read. Nothing was imported."
        ) from None


def _unpacked(archive: Archive, within: list[ZipInfo], stack: ExitStack) -> IO[bytes]:
    if len(within) > 1:
        archive.refuse(f"it holds {len(within)} projects", "Unpack it and import them one by one")
    if within[0].file_size > MOST_WITHIN:
        archive.refuse(f"the project in it has {within[0].file_size:,} bytes", "Unpack it and import what is in it")
    file = stack.enter_context(TemporaryFile())  # noqa: SIM115 - the stack closes it
    with archive._zip.open(within[0]) as packed:
        copyfileobj(packed, file)
    return file


def _plain(name: str) -> str:
    """A name in any case, with any slashes, in one form of its accents."""
    return unicodedata.normalize("NFC", name.replace("\\", "/")).casefold()


def _projects(names: Sequence[str]) -> list[str]:
    """Those that are projects: at the root, or in a folder there, as when somebody unpacked a project and packed its folder."""
    found = [name for name in names if name.endswith(".qde") and name.count("/") < 2 and "__macosx" not in name]
    return [name for name in found if "/" not in name] or found
