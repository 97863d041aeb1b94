"""Which reader reads a file: one module a format, in this package or in another that is installed beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import takewhile
from pathlib import Path

from secondcoder.domain.names import file_name, readable
from secondcoder.domain.plugins import guarded, plug_ins, shipped
from secondcoder.domain.records import Transcript
from secondcoder.errors import ReadError
from secondcoder.transcripts.encoding import Decoded, decode
from secondcoder.transcripts.refused_formats import export_refusal, refusal

GROUP = "secondcoder.transcript_formats"
MOST_CHARACTERS = 5_000_000
"""Of one transcript: a day of talk has about a million."""
MOST_PACKED = 300_000_000
"""Bytes of a zip or a PDF: a document with hundreds of photographs."""
PLAINEST = "plain text"  # the reader that takes whatever is left
BLANK = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"  # white space, byte order marks, and the NULs of UTF-16 white space


# No slots: cached_property keeps its value in the instance's __dict__.
@dataclass(frozen=True)
class Source:
    """A file as readers see it: its path, its bytes, and its text once decoded.

    `speakers` are labels that the person named; `beside` are further files of the same transcript (`Reader.together`).
    """

    path: Path
    speakers: tuple[str, ...] = ()
    beside: tuple[Path, ...] = ()

    @property
    def all_files(self) -> list[Source]:
        """This file and those beside it."""
        return [self, *(Source(path, self.speakers) for path in self.beside)]

    @property
    def stem(self) -> str:
        """What the transcript is called: the file's stem, or what those of several files have in common."""
        signs = zip(*(path.stem for path in (self.path, *self.beside)), strict=False)
        shared = "".join(first for first, *_ in takewhile(lambda each: len(set(each)) == 1, signs))
        return (shared.rstrip(" _.-") if self.beside else "") or self.path.stem

    @cached_property
    def data(self) -> bytes:
        """The whole file; ReadError when it cannot be opened, or is too large for a transcript."""
        try:
            self._refuse_endless()
            return self.path.read_bytes()
        except OSError as error:
            raise ReadError(f"{self.path.name}: cannot be read ({error.strerror}).") from None

    def _refuse_endless(self) -> None:
        """ReadError for a text of more bytes than so many characters have; a zip, as Word writes it, and a PDF may hold pictures."""
        if self.path.exists() and not self.path.is_file():  # a pipe would be waited for, a device never ends
            raise ReadError(f"{self.path.name}: no file. Nothing was imported.")
        size = self.path.stat().st_size  # before it is read: it may not fit into the memory
        with self.path.open("rb") as file:
            packed = file.read(4).startswith((b"PK", b"%PDF"))
        if size > (MOST_PACKED if packed else 4 * MOST_CHARACTERS):
            most = f"{MOST_PACKED:,} bytes" if packed else f"{MOST_CHARACTERS:,} characters"
            raise ReadError(
                f"{self.path.name}: {size:,} bytes, and a transcript has at most {most}. Nothing was imported."
            )

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

    A format joins as one module that defines `READER`: in this package, or in another package under the entry point group
    `secondcoder.transcript_formats` (`subrip = "secondcoder_subrip:READER"`). Running text goes to `assembly.assemble`, captions
    go to `captions.caption_transcript`; both find labels and roles by the rules that hold for every format.

    Attributes:
        name: what people call it.
        suffixes: lower case, with the dot; for messages, the content decides.
        sniff: does the file hold this format? Never raises on files of other formats. A reader may also take a file by its suffix
            alone, in order to say what is wrong with the content.
        read: the transcript, its id the file's stem. Its text is final: turns are [start, end) in code points of it, in order,
            apart, without white space around the speech. `interviewer` lists speaker labels that the person named as
            interviewers. ReadError (place, fault, mend, consequence) where the file cannot be read.
        priority: smaller is asked first; plain text (1000) takes whatever is left.
        together: which of some files, all with its suffixes, hold one transcript between them, such as a file a speaker; `read` then
            gets the first, the others `beside` it. Never raises. None where each file is a transcript.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[Source], bool]
    read: Callable[[Source, Sequence[str]], Transcript]
    priority: int = 50
    together: Callable[[Sequence[Path]], Iterable[Sequence[Path]]] | None = None


@cache
def readers() -> tuple[Reader, ...]:
    """All readers, in the order in which they are asked; SecondcoderError for a plug-in that cannot be loaded."""
    added = [
        replace(reader, sniff=guarded(plug_in, reader.sniff), read=guarded(plug_in, reader.read, Transcript))
        for plug_in, reader in plug_ins(GROUP, Reader)
    ]
    known: list[Reader] = [*shipped("secondcoder.transcripts", "READER", rooms=True), *added]
    return tuple(sorted(known, key=lambda reader: (reader.priority, reader.name)))


def find_reader(source: Source) -> Reader:
    """The reader for a file; ReadError for an empty file and for one that none knows."""
    if not source.data.strip(BLANK):
        raise ReadError(f"{source.path.name}: the file is empty.")
    for reader in readers():
        if reader.sniff(source):
            if (
                reader.name == PLAINEST
                and source.is_text()
                and (other := export_refusal(source.path.name, source.text))
            ):
                raise ReadError(other)
            return reader
    known = ", ".join(suffix for reader in readers() for suffix in reader.suffixes)
    raise ReadError(
        refusal(source.path.name, source.data)
        or f"{source.path.name}: not a transcript in a format that secondcoder reads ({known}). Save it as one of these, or leave "
        "it out. Nothing was imported."
    )


def files_together(paths: Sequence[Path]) -> dict[Path, tuple[Path, ...]]:
    """The first file of each transcript -> the others that belong to it, where several files hold one transcript."""
    found = {}
    for reader in readers():
        if reader.together:
            groups = reader.together([path for path in paths if path.suffix.lower() in reader.suffixes])
            found.update({first: tuple(others) for first, *others in groups})
    return found


def read_transcript(
    path: Path, interviewer: Sequence[str] = (), speakers: Sequence[str] = (), beside: Sequence[Path] = ()
) -> Transcript:
    """A transcript from a file, its id the file's stem; ReadError names the file, the fault and the mend.

    `interviewer` and `speakers` are labels that the person named: of who asks, and of anybody who speaks. `beside` are further files
    of the same transcript, as `files_together` finds them.
    """
    source = Source(path, tuple(speakers), tuple(beside))
    transcript = find_reader(source).read(source, interviewer)
    stem = source.stem
    if not (name := file_name(stem)):
        raise ReadError(
            f"'{file_name(path.name)}': no letter or figure in its name, which is to be the transcript's. Rename it."
        )
    notes = transcript.notes
    if readable(stem) != stem or not stem.strip().isprintable():
        notes = (*notes, f"its name holds what no table can: the transcript is called '{name}'")
    return replace(transcript, id=name, source=file_name(path.name), notes=notes)
