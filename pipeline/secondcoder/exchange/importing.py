"""Files and folders to records: found by content, read together, and landing all or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Case, Coding, CodingPass, Transcript
from secondcoder.errors import InputError, SecondcoderError
from secondcoder.exchange.coded_table import is_coded_table, missing_codes, read_coded_table
from secondcoder.exchange.manifest import Manifest, is_manifest, read_manifest
from secondcoder.exchange.rows import SUFFIXES, encoding_notes
from secondcoder.transcripts import read_transcript, readers

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Given:
    """What the person says of the files on the command line; a manifest's word on a file goes before it."""

    case: str | None = None
    participant: str | None = None
    role: str | None = None
    wave: str | None = None
    coder: str | None = None
    interviewer: tuple[str, ...] = ()
    manifest: Path | None = None
    add_codes: bool = False
    replace: bool = False


@dataclass
class Imported:
    """What an import brings. `unchanged` are transcripts that the study had already; `notes` are for the person; `withdrawn` codings
    were there before and were taken away."""

    book: Codebook
    transcripts: list[Transcript] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    codings: list[Coding] = field(default_factory=list)
    passes: list[CodingPass] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    added_codes: list[str] = field(default_factory=list)
    withdrawn: int = 0

    @property
    def named(self) -> list[str]:
        """Ids of all transcripts that the files hold, new or known."""
        return sorted({*self.unchanged, *(transcript.id for transcript in self.transcripts)})


def read_all(
    paths: Sequence[Path],
    given: Given,
    book: Codebook,
    known: Mapping[str, Transcript],
    progress: Progress | None = None,
) -> Imported:
    """Read files and folders.

    In a folder, sub-folders are cases (`CASE/file` or `CASE/WAVE/file`) and a table named `manifest` is its manifest.

    Args:
        known: the transcripts that the study has.

    Raises:
        InputError: every file that cannot be used, together; the study is left as it was.
    """
    files = list(_files(paths))
    if not files:
        raise InputError(f"No files in {', '.join(str(path) for path in paths)}.")
    manifest = _manifest(files, given, known)
    tables = [path for path, _ in files if _is_codes(path)]
    others = [(path, parts) for path, parts in files if path not in tables and not is_manifest(path)]
    result = Imported(_with_added_codes(book, tables, given))
    result.added_codes = [code for code in result.book.ids if code not in book]
    have = dict(known)
    faults: list[SecondcoderError] = []
    for number, (path, parts) in enumerate(others, start=1):
        try:
            _take_transcript(_described(path, parts, given, manifest), have, result)
        except SecondcoderError as error:
            faults.append(error)
        if progress:
            progress(number, len(others) + len(tables))
    for number, path in enumerate(tables, start=len(others) + 1):
        try:
            _take_table(path, given, have, result)
        except SecondcoderError as error:
            faults.append(error)
        if progress:
            progress(number, len(others) + len(tables))
    raise_together(faults)
    _complete_cases(result, manifest)
    return result


def _is_codes(path: Path) -> bool:
    """A table in which no transcript reader could be interested is taken for a coded one, so that what is wrong with it is said."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES or is_manifest(path):
        return False
    return all(suffix not in reader.suffixes for reader in readers()) or is_coded_table(path)


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Each file with the names of the folders between it and the folder that was named."""
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.is_file() and not _hidden(one.relative_to(path)))
            yield from ((one, one.relative_to(path).parts[:-1]) for one in inside)
        elif path.exists():
            yield path, ()
        else:
            raise InputError(f"{path} does not exist. Nothing was imported.")


def _hidden(relative: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in relative.parts)


def _manifest(files: Sequence[tuple[Path, tuple[str, ...]]], given: Given, known: Mapping[str, Transcript]) -> Manifest:
    """The manifest among the files, or the one given; every file that it names must be there, or its transcript in the study."""
    found = [given.manifest] if given.manifest else [path for path, _ in files if is_manifest(path)]
    if len(found) > 1:
        raise InputError(
            f"Two manifests: {found[0]} and {found[1]}. Import one folder at a time, or name one with --manifest."
        )
    manifest = read_manifest(found[0]) if found else Manifest()
    sources = {transcript.source for transcript in known.values()}
    here = {path.name for path, _ in files}
    names = {name.rsplit("/", 1)[-1]: about.get("transcript") for name, about in manifest.by_file.items()}
    missing = sorted(
        name
        for name, transcript in names.items()
        if name not in here and name not in sources and (transcript or Path(name).stem) not in known
    )
    if missing:
        raise InputError(f"{found[0].name}: file '{missing[0]}' is named but was not found. Nothing was imported.")
    return manifest


def _with_added_codes(book: Codebook, tables: Sequence[Path], given: Given) -> Codebook:
    if not given.add_codes:
        return book
    missing: dict[str, str] = {}  # the first spelling stands: codes are found in any case
    for path in tables:
        with suppress(SecondcoderError):  # a bad table is reported when its turn comes, together with the others
            for code in missing_codes(path, book):
                missing.setdefault(code.casefold(), code)
    return book.with_codes(missing.values())


def _described(path: Path, parts: tuple[str, ...], given: Given, manifest: Manifest) -> Transcript:
    """The transcript with case, participant, role and wave: from the manifest, else from options, else from folders."""
    about = manifest.about(path)
    interviewer = (about["interviewer"],) if about.get("interviewer") else given.interviewer
    transcript = read_transcript(path, interviewer)
    folders = dict(zip(("case", "wave"), parts, strict=False))

    def said(name: str) -> str | None:
        return about.get(name) or getattr(given, name) or folders.get(name) or getattr(transcript, name)

    return replace(
        transcript,
        id=about.get("transcript") or transcript.id,
        case=said("case"),
        participant=said("participant"),
        role=said("role"),
        wave=said("wave"),
    )


def _take_transcript(transcript: Transcript, have: dict[str, Transcript], result: Imported) -> None:
    before = have.get(transcript.id)
    if before is None:
        have[transcript.id] = transcript
        result.transcripts.append(transcript)
        result.notes += [f"{transcript.source}: {note}" for note in transcript.notes]
    elif before.text == transcript.text:
        result.unchanged.append(transcript.id)
    elif before in result.transcripts:
        raise InputError(
            f"{transcript.source}: two different files give a transcript '{transcript.id}'. "
            "Rename one, or name them in a manifest."
        )
    else:
        raise InputError(
            f"{transcript.source}: transcript '{transcript.id}' is in the study already, with another text. Its codes would no "
            "longer stand where they were put. Give the new file another name, or make a new study."
        )


def _take_table(path: Path, given: Given, have: dict[str, Transcript], result: Imported) -> None:
    table = read_coded_table(path, result.book, have, given.coder)
    have.update({transcript.id: transcript for transcript in table.transcripts})
    for name in ("transcripts", "codings", "passes", "cases"):
        getattr(result, name).extend(getattr(table, name))
    result.notes += [f"{path.name}: {note}" for note in (*encoding_notes(path), *table.notes)]


def raise_together(faults: Sequence[SecondcoderError], what: str = "files") -> None:
    """One InputError that says all of them; nothing where there are none."""
    if not faults:
        return
    if len(faults) == 1:
        raise InputError(_with_consequence(str(faults[0])))
    messages = "\n".join(str(fault).removesuffix("Nothing was imported.").rstrip() for fault in faults)
    raise InputError(f"{len(faults)} {what} cannot be imported:\n{messages}\nNothing was imported.")


def _with_consequence(message: str) -> str:
    return message if message.endswith("Nothing was imported.") else f"{message} Nothing was imported."


def _complete_cases(result: Imported, manifest: Manifest) -> None:
    """Every case that a transcript names, with its attributes from the manifest."""
    named = {case.id for case in result.cases}
    wanted = dict.fromkeys(transcript.case for transcript in result.transcripts if transcript.case)
    result.cases += [Case(case, manifest.case_attributes.get(case, {})) for case in wanted if case not in named]
