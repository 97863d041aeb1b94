"""What opens behind a cell of a chart: its telling passages, all of them, what is only suggested, and the researcher's note."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from secondcoder.charting.cases.component_levels import AGAINST, EITHER, FOR
from secondcoder.charting.notes import LEVEL, Note
from secondcoder.charting.telling_passages import telling_passages
from secondcoder.configuration import ChartingSettings
from secondcoder.domain.grouping import group_by
from secondcoder.domain.spans import share_text
from secondcoder.errors import NoSuchPageError, did_you_mean
from secondcoder.review.charts.address import FILTERS
from secondcoder.review.charts.chart_view import ChartView, of_row
from secondcoder.review.charts.integration_view import level_cell, levels_of
from secondcoder.review.charts.matrix_cell import MatrixCell

if TYPE_CHECKING:
    import pandas as pd

Marks = Mapping[tuple[str, bool], Sequence[tuple[str, bool, int, int, str]]]
"""(transcript, counts) -> (transcript, counts, start, end, code) of the marks that give a code itself."""
MOST_SHOWN = 200
"""Passages that stand on one page; the code's page has all."""


@dataclass(frozen=True)
class Quote:
    """A passage of a cell.

    Attributes:
        given: the codes that people gave on it: of a construct its sub-constructs too.
        turn: number of its turn, 0 outside any; `time`: when that begins, in seconds.
        where: who said it and where.
        why: why it was chosen as telling, '' where it was not.
    """

    transcript: str
    start: int
    end: int
    text: str
    where: str
    turn: int
    time: float | None
    valence: str
    coders: str
    origin: str
    given: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True)
class OpenCell:
    """A cell as it opens.

    Attributes:
        more: passages that are not on the page.
        sides: of a component level, the evidence for, against and either; `how` it was come by.
    """

    cell: MatrixCell
    name: str
    definition: str
    telling: Sequence[Quote]
    quotes: Sequence[Quote]
    suggested: Sequence[Quote]
    more: int = 0
    sides: Mapping[str, Sequence[Quote]] = field(default_factory=dict)
    how: str = ""

    @property
    def note(self) -> Note | None:
        """The researcher's note."""
        return self.cell.note


def open_cell(view: ChartView, settings: ChartingSettings) -> OpenCell:
    """The cell that the view is asked for; NoSuchPageError where there is no such row, code or level."""
    row, code = view.asked.at, view.asked.code
    _require(row, view.chart.data.row_names(view.asked.rows), "row")
    if code.startswith(LEVEL):
        return _open_level(view, settings)
    _require(code, view.chart.data.codes["code"], "code")
    codes = view.chart.data.codes
    about: Any = next(codes[codes["code"] == code].itertuples())
    part = of_row(view.data, view.asked.rows, row)
    counted, suggested = (table[table["code"] == code] for table in (part.counted, part.suggested))
    marks = _own_marks(part.passages[part.passages["code"].isin(view.with_below(code))])
    told = _telling(view, code)
    chosen = [counted[counted["passage"] == number] for number in told]
    return OpenCell(
        view.cell(row, code),
        about.name,
        about.definition,
        [quote for each, why in zip(chosen, told.values(), strict=True) for quote in _quotes(each, marks, why)],
        list(_quotes(counted.head(MOST_SHOWN), marks)),
        list(_quotes(suggested.head(MOST_SHOWN), marks)),
        max(len(counted) - MOST_SHOWN, 0),
    )


def _telling(view: ChartView, code: str) -> dict[int, str]:
    """Number of each telling passage of the cell -> why it was chosen."""
    asked, kind = view.asked, view.asked.rows
    what = ("telling", kind, code, *(getattr(asked, name) for name in FILTERS))
    table = view.chart.once(what, lambda: telling_passages(view.data, kind, codes=[code]))
    table = table[table["row"] == asked.at].sort_values("rank")
    return dict(zip(table["passage"].astype(int), table["why"], strict=True))


def _open_level(view: ChartView, settings: ChartingSettings) -> OpenCell:
    """The evidence for and against a component level in a case and wave."""
    row, wave, level = view.asked.at, view.asked.wave, view.asked.code.removeprefix(LEVEL)
    _require(level, settings.levels if view.asked.rows == "case" else (), "level")
    table, evidence = levels_of(view.chart, settings)
    how = table[(table["case"] == row) & (table["level"] == level) & (table["wave"] == wave)]["note"]
    there = evidence[(evidence["case"] == row) & (evidence["level"] == level) & (evidence["wave"] == wave)]
    passages = view.chart.data.passages.set_index("passage").loc[there["passage"]].assign(side=there["side"].to_numpy())
    sides = {side: passages[passages["side"] == side] for side in (FOR, AGAINST, EITHER)}
    counts = {side: len(found) for side, found in sides.items()}
    marks = _own_marks(of_row(view.chart.data, "case", row).passages)
    return OpenCell(
        level_cell(view, row, level, wave, counts, passages["transcript"].nunique()),
        view.asked.code,
        settings.levels[level].about,
        [],
        [],
        [],
        sides={side: list(_quotes(found, marks)) for side, found in sides.items() if len(found)},
        how=next(iter(how), ""),
    )


def _require(name: str, known: Iterable[str], what: str) -> None:
    there = list(known)
    if name not in there:
        raise NoSuchPageError(f"The matrix has no {what} '{name[:80]}'.{did_you_mean(name, there)}")


def _quotes(table: pd.DataFrame, marks: Marks, why: str = "") -> Iterator[Quote]:
    for each in table.itertuples():
        yield _quote(each, _given(each, marks), why)


def _own_marks(passages: pd.DataFrame) -> Marks:
    own = passages[passages["own"]]
    rows = zip(own["transcript"], own["counts"], own["start"], own["end"], own["code"], strict=True)
    return group_by(rows, lambda row: (row[0], row[1]))


def _given(passage: Any, marks: Marks) -> tuple[str, ...]:
    """The codes given on a passage itself: marks of its code and of those below it that share its words."""
    there = marks.get((passage.transcript, passage.counts), ())
    span = passage.start, passage.end
    return tuple(sorted({code for _, _, start, end, code in there if share_text((start, end), span)}))


def _quote(passage: Any, given: tuple[str, ...], why: str) -> Quote:
    return Quote(
        passage.transcript,
        int(passage.start),
        int(passage.end),
        passage.text,
        passage.where,
        int(passage.turn),
        None if passage.time is None or math.isnan(passage.time) else float(passage.time),
        passage.valence,
        passage.coders,
        passage.origin,
        given,
        why,
    )
