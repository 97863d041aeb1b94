"""A document's text as it grows from paragraphs and tables: what Word, OpenDocument, RTF and web pages have in common.

The text is the paragraphs in order, joined by newlines, line breaks and tabs within them kept. A row of a transcript table is one
line, its filled cells joined by tabs; a column of paragraph numbers, as MAXQDA writes it, is no part of the text. Other tables give
one line a paragraph of a cell. A heading that names the speaker above it again is left out (`repeated_headings`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import accumulate
from typing import Any

from secondcoder.domain.records import Transcript
from secondcoder.domain.wording import counted
from secondcoder.errors import ReadError
from secondcoder.transcripts.assembly import Body, assemble
from secondcoder.transcripts.documents.document_parts import Cells, Paragraph, Table
from secondcoder.transcripts.documents.tables import (
    SPEAKERS_OF_COLUMNS,
    TITLES_OF_COLUMNS,
    Columns,
    find_columns,
    first_row_note,
    label,
    speaker_columns,
    times_of,
)
from secondcoder.transcripts.encoding import REPLACEMENT
from secondcoder.transcripts.interviewer import fold
from secondcoder.transcripts.refused_formats import printed_export_refusal
from secondcoder.transcripts.registry import MOST_CHARACTERS, Source
from secondcoder.transcripts.turns import Mark, lines_of

MOST_COLUMNS = 50  # of a table that may be a transcript; others are read cell by cell
MOST_PARAGRAPHS = 50_000  # a day of talk has about 10,000

CellPlace = tuple[int, int, int]
"""Row and column of a cell, and where its text begins."""


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
    # Paragraphs and cells of a document, with the places where their texts begin, for a reader that asks for them.
    places: list[tuple[int, Any]] = field(default_factory=list)

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

    def add_paragraph(self, part: str, emphasis: str = "") -> int:
        """Add a paragraph, which may begin with a label, and what emphasis it begins with; where it begins."""
        start = self.add(part)
        self.set_off += [(start, self.length, emphasis)] if emphasis else []
        self.paragraphs.append((start, self.length))
        self.free.append((start, self.length))
        return start

    def add_blocks(self, blocks: Sequence[Paragraph | Table]) -> None:
        """Add what a reader found, in order."""
        for block in blocks:
            if isinstance(block, Paragraph):
                self.add_paragraph(block.text, block.emphasis)
                continue
            inside = [each for row in block.rows for cell in row for each in cell.blocks]
            if block.width > MOST_COLUMNS:
                self.cell_by_cell += 1
                self.add_blocks(inside)
            else:
                self.add_table(block.columns(), partial(self.add_blocks, inside))

    def add_table(self, rows: Sequence[Cells], cell_by_cell: Callable[[], None]) -> list[CellPlace]:
        """Add a table by what its columns are; one that is no transcript is left to `cell_by_cell`. Where its cells begin."""
        regular = [[cell or "" for cell in row] for row in rows if None not in row]
        if names := speaker_columns(regular):
            return self._add_by_column([[cell or "" for cell in row] for row in rows], names)
        columns = find_columns(regular)
        if columns is None:
            self.cell_by_cell += len(regular) > 1 and len(regular[0]) > 1
            cell_by_cell()  # a transcript may lie in a table that only holds it
            return []
        self.further += columns.further_titles(regular[0])
        if columns.guessed:
            self.first_rows.append((TITLES_OF_COLUMNS, regular[0]))
        titles = columns.titled
        placed: list[CellPlace] = []
        for number, row in enumerate(rows):
            if titles and None not in row:
                # In the text, but not `free`: `Speaker` is no label.
                kept = {at: cell or "" for at, cell in enumerate(row)}
                start, titles = self.add("\t".join(kept.values())), False
            elif None in row and columns.hidden_by(row):
                self.merged += 1
                kept = {at: cell for at, cell in enumerate(row) if cell}
                start = self.add_paragraph("\t".join(kept.values()))
            else:
                kept = {at: cell for at, cell in enumerate(row) if at != columns.number and cell and cell.strip()}
                start = self._add_row([cell or "" for cell in row], kept, columns)
            placed += _cell_places(number, kept, start)
        return placed

    def _add_row(self, cells: Sequence[str], kept: Mapping[int, str], columns: Columns) -> int:
        """Add a row of a transcript table; what its speaker says is marked, unless only the label in its speech tells."""
        start = self.add("\t".join(kept.values()))
        if columns.speech not in kept:
            return start
        # Each cell before the speech, and the tab behind it.
        before = sum(len(cell) + 1 for at, cell in kept.items() if at < columns.speech)
        span = (start + before, start + before + len(cells[columns.speech]))
        self.paragraphs.append(span)
        if columns.speaker is None:
            self.free.append((start, self.length))
        else:
            self._speak(start, span, label(cells[columns.speaker]), times_of(cells, columns), alone=len(kept) == 1)
        return start

    def _add_by_column(self, rows: Sequence[Sequence[str]], names: Sequence[str]) -> list[CellPlace]:
        """Add a table with a column a speaker, whose first row names them: every other cell is a turn."""
        self.first_rows.append((SPEAKERS_OF_COLUMNS, rows[0]))
        placed = _cell_places(0, dict(enumerate(rows[0])), self.add("\t".join(rows[0])))
        for number, row in enumerate(rows[1:], start=1):
            kept = {at: cell for at, cell in enumerate(row) if cell}
            at = self.add("\t".join(kept.values()))
            placed += _cell_places(number, kept, at)
            for name, cell in zip(names, row, strict=True):
                if cell:
                    self.paragraphs.append((at, at + len(cell)))
                    self.marks.append(Mark(at, at, name, end=at + len(cell)))
                    at += len(cell) + 1
        return placed

    def transcript(self, source: Source, form: str, interviewer: Sequence[str], notes: Sequence[str]) -> Transcript:
        """The transcript, by the rules for labels and headings that hold for every format.

        Args:
            form: the format's name.
            notes: what its reader had to decide.

        Raises:
            ReadError: nobody says anything, or a named interviewer does not speak.
        """
        text = self.text
        lines = [line for start, end in self.free for line in lines_of(text, start, end)]
        body = Body(text, self.paragraphs, lines, self.marks, (*notes, *self.notes), self.set_off)
        return assemble(source, form, body, interviewer)

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


def _cell_places(row: int, kept: Mapping[int, str], start: int) -> list[CellPlace]:
    """Where the cells in these columns begin, which were added as one line, joined by tabs, that begins at `start`."""
    starts = accumulate((len(cell) + 1 for cell in kept.values()), initial=start)
    return [(row, column, at) for column, at in zip(kept, starts, strict=False)]


def refuse_endless(name: str, paragraphs: int) -> None:
    """ReadError for more paragraphs than a transcript has; readers ask while they read."""
    if paragraphs > MOST_PARAGRAPHS:
        raise ReadError(f"{name}: over {MOST_PARAGRAPHS:,} paragraphs, which no transcript has. Nothing was imported.")


def transcript_of(
    blocks: Sequence[Paragraph | Table], source: Source, form: str, interviewer: Sequence[str], notes: Sequence[str]
) -> Transcript:
    """The transcript of a document's blocks; as `Draft.transcript`, with a note where letters were lost before.

    ReadError also for more characters than a transcript has, and for tables of coded passages.
    """
    name = source.path.name
    titles = [
        " ".join(text for cell in block.rows[0] for text in cell.texts())
        for block in blocks
        if isinstance(block, Table)
    ]
    if refusal := printed_export_refusal(name, titles):
        raise ReadError(refusal)
    draft = Draft()
    draft.add_blocks(blocks)
    refuse_endless(name, len(draft.paragraphs))
    if (size := len(draft.text)) > MOST_CHARACTERS:
        raise ReadError(
            f"{name}: {size:,} characters, and a transcript has at most {MOST_CHARACTERS:,}. Nothing was imported."
        )
    lost = draft.text.count(REPLACEMENT)
    said = f"{counted(lost, 'letter')} lost in the file, which has a replacement character ({REPLACEMENT}) instead: export it again"
    return draft.transcript(source, form, interviewer, [*[said] * bool(lost), *notes])
