"""The assignment sheet: codings of a split code out as a table, the researcher's word on each back in.

A row is one coding, with its text. The researcher fills `new_code` with one of the options, several divided by '|', or 'neither'.
A row whose text, place or coding no longer reads as it was written is refused, all faults are reported together, and then nothing
is taken in. An empty cell leaves the coding to wait.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secondcoder.codebook.model import Codebook
from secondcoder.codebook.present import Assignment, Pending, key_of
from secondcoder.domain.records import Transcript
from secondcoder.errors import TableError, did_you_mean
from secondcoder.exchange.rows import Row, ids_twice, read_rows, squeezed
from secondcoder.reports.tables import plain_cell, write_table
from secondcoder.study.codebook_change import pending_in_study
from secondcoder.workspace import Workspace

NEITHER = "neither"
SHOWN = ("id", "transcript", "start", "end", "text", "coder", "origin", "valence", "memo", "code", "options")
FIXED = ("id", "transcript", "start", "end", "text", "coder", "code")
FILLED = "new_code"
NOTHING_TAKEN = "Nothing was taken in."


@dataclass(frozen=True)
class Assigned:
    """What a sheet came to: codings that were given their codes, rows left empty, and codings that still wait."""

    assigned: int
    empty: int
    waiting: int


def write_sheet(workspace: Workspace, path: Path) -> int:
    """Write the codings that wait, by transcript and place; how many there are."""
    import pandas as pd

    rows = [_cells(one, workspace.corpus.by_id) | {FILLED: ""} for one in _pending(workspace) if one.open]
    write_table(pd.DataFrame(rows, columns=[*SHOWN, FILLED]), path)
    return len(rows)


def row_id(one: Pending) -> str:
    """A short name of a coding that changes when anything that makes it one of its kind does."""
    content = "\x1f".join(map(str, (*key_of(one.coding), one.made)))
    return f"a{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def _cells(one: Pending, transcripts: Mapping[str, Transcript]) -> dict[str, Any]:
    coding = one.coding
    plain = {name: getattr(coding, name) for name in ("transcript", "start", "end", "coder", "memo", "code")}
    told = {"origin": coding.origin.value, "valence": (coding.valence or ""), "options": " | ".join(one.options)}
    return {"id": row_id(one), "text": transcripts[coding.transcript].text[coding.start : coding.end], **plain, **told}


def read_sheet(workspace: Workspace, path: Path) -> Assigned:
    """Take a filled sheet in, all or nothing. Reading the same sheet twice takes nothing the second time.

    Raises:
        TableError: every row that was changed, stands twice, is unknown, or has a code that the coding cannot have.
    """
    rows, book = read_rows(path), workspace.codebook
    missing = [f"row 1: column '{name}' is missing." for name in (*FIXED, FILLED) if name not in rows[0].cells]
    if missing:
        raise TableError(path.name, missing, NOTHING_TAKEN)
    known = {row_id(one): one for one in _pending(workspace)}
    faults = [*ids_twice(rows), *(fault for row in rows for fault in _faults(row, known, workspace.corpus.by_id, book))]
    if faults:
        raise TableError(path.name, faults, NOTHING_TAKEN)
    said = [(known[row["id"].strip()], _codes(row, book)) for row in rows if row[FILLED].strip()]
    new = [(one, codes) for one, codes in said if one.open or one.said != codes]
    with workspace.write() as write:
        write.add_assignments([Assignment(key_of(one.coding), one.made, codes, 0) for one, codes in new], path.name)
    waiting = sum(one.open for one in pending_in_study(workspace.corpus.now(), book))
    return Assigned(len(new), len(rows) - len(said), waiting)


def _pending(workspace: Workspace) -> list[Pending]:
    return pending_in_study(workspace.corpus, workspace.codebook)


def _codes(row: Row, book: Codebook) -> tuple[str, ...]:
    """The codes of a filled cell; none for 'neither'."""
    found = [book.find(written) for written in _written(row)]
    return tuple(dict.fromkeys(code for code in found if code is not None))


def _written(row: Row) -> list[str]:
    return [part.strip() for part in plain_cell(row[FILLED].strip()).split("|") if part.strip()]


def _faults(
    row: Row, known: Mapping[str, Pending], transcripts: Mapping[str, Transcript], book: Codebook
) -> Iterator[str]:
    one = known.get(row["id"].strip())
    if one is None:
        yield f"{row.place}: id '{row['id']}' is none of the codings that were split.{did_you_mean(row['id'], known)}"
        return
    cells = _cells(one, transcripts)
    for column in FIXED:
        if squeezed(row[column]) != squeezed(str(cells[column])):
            yield f"{row.place}: the {column} was changed; it read '{' '.join(str(cells[column]).split())[:60]}'."
    for written in _written(row):
        code = book.find(written)
        if code is None and written.casefold() == NEITHER:
            if len(_written(row)) > 1:
                yield f"{row.place}: '{NEITHER}' stands beside a code."
        elif code not in one.options:
            near = did_you_mean(written, one.options)
            yield (
                f"{row.place}: {FILLED} '{written}' is none of {', '.join(one.options)}, into which {one.coding.code} was split, nor "
                f"'{NEITHER}'.{near}"
            )
