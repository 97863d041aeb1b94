"""Notes on cells of the framework matrix in the store. A later note takes the place of an earlier one, whose words are gone then: the
audit trail keeps of them who, when, on which cell, the light, and a digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from secondcoder.domain.records import CellNote
from secondcoder.errors import DecisionError
from secondcoder.store import schema, trail
from secondcoder.store.row_writer import RowWriter, now
from secondcoder.store.rows import read_cell_note, rows_of

_t = schema.cell_notes.c
EVENT = "cell note"
LOCK = (0x5EC2, 1)
"""PostgreSQL's advisory lock of whoever writes notes."""
MEANWHILE = "Somebody else has written here meanwhile. Look at it again. Nothing was saved."


def cell_notes(connection: Connection) -> list[CellNote]:
    """All notes as they were written, oldest first."""
    return list(map(read_cell_note, rows_of(connection, select(schema.cell_notes).order_by(_t.id))))


def put_cell_note(write: RowWriter, note: CellNote, replaces: Sequence[int] = ()) -> CellNote:
    """Write a note in place of those that it `replaces`, by their ids; an empty one only takes these away. The note as it is kept.

    Raises:
        DecisionError: one of these is there no longer, or another note is, because somebody else has written meanwhile.
    """
    if write.connection.dialect.name == "postgresql":
        # Notes are written one after the other, as on SQLite: their ids are counted up.
        write.connection.execute(select(func.pg_advisory_xact_lock(*LOCK)))
    gone = write.connection.execute(delete(schema.cell_notes).where(_t.id.in_(replaces)).returning(_t.id)).all()
    if len(gone) < len(set(replaces)):
        raise DecisionError(MEANWHILE)
    signed = {"at": note.at or now(), "by": note.by or write.who}
    row = asdict(note) | signed | {"id": _new_id(write, replaces), "after_change": write.latest_change()}
    if is_empty := not (note.summary or note.light):
        write.log(EVENT, replaces=sorted(replaces), note=None, cell=_cell(row))
    else:
        here = [_t[name] == row[name] for name in ("row_kind", "row", "code", "wave", "after_change")]
        if write.connection.execute(select(_t.id).where(*here)).first():
            raise DecisionError(MEANWHILE)
        write.connection.execute(insert(schema.cell_notes), [row])
        write.log(EVENT, replaces=sorted(replaces), note=trail.cell_note_detail(row))
    return CellNote(**(row | {"id": 0} if is_empty else row))


def forget_row(write: RowWriter, row_kind: str, row: str) -> None:
    """Take away all notes on a row of the matrix that is there no longer."""
    gone = delete(schema.cell_notes).where(_t.row_kind == row_kind, _t.row == row).returning(_t.id)
    if ids := sorted(write.connection.execute(gone).scalars()):
        write.log(EVENT, replaces=ids, note=None, cell={"row_kind": row_kind, "row": row})


def _new_id(write: RowWriter, replaces: Sequence[int]) -> int:
    """An id that no note ever had, also none that is gone: each left an event, and events are never fewer than ids."""
    newest = (func.coalesce(func.max(column), 0) for column in (_t.id, schema.events.c.id))
    return max(0, *replaces, *(int(write.connection.execute(select(last)).scalar_one()) for last in newest)) + 1


def _cell(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("row_kind", "row", "code", "wave")}
