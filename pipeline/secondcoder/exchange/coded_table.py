"""The coded table, the plainest format of coded data: one row a unit or a span, with its codes and who gave them.

Two shapes, distinguished by whether `start` and `end` are filled:

* **units**: the rows are the transcript. Each row stays the unit that it is; `codes` empty means that the coder looked and
  found nothing. A row without a coder and without codes was looked at by nobody.
* **spans**: the rows mark spans of transcripts that are imported already; `text` must be what stands there. A coder with any
  row has looked at the whole transcript, unless rows with empty `codes` say which spans were looked at. With the column
  `looked_for` only such rows say it; the column names the codes that were looked for, nothing for all of the codebook's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Case, Coding, CodingPass, Origin, SpeakerRole, Valence
from secondcoder.errors import TableError
from secondcoder.exchange.attributes import constant_within
from secondcoder.exchange.coded_rows import (
    KNOWN,
    NEEDED,
    coder_of,
    codes_of,
    faults_of,
    is_span,
    looked_for,
    origin_word,
)
from secondcoder.exchange.coded_table_out import coded_table
from secondcoder.exchange.registry import CodedData, CodedFormat, ImportContext
from secondcoder.exchange.rows import SUFFIXES, Row, columns_of, encoding_notes, read_rows
from secondcoder.exchange.spelling import spelt_rows
from secondcoder.exchange.unit_rows import Unit, interviewers_named, transcript_of_units, unit_passes
from secondcoder.reports.tables import plain_cell, write_table


def sniff(path: Path) -> bool:
    """Does the file have the columns of a coded table?"""
    return path.suffix.lower() in SUFFIXES and set(NEEDED) <= columns_of(path)


def codes(path: Path) -> list[str]:
    """Codes of the table as written, in order of appearance."""
    written = (code for row in read_rows(path) for code in (*codes_of(row), *looked_for(row)))
    return list(dict.fromkeys(written))


def read(path: Path, context: ImportContext) -> CodedData:
    """Transcripts, codings and passes of a table: CSV, XLSX or Parquet.

    Raises:
        TableError: all bad rows together, each with its line.
        ReadError: the person named an interviewer who speaks in none of the table's transcripts.
    """
    rows = spelt_rows(read_rows(path), context.known, context.spellings)
    faults = list(faults_of(rows, context))
    if faults:
        raise TableError(path.name, faults)
    data = CodedData(notes=list(encoding_notes(path)))
    _take_units([row for row in rows if not is_span(row)], path.name, context, data)
    _take_spans([row for row in rows if is_span(row)], context, data)
    _take_attributes(rows, data)
    return data


def write(data: CodedData, book: Codebook, path: Path) -> None:
    """All codings and passes as a table of spans, by suffix: CSV, XLSX, Parquet or JSONL."""
    write_table(coded_table(data, book), path)


CODED_FORMAT = CodedFormat("table", SUFFIXES, sniff, read, write, codes)


def _take_units(rows: Sequence[Row], place: str, context: ImportContext, data: CodedData) -> None:
    by_transcript = group_by(rows, lambda row: row["transcript"].strip())
    named = interviewers_named(rows, context.interviewer, place)
    for name, of_transcript in by_transcript.items():
        units = _units(of_transcript, context.coder)
        transcript, spans = transcript_of_units(name, units, place, named)
        known = context.known.get(name)
        if known is None:
            data.transcripts.append(transcript)
        elif known.text != transcript.text:
            fault = f"{of_transcript[0].place}: transcript '{name}' is in the study already, with another text."
            raise TableError(place, [fault])
        for unit, span in zip(units, spans, strict=True):
            for coder, row in unit.rows.items():
                data.codings += _codings(name, span, coder, row, context.book)
        data.passes += unit_passes(name, units, spans, context.book.ids)
    data.notes += _coded_questions(data)


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
    whole: dict[tuple[str, str], None] = {}
    for row in rows:
        name, coder = row["transcript"].strip(), coder_of(row, context.coder)
        span = int(row["start"]), int(row["end"])
        if coder is None:
            # Without codes too, or `faults_of` had refused it: nobody looked.
            continue
        if not codes_of(row):
            sought = tuple(_ids(looked_for(row), context.book)) or context.book.ids
            data.passes.append(CodingPass(name, coder, *span, sought, _origin(row)))
        elif _origin(row) is Origin.INDEPENDENT and "looked_for" not in row.cells:
            # A coding made with suggestions on screen, or settled by a group, does not say that its coder read the rest.
            whole[name, coder] = None
        data.codings += _codings(name, span, coder, row, context.book)
    # Only now: a row that says where its coder looked may stand below their codings.
    stated = {(each.transcript, each.coder) for each in data.passes if each.origin is Origin.INDEPENDENT}
    data.passes += [
        CodingPass(name, coder, 0, len(context.known[name].text), context.book.ids)
        for name, coder in whole
        if (name, coder) not in stated
    ]


def _origin(row: Row) -> Origin:
    return Origin(origin_word(row))


def _ids(written: Sequence[str], book: Codebook) -> Iterator[str]:
    return (code for code in map(book.find, written) if code is not None)


def _codings(name: str, span: tuple[int, int], coder: str, row: Row, book: Codebook) -> list[Coding]:
    word = row["valence"].strip().casefold()
    valence, memo = Valence(word) if word else None, plain_cell(row["memo"])
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
    return [f"{count} codings lie on the interviewer's units. They are kept, but nothing is learned from them."]


def _take_attributes(rows: Sequence[Row], data: CodedData) -> None:
    further = [column for column in rows[0].cells if column and column not in KNOWN]
    in_cases = [(row["case"].strip(), row.cells) for row in rows if row["case"].strip()]
    attributes, varying = constant_within(in_cases, further)
    data.cases += [Case(case, attributes.get(case, {})) for case in dict.fromkeys(case for case, _ in in_cases)]
    dropped = [column for column in further if column in varying or not in_cases]
    data.notes += [f"column '{column}' is not an attribute of a case, so it was not kept." for column in dropped]
