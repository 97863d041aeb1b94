"""The coded table, the plainest format of coded data: one row a unit or a span, with its codes and who gave them.

Two shapes, distinguished by whether `start` and `end` are filled:

* **units**: the rows are the transcript, or stand in one that was imported from a file, where their text tells the place. Each
  row stays the unit that it is; `codes` empty means that the coder looked and found nothing. A row without a coder and without
  codes was looked at by nobody.
* **spans**: the rows mark spans of transcripts that are imported already; `text` must be what stands there. A row is a look at its
  own span, for all codes; with empty `codes` the coder found nothing there. Nothing else counts as read, unless `read` says `whole`
  (the row's coder read all of the transcript), or the person says so of the file. With the column `looked_for` only rows with empty
  `codes` are looks; the column names the codes that were looked for, nothing for all of the codebook's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Case, Coding, CodingPass, Origin, Span, SpeakerRole, Transcript, Valence
from secondcoder.domain.wording import counted
from secondcoder.errors import TableError
from secondcoder.exchange.attributes import constant_within
from secondcoder.exchange.clean_cells import clean_rows
from secondcoder.exchange.coded_rows import (
    KNOWN,
    NEEDED,
    coder_of,
    codes_of,
    faults_of,
    is_reading,
    is_span,
    looked_for,
    offset,
    origin_word,
)
from secondcoder.exchange.coded_table_out import coded_table
from secondcoder.exchange.read_spans import passes_of_codings
from secondcoder.exchange.registry import CodedData, CodedFormat, ImportContext
from secondcoder.exchange.rows import GUARDED, SUFFIXES, Row, columns_of, read_table
from secondcoder.exchange.spelling import spelt_rows
from secondcoder.exchange.unit_places import unit_places
from secondcoder.exchange.unit_rows import (
    Unit,
    doubtful_roles,
    interviewers_named,
    role_notes,
    transcript_of_units,
    unit_passes,
)
from secondcoder.reports.tables import write_table

MOST_NOTES = 5
"""Notes on single cells of columns that are attributes only."""


def sniff(path: Path) -> bool:
    """Does the file have the columns of a coded table?"""
    return path.suffix.lower() in SUFFIXES and set(NEEDED) <= columns_of(path, NEEDED)


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
    rows = spelt_rows(rows, context.known, context.spellings)
    faults = list(faults_of(rows, context))
    if faults:
        raise TableError(path.name, faults)
    data = CodedData(notes=notes)
    _take_units([row for row in rows if not is_span(row) and not is_reading(row)], path.name, context, data)
    _take_spans([row for row in rows if is_span(row)], context, data)
    _take_readings(rows, context, data)
    _take_attributes(rows, data)
    return data


def _clean_rows(path: Path, book: Codebook | None) -> tuple[list[Row], list[str]]:
    table = read_table(path, NEEDED)
    rows, notes = clean_rows(table.rows, guarded=path.suffix.lower() in GUARDED, book=book)
    return rows, [*table.notes, *notes]


def write(data: CodedData, book: Codebook, path: Path) -> None:
    """All codings and passes as a table of spans, by suffix: CSV, XLSX, Parquet or JSONL."""
    write_table(coded_table(data, book), path)


CODED_FORMAT = CodedFormat("table", SUFFIXES, sniff, read, write, codes)


def _take_units(rows: Sequence[Row], place: str, context: ImportContext, data: CodedData) -> None:
    by_transcript = group_by(rows, lambda row: row["transcript"])
    named = interviewers_named(rows, context.interviewer, place)
    faults: list[str] = []
    doubtful: dict[str, tuple[str, ...]] = {}
    for name, of_transcript in by_transcript.items():
        units = _units(of_transcript, context.coder)
        transcript, spans = transcript_of_units(name, units, place, named, context.interviewer_roles)
        doubtful[name] = doubtful_roles(units, transcript)
        known = context.known.get(name)
        if known is None:
            data.transcripts.append(transcript)
        elif known.text != transcript.text:
            faults += _take_placed(units, known, context, data)
            continue
        for unit, span in zip(units, spans, strict=True):
            _take_unit(name, span, unit, context, data)
        data.passes += unit_passes(name, units, spans, context.book.ids)
    if faults:
        raise TableError(place, faults)
    data.notes += [*role_notes(doubtful), *_coded_questions(data)]


def _take_unit(name: str, span: Span, unit: Unit, context: ImportContext, data: CodedData) -> None:
    for coder, row in unit.rows.items():
        data.codings += _codings(name, span, coder, row, context.book)


def _take_placed(units: Sequence[Unit], known: Transcript, context: ImportContext, data: CodedData) -> list[str]:
    """Units whose transcript came from a file of its own: each is a look at the place of its text. The faults of those without one."""
    places = unit_places([unit.first["text"] for unit in units], known.text)
    faults: list[str] = []
    for at, unit in enumerate(units):
        fault = places.fault(at, known.id)
        # A row that nobody looked at only helps to place the others.
        if unit.rows and fault:
            faults.append(f"{unit.first.place}: {fault}")
        elif unit.rows:
            span = places.candidates[at][0]
            _take_unit(known.id, span, unit, context, data)
            data.passes += [CodingPass(known.id, coder, *span, context.book.ids) for coder in unit.rows]
    if not faults:
        data.notes.append(f"the rows of '{known.id}' were found in its transcript by their text.")
    return faults


def _units(rows: Sequence[Row], default_coder: str | None) -> list[Unit]:
    units: dict[float, Unit] = {}
    for position, row in enumerate(rows):
        order = float(row["order"]) if "order" in row.cells else float(position)
        unit = units.setdefault(order, Unit(row, {}))
        coder = coder_of(row, default_coder)
        if coder is not None:
            unit.rows[coder] = row
    return [units[order] for order in sorted(units)]


def _take_spans(rows: Sequence[Row], context: ImportContext, data: CodedData) -> None:
    codings: list[Coding] = []
    stated: list[CodingPass] = []
    for row in rows:
        name, coder = row["transcript"], coder_of(row, context.coder)
        start, end = offset(row["start"]), offset(row["end"])
        if coder is None or start is None or end is None:
            # Without coder and codes nobody looked; a span without a place was refused before.
            continue
        span = start, end
        if not codes_of(row):
            sought = tuple(_ids(looked_for(row), context.book)) or context.book.ids
            stated.append(CodingPass(name, coder, *span, sought, _origin(row)))
        codings += _codings(name, span, coder, row, context.book)
    data.codings += codings
    data.passes += stated
    # With the column `looked_for`, as in an export, each look has a row of its own.
    if rows and "looked_for" not in rows[0].cells:
        data.passes += passes_of_codings(codings, stated, context.book.ids)


def _take_readings(rows: Sequence[Row], context: ImportContext, data: CodedData) -> None:
    """A look at the whole transcript where a row says so, or the person of all who coded it on their own."""
    lengths = {each.id: len(each.text) for each in (*context.known.values(), *data.transcripts)}
    read = dict.fromkeys(
        (row["transcript"], coder)
        for row in rows
        if (coder := coder_of(row, context.coder)) is not None
        and (row["read"] or (context.read_whole and codes_of(row) and _origin(row) is Origin.INDEPENDENT))
    )
    whole = [CodingPass(name, coder, 0, lengths[name], context.book.ids) for name, coder in read]
    # The spans within say nothing more.
    data.passes = [*whole, *(each for each in data.passes if not _is_within(each, read, context.book))]


def _is_within(coding_pass: CodingPass, read: Collection[tuple[str, str]], book: Codebook) -> bool:
    is_look = coding_pass.origin is Origin.INDEPENDENT and coding_pass.codes == book.ids
    return is_look and (coding_pass.transcript, coding_pass.coder) in read


def _origin(row: Row) -> Origin:
    return Origin(origin_word(row))


def _ids(written: Sequence[str], book: Codebook) -> Iterator[str]:
    return (code for code in map(book.find, written) if code is not None)


def _codings(name: str, span: tuple[int, int], coder: str, row: Row, book: Codebook) -> list[Coding]:
    word = row["valence"].strip().casefold()
    valence, memo = Valence(word) if word else None, row["memo"]
    return [Coding(name, *span, code, coder, _origin(row), valence, memo) for code in _ids(codes_of(row), book)]


def _coded_questions(data: CodedData) -> list[str]:
    asked = {
        (transcript.id, turn.start)
        for transcript in data.transcripts
        for turn in transcript.turns
        if turn.role is SpeakerRole.INTERVIEWER
    }
    count = sum((coding.transcript, coding.start) in asked for coding in data.codings)
    if not count:
        return []
    lie, are = ("lies", "It is") if count == 1 else ("lie", "They are")
    return [
        f"{counted(count, 'coding')} {lie} on the interviewer's units. {are} kept, but nothing is learned from there."
    ]


def _take_attributes(rows: Sequence[Row], data: CodedData) -> None:
    further = [column for column in rows[0].cells if column and column not in KNOWN]
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
