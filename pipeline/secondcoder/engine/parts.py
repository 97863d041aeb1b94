"""A batch run is cut into parts, each of which is done by itself: some transcripts' files, or some rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Protocol

PART_ROWS, PART_CHARACTERS = 2000, 1_000_000
"""Of a table a part has so many rows, or so many characters, and then whatever ends its last transcript."""
PART_BYTES, PART_FILES = 400_000, 500
"""Of transcripts' files a part has so many at most, whichever comes first, or one that is larger."""


@dataclass(frozen=True)
class TalkFile:
    """A transcript's file.

    Attributes:
        name: as the results call it: below the folder that was named. folders: those between the two (case and wave).
        beside: further files of the same transcript.
    """

    path: Path
    name: str
    folders: tuple[str, ...] = ()
    beside: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Part:
    """What is done in one go, and kept as one file.

    Attributes:
        number: from 1, in the order of the input.
        size: bytes of its files or characters of its rows, by which work is shared and the time left is told.
        sha256: of its content.
        files: of transcripts; empty for a part of a table.
        table: name of the table, whose rows stand in row group `group` of `FOLDER/tables/staged`.
        rows: how many.
    """

    number: int
    size: int
    sha256: str
    files: tuple[TalkFile, ...] = ()
    table: str = ""
    staged: str = ""
    group: int = 0
    rows: int = 0

    @property
    def name(self) -> str:
        """Of its file, without the suffix."""
        return f"{self.number:06d}"


@dataclass(frozen=True)
class Failed:
    """What could not be coded: a file, or a row of a table at a place such as "line 7", with the reason."""

    input: str
    why: str
    place: str = ""


@dataclass(frozen=True)
class PartOutcome:
    """What became of a part.

    Attributes:
        rows, transcripts, segments: how many were coded.
        codes: suggestions by code.
        failed: its files and rows that could not be coded; the others were.
        error: why the part as a whole was not done, '' where it was.
    """

    part: str
    rows: int = 0
    transcripts: int = 0
    segments: int = 0
    codes: Mapping[str, int] = field(default_factory=dict)
    failed: tuple[Failed, ...] = ()
    error: str = ""


def why(name: str, error: BaseException) -> str:
    """What a reader says of an input, in the words of a batch run and without the input's name before it."""
    text = str(error).removesuffix("Nothing was imported.").rstrip()
    text = text.replace("secondcoder import --encoding NAME", "--encoding NAME").replace("import with --", "use --")
    own = name.rsplit("/", 1)[-1]
    return text.removeprefix(f"{own}: ").removeprefix(f"{own} ")


class Work(Protocol):
    """What does one part, in whichever process: it can be pickled, and holds paths and options, no talk."""

    def __call__(self, part: Part, tell: Callable[[int], None] | None = None) -> PartOutcome:
        """Do a part; one that cannot be done has an outcome too. `tell` is called with how much of its size is done so far."""
        ...

    def check(self) -> None:
        """SecondcoderError where this process would not do what the run says: another secondcoder, model or embedder."""
        ...


class Engine(Protocol):
    """Where parts are done: in this process, or in those of a cluster."""

    def run(self, work: Work, parts: Sequence[Part], done: Callable[[PartOutcome], None]) -> None:
        """Do each part once, in any order; `done` is called here with each outcome as it comes.

        An outcome with an `error` stops nothing. What makes every part fail, as a full disk, is raised.
        """
        ...


def gathered(files: Iterable[tuple[TalkFile, int, str]], first: int = 1) -> Iterator[Part]:
    """Files of transcripts, each with its size and SHA-256, as parts in their order."""
    taken: list[tuple[TalkFile, int, str]] = []
    number = first
    for each in files:
        if taken and (len(taken) == PART_FILES or sum(size for _, size, _ in taken) + each[1] > PART_BYTES):
            yield _of_files(number, taken)
            number, taken = number + 1, []
        taken.append(each)
    if taken:
        yield _of_files(number, taken)


def digest_of_file(path: Path) -> str:
    """Its SHA-256."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def content_of(files: Iterable[tuple[str, str]]) -> str:
    """One SHA-256 for files, from the name and the SHA-256 of each."""
    told = "\n".join(f"{name}\0{digest}" for name, digest in files)
    return sha256(told.encode("utf-8", "surrogateescape")).hexdigest()


def _of_files(number: int, taken: Sequence[tuple[TalkFile, int, str]]) -> Part:
    files = tuple(file for file, _, _ in taken)
    return Part(
        number, sum(size for _, size, _ in taken), content_of((file.name, digest) for file, _, digest in taken), files
    )
