"""The coded table, the plainest format of coded data: one row a unit or a span, with its codes and who gave them.

A row stands somewhere in a transcript, and there are three ways to say where:

* **units**: the rows are the transcript. Each row stays the unit that it is.
* **text**: the rows quote a transcript that was imported from a file, where their text tells the place (`unit_places`).
* **spans**: `start` and `end` are filled; `text` must be what stands there.

From there on they are alike. A row is a look at its own span, for all codes; with empty `codes` the coder found nothing there. A row
without a coder and without codes was looked at by nobody. With a column `read`, as in a coding sheet, a row without codes is a look
only where that says `yes`; `whole` says that the row's coder read all of the transcript, as the person may say of the whole file.
Nothing else counts as read. With the column `looked_for` only rows with empty `codes` are looks; the column names the codes that
were looked for, nothing for all of the codebook's. Of a model's table a column `score` gives a probability for the row's codes, and
such a row is a look for these alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Case, Coding, CodingPass, Origin, Valence
from secondcoder.errors import TableError, first_faults
from secondcoder.exchange.read_spans import joined_looks, passes_of_codings
from secondcoder.exchange.registry import CodedData, CodedFormat, ImportContext
from secondcoder.exchange.spelling import spelt_rows
from secondcoder.exchange.tables.attributes import constant_within
from secondcoder.exchange.tables.clean_cells import clean_rows
from secondcoder.exchange.tables.code_columns import code_columns, with_codes_joined
from secondcoder.exchange.tables.coded_rows import (
    KNOWN,
    SCORE,
    coder_of,
    codes_of,
    faults_of,
    has_scores,
    is_look,
    is_reading,
    is_span,
    looked_for,
    names_columns,
    offset,
    origin_word,
    quotes_alone,
    reads_whole,
    score_of,
)
from secondcoder.exchange.tables.coded_table_out import TIME, coded_table
from secondcoder.exchange.tables.quote_places import difference_notes, placed_quotes
from secondcoder.exchange.tables.rows import GUARDED, SUFFIXES, Row, columns_of, read_table
from secondcoder.exchange.tables.table_notes import (
    coded_questions,
    found_by_text,
    perhaps_quoted,
    said_of_no_code,
    skipped_notes,
)
from secondcoder.exchange.tables.unit_places import at_span, placed_rows
from secondcoder.exchange.tables.unit_rows import (
    asking_notes,
    doubtful_roles,
    interviewers_named,
    role_notes,
    skipped_orders,
    transcript_of_units,
    units_of,
)
from secondcoder.reports.tables import write_table

MOST_NOTES = 5
"""Notes on single cells of columns that are attributes only."""


def sniff(path: Path) -> bool:
    """Does the file have the columns of a coded table?"""
    if path.suffix.lower() not in SUFFIXES:
        return False
    columns = columns_of(path, names_columns)
    return names_columns(columns) and bool(code_columns(columns))


def codes(path: Path) -> list[str]:
    """Codes of the table as written, in order of appearance."""
    rows, _ = _clean_rows(path, None)
    return list(dict.fromkeys(code for row in rows for code in (*codes_of(row), *looked_for(row))))


def read(path: Path, context: ImportContext) -> CodedData:
    """Transcripts, codings and passes of a table: CSV, XLSX, Parquet or JSONL.

    Raises:
        TableError: all bad rows together, each with its line.
        ReadError: the person named an interviewer who speaks in none of the table's transcripts.
    """
    rows, notes = _clean_rows(path, context.book)
    return data_of(rows, path.name, context, notes)


def data_of(rows: Sequence[Row], place: str, context: ImportContext, notes: Sequence[str] = ()) -> CodedData:
    """What clean rows say, in the columns of a coded table, from whatever file; `place` is its name."""
    rows = spelt_rows(rows, context.known, context.spellings)
    faults = first_faults(faults_of(rows, context))
    if faults:
        raise TableError(place, faults)
    data = CodedData(notes=[*notes])
    units = [row for row in rows if not is_span(row) and not is_reading(row)]
    placed = _take_units(units, place, context, data)
    _take_spans([*(row for row in rows if is_span(row)), *placed], context, data)
    data.notes += [*coded_questions(data), *said_of_no_code(rows)]
    _take_readings(rows, context, data)
    if {"number", "read"} <= rows[0].cells.keys():
        data.sheets = {(row["transcript"], coder) for row in rows if (coder := coder_of(row, context.coder))}
    _take_attributes(rows, data, (*KNOWN, SCORE) if context.of_model else KNOWN)
    return data


def _clean_rows(path: Path, book: Codebook | None) -> tuple[list[Row], list[str]]:
    table = read_table(path, names_columns)
    rows, notes = clean_rows(table.rows, guarded=path.suffix.lower() in GUARDED, book=book)
    return with_codes_joined(rows), [*table.notes, *notes]


def write(data: CodedData, book: Codebook, path: Path) -> None:
    """All codings and passes as a table of spans, by suffix: CSV, XLSX, Parquet or JSONL."""
    write_table(coded_table(data, book), path)


CODED_FORMAT = CodedFormat("table", SUFFIXES, sniff, read, write, codes)


def _take_units(rows: Sequence[Row], place: str, context: ImportContext, data: CodedData) -> list[Row]:
    """The rows with their places, in new transcripts of which they are the units, or in those of the study."""
    asking = interviewers_named(rows, context.interviewer, place)
    placed: list[Row] = []
    faults: list[str] = []
    by_text: list[str] = []
    in_signs, in_words = 0, list[str]()
    matters = partial(_says_something, context=context)
    doubtful: dict[str, tuple[str, ...]] = {}
    skipping: dict[str, list[int]] = {}
    for name, of_transcript in group_by(rows, lambda row: row["transcript"]).items():
        units, known = units_of(of_transcript), context.known.get(name)
        transcript, spans = transcript_of_units(name, units, place, asking, context.interviewer_roles)
        if known is not None and ("number" in rows[0].cells or known.text != transcript.text):
            if {"number", "order"} & rows[0].cells.keys():
                found, missing = placed_rows(of_transcript, known, matters)
            else:
                quotes = placed_quotes(of_transcript, known, matters, alike=quotes_alone(rows[0]))
                found, missing = quotes.rows, quotes.faults
                in_signs, in_words = in_signs + quotes.in_signs, [*in_words, *quotes.in_words]
            placed, faults = placed + found, faults + missing
            by_text += [known.id] if found and "number" not in rows[0].cells else []
            continue
        doubtful[name] = doubtful_roles(units, transcript)
        skipping[name] = skipped_orders(units)
        data.notes += perhaps_quoted(units[0].first, context)
        data.transcripts += [transcript] if known is None else []
        placed += [at_span(row, span) for unit, span in zip(units, spans, strict=True) for row in unit.rows]
    if faults:
        raise TableError(place, faults)
    data.notes += [
        *role_notes(doubtful),
        *asking_notes(data.transcripts),
        *skipped_notes(skipping),
        *found_by_text(by_text),
        *difference_notes(in_signs, in_words),
    ]
    return placed


def _says_something(row: Row, context: ImportContext) -> bool:
    return coder_of(row, context.coder) is not None and is_look(row)


def _take_spans(rows: Sequence[Row], context: ImportContext, data: CodedData) -> None:
    codings: list[Coding] = []
    stated: list[CodingPass] = []
    for row in rows:
        name, coder = row["transcript"], coder_of(row, context.coder)
        start, end = offset(row["start"]), offset(row["end"])
        if coder is None or start is None or end is None or not is_look(row):
            # Without coder and codes nobody looked; a span without a place was refused before.
            continue
        span = start, end
        if not codes_of(row):
            sought = tuple(_ids(looked_for(row), context)) or context.book.ids
            stated.append(CodingPass(name, coder, *span, sought, _origin(row)))
        given = _codings(name, span, coder, row, context)
        codings += given
        if has_scores(rows, context) and (score := score_of(row)) is not None:
            data.scores |= dict.fromkeys(given, score)
    data.codings += codings
    data.passes += stated
    # With the column `looked_for`, as in an export, each look has a row of its own, and is kept as it was made.
    if rows and "looked_for" not in rows[0].cells:
        looks = [coding for coding in codings if coding not in data.scores]
        data.passes += passes_of_codings(looks, stated, context.book.ids)
        data.passes = joined_looks(data.passes, {**context.known, **{new.id: new for new in data.transcripts}})


def _take_readings(rows: Sequence[Row], context: ImportContext, data: CodedData) -> None:
    """A look at the whole transcript where a row says so, or the person of all who coded it on their own."""
    lengths = {each.id: len(each.text) for each in (*context.known.values(), *data.transcripts)}
    read = dict.fromkeys(
        (row["transcript"], coder)
        for row in rows
        if (coder := coder_of(row, context.coder)) is not None
        and (reads_whole(row) or (context.read_whole and codes_of(row) and _origin(row) is Origin.INDEPENDENT))
    )
    whole = [CodingPass(name, coder, 0, lengths[name], context.book.ids) for name, coder in read]
    # The spans within say nothing more.
    data.passes = [*whole, *(each for each in data.passes if not _is_within(each, read, context.book))]


def _is_within(coding_pass: CodingPass, read: Collection[tuple[str, str]], book: Codebook) -> bool:
    is_look = coding_pass.origin is Origin.INDEPENDENT and coding_pass.codes == book.ids
    return is_look and (coding_pass.transcript, coding_pass.coder) in read


def _origin(row: Row) -> Origin:
    return Origin(origin_word(row))


def _ids(written: Sequence[str], context: ImportContext) -> Iterator[str]:
    return (code for code in map(context.find, written) if code is not None)


def _codings(name: str, span: tuple[int, int], coder: str, row: Row, context: ImportContext) -> list[Coding]:
    word = row["valence"].strip().casefold()
    valence, memo = Valence(word) if word else None, row["memo"]
    return [Coding(name, *span, code, coder, _origin(row), valence, memo) for code in _ids(codes_of(row), context)]


def _holds_times(column: str, rows: Sequence[Row]) -> bool:
    """Whether a column is the one of times in our own exports and sheets, which says nothing that the transcript does not."""
    cells = [row[column] for row in rows if row[column]]
    return column == TIME and bool(cells) and all(re.fullmatch(r"-?\d+:\d\d:\d\d", cell) for cell in cells)


def _take_attributes(rows: Sequence[Row], data: CodedData, known: Collection[str]) -> None:
    further = [column for column in rows[0].cells if column and column not in known and not _holds_times(column, rows)]
    data.notes += [
        f"{row.place}: column '{column}' {why}. It was read as '{row[column]}'."
        for row in rows
        for column, why in row.unclear.items()
        if column in further
    ][:MOST_NOTES]
    in_cases = [(row["case"], row.cells) for row in rows if row["case"]]
    attributes, varying = constant_within(in_cases, further)
    data.cases += [Case(case, attributes.get(case, {})) for case in dict.fromkeys(case for case, _ in in_cases)]
    dropped = [column for column in further if column in varying or not in_cases]
    data.notes += [f"column '{column}' is not an attribute of a case, so it was not kept." for column in dropped]
