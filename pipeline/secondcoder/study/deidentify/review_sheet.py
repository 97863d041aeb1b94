"""The review sheet: what was found goes out with a proposed pseudonym each, and what a researcher decided comes back.

It holds names and where they stand, so it is kept as carefully as the interviews, and outside the study's folder.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from secondcoder.domain.names import folded
from secondcoder.domain.records import Place
from secondcoder.errors import TableError
from secondcoder.exchange.tables.rows import read_rows
from secondcoder.reports.spreadsheet import NOTHING_TAKEN, Choice, Row, Spreadsheet, choice_faults, chosen, typed
from secondcoder.study.deidentify.found_words import SURE, FoundWords

REPLACE, KEEP = "replace", "keep"
DECISION, PSEUDONYM, PLACES = "decision", "pseudonym", "places"
SHEET = Spreadsheet(
    title="identifying words",
    fixed=("words", "kind", PLACES),
    filled=(DECISION, PSEUDONYM),
    source="this study's",
    widths={"id": 16, "words": 28, "kind": 18, "found": 12, "context": 70, PSEUDONYM: 24, "where": 22, PLACES: 10},
    suffixes=(".xlsx", ".csv"),
)
SHOWN = ("id", "words", "kind", "found", "times", "where", "context", DECISION, PSEUDONYM, "found by", PLACES)
HOW_TO = (
    "Each row is a word, or some, by which somebody could be known. Doubtful ones come first, a row each place; those that are sure "
    "follow, a row for all their places.",
    "decision: 'replace' puts the pseudonym there, 'keep' leaves the words as they are. Nothing is changed until you apply the sheet.",
    "pseudonym: what is proposed; write another over it if you like. Words that are sure have one pseudonym everywhere; where a name "
    "may be one of two people, write at each place whose pseudonym is meant.",
    "A name that is missing here was not found. Add it to the list of staff and places (--list), and have the sheet written anew.",
    "This sheet names people. Keep it where the interviews are kept, never in the study's folder, and delete it when you are done.",
)
_ID = re.compile(r"(\d+) of (\d+) ([0-9a-f]{8})")


@dataclass(frozen=True)
class Decided:
    """A row as it came back: what was found, with the pseudonym that is to stand there; `kept` where the words stay."""

    found: FoundWords
    kept: bool


def write_review_sheet(path: Path, rows: Sequence[FoundWords]) -> None:
    """Write the sheet; InputError for a suffix that is none of its own, StudyError where it cannot be written."""
    cells = [_cells(found, f"{at} of {len(rows)}") for at, found in enumerate(rows, start=1)]
    SHEET.write(path, SHOWN, cells, [Choice(DECISION, (REPLACE, KEEP))], None, how_to=HOW_TO)


def _cells(found: FoundWords, number: str) -> dict[str, Any]:
    written = {"words": found.words, "kind": found.kind, PLACES: _written(found.places)}
    return written | {
        "id": f"{number} {_seal(written)}",
        "found": found.standing,
        "times": len(found.places) or "",
        "where": found.where,
        "context": found.context,
        DECISION: REPLACE,
        PSEUDONYM: found.pseudonym,
        "found by": found.found_by,
    }


def _written(places: Sequence[Place]) -> str:
    by_unit: dict[str, list[list[int]]] = {}
    for unit, start, end in places:
        by_unit.setdefault(unit, []).append([start, end])
    return json.dumps(by_unit, ensure_ascii=False, separators=(",", ":"))


def _seal(cells: Mapping[str, str]) -> str:
    """Eight characters that change with what must stay."""
    content = "\x1f".join("".join(cells[name].split()) for name in SHEET.fixed)
    return hashlib.sha256(content.encode()).hexdigest()[:8]


def read_review_sheet(path: Path) -> list[Decided]:
    """What was decided, row by row.

    Raises:
        TableError: rows that are missing, were changed, or cannot be used, all of them.
    """
    rows = read_rows(path)
    needed = ("id", *SHEET.fixed, *SHEET.filled)
    faults = [f"row 1: column '{name}' is missing." for name in needed if name not in rows[0].cells]
    if not faults:
        faults = [*_missing(rows), *(fault for row in rows for fault in _faults(row)), *_two_pseudonyms(rows)]
    if faults:
        raise TableError(path.name, faults, NOTHING_TAKEN)
    return [_decided(row) for row in rows]


def _missing(rows: Sequence[Row]) -> Iterator[str]:
    """A row that was deleted might be meant as 'keep', or be a slip; a name that stays by a slip is found too late."""
    matches = [match for row in rows if (match := _ID.fullmatch(row["id"].strip()))]
    if matches:
        gone = sorted(set(range(1, int(matches[0][2]) + 1)) - {int(match[1]) for match in matches})
        for number in gone[:10]:
            yield f"the row with the id '{number} of {matches[0][2]} …' is missing. To leave words as they are, choose '{KEEP}'."


def _faults(row: Row) -> Iterator[str]:
    match = _ID.fullmatch(row["id"].strip())
    if match is None or match[3] != _seal({name: typed(row, name) for name in SHEET.fixed}):
        yield f"{row.place}: its id, words, kind or places were changed. Have the sheet written anew."
        return
    yield from choice_faults(row, DECISION, (REPLACE, KEEP))
    if not chosen(row, DECISION):
        yield f"{row.place}: no decision. Choose '{REPLACE}' or '{KEEP}'."
    if chosen(row, DECISION) == REPLACE and not typed(row, PSEUDONYM):
        yield f"{row.place}: no pseudonym for '{typed(row, 'words')}'. Write one, or choose '{KEEP}'."


def _two_pseudonyms(rows: Sequence[Row]) -> Iterator[str]:
    """Not of doubtful words: "Dr Whitlock" may be one person here and another there."""
    first: dict[tuple[str, str], Row] = {}
    for row in rows:
        if chosen(row, DECISION) == REPLACE and row.cells.get("found") == SURE:
            before = first.setdefault((row["kind"], folded(typed(row, "words"))), row)
            if typed(before, PSEUDONYM) != typed(row, PSEUDONYM):
                yield (
                    f"{row.place}: '{typed(row, 'words')}' is '{typed(row, PSEUDONYM)}' here and '{typed(before, PSEUDONYM)}' in "
                    f"{before.place}. Give it one pseudonym."
                )


def _decided(row: Row) -> Decided:
    by_unit = json.loads(typed(row, PLACES))
    places = tuple((unit, start, end) for unit, spans in by_unit.items() for start, end in spans)
    found = FoundWords(
        typed(row, "words"), row["kind"], row.cells.get("found", ""), row.cells.get("found by", ""), "", places
    )
    return Decided(replace(found, pseudonym=typed(row, PSEUDONYM)), chosen(row, DECISION) == KEEP)
