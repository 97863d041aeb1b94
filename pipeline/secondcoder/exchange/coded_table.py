"""The coded table, the plainest way in: one row a unit or a span, with its codes and who gave them.

Two shapes, told apart by whether `start` and `end` are filled:

* **units**: the rows are the transcript. Each row stays the unit that it is; `codes` empty means that the coder looked and
  found nothing. A row without a coder and without codes was looked at by nobody.
* **spans**: the rows mark spans of transcripts that are imported already; `text` must be what stands there. A coder with any
  row has looked at the whole transcript, unless rows with empty `codes` say which spans were looked at. With the column
  `looked_for` only such rows say it; the column names the codes that were looked for, nothing for all of the codebook's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Case, Coding, CodingPass, Origin, SpeakerRole, Transcript, Valence
from secondcoder.errors import TableError
from secondcoder.exchange.attributes import constant_within
from secondcoder.exchange.coded_rows import KNOWN, NEEDED, coder_of, codes_of, faults_of, is_span, looked_for
from secondcoder.exchange.rows import Row, columns_of, read_rows
from secondcoder.exchange.unit_rows import Unit, transcript_of_units, unit_passes
from secondcoder.reports.tables import plain_cell


@dataclass
class CodedTable:
    """What a coded table holds; `notes` are for the person."""

    transcripts: list[Transcript] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    codings: list[Coding] = field(default_factory=list)
    passes: list[CodingPass] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def is_coded_table(path: Path) -> bool:
    """Does the file have the columns of a coded table?"""
    return set(NEEDED) <= columns_of(path)


def missing_codes(path: Path, book: Codebook) -> list[str]:
    """Codes of the table that the codebook lacks, as written, in order of appearance."""
    written = (
        code for row in read_rows(path) for code in (*codes_of(row), *looked_for(row)) if book.find(code) is None
    )
    return list(dict.fromkeys(written))


def read_coded_table(
    path: Path, book: Codebook, known: Mapping[str, Transcript], coder: str | None = None
) -> CodedTable:
    """Transcripts, codings and passes of a table.

    Args:
        path: CSV, XLSX or Parquet.
        book: the codebook; every code must be in it.
        known: the transcripts that the study has already, by id.
        coder: whose codes these are, where the table has no coder.

    Raises:
        TableError: all bad rows together, each with its line.
    """
    rows = read_rows(path)
    faults = list(faults_of(rows, book, known, coder))
    if faults:
        raise TableError(path.name, faults)
    spans = [row for row in rows if is_span(row)]
    units = [row for row in rows if not is_span(row)]
    table = CodedTable()
    _take_units(units, path.name, book, known, coder, table)
    _take_spans(spans, book, known, coder, table)
    _take_attributes(rows, table)
    return table


def _take_units(
    rows: Sequence[Row],
    place: str,
    book: Codebook,
    known: Mapping[str, Transcript],
    coder: str | None,
    table: CodedTable,
) -> None:
    by_transcript: dict[str, list[Row]] = {}
    for row in rows:
        by_transcript.setdefault(row["transcript"].strip(), []).append(row)
    for name, own in by_transcript.items():
        units = _units(own, book, coder)
        transcript, spans = transcript_of_units(name, units, place)
        if name in known and known[name].text != transcript.text:
            raise TableError(
                place, [f"{own[0].place}: transcript '{name}' is in the study already, with another text."]
            )
        if name not in known:
            table.transcripts.append(transcript)
        for unit, span in zip(units, spans, strict=True):
            for who, row in unit.rows.items():
                table.codings += _codings(name, span, who, row, book)
        table.passes += unit_passes(name, units, spans, book.ids)
    table.notes += _coded_questions(table)


def _units(rows: Sequence[Row], book: Codebook, coder: str | None) -> list[Unit]:
    units: dict[float, Unit] = {}
    for position, row in enumerate(rows):
        order = float(row["order"]) if "order" in row.cells else float(position)
        unit = units.setdefault(order, Unit(row, {}))
        who = coder_of(row, coder)
        if who is not None:
            unit.rows[who] = row
    return [units[order] for order in sorted(units)]


def _take_spans(
    rows: Sequence[Row], book: Codebook, known: Mapping[str, Transcript], coder: str | None, table: CodedTable
) -> None:
    whole: dict[tuple[str, str], None] = {}
    for row in rows:
        name, who = row["transcript"].strip(), coder_of(row, coder)
        span = int(row["start"]), int(row["end"])
        if who is None:
            continue
        if not codes_of(row):
            codes = tuple(code for written in looked_for(row) if (code := book.find(written))) or book.ids
            table.passes.append(CodingPass(name, who, *span, codes, _origin(row)))
        elif _origin(row) is Origin.INDEPENDENT and "looked_for" not in row.cells:
            # A coding made with suggestions on screen, or settled by a group, does not say that its coder read the rest.
            whole[name, who] = None
        table.codings += _codings(name, span, who, row, book)
    told = {(one.transcript, one.coder) for one in table.passes if one.origin is Origin.INDEPENDENT}
    table.passes += [
        CodingPass(name, who, 0, len(known[name].text), book.ids) for name, who in whole if (name, who) not in told
    ]


def _origin(row: Row) -> Origin:
    word = row["origin"].strip().casefold()
    return Origin(word) if word else Origin.INDEPENDENT


def _codings(name: str, span: tuple[int, int], who: str, row: Row, book: Codebook) -> list[Coding]:
    valence = row["valence"].strip().casefold()
    return [
        Coding(
            name,
            *span,
            code,
            who,
            _origin(row),
            Valence(valence) if valence else None,
            plain_cell(row["memo"]),
        )
        for code in (book.find(written) for written in codes_of(row))
        if code is not None
    ]


def _coded_questions(table: CodedTable) -> list[str]:
    asked = {
        (one.id, turn.start) for one in table.transcripts for turn in one.turns if turn.role is SpeakerRole.INTERVIEWER
    }
    count = sum((coding.transcript, coding.start) in asked for coding in table.codings)
    if not count:
        return []
    return [f"{count} codings lie on the interviewer's units. They are kept, but nothing is learned from them."]


def _take_attributes(rows: Sequence[Row], table: CodedTable) -> None:
    further = [column for column in rows[0].cells if column and column not in KNOWN]
    in_cases = [(row["case"].strip(), row.cells) for row in rows if row["case"].strip()]
    attributes, varying = constant_within(in_cases, further)
    table.cases += [Case(case, attributes.get(case, {})) for case in dict.fromkeys(case for case, _ in in_cases)]
    if not in_cases:
        varying = set(further)
    table.notes += [
        f"column '{column}' is not an attribute of a case, so it was not kept."
        for column in further
        if column in varying
    ]
