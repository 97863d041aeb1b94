"""The researcher's summaries and lights as a sheet: one row a cell of the matrix, filled in Excel, and taken back all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from secondcoder.charting.notes import Cell, Note, note_fault, notes_of, write_note
from secondcoder.domain.records import CellNote
from secondcoder.domain.wording import shorten
from secondcoder.errors import TableError
from secondcoder.exchange.tables.rows import Row, read_rows
from secondcoder.reports.spreadsheet import chosen, typed
from secondcoder.store.cell_notes import EVENT
from secondcoder.workspace import Workspace

CELL = ("row_kind", "row", "code", "wave")
COLUMNS = (*CELL, "summary", "light", "seen")
"""`seen` says which notes the sheet was written from, so that what somebody wrote since is not overwritten unread."""
NOTHING_TAKEN = "Nothing was taken in."


@dataclass(frozen=True)
class NotesTaken:
    """What a sheet came to: notes written anew, taken away, and left as they were."""

    written: int
    taken_away: int
    unchanged: int


def notes_rows(notes: Mapping[Cell, Note], cells: Iterable[Cell]) -> list[tuple[str, ...]]:
    """COLUMNS of each of these cells, and of every other cell that somebody wrote of."""
    return [(*cell, *_said(notes.get(cell))) for cell in dict.fromkeys((*cells, *notes))]


def _said(note: Note | None) -> tuple[str, str, str]:
    return (note.summary, note.light, _seen(note)) if note else ("", "", "")


def _seen(note: Note | None) -> str:
    return " ".join(map(str, note.ids)) if note else ""


def read_notes(workspace: Workspace, path: Path, levels: Sequence[str]) -> NotesTaken:
    """Take a filled sheet into the study. The same sheet read twice changes nothing the second time.

    Raises:
        TableError: every row that names no cell, whose light is none, or whose cell somebody wrote of since; nothing is taken.
    """
    rows, notes = read_rows(path, needed=COLUMNS), notes_of(workspace.corpus)
    if faults := [f"row 1: column '{name}' is missing." for name in COLUMNS if name not in rows[0].cells]:
        raise TableError(path.name, faults, NOTHING_TAKEN)
    changed = [(row, note) for row in rows if (note := _note(row)) != _plain(notes.get(_cell(row)), _cell(row))]
    faults = [
        *_twice(rows),
        *(fault for row, note in changed for fault in _faults(workspace, levels, notes, row, note)),
    ]
    if faults:
        raise TableError(path.name, faults, NOTHING_TAKEN)
    with workspace.write() as write:
        # As in the browser: of two who write at the same moment the second sees what the first wrote.
        write.hold(EVENT)
        for row, note in changed:
            there = notes.get(_cell(row))
            write_note(write, workspace.corpus, workspace.codebook, levels, note, there.ids if there else ())
    gone = sum(not (note.summary or note.light) for _, note in changed)
    return NotesTaken(len(changed) - gone, gone, len(rows) - len(changed))


def _cell(row: Row) -> Cell:
    kind, name, code, wave = (typed(row, column) for column in CELL)
    return kind, name, code, wave


def _note(row: Row) -> CellNote:
    return CellNote(*_cell(row), typed(row, "summary"), chosen(row, "light"))


def _plain(note: Note | None, cell: Cell) -> CellNote:
    """A note as a row of the sheet would have it."""
    return CellNote(*cell, note.summary, note.light) if note else CellNote(*cell)


def _twice(rows: Iterable[Row]) -> Iterator[str]:
    first: dict[Cell, Row] = {}
    for row in rows:
        if first.setdefault(_cell(row), row) is not row:
            yield f"{row.place}: the same cell stands in {first[_cell(row)].place} already."


def _faults(
    workspace: Workspace, levels: Sequence[str], notes: dict[Cell, Note], row: Row, note: CellNote
) -> Iterator[str]:
    if fault := note_fault(workspace.corpus, workspace.codebook, levels, note):
        yield f"{row.place}: {fault}"
    elif typed(row, "seen") != _seen(there := notes.get(_cell(row))):
        now = f"it now reads '{shorten(' '.join(there.summary.split()), 60)}'" if there else "there is no note any more"
        yield f"{row.place}: somebody wrote of this cell since the sheet was made, and {now}. Write a new sheet: secondcoder chart"
