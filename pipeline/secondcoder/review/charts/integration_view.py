"""The integration of each case as a page shows it: constructs, component levels and factors, each with the researcher's light beside.

What cannot be told stands as the sentence that says why. Evidence for a level is found by likeness of words here, so that no page
waits for a language model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from secondcoder.charting.cases.case_groups import stated_attribute
from secondcoder.charting.cases.component_levels import AGAINST, EITHER, FOR, NO_TALK, component_levels
from secondcoder.charting.cases.counts import VALENCES, rows_of
from secondcoder.charting.cases.factors import factors
from secondcoder.charting.cases.integration import integration, profile
from secondcoder.charting.chart_data import ChartData
from secondcoder.charting.notes import LEVEL
from secondcoder.configuration import ChartingSettings
from secondcoder.domain.grouping import group_by
from secondcoder.errors import InputError
from secondcoder.review.charts.address import Asked
from secondcoder.review.charts.chart_view import ChartView
from secondcoder.review.charts.matrix_cell import MatrixCell
from secondcoder.review.charts.seen_chart import SeenChart

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")


@dataclass(frozen=True)
class JudgedCell:
    """A cell with what the codes suggest of it in a word or two (`standing`), and the address of its page."""

    cell: MatrixCell
    standing: str
    asked: Asked


@dataclass(frozen=True)
class Table:
    """A table of the page: its columns (code or level, name), its rows; or only a sentence that says why there is none."""

    columns: Sequence[tuple[str, str]] = ()
    rows: Mapping[str, Sequence[JudgedCell]] | None = None
    fault: str = ""
    note: str = ""


@dataclass(frozen=True)
class IntegrationView:
    """The page: cases in the order of their profile, with what is said of each, and the three tables."""

    cases: Sequence[Mapping[str, Any]]
    constructs: Table
    levels: Table
    factors: Table


def integration_view(view: ChartView, settings: ChartingSettings) -> IntegrationView:
    """The tables of all cases that the coder may see."""
    chart, data = view.chart, view.chart.data
    stated = stated_attribute(data, settings.compare)
    cases = _or_fault(lambda: rows_of(chart.once("profile", lambda: profile(data, settings, stated))))
    suggests = partial(chart.once, "integration", lambda: integration(data, settings))
    present = partial(chart.once, "factors", lambda: factors(data, settings))
    order = [row["case"] for row in cases] if not isinstance(cases, str) else None
    return IntegrationView(
        [] if isinstance(cases, str) else cases,
        _table(lambda: _by_code(view, suggests(), "construct", "standing", order)),
        _table(lambda: _by_level(view, levels_of(chart, settings)[0], order)),
        _table(lambda: _by_code(view, present(), "code", "presence", order)),
    )


def levels_of(chart: SeenChart, settings: ChartingSettings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The component levels and their evidence; InputError as `component_levels`."""
    return chart.once("levels", lambda: component_levels(chart.data, settings.levels))


def level_cell(view: ChartView, row: str, level: str, wave: str, sides: Mapping[str, int], found: int) -> MatrixCell:
    """A level's cell: passages for it stand as promoting ones, those against as inhibiting ones; `found`: interviews with any."""
    interviews = view.chart.once("talks", lambda: _talks(view.chart.data))[row, wave]
    valences = {"promotes": sides[FOR], "inhibits": sides[AGAINST], "mixed": sides[EITHER], "no_valence": 0}
    cell = MatrixCell(row, LEVEL + level, sum(sides.values()), found, interviews, interviews, False, 0, valences)
    return view.noted(cell, wave)


def _talks(data: ChartData) -> Counter[tuple[str, str]]:
    """Interviews by case and wave."""
    return Counter(zip(data.transcripts["case"], data.transcripts["wave"], strict=True))


def _or_fault(make: Callable[[], T]) -> T | str:
    try:
        return make()
    except InputError as error:
        return str(error)


def _table(make: Callable[[], Table]) -> Table:
    made = _or_fault(make)
    return Table(fault=made) if isinstance(made, str) else made


def _by_code(view: ChartView, table: pd.DataFrame, code: str, word: str, order: Sequence[str] | None) -> Table:
    rows = rows_of(table)
    interviews = view.chart.data.transcripts["case"].value_counts()
    columns = dict.fromkeys((row[code], row["name"]) for row in rows)
    cells: dict[str, list[JudgedCell]] = {}
    for row in rows:
        cell = view.noted(_cell(row, row[code], int(interviews.get(row["case"], 0))), "")
        asked = Asked(at=row["case"], code=row[code], tab="integration")
        cells.setdefault(row["case"], []).append(JudgedCell(cell, row[word], asked))
    return Table(list(columns), _ordered(cells, order))


def _cell(row: Mapping[str, Any], code: str, interviews: int) -> MatrixCell:
    valences = {name: int(row[name]) for name in VALENCES}
    valences["no_valence"] = int(row["passages"]) - sum(valences.values())
    passages, found, known = (int(row[name]) for name in ("passages", "transcripts", "transcripts_read"))
    return MatrixCell(row["case"], code, passages, found, known, interviews, False, 0, valences)


def _by_level(view: ChartView, table: pd.DataFrame, order: Sequence[str] | None) -> Table:
    rows = rows_of(table)
    columns = dict.fromkeys((row["level"], row["wave"]) for row in rows)
    cells: dict[str, list[JudgedCell]] = {}
    for row in rows:
        sides = {side: int(row[f"evidence_{side}"]) for side in (FOR, AGAINST, EITHER)}
        cell = level_cell(view, row["case"], row["level"], row["wave"], sides, 0)
        asked = Asked(at=row["case"], code=LEVEL + row["level"], wave=row["wave"], tab="integration")
        cells.setdefault(row["case"], []).append(JudgedCell(cell, "", asked))
    notes = group_by((row for row in rows if row["note"] != NO_TALK), lambda row: row["note"])
    return Table(list(columns), _ordered(cells, order), note="; ".join(notes))


def _ordered(cells: Mapping[str, list[JudgedCell]], order: Sequence[str] | None) -> dict[str, list[JudgedCell]]:
    return {case: cells[case] for case in order or cells if case in cells}
