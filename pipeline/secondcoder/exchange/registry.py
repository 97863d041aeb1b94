"""Which format a file of coded data has: one module a format, in this package or in another that is installed beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from secondcoder.codebook.model import Codebook
from secondcoder.domain.names import Spellings
from secondcoder.domain.plugins import guarded, in_turn, plug_ins, shipped
from secondcoder.domain.records import Case, Coding, CodingPass, Suggestion, Transcript
from secondcoder.errors import InputError, did_you_mean

GROUP = "secondcoder.coding_formats"
DEFAULT = "table"  # what export writes by default
NO_PASSES = "This format has no place for what was read without a code: export the coded table too, to keep that."
REMEMBERED = "remembered for export"
"""The event that keeps a format's memory."""


@dataclass
class CodedData:
    """What a file of coded data holds: what `read` gives, and what `write` gets.

    Attributes:
        transcripts, cases, codings, passes: the records. Reading, only transcripts that the study lacks.
        memory: plain JSON that the format finds again when it reads or writes for this study once more, such as identifiers of the
            other program. An import keeps it in the audit trail; of several imports later words win (`merged_memory`).
        notes: from reading, for the person who imports.
        scores: from reading, of codings that are a model's: the probability; such a coding is a look for its code alone.
        sheets: from reading, (transcript, coder) of coding sheets, which are made with all that their coder coded.
        suggestions: for writing, of one model version; only where somebody asked for them.
        dialect: for writing, one of the format's `dialects`; '' for its first.
        study, since: for writing, a key of the study that no other has, and when it was made (UTC, ISO 8601), for a format's own
            identifiers and dates.
    """

    transcripts: list[Transcript] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    codings: list[Coding] = field(default_factory=list)
    passes: list[CodingPass] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _: KW_ONLY
    memory: dict[str, Any] = field(default_factory=dict)
    scores: dict[Coding, float] = field(default_factory=dict)
    sheets: set[tuple[str, str]] = field(default_factory=set)
    suggestions: list[Suggestion] = field(default_factory=list)
    dialect: str = ""
    study: str = ""
    since: str = ""


@dataclass(frozen=True)
class ImportContext:
    """What `read` is told of the study and of the person's options.

    Attributes:
        book: the codebook; every code must be in it.
        known: the transcripts that the study has already, and those that come with the same import, by id.
        own: the transcript that the same file gave, of a format with `with_transcript`; None where it gave none.
        spellings: how coders, transcripts and cases are spelt in the study; what a file spells otherwise is the same name.
        remembered: the memory of the format's earlier imports (`CodedData.memory`).
        coder: whose codes these are, where the file does not say.
        read_whole: the person says that whoever coded anything in a transcript read all of it.
        of_model: the codings are a model's, and may have scores.
        interviewer, speakers: labels that the person named, of interviewers and of anybody; each must speak in the file's
            transcripts, if it has any.
        interviewer_roles: words of a column of roles that make an interviewer.
    """

    book: Codebook
    known: Mapping[str, Transcript] = field(default_factory=dict)
    coder: str | None = None
    _: KW_ONLY
    own: Transcript | None = None
    spellings: Spellings = field(default_factory=Spellings)
    remembered: Mapping[str, Any] = field(default_factory=dict)
    read_whole: bool = False
    of_model: bool = False
    interviewer: Sequence[str] = ()
    speakers: Sequence[str] = ()
    interviewer_roles: Sequence[str] = ("interviewer",)
    _found: dict[str, str | None] = field(default_factory=dict, repr=False)

    def find(self, written: str) -> str | None:
        """The codebook's code of this spelling, looked up once: a model's table names each code thousands of times."""
        if written not in self._found:
            self._found[written] = self.book.find(written)
        return self._found[written]


Writer = Callable[[CodedData, Codebook, Path], None]


@dataclass(frozen=True)
class CodedFormat:
    """One format of coded data: how a file is recognised, and what reads and writes it. The first four are all that a format needs.

    A format joins as one module that defines `CODED_FORMAT`: in this package, or in another package under the entry point group
    `secondcoder.coding_formats` (`csv_long = "my_package:CODED_FORMAT"`).

    Attributes:
        name: a plain word, for `export --format`.
        suffixes: those that it reads, lower case, with the dot; the first is the suffix of an export to the screen.
        sniff: does the file hold this format? Never raises on files of other formats.
        read: the file's records. InputError with all faults of the file together, each with its place.
        write: a file of these records, by the suffix, whole or not at all (`reports.whole_file`). None for a format that is
            only read.
        codes: the codes that a file names, as written, so that `import --add-codes` can add what the codebook lacks. None where
            a format's codes must be in the codebook.

        Recognising and reading:
        priority: smaller is asked first.
        folders: suffixes of folders that are one project of the format, and are read as one thing.
        codebook: the codebook that a project of another program carries, its codes with ids that suit secondcoder; with it, `codes` is
            not asked. `carried_codes.matched_codes` says which codes of the study they are.
        with_transcript: its files are transcripts too, which are read as such first (`ImportContext.own`).

        Writing:
        dialects: the ways to write the format among which `export --dialect` chooses, the usual one first.
        suggestions: `write` writes them too.
        marks: what it writes holds the codings; a copy to code in does not.
        not_held: a sentence on what of a study the format has no place for.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[Path], bool]
    read: Callable[[Path, ImportContext], CodedData]
    write: Writer | None = None
    codes: Callable[[Path], Iterable[str]] | None = None
    _: KW_ONLY
    priority: int = 50
    folders: tuple[str, ...] = ()
    codebook: Callable[[Path], Codebook] | None = None
    with_transcript: bool = False
    dialects: tuple[str, ...] = ()
    suggestions: bool = False
    marks: bool = True
    not_held: str = ""


@cache
def coded_formats() -> tuple[CodedFormat, ...]:
    """All formats, in the order in which they are asked; SecondcoderError for a plug-in that cannot be loaded."""
    added = [_guarded(plug_in, coded_format) for plug_in, coded_format in plug_ins(GROUP, CodedFormat)]
    return in_turn([*shipped("secondcoder.exchange", "CODED_FORMAT", rooms=True), *added], "formats of coded data")


def _guarded(plug_in: str, added: CodedFormat) -> CodedFormat:
    return replace(
        added,
        sniff=guarded(plug_in, added.sniff),
        read=guarded(plug_in, added.read, CodedData),
        write=added.write and guarded(plug_in, added.write),
        codes=added.codes and guarded(plug_in, _at_once(added.codes)),
        codebook=added.codebook and guarded(plug_in, added.codebook, Codebook),
    )


def _at_once(codes: Callable[[Path], Iterable[str]]) -> Callable[[Path], list[str]]:
    """What may come one by one, together, so that a fault arises where the plug-in is named."""
    return lambda path: list(codes(path))


def project_folders() -> frozenset[str]:
    """Suffixes of folders that are one project of some format."""
    return frozenset(suffix for coded_format in coded_formats() for suffix in coded_format.folders)


def find_coded_format(path: Path, transcript_suffixes: Iterable[str] = ()) -> CodedFormat | None:
    """The format of a file, by content; None for a file that holds no coded data.

    A file with the suffix of a format is taken for it even where the content does not show it, so that its faults are reported,
    unless transcripts come with that suffix too.
    """
    suffix, is_folder = path.suffix.lower(), path.is_dir()
    formats = [each for each in coded_formats() if not is_folder or suffix in each.folders]
    by_content = (coded_format for coded_format in formats if coded_format.sniff(path))
    by_suffix = (coded_format for coded_format in formats if suffix in coded_format.suffixes)
    return next(by_content, None) or (None if suffix in transcript_suffixes else next(by_suffix, None))


def form_of(path: Path | None, named: str | None = None) -> str:
    """The name of the format to write: the one that somebody named, else that of the file's suffix, else the coded table."""
    suffix = path.suffix.lower() if path else ""
    by_suffix = (each.name for each in coded_formats() if each.write and suffix in each.suffixes)
    return named or next(by_suffix, DEFAULT)


def find_writer(name: str, dialect: str = "", suggestions: bool = False) -> tuple[Writer, CodedFormat]:
    """What writes the format of this name, and the format.

    InputError where no format, or none of its dialects, is written so, or where it holds no suggestions and there are some.
    """
    written = {each.name: (each.write, each) for each in coded_formats() if each.write}
    if name not in written:
        near = did_you_mean(name, written)
        raise InputError(
            f"'{name}' is no format that secondcoder writes ({', '.join(written)}).{near} Nothing was written."
        )
    dialects = written[name][1].dialects
    if dialect and dialect not in dialects:
        known = f"It has {', '.join(dialects)}." if dialects else "It has none."
        near = did_you_mean(dialect, dialects)
        raise InputError(f"'{name}' has no dialect '{dialect}'. {known}{near} Nothing was written.")
    if suggestions and not written[name][1].suggestions:
        able = ", ".join(each.name for each in coded_formats() if each.suggestions)
        raise InputError(f"'{name}' holds human codings alone. Suggestions are written as {able}. Nothing was written.")
    return written[name]


def merged_memory(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """What a format keeps of several imports: mappings are joined at every depth, of anything else the later stands."""
    both = earlier.keys() & later.keys()
    deep = {
        key: merged_memory(earlier[key], later[key])
        for key in both
        if isinstance(earlier[key], Mapping) and isinstance(later[key], Mapping)
    }
    return {**earlier, **later, **deep}


def recalled(events: Iterable[Mapping[str, Any]], form: str) -> dict[str, Any]:
    """What a format keeps of all imports of a study, from the events `REMEMBERED` of its audit trail, oldest first."""
    memory: dict[str, Any] = {}
    for event in events:
        if event["detail"]["format"] == form:
            memory = merged_memory(memory, event["detail"]["memory"])
    return memory
