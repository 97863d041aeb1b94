"""The cells of a coded table as they are meant: apostrophes of protection taken off, outer white space cut, NA and its like empty."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from secondcoder.codebook.model import Codebook
from secondcoder.domain.wording import counted
from secondcoder.exchange.tables.code_columns import code_columns
from secondcoder.exchange.tables.missing_cells import error_in, is_missing, missing_notes, unguarded, unguarded_word
from secondcoder.exchange.tables.rows import Row
from secondcoder.reports.tables import plain_cell

SPEECH = "text"


def clean_rows(rows: Sequence[Row], *, guarded: bool, book: Codebook | None = None) -> tuple[list[Row], list[str]]:
    """The rows with clean cells, and notes on what was taken as empty.

    What somebody said stays as it is: "NA" may be an answer, and the note names it.

    Args:
        guarded: the table is of a kind in which secondcoder protects cells from being run as formulas.
        book: a code of such a name is a code.
    """
    taken: list[tuple[str, str]] = []
    kept: set[str] = set()
    clean = [
        replace(row, cells=dict(_cells(row, guarded, book, taken, kept)), unclear={**row.unclear, **_errors(row)})
        for row in rows
    ]
    notes = missing_notes(taken)
    notes += [
        f"'{word}' in codes is read as the code of that name; leave cells empty where none was given."
        for word in sorted(kept)
    ]
    return clean, [*notes, *_answers(clean)]


def _cells(
    row: Row, guarded: bool, book: Codebook | None, taken: list[tuple[str, str]], kept: set[str]
) -> Iterator[tuple[str, str]]:
    of_codes = (*code_columns(row.cells), "looked_for")
    for column, cell in row.cells.items():
        if column == SPEECH:
            yield column, cell
            continue
        plain = plain_cell(cell) if guarded else cell
        if not is_missing(plain):
            yield column, unguarded_word(plain) if column == "memo" else unguarded(plain)
        elif column in of_codes and book is not None and book.find(plain) is not None:
            kept.add(plain.strip())
            yield column, plain
        else:
            taken.append((column or "a column without a name", plain.strip()))
            yield column, ""


def _errors(row: Row) -> dict[str, str]:
    # The text of a span is compared with the transcript's, which may read so.
    return {column: why for column, cell in row.cells.items() if column != SPEECH and (why := error_in(cell))}


def _answers(rows: Collection[Row]) -> list[str]:
    places = [row.place for row in rows if is_missing(row[SPEECH]) and not (row["start"] or row["end"])]
    if not places:
        return []
    told = f"the text of {counted(len(places), 'unit')} reads like an empty cell ({places[0]}: 'NA' or its like)"
    return [f"{told}; it was kept as what was said."]
