"""Interviews that are not imported yet: read from files of any kind, written as text files with pseudonyms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from secondcoder.deidentification.key_file import Entry
from secondcoder.deidentification.pseudonyms import Pseudonyms
from secondcoder.deidentification.staff_list import Listed
from secondcoder.domain.records import Transcript
from secondcoder.domain.wording import listed as in_words
from secondcoder.errors import InputError, ReadError
from secondcoder.reports.whole_file import write_whole
from secondcoder.study.deidentify.apply import KeyFile
from secondcoder.study.deidentify.found_words import FoundWords, find_words
from secondcoder.study.deidentify.material import INTERVIEW, Material
from secondcoder.study.deidentify.replacing import Replacing
from secondcoder.study.deidentify.review_sheet import Decided
from secondcoder.transcripts.registry import files_together, read_transcript


@dataclass(frozen=True)
class WrittenFiles:
    """The files that were written, and what should be known of them."""

    paths: tuple[Path, ...]
    places: int
    notes: tuple[str, ...]


def files_material(paths: Sequence[Path]) -> Material:
    """The interviews in files and folders; InputError for every file that cannot be read."""
    files = [
        file for path in paths for file in (sorted(filter(_is_visible, path.rglob("*"))) if path.is_dir() else [path])
    ]
    beside = files_together(files)
    taken = {other for others in beside.values() for other in others}
    read: dict[str, Transcript] = {}
    faults = []
    for file in files:
        if file in taken:
            continue
        try:
            transcript = read_transcript(file, beside=beside.get(file, ()))
        except ReadError as error:
            faults.append(str(error))
            continue
        if transcript.id in read:
            faults.append(f"Two of the files are called '{transcript.id}'. Rename one.")
        read[transcript.id] = transcript
    if faults:
        raise InputError("\n".join([*faults, "Nothing was written."]))
    return Material([*read.values()], names=[(INTERVIEW, name) for name in read])


def _is_visible(path: Path) -> bool:
    return path.is_file() and not path.name.startswith((".", "~$"))


def find_in_files(material: Material, listed: Sequence[Listed], entries: Sequence[Entry]) -> list[FoundWords]:
    """What was found in them."""
    return find_words(material, listed, entries)


def write_files(
    material: Material, decided: Sequence[Decided], key: KeyFile, entries: Sequence[Entry], folder: Path
) -> WrittenFiles:
    """Write each interview as a text file in a folder, and before them the key.

    Raises:
        InputError: one of the files is there already, or the sheet was written for other files; nothing was written.
    """
    replacing = Replacing(material, decided)
    replacing.check()
    now = {folder / f"{changed.id}.txt": changed for changed in map(replacing.transcript, material.transcripts)}
    if there := [path for path in now if path.exists()]:
        raise InputError(f"{there[0]} is there already. Name another folder, or move that one. Nothing was written.")
    key.write(replacing.entries(Pseudonyms(entries)))
    notes = []
    for path, transcript in now.items():
        write_whole(path, as_text(transcript).encode())
        notes += _read_back(path, transcript)
    return WrittenFiles(tuple(now), sum(len(each.found.places) for each in replacing.replaced), tuple(notes))


def as_text(transcript: Transcript) -> str:
    """A paragraph a turn, its speaker before it: the plainest layout that an import reads."""
    paragraphs = (f"{speaker}: {words}" if speaker else words for speaker, words in _spoken(transcript))
    return "\n\n".join(paragraphs) + "\n"


def _spoken(transcript: Transcript) -> list[tuple[str | None, str]]:
    turns = ((turn.speaker, " ".join(transcript.text[turn.start : turn.end].split())) for turn in transcript.turns)
    return [(speaker, words) for speaker, words in turns if words]


def _read_back(path: Path, transcript: Transcript) -> list[str]:
    """A note where an import would find other speakers, with what to say to it."""
    speakers = [speaker for speaker in dict.fromkeys(turn.speaker for turn in transcript.turns) if speaker]
    for named in ((), speakers):
        try:
            if _spoken(read_transcript(path, speakers=named)) == _spoken(transcript):
                return [f"{path.name}: import it with --speakers '{'|'.join(speakers)}'"] if named else []
        except ReadError:
            continue
    return [f"{path.name}: an import may find other speakers in it than {in_words(speakers)}: look at what it says."]
