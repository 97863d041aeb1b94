"""Tables in plain text that hold a transcript: a row a line, the speaker in one of its cells.

Cells are divided by `|`, as in Markdown, or by tabs below titles, as NVivo has it (Timespan, Content, Speaker).

The text stays as it is; each row's speech is marked, from the end of the divider before it to the one behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from secondcoder.domain.records import Span
from secondcoder.domain.wording import counted
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
from secondcoder.transcripts.interviewer import fold
from secondcoder.transcripts.turns import Mark, trimmed

# Possessive: a line of a million blanks would else be tried in as many ways.
_DASHES = r"[ \t]*+:?-++:?[ \t]*+"
_RULE = re.compile(rf"[ \t]*+(?:\|)?{_DASHES}(?:\|{_DASHES})++\|?[ \t]*+|[ \t]*+\|{_DASHES}\|[ \t]*+")
_CLOSED = re.compile(r"[ \t]*+\|.*\|[ \t]*+")
_DIVIDER = re.compile(r"(?<!\\)\|")


@dataclass
class PipeTables:
    """The tables of a text.

    Attributes:
        marks: where in the rows somebody speaks.
        rows: the lines that are rows of a transcript, in which no label is looked for.
        notes: what had to be decided.
    """

    marks: list[Mark] = field(default_factory=list)
    rows: set[Span] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def find_pipe_tables(text: str, lines: Sequence[Span]) -> PipeTables:
    """The transcript tables among the lines of a text; every other table is left as text, with a note."""
    tables = PipeTables()
    for block in _blocks(text, lines):
        _take(text, block, [_cells(text, *line) for line in block], tables)
    if not tables.rows and (block := _tabbed(text, lines)):
        _take(text, block, [_between_tabs(text, *line) for line in block], tables)
    return tables


def _tabbed(text: str, lines: Sequence[Span]) -> list[Span]:
    """The lines of a text that is one table throughout, its titles in the first line; else none."""
    rows = [line for line in lines if text[slice(*line)].strip()]
    cells = [text[slice(*row)].split("\t") for row in rows]
    columns = find_columns(cells) if len(rows) > 1 else None
    return rows if columns and columns.titled and not columns.guessed and columns.speaker is not None else []


def _between_tabs(text: str, start: int, end: int) -> list[Span]:
    cuts = [start - 1, *(at for at in range(start, end) if text[at] == "\t"), end]
    return [_without_blanks(text, before + 1, cut) for before, cut in pairwise(cuts)]


def _blocks(text: str, lines: Sequence[Span]) -> Iterator[list[Span]]:
    """Runs of lines with dividers: each between two `|`, or below a rule of dashes, which is not one of them."""
    run: list[Span] = []
    ruled = False
    for line in [*lines, (len(text), len(text))]:
        if run and not ruled and _RULE.fullmatch(text, *line):
            run, ruled = run[-1:], True
        elif _CLOSED.fullmatch(text, *line) or (ruled and _DIVIDER.search(text, *line)):
            run.append(line)
        else:
            if len(run) > 1:
                yield run
            # The line above a rule may have no divider at its ends.
            run, ruled = ([line] if _DIVIDER.search(text, *line) else []), False


def _take(text: str, block: Sequence[Span], cells: Sequence[Sequence[Span]], tables: PipeTables) -> None:
    width = len(cells[0])
    spans = [_fitted(row, width) for row in cells]
    rows = [[text[slice(*cell)].strip("*_ ") for cell in row] for row in spans]
    if width < 2:
        return
    if names := speaker_columns(rows):
        tables.notes.append(first_row_note(SPEAKERS_OF_COLUMNS, rows[0]))
        found = [
            Mark(line[0] if not at else cell[0], cell[0], name, end=cell[1])
            for line, row in zip(block[1:], spans[1:], strict=True)
            for at, (cell, name) in enumerate(zip(row, names, strict=True))
            if cell[0] < cell[1]
        ]
    elif (columns := find_columns(rows)) and columns.speaker is not None:
        found = list(_marks(block, spans, rows, columns))
        tables.notes += [first_row_note(TITLES_OF_COLUMNS, rows[0])] * columns.guessed
        titles = columns.further_titles(rows[0])
        tables.notes += [f"column {title} of a table is in the text, as nobody's speech" for title in titles]
    else:
        tables.notes.append(
            f"a table of {counted(len(block), 'row')}, divided by '|', has no column of speakers and stays as it is"
        )
        return
    tables.marks += found
    tables.rows.update(block)


def _marks(
    block: Sequence[Span], spans: Sequence[Sequence[Span]], rows: Sequence[Sequence[str]], columns: Columns
) -> Iterable[Mark]:
    """The speech of each row; a row without a speaker goes on with the last one's."""
    first: dict[str, str] = {}
    name = ""
    for line, cells, row in list(zip(block, spans, rows, strict=True))[columns.titled or columns.guessed :]:
        written = label(row[columns.speaker or 0]).strip("*_:： ")
        name = first.setdefault(fold(written), written) if written else name
        start, end = cells[columns.speech]
        if name and start < end:
            yield Mark(line[0], start, name, *times_of(row, columns), end=end)


def _cells(text: str, start: int, end: int) -> list[Span]:
    """The cells of a line, without the blanks around them."""
    start, end = trimmed(text, start, end)
    if text.startswith("|", start):
        start += 1
    if text.endswith("|", start, end) and not text.endswith("\\|", start, end):
        end -= 1
    cuts = [at.start() for at in _DIVIDER.finditer(text, start, end)]
    return [
        _without_blanks(text, left, right)
        for left, right in zip([start, *(at + 1 for at in cuts)], [*cuts, end], strict=True)
    ]


def _without_blanks(text: str, start: int, end: int) -> Span:
    """A stretch without the blanks at either end; may be empty."""
    cell = text[start:end]
    start += len(cell) - len(cell.lstrip())
    return start, max(start, start + len(cell.strip()))


def _fitted(row: Sequence[Span], width: int) -> list[Span]:
    """So many cells: those that lack are empty, those beyond belong to the last, which has a `|` in it."""
    end = row[-1][1]
    kept = [*row[: width - 1], (row[width - 1][0], end)] if len(row) >= width else list(row)
    return [*kept, *[(end, end)] * (width - len(kept))]
