"""The framework matrix as a page shows it: its columns, and its cells in words.

All numbers are those of `charting.matrix.cells`. A cell is never empty: it says where nobody looked, where somebody looked and found
nothing, and, apart from what counts, what is only suggested.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from secondcoder.charting.chart_data import PART, ChartData, RowKind
from secondcoder.charting.choice import of_transcripts
from secondcoder.charting.matrix import COUNTS, cells
from secondcoder.charting.notes import LEVEL, Cell, Note
from secondcoder.domain.grouping import group_by
from secondcoder.domain.wording import counted
from secondcoder.labels.code_counts import NO_CASE
from secondcoder.review.charts.address import FILTERS, Asked
from secondcoder.review.charts.matrix_cell import VALENCES, Column, MatrixCell, Row
from secondcoder.review.charts.seen_chart import SeenChart

if TYPE_CHECKING:
    import pandas as pd


class ChartView:
    """The matrix that is asked for, on what one coder may see."""

    def __init__(self, chart: SeenChart, asked: Asked, notes: Mapping[Cell, Note], coder: str) -> None:
        self.chart, self.asked, self.notes, self.coder = chart, asked, notes, coder
        self.data = narrowed(chart.data, asked)

    @cached_property
    def _below(self) -> dict[str, list[str]]:
        codes = self.chart.data.codes
        return group_by(codes["code"], dict(zip(codes["code"], codes["parent"], strict=True)).__getitem__)

    def with_below(self, code: str) -> list[str]:
        """A code and all codes below it."""
        return [code, *(each for child in self._below.get(code, ()) for each in self.with_below(child))]

    @cached_property
    def columns(self) -> list[Column]:
        """The codes shown, each construct before its sub-constructs."""
        codes, family = self.chart.data.codes, self.asked.family
        names, families = (dict(zip(codes["code"], codes[what], strict=True)) for what in ("name", "family"))

        def walk(code: str, depth: int) -> Iterator[Column]:
            below, is_open = self._below.get(code, []), code in self.asked.opened
            yield Column(code, names[code], depth, len(below), is_open and bool(below))
            if is_open:
                for each in below:
                    yield from walk(each, depth + 1)

        roots = [code for code in self._below.get("", ()) if family in ("", families[code])]
        return [column for root in roots for column in walk(root, 0)]

    @cached_property
    def families(self) -> list[str]:
        """Families that have a code of their own at the top."""
        codes = self.chart.data.codes
        return list(dict.fromkeys(codes.loc[codes["parent"] == "", "family"]))

    @cached_property
    def rows(self) -> list[Row]:
        """The rows, in the order of `ChartData.row_names`."""
        talks = dict(iter(self.data.transcripts.groupby(self.asked.rows)))
        return [Row(name, _about(self.asked.rows, talks.get(name))) for name in self.data.row_names(self.asked.rows)]

    @property
    def cell_link(self) -> str:
        """The address of a cell's page, up to its row."""
        address = self.asked.to("", "").url("/chart/cell")
        return f"{address}{'&' if '?' in address else '?'}"

    @cached_property
    def matrix(self) -> dict[str, list[MatrixCell]]:
        """Row -> its cells, one a column."""
        codes = tuple(column.code for column in self.columns)
        what = ("cells", self.asked.rows, *(getattr(self.asked, name) for name in FILTERS), codes)
        tables = self.chart.once(what, lambda: self._tables(self.data, codes))
        return {row: self._noted(there) for row, there in tables.items()}

    def cell(self, row: str, code: str) -> MatrixCell:
        """One cell; of a row without any interview that the filters leave, one that says so."""
        there = self._tables(of_row(self.data, self.asked.rows, row), [code]).get(row)
        return self._noted(there or [MatrixCell(row, code, 0, 0, 0, 0, False, 0, dict.fromkeys(dict(VALENCES), 0))])[0]

    def _tables(self, data: ChartData, codes: Sequence[str]) -> dict[str, list[MatrixCell]]:
        if not codes:
            return {}
        table = cells(data, self.asked.rows, codes=codes)
        # Missing where nobody looked: there `transcripts_read` is 0, and no number is shown.
        table = table.assign(**{name: table[name].fillna(0) for name in COUNTS})
        order = {code: at for at, code in enumerate(codes)}
        records: list[Any] = sorted(table.itertuples(index=False), key=lambda record: order[str(record.code)])
        return group_by((_cell(record, self._in_part) for record in records), lambda cell: cell.row)

    def _noted(self, there: Iterable[MatrixCell]) -> list[MatrixCell]:
        return [self.noted(cell, self.asked.wave) for cell in there]

    @cached_property
    def _in_part(self) -> set[tuple[str, str]]:
        parts = self.data.readings[self.data.readings["read"] == PART]
        rows = parts["transcript"].map(self.data.rows(self.asked.rows))
        return set(zip(rows, parts["code"], strict=True))

    def noted(self, cell: MatrixCell, wave: str) -> MatrixCell:
        """The cell with the note on it, or the word that there is one."""
        note = self.notes.get((self.asked.rows, cell.row, cell.code, wave))
        if note is None:
            return cell
        return replace(cell, note=note) if self.may_read(note) else replace(cell, hidden=True)

    def may_read(self, note: Note) -> bool:
        """Whether a note may be shown: see `seen_chart`."""
        if {part.by for part in note.parts} == {self.coder}:
            return True
        _, row, code, _ = note.cell
        codes = self.chart.data.codes["code"] if code.startswith(LEVEL) else self.with_below(code)
        # Of all interviews of the row, whatever the page shows of them.
        talks = self.chart.data.transcripts
        return self.chart.sees_all(talks.loc[talks[note.cell[0]] == row, "transcript"], codes)


def narrowed(data: ChartData, asked: Asked) -> ChartData:
    """The tables of the interviews that the page is to show, with their cases."""
    wanted = {name: value for name in FILTERS if (value := getattr(asked, name))}
    if not wanted:
        return data
    talks = data.transcripts
    for name, value in wanted.items():
        talks = talks[talks[name] == value]
    kept = data.cases["case"].isin(talks["case"])
    if list(wanted) == ["case"]:
        kept |= data.cases["case"] == asked.case  # also without interviews
    return _of(data, talks, data.cases[kept])


def of_row(data: ChartData, kind: RowKind, row: str) -> ChartData:
    """The tables of one row alone."""
    talks = data.transcripts[data.transcripts[kind] == row]
    named = {row} if kind == "case" else set(talks["case"])
    return _of(data, talks, data.cases[data.cases["case"].isin(named)])


def _of(data: ChartData, talks: pd.DataFrame, cases: pd.DataFrame) -> ChartData:
    return replace(of_transcripts(data, data.transcripts["transcript"].isin(talks["transcript"])), cases=cases)


def _about(kind: RowKind, talks: pd.DataFrame | None) -> str:
    if talks is None:
        return "no interview"
    told: dict[RowKind, tuple[str, ...]] = {
        "case": (),
        "participant": ("case", "role"),
        "transcript": ("case", "role", "wave"),
    }
    words = [value for name in told[kind] if (value := talks.iloc[0][name]) and value != NO_CASE]
    return " · ".join([*words, *([counted(len(talks), "interview")] if kind == "case" or len(talks) > 1 else [])])


def _cell(record: Any, in_part: set[tuple[str, str]]) -> MatrixCell:
    return MatrixCell(
        record.row,
        record.code,
        int(record.passages),
        int(record.transcripts),
        int(record.transcripts_read),
        int(record.transcripts_in_row),
        (record.row, record.code) in in_part,
        int(record.suggested),
        {name: int(getattr(record, name)) for name, _ in VALENCES},
    )
