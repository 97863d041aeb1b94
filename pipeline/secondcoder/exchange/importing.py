"""Files and folders to records: formats are known by content, files are read together, and all are taken or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from secondcoder.codebook.model import Codebook
from secondcoder.domain.names import ByName, Spellings, file_name, folded, readable
from secondcoder.domain.records import Case, Transcript
from secondcoder.domain.shell_words import shell_command
from secondcoder.domain.wording import counted
from secondcoder.errors import InputError, NoSpeakersError, SecondcoderError
from secondcoder.exchange.added_codes import added_notes, with_added_codes
from secondcoder.exchange.alike_names import alike_notes
from secondcoder.exchange.find_files import File, Found, find_files
from secondcoder.exchange.identified_again import Deidentified, refusal, refusals
from secondcoder.exchange.import_result import ImportOptions, ImportResult
from secondcoder.exchange.layout import laid_out
from secondcoder.exchange.manifest import Manifest, is_manifest, read_manifest
from secondcoder.exchange.named_speakers import listed_labels, refuse_unspoken
from secondcoder.exchange.projects.choice import reading_project
from secondcoder.exchange.read_spans import IN_PART, reading_lines
from secondcoder.exchange.registry import CodedFormat, find_coded_format, project_folders
from secondcoder.exchange.same_interview import copies, joined
from secondcoder.exchange.speaker_map import SpeakerMap, is_speaker_map, read_speaker_maps
from secondcoder.exchange.spelling import spellings_of
from secondcoder.exchange.take_files import Recall, Taking
from secondcoder.transcripts import files_together, readers
from secondcoder.transcripts.encoding import reading_as
from secondcoder.transcripts.registry import MOST_CHARACTERS

BESIDE = ("comment beside the text", "comments beside the text")
"""How the note ends that a document has comments."""

__all__ = ["ImportOptions", "ImportResult", "raise_together", "read_all"]

Progress = Callable[[int, int], None]


def read_all(
    paths: Sequence[Path],
    given: ImportOptions,
    book: Codebook,
    known: Mapping[str, Transcript],
    progress: Progress | None = None,
    coders: Iterable[str] = (),
    recall: Recall = lambda _: {},
    replaced: Deidentified = MappingProxyType({}),
) -> ImportResult:
    """Read files and folders.

    In a folder, sub-folders are cases (`CASE/file` or `CASE/WAVE/file`) and a table named `manifest` is its manifest.

    Args:
        known: the transcripts that the study has.
        coders: the coders of the study; one who is spelt otherwise in these files is the same.
        recall: what a format remembers of earlier imports.
        replaced: the transcripts that were de-identified.

    Raises:
        InputError: every file that cannot be used, together; the study is left as it was.
    """
    with reading_as(given.encoding), laid_out(given.layout), reading_project(given.project):
        found = find_files(paths, project_folders())
        if not found.files and not found.faults:
            beside = "".join(f" {note.capitalize()}." for note in found.notes)
            raise InputError(f"No files in {', '.join(str(path) for path in paths)}.{beside}")
        coders = list(coders)
        result = _read_found(
            found, given, book, known, progress, spellings_of(known.values(), coders), recall, replaced
        )
        result.read_whole = _read_whole(result, paths, given)
        result.notes = [*_news(result), *_alike(result, book, known, coders)]
        return result


def _read_found(
    found: Found,
    given: ImportOptions,
    book: Codebook,
    known: Mapping[str, Transcript],
    progress: Progress | None,
    spellings: Spellings,
    recall: Recall,
    replaced: Deidentified,
) -> ImportResult:
    faults: list[SecondcoderError] = list(found.faults)
    manifest = Manifest()
    try:
        manifest = _manifest(found.files, given, known)
    except SecondcoderError as error:
        faults.append(error)  # what is wrong with the other files is said too
    who, given, files = _speaker_maps(given, found.files, faults)
    coded, transcripts = _by_kind(files)
    # Before anything is read: formats refuse a code that the codebook lacks.
    result = ImportResult(with_added_codes(book, coded) if given.add_codes else book)
    result.added_codes = [code for code in result.book.ids if code not in book]
    result.notes += added_notes(book, result.added_codes)
    taking = Taking(given, manifest, dict(known), result, spellings, recall, who, replaced=replaced)
    # Transcripts first: coded data mark spans of them.
    steps = [partial(taking.take_transcript, *each) for each in _by_talk(transcripts, manifest)]
    steps += [partial(taking.take_coded, path, coded_format) for path, coded_format in coded.items()]
    _run_all(steps, progress, faults)
    _refuse_endless(result.transcripts)
    who.refuse_silent()
    if transcripts and result.transcripts:
        unmapped = [label for label in listed_labels(given.speakers) if not who.knows(label)]
        refuse_unspoken(result.transcripts, unmapped, "--speakers", "these files")
    _settle_copies(result, known, given.same_interview, replaced)
    _complete_cases(result, manifest, spellings)
    unnamed = manifest.unnamed(path for path, _ in transcripts)
    result.notes += [*manifest.notes, *unnamed, *spellings.notes, *found.notes]
    result.reading = reading_lines(result.passes, taking.known, result.book.ids)
    result.coded = [*coded]
    return result


def _speaker_maps(
    given: ImportOptions, files: Sequence[File], faults: list[SecondcoderError]
) -> tuple[SpeakerMap, ImportOptions, list[File]]:
    """The tables of speakers, the options with labels alone, and the other files; faults of the tables join those of the files."""
    maps = [each for each in given.speakers if is_speaker_map(each)]
    labels = replace(given, speakers=tuple(each for each in given.speakers if each not in maps))
    others = [(path, parts) for path, parts in files if not any(path.samefile(each) for each in maps)]
    try:
        return read_speaker_maps(maps), labels, others
    except SecondcoderError as error:
        faults.append(error)
        return SpeakerMap(), labels, others


def _alike(result: ImportResult, book: Codebook, known: Mapping[str, Transcript], coders: Sequence[str]) -> list[str]:
    """Notes on new names that differ from others in blanks and signs alone."""
    there, new = list(known.values()), result.transcripts
    who = {each.coder for each in result.codings} | {each.coder for each in result.passes}
    return [
        *alike_notes("coder", who, coders),
        *alike_notes("code", result.added_codes, book.ids),
        *alike_notes("transcript", [each.id for each in new], [each.id for each in there]),
        *alike_notes("case", [each.case or "" for each in new], [each.case for each in there if each.case]),
        *alike_notes(
            "participant",
            [each.participant or "" for each in new],
            [each.participant for each in there if each.participant],
        ),
    ]


def _news(result: ImportResult) -> list[str]:
    """The notes, in a line for all documents whose comments were taken as codings."""
    taken = {*result.files.values()}
    as_codings = [note for note in result.notes if note.endswith(BESIDE) and note.partition(": ")[0] in taken]
    said = f"the comments of {counted(len(as_codings), 'document')} were taken as codings"
    return [*(note for note in result.notes if note not in as_codings), *[said] * bool(as_codings)]


def _read_whole(result: ImportResult, paths: Sequence[Path], given: ImportOptions) -> str:
    """The command that imports the coded files again, by the folders that were named, and says that their coders read all of it.

    '' where nobody read in part, or that was said.
    """
    if given.read_whole or not any(line.startswith(IN_PART) for line in result.reading):
        return ""
    named = dict.fromkeys(next((path for path in paths if path in file.parents), file) for file in result.coded)
    options = [
        *(("--coder", given.coder) if given.coder else ()),
        *(("--encoding", given.encoding) if given.encoding else ()),
        *given.layout.options,
    ]
    command = ["secondcoder", "import", *map(str, named), *options, "--read-whole"]
    return readable(shell_command(command))


def _run_all(steps: Sequence[Callable[[], None]], progress: Progress | None, faults: list[SecondcoderError]) -> None:
    """Every step, whatever fails; InputError with all faults together, those from before first."""
    for number, step in enumerate(steps, start=1):
        try:
            step()
        except SecondcoderError as error:
            faults.append(error)
        if progress:
            progress(number, len(steps))
    raise_together(faults)


def _by_kind(files: Sequence[File]) -> tuple[dict[Path, CodedFormat], list[File]]:
    """The files of coded data with their formats, and those that hold transcripts; some are both, and manifests are neither."""
    suffixes = {suffix for reader in readers() for suffix in reader.suffixes}
    formats = {path: find_coded_format(path, suffixes) for path, _ in files if not is_manifest(path)}
    coded = {path: coded_format for path, coded_format in formats.items() if coded_format}
    transcripts = [path for path, found in formats.items() if found is None or found.with_transcript]
    return coded, [(path, parts) for path, parts in files if path in transcripts]


def _by_talk(files: Sequence[File], manifest: Manifest) -> list[tuple[Path, tuple[str, ...], tuple[Path, ...]]]:
    """The files that hold a transcript each, or begin one that other files hold with them: path, folders, and these others.

    What a manifest names as several transcripts stays apart.
    """
    found = files_together([path for path, _ in files])
    named = {path: manifest.about(path).get("transcript") for path, _ in files}
    groups = {
        first: rest for first, rest in found.items() if len({named[path] for path in (first, *rest)} - {None, ""}) < 2
    }
    others = {path for group in groups.values() for path in group}
    return [(path, parts, groups.get(path, ())) for path, parts in files if path not in others]


def _manifest(files: Sequence[File], given: ImportOptions, known: Mapping[str, Transcript]) -> Manifest:
    """The manifest among the files, or the one given; every file that it names must be there, or its transcript in the study."""
    paths = [given.manifest] if given.manifest else [path for path, _ in files if is_manifest(path)]
    if not paths:
        return Manifest()
    if len(paths) > 1:
        raise InputError(
            f"Two manifests: {paths[0]} and {paths[1]}. Import one folder at a time, or name one with --manifest."
        )
    manifest = read_manifest(paths[0])
    there = {folded(file_name(path.name)) for path, _ in files} | {folded(each.source) for each in known.values()}
    names = {row["file"].rsplit("/", 1)[-1]: row.get("transcript") for row in manifest.by_file.values()}
    by_name = ByName(known)
    missing = sorted(
        name
        for name, transcript in names.items()
        if folded(file_name(name)) not in there and (transcript or Path(name).stem) not in by_name
    )
    if missing:
        raise InputError(f"{paths[0].name}: file '{missing[0]}' is named but was not found. Nothing was imported.")
    return manifest


def _refuse_endless(transcripts: Iterable[Transcript]) -> None:
    """InputError for a text that no talk fills: the work on it would end for lack of memory."""
    for transcript in transcripts:
        if len(transcript.text) > MOST_CHARACTERS:
            raise InputError(
                f"{transcript.source}: '{transcript.id}' has {len(transcript.text):,} characters, and a transcript has at most "
                f"{MOST_CHARACTERS:,}. Nothing was imported."
            )


def _settle_copies(result: ImportResult, known: Mapping[str, Transcript], how: str, replaced: Deidentified) -> None:
    """Refuse transcripts of talk that is there under another name, join them to it, or say that both are kept.

    Whatever is asked for, none comes again as it was before it was de-identified.
    """
    found = copies(result.transcripts, known)
    again = [
        refusal(copy.transcript, copy.original) for copy in found if copy.original.id in replaced and not copy.same_text
    ]
    again += refusals(result.transcripts, known, replaced)
    raise_together([InputError(each) for each in dict.fromkeys(again)], "transcripts")
    if how == "keep":
        result.notes += [f"{copy.finding}. Both are kept, and held out together." for copy in found]
        return
    refused = [copy for copy in found if how == "refuse" or not copy.same_text]
    raise_together([InputError(copy.refusal) for copy in refused], "transcripts")
    for copy in found:
        result.transcripts.remove(copy.transcript)
        result.unchanged.append(copy.original.id)
        result.notes.append(f"{copy.finding}. Its codings were put there.{copy.lost}")
    result.codings, result.passes = joined(result.codings, found), joined(result.passes, found)


def raise_together(faults: Sequence[SecondcoderError], what: str = "files") -> None:
    """One InputError that says all of them; nothing where there are none."""
    if not faults:
        return
    kind = NoSpeakersError if all(isinstance(fault, NoSpeakersError) for fault in faults) else InputError
    if len(faults) == 1:
        raise kind(_with_consequence(str(faults[0])))
    messages = "\n".join(str(fault).removesuffix("Nothing was imported.").rstrip() for fault in faults)
    raise kind(f"{len(faults)} {what} cannot be imported:\n{messages}\nNothing was imported.")


def _with_consequence(message: str) -> str:
    return message if message.endswith("Nothing was imported.") else f"{message} Nothing was imported."


def _complete_cases(result: ImportResult, manifest: Manifest, spellings: Spellings) -> None:
    """Every case that a transcript names, with its attributes from the manifest."""
    named = {case.id for case in result.cases}
    wanted = dict.fromkeys(transcript.case for transcript in result.transcripts if transcript.case)
    attributes = {spellings.of("case", case): values for case, values in manifest.case_attributes.items()}
    result.cases += [Case(case, attributes.get(case, {})) for case in wanted if case not in named]
