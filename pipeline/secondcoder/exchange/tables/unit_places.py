"""Rows of a table that say by their text where they stand in a transcript of the study: their places, or why they have none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Span, Transcript
from secondcoder.exchange.tables.quoted_text import QuotedText
from secondcoder.exchange.tables.rows import Row
from secondcoder.reports.tables import plain_cell

SHOWN = 4
"""Candidates that a refusal names."""
NUMBER = re.compile(r"(\d{1,9})(?:\.0+)?([a-z]{0,5})")


@dataclass(frozen=True, order=True)
class Number:
    """The column `number`: a turn, counted from 1, and which of its segments, counted from 1; 0 where no letter says it."""

    turn: int
    part: int = 0

    def __str__(self) -> str:
        return f"{self.turn}{_letters(self.part)}"


def number_of(cell: str) -> Number | None:
    """`12` is turn 12, `12b` its second segment; None for what is no such number."""
    match = NUMBER.fullmatch(cell.strip().casefold())
    return Number(int(match[1]), _part(match[2])) if match else None


def _letters(part: int) -> str:
    """1 is a, 26 z, 27 aa."""
    return _letters((part - 1) // 26) + chr(ord("a") + (part - 1) % 26) if part else ""


def _part(letters: str) -> int:
    part = 0
    for letter in letters:
        part = part * 26 + ord(letter) - ord("a") + 1
    return part


def placed_rows(
    rows: Sequence[Row], transcript: Transcript, matters: Callable[[Row], bool]
) -> tuple[list[Row], list[str]]:
    """Rows of one transcript with `start` and `end` filled in, and the faults of those without one place.

    With a column `number` a text is looked for in its turn. With `order`, or among the segments of a turn, what stands several times
    is placed by the rows before and after it. Rows without either are `quote_places`.

    Args:
        matters: whether the row says anything; the others only help to place it.
    """
    text = QuotedText(transcript)
    placed: list[Row] = []
    faults: list[str] = []
    for group in _in_one_order(rows):
        units = [group[key] for key in sorted(group)]
        found = in_order([candidates(unit[0], text) for unit in units])
        for unit, spans in zip(units, found, strict=True):
            for row in filter(matters, unit):
                if len(spans) == 1:
                    placed.append(at_span(row, spans[0]))
                else:
                    faults.append(f"{row.place}: {place_fault(row, spans, text)}")
    return placed, faults


def in_order(candidates: Sequence[Sequence[Span]]) -> list[list[Span]]:
    """For each unit the spans that it may be, where units follow each other in the text; as given where they cannot."""
    first, last = list(_first_places(candidates)), list(_last_places(candidates))
    if len(first) < len(candidates) or len(last) < len(candidates):
        return [list(spans) for spans in candidates]
    return [
        [span for span in spans if low <= span <= high]
        for spans, low, high in zip(candidates, first, reversed(last), strict=True)
    ]


def _first_places(candidates: Sequence[Sequence[Span]]) -> Iterator[Span]:
    end = 0
    for spans in candidates:
        span = next((span for span in spans if span[0] >= end), None) if spans else (end, end)
        if span is None:
            return
        yield span
        end = span[1]


def _last_places(candidates: Sequence[Sequence[Span]]) -> Iterator[Span]:
    """The same from the end, the last unit first."""
    start = max((span[1] for spans in candidates for span in spans), default=0)
    for spans in reversed(candidates):
        span = next((span for span in reversed(spans) if span[1] <= start), None) if spans else (start, start)
        if span is None:
            return
        yield span
        start = span[0]


Units = Mapping[tuple[float, str], list[Row]]
"""Rows that are one unit, by its place in the order and its text."""


def _in_one_order(rows: Sequence[Row]) -> list[Units]:
    """Units that follow each other in the text, together."""
    if "number" in rows[0].cells:
        of_turn = group_by(rows, lambda row: (number_of(row["number"]) or Number(0)).turn)
        return [units for group in of_turn.values() for units in _parts_of_turn(group)]
    return [group_by(rows, lambda row: (float(row["order"]), ""))]


def _parts_of_turn(rows: Sequence[Row]) -> list[Units]:
    parts = group_by(rows, lambda row: (float((number_of(row["number"]) or Number(0)).part), row["text"]))
    alone: list[Units] = [{key: unit} for key, unit in parts.items() if not key[0]]
    return [*alone, {key: unit for key, unit in parts.items() if key[0]}]


def candidates(row: Row, text: QuotedText) -> list[Span]:
    """Where the row's text stands, in the turn that it names."""
    # Tables written by secondcoder put an apostrophe before text that a spreadsheet would take for a formula.
    written = dict.fromkeys((row["text"], plain_cell(row["text"])))
    spans = next((spans for cell in written if (spans := text.spans(cell))), [])
    turn = _turn(row, text)
    return [span for span in spans if turn[0] <= span[0] < turn[1]] if turn else spans


def _turn(row: Row, text: QuotedText) -> Span | None:
    """Where the row's number says that it begins; None where it says nothing."""
    number, turns = number_of(row["number"]), text.transcript.turns
    if number is None:
        return None
    return turns[number.turn - 1].span if 0 < number.turn <= len(turns) else (0, 0)


def at_span(row: Row, span: Span) -> Row:
    """The row as one that marks this span."""
    return replace(row, cells={**row.cells, "start": str(span[0]), "end": str(span[1])})


def place_fault(row: Row, spans: Sequence[Span], text: QuotedText, nearest_too: bool = True) -> str:
    """Why a row with these candidates has no one place, and what mends it."""
    name, turn = text.transcript.id, _turn(row, text)
    if spans:
        places = "; ".join(f"{start}-{end} ({text.described((start, end))})" for start, end in spans[:SHOWN])
        more = f"; and {len(spans) - SHOWN} more" if len(spans) > SHOWN else ""
        return (
            f"the text stands {len(spans)} times in '{name}': {places}{more}. Say which: quote more of it, or give its "
            "turn in a column number, or its place in the columns start and end."
        )
    if turn is not None:
        reads = (
            f"which reads '{text.shown(turn)}'" if turn[1] else f"and '{name}' has {len(text.transcript.turns)} turns"
        )
        return f"the text was changed: it is not in turn {row['number'].strip()} of '{name}', {reads}. Put back text and number."
    near = text.nearest(row["text"]) if nearest_too else None
    nearest = f" Nearest: {near[0]}-{near[1]}, '{text.shown(near)}' ({text.described(near)})." if near else ""
    # Rows that name order or speaker may have been meant as the interview itself.
    if {"order", "speaker"} & row.cells.keys():
        return f"transcript '{name}' is in the study already, with another text, in which '{_words(row)}' does not stand.{nearest}"
    return f"'{_words(row)}' does not stand in '{name}'.{nearest}"


def _words(row: Row) -> str:
    said = " ".join(row["text"].split())
    return said if len(said) <= 40 else f"{said[:39]}…"
