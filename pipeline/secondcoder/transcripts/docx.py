"""Word documents: labels in the paragraphs, headings as Teams and Word's own transcription write them, and tables.

The transcript's text is the paragraphs of the body in order, joined by newlines, line breaks and tabs within them kept; a heading
that names the speaker above it again is left out, so that what one speaker says in a row is one turn. A row
of a transcript table is one line, its filled cells joined by tabs; a column of paragraph numbers, as MAXQDA writes it, is no
part of the text. Other tables give one line a paragraph of a cell. What is not read, such as comments and footnotes, is counted
in the notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from secondcoder.domain.records import Transcript
from secondcoder.domain.wording import counted
from secondcoder.transcripts.assembly import Body, assemble
from secondcoder.transcripts.interviewer import fold
from secondcoder.transcripts.registry import Reader, Source
from secondcoder.transcripts.tables import (
    SPEAKERS_OF_COLUMNS,
    TITLES_OF_COLUMNS,
    Columns,
    find_columns,
    first_row_note,
    label,
    speaker_columns,
    times_of,
)
from secondcoder.transcripts.turns import Mark, lines_of
from secondcoder.transcripts.word_emphasis import emphasised
from secondcoder.transcripts.word_left_out import PARAGRAPH, shown
from secondcoder.transcripts.word_package import is_word, open_word
from secondcoder.transcripts.word_text import TABLE, children, paragraph_text, table_rows

NAME = "Word"
SUFFIXES = (".docx", ".docm", ".dotx", ".dotm")


@dataclass
class Draft:
    """The text as it grows, and where its paragraphs and the rows of its tables lie."""

    parts: list[str] = field(default_factory=list)
    length: int = 0  # kept: joining the parts for every offset would take quadratic time
    paragraphs: list[tuple[int, int]] = field(default_factory=list)
    free: list[tuple[int, int]] = field(default_factory=list)  # where a label may stand
    marks: list[Mark] = field(default_factory=list)
    further: list[str] = field(default_factory=list)  # columns of transcript tables that are neither speaker nor speech
    # What the first row of a table was taken for.
    first_rows: list[tuple[str, Sequence[str]]] = field(default_factory=list)
    merged: int = 0  # rows of transcript tables in which one cell takes the place of speaker and speech
    cell_by_cell: int = 0  # tables that are no transcript
    # Paragraphs, with the emphasis that each begins with.
    set_off: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of how tables were read."""
        further = [
            f"column {title} of a table is in the text, as nobody's speech" for title in dict.fromkeys(self.further)
        ]
        merged = (
            f"{counted(self.merged, 'merged row')} of a table in the text, as nobody's speech unless a label begins it"
        )
        tables = f"{counted(self.cell_by_cell, 'table')} read cell by cell, as paragraphs"
        firsts = [first_row_note(what, row) for what, row in self.first_rows]
        return (*further, *firsts, *[merged] * bool(self.merged), *[tables] * bool(self.cell_by_cell))

    @property
    def text(self) -> str:
        """What has been added so far."""
        return "\n".join(self.parts)

    def add(self, part: str) -> int:
        """Add a paragraph or a row on a line of its own; where it begins."""
        start = self.length + bool(self.parts)
        self.parts.append(part)
        self.length = start + len(part)
        return start

    def add_paragraph(self, part: str, emphasis: str = "") -> None:
        """Add a paragraph, which may begin with a label, and what emphasis it begins with."""
        start = self.add(part)
        self.set_off += [(start, self.length, emphasis)] if emphasis else []
        self.paragraphs.append((start, self.length))
        self.free.append((start, self.length))

    def add_row(self, cells: Sequence[str], columns: Columns) -> None:
        """Add a row of a transcript table; what its speaker says is marked, unless only the label in its speech tells."""
        kept = {at: cell for at, cell in enumerate(cells) if at != columns.number and cell.strip()}
        start = self.add("\t".join(kept.values()))
        if columns.speech not in kept:
            return
        # Each cell before the speech, and the tab behind it.
        before = sum(len(cell) + 1 for at, cell in kept.items() if at < columns.speech)
        span = (start + before, start + before + len(cells[columns.speech]))
        self.paragraphs.append(span)
        if columns.speaker is None:
            self.free.append((start, self.length))
        else:
            self._speak(start, span, label(cells[columns.speaker]), times_of(cells, columns), alone=len(kept) == 1)

    def add_by_column(self, rows: Sequence[Sequence[str]], names: Sequence[str]) -> None:
        """Add a table with a column a speaker, whose first row names them: every other cell is a turn."""
        self.first_rows.append((SPEAKERS_OF_COLUMNS, rows[0]))
        self.add("\t".join(rows[0]))
        for row in rows[1:]:
            at = self.add("\t".join(filter(None, row)))
            for name, cell in zip(names, row, strict=True):
                if cell:
                    self.paragraphs.append((at, at + len(cell)))
                    self.marks.append(Mark(at, at, name, end=at + len(cell)))
                    at += len(cell) + 1

    def _speak(
        self, start: int, span: tuple[int, int], speaker: str, times: tuple[float | None, float | None], alone: bool
    ) -> None:
        """A row without speaker is the last one's; it goes on in the same turn when nothing stands between."""
        last = self.marks[-1] if self.marks else None
        known = {fold(mark.speaker): mark.speaker for mark in self.marks}
        # `Int 1` and `INT1` in two rows are one speaker, under the spelling that came first.
        name = known.get(fold(speaker), speaker) or (last.speaker if last else "")
        # start - 1: only the newline lies between. A row with a time of its own is a turn of its own.
        if alone and last and last.end == start - 1:
            self.marks[-1] = replace(last, end=span[1])
        elif name:
            self.marks.append(Mark(start, span[0], name, *times, end=span[1]))


def sniff(source: Source) -> bool:
    """A zip with a Word document in it, and any file named as one, so that `read` says what is wrong with it."""
    return is_word(source.data) or source.path.suffix.lower() in SUFFIXES


def read(source: Source, interviewer: Sequence[str]) -> Transcript:
    """The transcript; ReadError for a damaged or hostile file, an empty one, and a named interviewer who does not speak."""
    body, notes = shown(open_word(source.data, source.path.name))
    draft = Draft()
    _add_blocks(draft, body)
    text = draft.text
    lines = [line for start, end in draft.free for line in lines_of(text, start, end)]
    notes = (*notes, *draft.notes)
    return assemble(source, NAME, Body(text, draft.paragraphs, lines, draft.marks, notes, draft.set_off), interviewer)


def _add_blocks(draft: Draft, container: Any) -> None:
    for block in children(container, PARAGRAPH, TABLE):
        if block.tag == PARAGRAPH:
            draft.add_paragraph(paragraph_text(block), emphasised(block))
        else:
            _add_table(draft, block)


def _add_table(draft: Draft, table: Any) -> None:
    rows = table_rows(table)
    regular = [[cell or "" for cell in row.cells] for row in rows if not row.merged]
    if names := speaker_columns(regular):
        draft.add_by_column([[cell or "" for cell in row.cells] for row in rows], names)
        return
    columns = find_columns(regular)
    if columns is None:
        draft.cell_by_cell += len(regular) > 1 and len(regular[0]) > 1
        for cell in (cell for row in rows for cell in row.elements):
            _add_blocks(draft, cell)  # a transcript may lie in a table that only holds it
        return
    draft.further += columns.further_titles(regular[0])
    if columns.guessed:
        draft.first_rows.append((TITLES_OF_COLUMNS, regular[0]))
    titles = columns.titled
    for row in rows:
        if titles and not row.merged:
            draft.add("\t".join(cell or "" for cell in row.cells))  # in the text, but not `free`: `Speaker` is no label
            titles = False
        elif row.merged and columns.hidden_by(row.cells):
            draft.merged += 1
            draft.add_paragraph("\t".join(filter(None, row.cells)))
        else:
            draft.add_row([cell or "" for cell in row.cells], columns)


READER = Reader(name=NAME, suffixes=SUFFIXES, sniff=sniff, read=read, priority=20)
