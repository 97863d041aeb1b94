"""A sample to measure on: passages drawn at random, in which a researcher notes by what somebody could be known.

Every passage of every interview has the same chance, so that what is found of the noted words is an estimate of what is found of all.
Nothing that was found is marked in the sheet: who sees marks looks less for what has none.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secondcoder.domain.records import Place, Span, Transcript
from secondcoder.errors import InputError
from secondcoder.exchange.tables.rows import read_rows
from secondcoder.labels.review_sample import draw
from secondcoder.reports.spreadsheet import Choice, Row, Spreadsheet, chosen, id_of, typed
from secondcoder.workspace import Workspace

PEOPLE, PLACES, NUMBERS = "people", "places and organisations", "numbers, dates, addresses"
GROUPS = (PEOPLE, PLACES, NUMBERS)
READ = "read"
WORDS = 60
"""Of a passage, where its sentences allow it: forty are ten minutes' reading."""
SHEET = Spreadsheet(
    title="sample",
    fixed=("interview", "text"),
    filled=(*GROUPS, READ),
    source="this study's passages as they are now",
    widths={"text": 80, **dict.fromkeys(GROUPS, 28)},
    suffixes=(".xlsx", ".csv"),
)
HOW_TO = (
    "Each row is a passage, drawn at random. Note every word by which somebody could be known, as it stands there, several divided by "
    "semicolons: names of people (first names, surnames, initials), of practices, hospitals, places and organisations, and numbers, "
    "dates and addresses.",
    "Choose yes under read where there is nothing. A row with nothing in it counts as not read.",
    "Do not look at what the program finds meanwhile. This sheet holds talk: keep it as you keep the interviews.",
)
_SENTENCE = re.compile(r"\S.*?(?:[.!?…]+(?=\s)|$)", re.DOTALL)


@dataclass(frozen=True)
class Drawn:
    """How many passages were drawn, of how many, and the words to read."""

    passages: int
    of: int
    words: int


@dataclass(frozen=True)
class Noted:
    """A passage that was read: where each entry stands in the transcript, by group."""

    place: Place
    entries: Mapping[str, Sequence[tuple[str, Sequence[Span]]]]


def write_sample(workspace: Workspace, path: Path, wanted: int) -> Drawn:
    """Draw passages from all interviews and write them; InputError where there are none."""
    transcripts = workspace.corpus.transcripts
    places = [place for transcript in transcripts for place in passages(transcript)]
    if not places:
        raise InputError("The study has no interviews yet. Import some: secondcoder import FILES. Nothing was written.")
    seed = workspace.configuration.review.sample_seed
    drawn = sorted(sorted(places, key=lambda place: draw(place, seed, "deidentify"))[:wanted])
    rows = [_cells(place, workspace.corpus.by_id) for place in drawn]
    columns = ("id", *SHEET.fixed, *SHEET.filled)
    SHEET.write(path, columns, rows, [Choice(READ, ("yes",))], None, how_to=HOW_TO)
    return Drawn(len(drawn), len(places), sum(len(row["text"].split()) for row in rows))


def passages(transcript: Transcript) -> Iterator[Place]:
    """Everything that is said, in pieces of whole sentences; long sentences are cut."""
    for turn in transcript.turns:
        talk = transcript.text[turn.start : turn.end]
        for start, end in _pieces(talk):
            yield transcript.id, turn.start + start, turn.start + end


def _pieces(talk: str) -> Iterator[Span]:
    start = end = 0
    for part in _parts(talk):
        if end > start and len(talk[start : part[1]].split()) > WORDS:
            yield start, end
            start = part[0]
        end = part[1]
    if end > start:
        yield start, end


def _parts(talk: str) -> Iterator[Span]:
    """Sentences; of one that is longer than a passage, its words in runs."""
    for sentence in _SENTENCE.finditer(talk):
        words = [word.span() for word in re.finditer(r"\S+", sentence[0])]
        for at in range(0, len(words), WORDS):
            run = words[at : at + WORDS]
            yield sentence.start() + run[0][0], sentence.start() + run[-1][1]


def _cells(place: Place, by_id: Mapping[str, Transcript]) -> dict[str, Any]:
    name, start, end = place
    text = by_id[name].text[start:end]
    return {"id": _id(place, text), "interview": name, "text": text}


def _id(place: Place, text: str) -> str:
    return f"p{hashlib.sha256(chr(0x1F).join(map(str, (*place, text))).encode()).hexdigest()[:12]}"


def read_sample(transcripts: Sequence[Transcript], path: Path) -> list[Noted]:
    """The passages that were read.

    Raises:
        TableError: rows that were changed, or in which something was noted that does not stand in the passage.
        InputError: no row was read.
    """
    by_id = {transcript.id: transcript for transcript in transcripts}
    known = {_cells(place, by_id)["id"]: place for transcript in transcripts for place in passages(transcript)}
    rows = read_rows(path)

    def faults(row: Row, place: Place) -> Iterator[str]:
        text = by_id[place[0]].text[place[1] : place[2]]
        for group in GROUPS:
            for entry in _entries(row, group):
                if not _spans(entry, text):
                    yield f"{row.place}: '{entry}' does not stand in the passage. Write it as it stands there."

    SHEET.check(path, rows, known, lambda place: _cells(place, by_id), faults)
    read = [_noted(row, known[id_of(row)], by_id) for row in rows if _is_read(row)]
    if not read:
        raise InputError(
            f"{path.name}: no row was read. Note what you see in it, or choose yes under read. Nothing was measured."
        )
    return read


def _is_read(row: Row) -> bool:
    return chosen(row, READ) == "yes" or any(_entries(row, group) for group in GROUPS)


def _entries(row: Row, group: str) -> list[str]:
    return list(dict.fromkeys(entry for each in typed(row, group).split(";") if (entry := " ".join(each.split()))))


def _noted(row: Row, place: Place, by_id: Mapping[str, Transcript]) -> Noted:
    name, start, end = place
    text = by_id[name].text[start:end]
    entries = {
        group: [(entry, [(start + at, start + to) for at, to in _spans(entry, text)]) for entry in _entries(row, group)]
        for group in GROUPS
    }
    return Noted(place, entries)


def _spans(entry: str, text: str) -> list[Span]:
    """Where an entry stands in a passage, in any case, as whole words."""
    words = r"\s+".join(map(re.escape, entry.split()))
    return [match.span() for match in re.finditer(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE)]


def overlap(span: Span, others: Iterable[Span]) -> bool:
    """Whether a span shares text with one of the others."""
    return any(span[0] < end and start < span[1] for start, end in others)
