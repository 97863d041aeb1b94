"""Which reader reads a file."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path

from secondcoder.domain.records import Transcript
from secondcoder.errors import ReadError
from secondcoder.transcripts.encoding import Decoded, decode

BLANK = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"  # white space, byte order marks, and the NULs of UTF-16 white space


@dataclass(frozen=True)
class Source:
    """A file as readers see it: its path, its bytes, and its text once decoded."""

    path: Path

    @cached_property
    def data(self) -> bytes:
        """The whole file; ReadError when it cannot be opened."""
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise ReadError(f"{self.path.name}: cannot be read ({error.strerror}).") from None

    @cached_property
    def decoded(self) -> Decoded:
        """The file as text, with its encoding and a note when that is a guess; ReadError when no encoding fits."""
        return decode(self.data, self.path.name)

    @property
    def text(self) -> str:
        """The file as text, line ends as in the file; ReadError when no encoding fits."""
        return self.decoded.text

    @property
    def unified(self) -> str:
        """The file as text, every line end a single newline: what readers of text formats start from."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n")

    def is_text(self) -> bool:
        """Whether an encoding fits; for sniffing, which never raises."""
        try:
            return bool(self.text)
        except ReadError:
            return False


@dataclass(frozen=True)
class Reader:
    """One transcript format.

    Attributes:
        name: what people call it.
        suffixes: lower case, with the dot; for messages, the content decides.
        sniff: is this file mine? Never raises on foreign files. A reader may also claim a file by its suffix alone, in order
            to say what is wrong with the content.
        read: the transcript; `interviewer` lists speaker labels that the person named as interviewers.
        priority: smaller is asked first; plain text takes whatever is left.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[Source], bool]
    read: Callable[[Source, Sequence[str]], Transcript]
    priority: int = 50


@cache
def readers() -> tuple[Reader, ...]:
    """All readers of this package, in the order in which they are asked."""
    package = import_module("secondcoder.transcripts")
    modules = (import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__))
    known = [module.READER for module in modules if hasattr(module, "READER")]
    return tuple(sorted(known, key=lambda reader: (reader.priority, reader.name)))


def find_reader(source: Source) -> Reader:
    """The reader for a file; ReadError for an empty file and for one that none knows."""
    if not source.data.strip(BLANK):
        raise ReadError(f"{source.path.name}: the file is empty.")
    for reader in readers():
        if reader.sniff(source):
            return reader
    known = ", ".join(suffix for reader in readers() for suffix in reader.suffixes)
    raise ReadError(f"{source.path.name}: not a transcript in a format that secondcoder reads ({known}).")


def read_transcript(path: Path, interviewer: Sequence[str] = ()) -> Transcript:
    """A transcript from a file, its id the file's stem; ReadError names the file, the fault and the mend."""
    source = Source(path)
    return find_reader(source).read(source, interviewer)
