"""Which format a file of coded data has: one module a format, in this package or in another that is installed beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from secondcoder.codebook.model import Codebook
from secondcoder.domain.names import Spellings
from secondcoder.domain.plugins import guarded, plug_ins, shipped
from secondcoder.domain.records import Case, Coding, CodingPass, Suggestion, Transcript
from secondcoder.errors import InputError, SecondcoderError, did_you_mean

GROUP = "secondcoder.coding_formats"
DEFAULT = "table"  # what export writes by default
REMEMBERED = "remembered for export"
"""The event that keeps a format's memory."""


@dataclass
class CodedData:
    """What coded data hold; `notes` are for the person who imports.

    Attributes:
        sheets: (transcript, coder) of coding sheets, which are made with all that their coder coded.
        suggestions: of one model version; only written, and only where somebody asked for them.
        dialect: the one of the format's dialects to write; '' for its first.
        memory: plain JSON that the format finds again when the study is exported in it, such as identifiers of the other program. An
            import keeps it in the audit trail; of several imports later words win (`merged_memory`).
    """

    transcripts: list[Transcript] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    codings: list[Coding] = field(default_factory=list)
    passes: list[CodingPass] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sheets: set[tuple[str, str]] = field(default_factory=set)
    suggestions: list[Suggestion] = field(default_factory=list)
    dialect: str = ""
    memory: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ImportContext:
    """What a format needs to know of the study while it reads.

    Attributes:
        book: the codebook; every code must be in it.
        known: the transcripts that the study has already, and those that come with the same import, by id.
        coder: whose codes these are, where the file does not say.
        interviewer: speaker labels that the person named as interviewers; each must speak in the file's transcripts, if it has any.
        interviewer_roles: words of a column of roles that make an interviewer.
        read_whole: the person says that whoever coded anything in a transcript read all of it.
        spellings: how coders, transcripts and cases are spelt in the study; what a file spells otherwise is the same name.
    """

    book: Codebook
    known: Mapping[str, Transcript] = field(default_factory=dict)
    coder: str | None = None
    interviewer: Sequence[str] = ()
    interviewer_roles: Sequence[str] = ("interviewer",)
    read_whole: bool = False
    spellings: Spellings = field(default_factory=Spellings)


Writer = Callable[[CodedData, Codebook, Path], None]


@dataclass(frozen=True)
class CodedFormat:
    """One format of coded data.

    A format joins as one module that defines `CODED_FORMAT`: in this package, or in another package under the entry point group
    `secondcoder.coding_formats` (`csv_long = "my_package:CODED_FORMAT"`).

    Attributes:
        name: a plain word, for `export --format`.
        suffixes: those that it reads, lower case, with the dot; the first is the suffix of an export to the screen.
        sniff: does the file hold this format? Never raises on files of other formats.
        read: the file's records. InputError with all faults of the file together, each with its place.
        write: a file of these records, by the suffix, whole or not at all (`reports.tables.write_whole`). None for a format that is
            only read.
        codes: the codes that a file names, as written, so that `import --add-codes` can add what the codebook lacks. None where
            a format's codes must be in the codebook.
        codebook: the codebook that a project of another program carries, its codes with ids that suit secondcoder; with it, `codes` is
            not asked. `carried_codes.matched_codes` says which codes of the study they are.
        folders: suffixes of folders that are one project of the format, and are read as one thing.
        dialects: the ways to write the format among which `export --dialect` chooses, the usual one first.
        priority: smaller is asked first.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[Path], bool]
    read: Callable[[Path, ImportContext], CodedData]
    write: Writer | None = None
    codes: Callable[[Path], Iterable[str]] | None = None
    priority: int = 50
    codebook: Callable[[Path], Codebook] | None = None
    dialects: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


@cache
def coded_formats() -> tuple[CodedFormat, ...]:
    """All formats, in the order in which they are asked; SecondcoderError for a plug-in that cannot be loaded."""
    added = [_guarded(plug_in, coded_format) for plug_in, coded_format in plug_ins(GROUP, CodedFormat)]
    known: list[CodedFormat] = [*shipped("secondcoder.exchange", "CODED_FORMAT"), *added]
    formats = sorted(known, key=lambda coded_format: (coded_format.priority, coded_format.name))
    for first, second in combinations(formats, 2):
        if first.name == second.name:
            raise SecondcoderError(
                f"Two formats of coded data are called '{first.name}'. Uninstall one of the plug-ins."
            )
    return tuple(formats)


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


def find_writer(name: str, dialect: str = "") -> tuple[Writer, CodedFormat]:
    """What writes the format of this name, and the format; InputError where no format, or none of its dialects, is written so."""
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
