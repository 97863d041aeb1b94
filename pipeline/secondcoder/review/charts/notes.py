"""A researcher's summary and light of a cell, saved from its page and taken back again.

Saving sends back which notes the page had read. Where somebody else has written meanwhile nothing is saved: the page shows both, and
what was typed is still there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from secondcoder.charting.notes import Cell, Note, write_note
from secondcoder.domain.records import CellNote
from secondcoder.errors import DecisionError
from secondcoder.review.app_state import AppState
from secondcoder.review.security import Session
from secondcoder.store.cell_notes import EVENT as CELL_NOTE

LIGHTS = (
    ("green", "●", "done and kept up"),
    ("amber", "▲", "done in part"),
    ("red", "■", "not done"),
    ("", "○", "not judged"),
)
"""(light, its sign, its meaning), in the order of their keys 1, 2, 3 and 0."""
NOTHING_TO_UNDO = "There is nothing of yours to take back here. Nothing was changed."


@dataclass(frozen=True)
class Saved:
    """The last note that a coder saved on a cell: its ids now, and what stood there before."""

    ids: tuple[int, ...]
    summary: str
    light: str


def typed(cell: Cell, form: Mapping[str, str]) -> CellNote:
    """The note in a form's fields."""
    summary = form.get("summary", "").replace("\r\n", "\n").strip()
    return CellNote(*cell, summary, form.get("light", ""))


def seen_ids(form: Mapping[str, str]) -> tuple[int, ...]:
    """The notes that the page had read."""
    parts = form.get("seen", "").split()
    if not all(part.isascii() and part.isdigit() and len(part) < 12 for part in parts):
        raise DecisionError("The page sent no list of notes that it had read. Reload it. Nothing was saved.")
    return tuple(map(int, parts))


def save(state: AppState, session: Session, note: CellNote, seen: tuple[int, ...], before: Note | None) -> None:
    """Write a note in place of what was seen.

    Args:
        before: what stands there, for `take_back`.

    Raises:
        InputError, DecisionError: see `charting.notes.write_note`.
    """
    review, levels = state.review, state.review.study.configuration.charting.levels
    with review.study.store.transaction(session.coder) as write:
        # Of two who write at the same moment the second sees what the first wrote.
        write.hold(CELL_NOTE)
        review.refuse_if_changed(write)
        kept = write_note(write, review.workspace.corpus, review.book, levels, note, seen)
    cell = (note.row_kind, note.row, note.code, note.wave)
    stood = (before.summary, before.light) if before else ("", "")
    state.saved_notes[session.coder, cell] = Saved((kept.id,) if kept.id else (), *stood)


def can_take_back(state: AppState, session: Session, cell: Cell, note: Note | None) -> bool:
    """The note there now is what the coder saved last."""
    last = state.saved_notes.get((session.coder, cell))
    return last is not None and set(last.ids) == set(note.ids if note else ())


def take_back(state: AppState, session: Session, cell: Cell, note: Note | None) -> None:
    """Put there again what stood before the coder's last save; DecisionError where somebody has written since."""
    if not can_take_back(state, session, cell, note):
        raise DecisionError(NOTHING_TO_UNDO)
    last = state.saved_notes[session.coder, cell]
    save(state, session, CellNote(*cell, last.summary, last.light), last.ids, note)
    # Taken back is taken back: a second undo would be a redo.
    del state.saved_notes[session.coder, cell]
