"""What researchers say of cells of the framework matrix: their summaries and traffic lights, read in the present codes.

A note follows its code through changes of the codebook. Where codes were merged, the notes of both stand together until somebody
writes anew; where one was split, its note stands at each part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from secondcoder.charting.chart_data import ROW_KINDS
from secondcoder.charting.matrix import Said
from secondcoder.codebook.history import CodeHistory, visible
from secondcoder.codebook.model import Codebook
from secondcoder.corpus import Corpus
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import CellNote, Light
from secondcoder.domain.split_groups import people
from secondcoder.domain.wording import listed
from secondcoder.errors import DecisionError, InputError, did_you_mean
from secondcoder.labels.code_counts import NO_CASE
from secondcoder.store.cell_notes import MEANWHILE, cell_notes, put_cell_note
from secondcoder.store.row_writer import RowWriter

LEVEL = "level:"
"""Before the name of a level of the programme, where a note's code stands."""
LIGHTS = tuple(map(str, Light))
NOT_JUDGED = "not judged yet"
LONGEST = 20_000
Cell = tuple[str, str, str, str]
"""Row kind, row, code, wave."""


@dataclass(frozen=True)
class Note:
    """What is said of a cell now: `parts` are the notes as they were written, more than one after a merge of codes."""

    cell: Cell
    summary: str
    light: str
    parts: tuple[CellNote, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """What a later note replaces, and what a page has to send back."""
        return tuple(part.id for part in self.parts)

    @property
    def by(self) -> str:
        """Who wrote it, ordered."""
        return " and ".join(dict.fromkeys(part.by for part in self.parts))

    @property
    def at(self) -> str:
        """When it was last written, UTC."""
        return max(part.at for part in self.parts)


Notes = Mapping[Cell, Said]
"""Cell -> what a researcher says of it."""


def light_of(notes: Notes | None, case: str, code: str, wave: str = "") -> str:
    """The researcher's light of a case, which is theirs alone and never computed, or NOT_JUDGED."""
    note = (notes or {}).get(("case", case, code, wave))
    return (note.light if note else "") or NOT_JUDGED


def notes_of(corpus: Corpus) -> dict[Cell, Note]:
    """All notes by their cells; those of retired codes are kept in the store and left out here."""
    return notes_by_cell(corpus.cell_notes_as_made, corpus.history)


def notes_by_cell(notes: Iterable[CellNote], history: CodeHistory) -> dict[Cell, Note]:
    """The same of notes as they were written."""
    placed = (note for made in notes for note in _in_present_codes(made, history))
    cells = group_by(placed, lambda pair: (pair[0].row_kind, pair[0].row, pair[0].code, pair[0].wave))
    return {cell: _joined(cell, pairs) for cell, pairs in sorted(cells.items())}


def _in_present_codes(made: CellNote, history: CodeHistory) -> Iterator[tuple[CellNote, CellNote]]:
    """(as it is now, as it was written) for each code that its code may be now."""
    if made.code.startswith(LEVEL):
        yield made, made
        return
    for code in sorted(visible(history.code_now(made.code, made.after_change).codes)):
        yield replace(made, code=code), made


def _joined(cell: Cell, pairs: Sequence[tuple[CellNote, CellNote]]) -> Note:
    parts = tuple(made for _, made in pairs)
    lights = {part.light for part in parts if part.light}
    # Two judgements that differ are none: somebody has to look again.
    light = lights.pop() if len(lights) == 1 else ""
    return Note(cell, "\n\n".join(dict.fromkeys(part.summary for part in parts if part.summary)), light, parts)


def write_note(
    write: RowWriter, corpus: Corpus, book: Codebook, levels: Iterable[str], note: CellNote, seen: Sequence[int] = ()
) -> CellNote:
    """Write a note in place of what was `seen` there, by the ids of its parts; an empty one takes that away.

    Raises:
        InputError: no such row, code, wave or light, or a summary of more than LONGEST characters.
        DecisionError: somebody else has written there since.
    """
    if fault := note_fault(corpus, book, levels, note):
        raise InputError(f"{fault} Nothing was saved.")
    cell = (note.row_kind, note.row, note.code, note.wave)
    notes = notes_by_cell(cell_notes(write.connection), corpus.history)
    # What nobody has read is not to be overwritten.
    if set(notes[cell].ids if cell in notes else ()) != set(seen):
        raise DecisionError(MEANWHILE)
    kept = put_cell_note(write, note, seen)
    for other in notes.values():
        # The note of a code that was split goes on at the other parts.
        if other.cell != cell and set(other.ids) & set(seen):
            own = [part for part in other.ids if part not in seen]
            put_cell_note(write, CellNote(*other.cell, other.summary, other.light, other.by, other.at), own)
    return kept


def note_fault(corpus: Corpus, book: Codebook, levels: Iterable[str], note: CellNote) -> str:
    """Why a note cannot be written, or ""."""
    codes = [*book.ids, *(f"{LEVEL}{level}" for level in levels)]
    known: dict[str, Iterable[str]] = {
        "row_kind": ROW_KINDS,
        "row": _rows(corpus, note.row_kind),
        "code": codes,
        "wave": {"", *(talk.wave for talk in corpus.transcripts if talk.wave)},
        "light": ("", *LIGHTS),
    }
    for what, there in known.items():
        written = getattr(note, what)
        if written not in there:
            near = did_you_mean(written, list(filter(None, there)))
            if what == "light":
                near = f" Lights are {listed(list(Light))}, or empty."
            return f"There is no {what.replace('_', ' ')} '{written}'.{near}"
    if len(note.summary) > LONGEST:
        return f"The summary has {len(note.summary):,} characters; {LONGEST:,} fit."
    return ""


def _rows(corpus: Corpus, kind: str) -> set[str]:
    """The names of all rows of a kind, as `ChartData.row_names` has them."""
    talks = corpus.transcripts
    if kind == "case":
        return {case.id for case in corpus.cases} | {talk.case or NO_CASE for talk in talks}
    return {*people(talks).values()} if kind == "participant" else {talk.id for talk in talks}
