"""The coding sheet: a transcript's segments as rows of a spreadsheet, to be coded there and imported as a coded table.

A row is a segment, or in grey what the interviewer says before it. `number` is its turn, with a letter where a turn has several
segments; with it `coded_table` finds the text again, in whatever order the rows come back. What its coder coded already is filled in:
a coding of other words than a whole segment in a row of its own, with their place in `start` and `end`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import by_transcript, group_by
from secondcoder.domain.records import Coding, CodingPass, Place, Segment, Span, Transcript, Valence
from secondcoder.domain.shell_words import shell_word
from secondcoder.domain.spans import covers, looked_for
from secondcoder.domain.times import cell, time_at
from secondcoder.exchange.tables.missing_cells import guarded, guarded_word
from secondcoder.exchange.tables.unit_places import Number
from secondcoder.reports.spreadsheet import Choice, Spreadsheet

FEWEST_CODE_COLUMNS = 3
HOW_TO = (
    "Give each white row the codes that apply, one in a column or several in one cell divided by |, and say yes under read where you "
    "looked for every code and found no more; grey rows are context, and an empty row says nothing.",
    "Leave transcript, number and text as they are (rows may be sorted, and code columns added), save, and take the sheet in with: "
    "secondcoder import {file}",
)
SHEET = Spreadsheet(
    title="coding",
    fixed=(),
    filled=(),
    source="",
    widths={"transcript": 16, "number": 8, "time": 9, "speaker": 12, "text": 80, "memo": 40, "read": 8},
    suffixes=(".xlsx", ".csv"),
    locked=False,
)
Cells = dict[str, Any]


@dataclass(frozen=True)
class SheetCounts:
    """What a sheet holds: transcripts, rows to code, rows of context, and codings that were filled in."""

    transcripts: int
    segments: int
    context: int
    codings: int


def write_coding_sheet(
    path: Path,
    transcripts: Sequence[Transcript],
    segments: Iterable[Segment],
    marks: tuple[Sequence[Coding], Sequence[CodingPass]],
    book: Codebook,
    coder: str | None,
    only: Collection[Place] | None = None,
) -> SheetCounts:
    """Write the sheet of these transcripts, `.xlsx` or `.csv`.

    Args:
        segments: of the transcripts, as learning cuts them.
        marks: the independent codings and passes of `coder` that are to be filled in.
        only: segments that are to be coded; of the others only those before and after stay, as context. None for all.

    Raises:
        InputError: another suffix; StudyError: the file cannot be written.
    """
    codings, passes = by_transcript(marks[0]), by_transcript(marks[1])
    cut = by_transcript(segments)
    rows = [
        row
        for transcript in transcripts
        for row in _in_context(
            _rows(
                transcript,
                cut.get(transcript.id, []),
                codings.get(transcript.id, []),
                passes.get(transcript.id, []),
                book,
            ),
            only,
        )
    ]
    columns, cells = _columns(rows), [_cells(row, coder) for row in rows]
    context = [at for at, row in enumerate(rows) if row.context]
    SHEET.write(
        path,
        columns,
        cells,
        _choices(columns),
        book,
        context,
        [line.format(file=shell_word(path.name)) for line in HOW_TO],
    )
    filled = sum(len(row.codes) for row in rows)
    return SheetCounts(len(transcripts), len(rows) - len(context), len(context), filled)


@dataclass(frozen=True)
class _SheetRow:
    transcript: Transcript
    span: Span
    number: Number
    speaker: str | None
    context: bool = False
    read: bool = False
    codes: tuple[str, ...] = ()
    valence: Valence | None = None
    memo: str = ""
    placed: bool = False

    @property
    def time(self) -> str:
        """When its turn begins, '' where the transcript does not say."""
        return cell(time_at(self.transcript.turns, self.span[0]))


def _rows(
    transcript: Transcript,
    segments: Sequence[Segment],
    codings: Sequence[Coding],
    passes: Sequence[CodingPass],
    book: Codebook,
) -> list[_SheetRow]:
    """The transcript's rows, in the order of the text."""
    of_turn = group_by(segments, lambda segment: segment.turn)
    looks = looked_for(passes)
    for_all = set(book.ids) <= set().union(*looks.values())
    rows = list[_SheetRow]()
    for at, turn in enumerate(transcript.turns):
        parts = of_turn.get(at, [])
        for part, segment in enumerate(parts, start=1):
            number = Number(at + 1, part if len(parts) > 1 else 0)
            read = for_all and all(covers(cover, [segment.span], segment.text, segment.start) for cover in looks)
            rows.append(_SheetRow(transcript, segment.span, number, turn.speaker, read=read))
        if not parts and transcript.text[turn.start : turn.end].strip():
            rows.append(_SheetRow(transcript, turn.span, Number(at + 1), turn.speaker, context=True))
    return _filled_in(rows, codings)


def _in_context(rows: Sequence[_SheetRow], only: Collection[Place] | None) -> Iterator[_SheetRow]:
    """The rows that are to be coded, and the one before and after each as context."""
    wanted = [only is None or (row.transcript.id, *row.span) in only for row in rows]
    for before, row, is_wanted, after in zip([False, *wanted], rows, wanted, [*wanted[1:], False], strict=False):
        if is_wanted:
            yield row
        elif before or after:
            yield replace(row, context=True)


def _filled_in(rows: Sequence[_SheetRow], codings: Sequence[Coding]) -> list[_SheetRow]:
    """The rows with codings, and rows more where codings differ in valence or memo, or lie elsewhere than a segment."""
    kinds = group_by(codings, lambda coding: (coding.span, coding.valence, coding.memo))
    whole = {row.span: row for row in rows if not row.context}
    taken: dict[Span, list[_SheetRow]] = {}
    for (span, valence, memo), alike in kinds.items():
        row = whole.get(span) or replace(_turn_row(rows, span), span=span, context=False, placed=True)
        codes = tuple(coding.code for coding in alike)
        taken.setdefault(span, []).append(replace(row, codes=codes, valence=valence, memo=memo, read=False))
    filled = [each for row in rows for each in ([] if row.context else taken.pop(row.span, [])) or [row]]
    filled += [row for left in taken.values() for row in left]
    return sorted(filled, key=lambda row: row.span)


def _turn_row(rows: Sequence[_SheetRow], span: Span) -> _SheetRow:
    """The row in which a span begins, or the first one behind, for speaker and number."""
    row = next((row for row in rows if span[0] < row.span[1]), rows[-1])
    return replace(row, number=Number(row.number.turn))


def _columns(rows: Sequence[_SheetRow]) -> list[str]:
    most = max((len(row.codes) for row in rows), default=0)
    codes = [f"code {number}" for number in range(1, max(FEWEST_CODE_COLUMNS, most + 1) + 1)]
    placed = ["start", "end"] if any(row.placed for row in rows) else []
    timed = ["time"] if any(row.time for row in rows) else []
    return ["transcript", "number", *timed, "speaker", "text", *codes, "valence", "memo", "read", "coder", *placed]


def _cells(row: _SheetRow, coder: str | None) -> Cells:
    cells: Cells = {
        "transcript": guarded(row.transcript.id),
        "number": str(row.number),
        "time": row.time,
        "speaker": row.speaker or "",
        "text": row.transcript.text[slice(*row.span)],
        "valence": row.valence or "",
        "memo": guarded_word(row.memo),
        "read": "yes" if row.read else "",
        "coder": "" if row.context else guarded(coder or ""),
    }
    cells |= {f"code {number}": guarded(code) for number, code in enumerate(row.codes, start=1)}
    return cells | ({"start": row.span[0], "end": row.span[1]} if row.placed else {})


def _choices(columns: Sequence[str]) -> list[Choice]:
    # Not strict: several codes may stand in one cell.
    codes = [Choice(column, strict=False) for column in columns if column.startswith("code ")]
    return [*codes, Choice("valence", tuple(Valence)), Choice("read", ("yes",))]
