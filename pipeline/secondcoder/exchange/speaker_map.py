"""A table of who is who, given with `--speakers FILE`: what each speaker's label stands for, in all files or in one.

Columns: `speaker`, the label as it stands in the file; `role`, interviewer or participant; `name`, how the speaker is called in the
study; and `transcript`, where a label means somebody else in each file. A transcript's text stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from secondcoder.domain.names import file_name, folded, name
from secondcoder.domain.records import SpeakerRole, Transcript, Turn
from secondcoder.domain.wording import listed
from secondcoder.errors import TableError, did_you_mean
from secondcoder.exchange.tables.clean_cells import clean_rows
from secondcoder.exchange.tables.rows import GUARDED, Row, read_table
from secondcoder.transcripts.interviewer import fold, plain_label

SUFFIXES = (".csv", ".tsv", ".xlsx")
SPEAKER, ROLE, TRANSCRIPT = "speaker", "role", "transcript"
NAMES = ("name", "participant")
SHOWN = 10
"""Labels that a refusal names."""


@dataclass(frozen=True, slots=True)
class Person:
    """A row: a label, whose it is, and the transcript that it speaks of, folded ('' for all)."""

    place: str
    label: str
    role: SpeakerRole | None
    name: str
    transcript: str


@dataclass
class SpeakerMap:
    """The rows of all tables of speakers, and which of them were found to speak."""

    people: list[tuple[str, Person]] = field(default_factory=list)  # with the file's name
    spoke: set[Person] = field(default_factory=set)
    heard: list[str] = field(default_factory=list)

    @cached_property
    def _by_label(self) -> dict[str, list[tuple[int, Person]]]:
        """The rows by their label's form, numbered; asked for once all are read."""
        found: dict[str, list[tuple[int, Person]]] = {}
        for number, (_, person) in enumerate(self.people):
            found.setdefault(fold(person.label), []).append((number, person))
        return found

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label, as the person wrote it."""
        return tuple(person.label for _, person in self.people)

    def knows(self, label: str) -> bool:
        """Whether a label is one of the tables', and somebody speaks under it."""
        return any(fold(person.label) == fold(label) for person in self.spoke)

    def of(self, transcript: Transcript, speaker: str | None) -> Person | None:
        """Who a label of a transcript stands for; a row that names the transcript goes before one that does not."""
        keys = {folded(transcript.id), folded(transcript.source), folded(Path(transcript.source).stem)}
        labels = {fold(speaker), fold(plain_label(speaker))} if speaker else set()
        same = [person for _, person in sorted(each for label in labels for each in self._by_label.get(label, ()))]
        fitting = [person for person in same if not person.transcript or person.transcript in keys]
        return max(fitting, key=lambda person: bool(person.transcript), default=None)

    def interviewers(self, transcript: Transcript) -> tuple[str, ...]:
        """The labels of a transcript that the table says ask."""
        labels = dict.fromkeys(turn.speaker for turn in transcript.turns if turn.speaker)
        found = {label: self.of(transcript, label) for label in labels}
        return tuple(label for label, person in found.items() if person and person.role is SpeakerRole.INTERVIEWER)

    def named(self, transcript: Transcript) -> Transcript:
        """The transcript with the roles and names of the table; other speakers keep theirs."""
        if not self.people:
            return transcript
        self.heard += [turn.speaker for turn in transcript.turns if turn.speaker]
        return replace(transcript, turns=tuple(self._turn(transcript, turn) for turn in transcript.turns))

    def _turn(self, transcript: Transcript, turn: Turn) -> Turn:
        person = self.of(transcript, turn.speaker)
        if person is None:
            return turn
        self.spoke.add(person)
        return replace(turn, speaker=person.name or turn.speaker, role=person.role or turn.role)

    def refuse_silent(self) -> None:
        """TableError for every row whose label nobody has in what was read, with the labels that speak there."""
        there = list(dict.fromkeys(self.heard))
        shown = listed([f"'{label}'" for label in there[:SHOWN]]) + (" and others" if there[SHOWN:] else "")
        for file in dict.fromkeys(file for file, _ in self.people):
            silent = [person for of, person in self.people if of == file and person not in self.spoke]
            faults = [
                f"{person.place}: '{person.label}' speaks in none of these files{f' ({person.transcript})' * bool(person.transcript)}."
                f"{did_you_mean(person.label, there) or f' Speakers there: {shown or str(None).lower()}.'}"
                for person in silent
            ]
            if faults:
                raise TableError(file, faults)


def is_speaker_map(written: str) -> bool:
    """Whether what was given with `--speakers` is a table, and no label."""
    path = Path(written)
    return path.suffix.lower() in SUFFIXES and path.is_file()


def read_speaker_maps(paths: Iterable[str]) -> SpeakerMap:
    """The tables of speakers; TableError with every bad row of one."""
    speakers = SpeakerMap()
    for path in map(Path, paths):
        speakers.people += [(file_name(path.name), person) for person in _people(path)]
    return speakers


def _people(path: Path) -> list[Person]:
    rows, _ = clean_rows(read_table(path, (SPEAKER,)).rows, guarded=path.suffix.lower() in GUARDED)
    missing = (
        []
        if SPEAKER in rows[0].cells
        else [f"line 1: column 'speaker' is missing.{did_you_mean(SPEAKER, rows[0].cells)}"]
    )
    if not missing and not {ROLE, *NAMES} & rows[0].cells.keys():
        missing = ["line 1: neither a column 'role' nor a column 'name' says anything of the speakers."]
    if missing:
        raise TableError(path.name, missing)
    people = [_person(row) for row in rows]
    faults = [fault for row, person in zip(rows, people, strict=True) for fault in _faults(row, person)]
    faults += _twice(people)
    if faults:
        raise TableError(path.name, faults)
    return people


def _person(row: Row) -> Person:
    role = row[ROLE].strip().casefold()
    called = next((called for column in NAMES if (called := name(row[column]))), "")
    known = SpeakerRole(role) if role in tuple(SpeakerRole) else None
    return Person(row.place, row[SPEAKER].strip(), known, called, folded(row[TRANSCRIPT].strip()))


def _faults(row: Row, person: Person) -> list[str]:
    faults = [f"{row.place}: column '{column}' {why}." for column, why in row.unclear.items()]
    if not person.label:
        faults.append(f"{row.place}: no speaker is named.")
    if row[ROLE].strip() and person.role is None:
        words = [role.value for role in SpeakerRole]
        faults.append(
            f"{row.place}: role '{row[ROLE]}' is neither {' nor '.join(words)}.{did_you_mean(row[ROLE], words)}"
        )
    return faults


def _twice(people: Sequence[Person]) -> list[str]:
    first: dict[tuple[str, str], Person] = {}
    key: Callable[[Person], tuple[str, str]] = lambda person: (person.transcript, fold(person.label))  # noqa: E731
    return [
        f"{person.place}: speaker '{person.label}' stands on {first[key(person)].place} already."
        for person in people
        if person.label and first.setdefault(key(person), person) is not person
    ]
