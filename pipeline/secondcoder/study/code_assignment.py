"""The assignment sheet: codings of a split code out as a table, the researcher's choice for each back in.

A row is one coding, with its text. The researcher fills `new_code` with one of the options, several divided by '|', or 'neither'. An
empty cell leaves the coding to wait.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secondcoder.codebook.model import Codebook
from secondcoder.codebook.present import Assignment, UnassignedCoding, key_of
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Transcript
from secondcoder.errors import did_you_mean
from secondcoder.exchange.tables.rows import read_rows
from secondcoder.reports.spreadsheet import Choice, Row, Spreadsheet, id_of, typed
from secondcoder.study.codebook_change import pending_in_study
from secondcoder.workspace import Workspace

NEITHER = "neither"
FILLED = "new_code"
SHEET = Spreadsheet(
    title="assignment",
    fixed=("transcript", "start", "end", "text", "coder", "code"),
    filled=(FILLED,),
    source="the codings that were split",
    widths={"text": 70, "memo": 30, "options": 24, FILLED: 24},
    suffixes=(".xlsx", ".csv"),
)
SHOWN = ("id", "transcript", "start", "end", "text", "coder", "origin", "valence", "memo", "code", "options")


@dataclass(frozen=True)
class Assigned:
    """What a sheet came to: codings that were given their codes, rows left empty, and codings that still wait."""

    assigned: int
    empty: int
    waiting: int


def write_sheet(workspace: Workspace, path: Path) -> int:
    """Write the codings that wait, by transcript and place; how many there are.

    Raises:
        InputError: the file is neither `.xlsx` nor `.csv`; StudyError: it cannot be written.
    """
    waiting = [pending for pending in _pending(workspace) if pending.open]
    rows = [_cells(pending, workspace.corpus.by_id) for pending in waiting]
    SHEET.write(path, (*SHOWN, FILLED), rows, _choices(waiting), workspace.codebook)
    return len(rows)


def _pending(workspace: Workspace) -> list[UnassignedCoding]:
    return pending_in_study(workspace.corpus, workspace.codebook)


def _choices(waiting: list[UnassignedCoding]) -> list[Choice]:
    """A drop-down for the rows of each split code; several codes are typed."""
    by_options = group_by(range(len(waiting)), lambda row: waiting[row].options)
    return [Choice(FILLED, (*options, NEITHER), rows, strict=False) for options, rows in by_options.items()]


def row_id(pending: UnassignedCoding) -> str:
    """A short name of a coding that changes when anything that makes it one of its kind does."""
    # The unit separator, so that fields cannot run into one another.
    content = "\x1f".join(map(str, (*key_of(pending.coding), pending.made)))
    return f"a{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def _cells(pending: UnassignedCoding, transcripts: Mapping[str, Transcript]) -> dict[str, Any]:
    coding = pending.coding
    return {
        "id": row_id(pending),
        "text": transcripts[coding.transcript].text[coding.start : coding.end],
        **{name: getattr(coding, name) for name in ("transcript", "start", "end", "coder", "memo", "code")},
        "origin": coding.origin.value,
        "valence": coding.valence or "",
        "options": " | ".join(pending.options),
    }


def read_sheet(workspace: Workspace, path: Path) -> Assigned:
    """Take a filled sheet in, all or nothing. Reading the same sheet twice takes nothing the second time.

    Raises:
        TableError: every row that was changed, stands twice, is unknown, or has a code that the coding cannot have.
    """
    rows, book, transcripts = read_rows(path), workspace.codebook, workspace.corpus.by_id
    known = {row_id(pending): pending for pending in _pending(workspace)}
    SHEET.check(
        path, rows, known, lambda pending: _cells(pending, transcripts), lambda row, item: _faults(row, item, book)
    )
    filled = [(known[id_of(row)], _codes(row, book)) for row in rows if row[FILLED].strip()]
    new = [(pending, codes) for pending, codes in filled if pending.open or pending.assigned != codes]
    # 0 for the change after which it was assigned, which the store gives.
    assignments = [Assignment(key_of(pending.coding), pending.made, codes, 0) for pending, codes in new]
    with workspace.write() as write:
        write.add_assignments(assignments, path.name)
    waiting = sum(pending.open for pending in _pending(workspace.now()))
    return Assigned(len(new), len(rows) - len(filled), waiting)


def _codes(row: Row, book: Codebook) -> tuple[str, ...]:
    """The codes of a filled cell; none for 'neither'."""
    codes = [book.find(written) for written in _written(row)]
    return tuple(dict.fromkeys(code for code in codes if code is not None))


def _written(row: Row) -> list[str]:
    return [part.strip() for part in typed(row, FILLED).split("|") if part.strip()]


def _faults(row: Row, pending: UnassignedCoding, book: Codebook) -> Iterator[str]:
    """What is wrong with what a person filled in."""
    for written in _written(row):
        code = book.find(written)
        # Only where no code of the codebook has that name.
        if code is None and written.casefold() == NEITHER:
            if len(_written(row)) > 1:
                yield f"{row.place}: '{NEITHER}' stands beside a code."
        elif code not in pending.options:
            near = did_you_mean(written, pending.options)
            yield (
                f"{row.place}: {FILLED} '{written}' is none of {', '.join(pending.options)}, into which {pending.coding.code} was "
                f"split, nor '{NEITHER}'.{near}"
            )
