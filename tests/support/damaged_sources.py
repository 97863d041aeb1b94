"""Further files of the sweep, made of the demonstration study: SubRip captions, a filled-in coding sheet, a codebook table."""

from __future__ import annotations

import csv
from pathlib import Path

from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.records import Segment, Transcript
from secondcoder.errors import SecondcoderError
from secondcoder.exchange.codebooks.files import read_codebook, write_codebook
from secondcoder.exchange.tables.coding_sheet import write_coding_sheet
from secondcoder.transcripts import read_transcript

from support.import_outcome import Imported, Record, plain

CODE_EVERY = 7
"""So many rows of the sheet to one with a code."""


def as_subrip(path: Path) -> bytes:
    """A transcript as captions, a turn a cue."""
    transcript = read_transcript(path)
    cues = [
        f"{at + 1}\n00:{at:02}:00,000 --> 00:{at:02}:30,500\n{turn.speaker}: {transcript.text[turn.start : turn.end]}\n"
        for at, turn in enumerate(transcript.turns)
    ]
    return "\n".join(cues).encode()


def filled_sheet(path: Path, into: Path) -> Path:
    """The CSV of `sheet make` for a transcript, each turn a segment, with codes in some rows by one coder."""
    transcript, book = read_transcript(path), load_codebook("npt")
    write_coding_sheet(into, [transcript], _turns(transcript), ([], []), book, "Ana")
    with into.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    code, read = header.index("code 1"), header.index("read")
    for at, row in enumerate(rows):
        row[code] = book.ids[at % len(book.ids)] if at % CODE_EVERY == 0 and row[read] != "question" else row[code]
    with into.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    return into


def _turns(transcript: Transcript) -> list[Segment]:
    return [
        Segment(transcript.id, at, turn.start, turn.end, transcript.text[turn.start : turn.end], at, turn.speaker)
        for at, turn in enumerate(transcript.turns)
    ]


def codebook_table(into: Path) -> Path:
    """A shipped codebook as a table."""
    write_codebook(load_codebook("npt-core"), into)
    return into


def codebook_of(path: Path) -> Imported:
    """A codebook that is read, as records: of each code what it is called, where it stands, and what it means."""
    try:
        read = read_codebook(path)
    except SecondcoderError as error:
        return Imported((), frozenset(), str(error))
    records: list[Record] = []
    for code in read.book.codes:
        excluded = [" ".join((exclude.text, *exclude.see)) for exclude in code.excludes]
        meant = (code.name, code.definition, *code.includes, *excluded, *code.examples, *code.prototypes, *code.aliases)
        records += [
            ("code", code.id, "", plain(" ".join(meant))),
            ("family", code.id, "", code.family.removesuffix("code")),  # the word where none is given
            ("parent", code.id, "", code.parent or ""),
        ]
    return Imported(tuple(records), frozenset(read.notes))
