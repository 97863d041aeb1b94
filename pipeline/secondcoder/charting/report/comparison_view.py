"""Groups of cases compared: the honest sentence first, then the differences as a figure and in tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from secondcoder.charting.cases.comparison import MEASURES
from secondcoder.charting.cases.comparison_wording import in_short
from secondcoder.charting.findings import Findings
from secondcoder.charting.report.figures import difference_figure
from secondcoder.charting.report.places import Places
from secondcoder.charting.report.shown import code_name, refusal, rows_of, table_of
from secondcoder.charting.report.wording import DASH, between, decimal, said, share, whole
from secondcoder.domain.wording import listed
from secondcoder.reports.page import Block, Box, Cell, Heading, Picture, Row, Table

if TYPE_CHECKING:
    import pandas as pd

MOST_DRAWN = 15
"""Differences that the figure shows, the largest ones."""


def comparison_blocks(findings: Findings, places: Places) -> Iterator[Block]:
    """The section's blocks; only the first measure that can be compared is drawn too."""
    table = table_of(findings, "comparison")
    if table is None:
        yield from refusal(findings, "comparison", "There is nothing to compare.")
        return
    factors = table_of(findings, "factors")
    yield (in_short(table, [] if factors is None else list(factors["code"].unique())))
    yield Box("small", (MEASURED, *dict.fromkeys(filter(None, map(said, table["note"])))))
    for pair in dict.fromkeys(zip(table["first"], table["second"], strict=True)):
        mine = table[(table["first"] == pair[0]) & (table["second"] == pair[1])]
        yield Heading(f"By {mine.iloc[0]['attribute']}: {pair[0]} and {pair[1]}")
        known = [
            measure.name
            for measure in MEASURES
            if mine.loc[mine["measure"] == measure.name, "difference"].notna().any()
        ]
        for measure in known:
            of_it = mine[mine["measure"] == measure]
            if measure == known[0]:
                yield _picture(of_it, measure, pair)
            yield _table(of_it, measure, pair, places)


MEASURED = (
    "Balance: passages that promote less those that inhibit, over all with a valence, from −1 to +1. p: how often a division of the "
    "cases into two groups of these sizes makes as large a difference, over all divisions (20,000 at random where there are more). "
    "p for all codes together: adjusted for comparing so many codes. Without an interval the figures describe these cases alone."
)


def _picture(table: pd.DataFrame, measure: str, pair: tuple[str, str]) -> Picture:
    drawn = table[table["difference"].notna()].head(MOST_DRAWN)
    left = "" if len(drawn) == len(table) else f" The {len(drawn)} largest of {len(table)} are drawn."
    return Picture(difference_figure(drawn, measure, pair), f"The largest differences first.{left}")


def _table(table: pd.DataFrame, measure: str, pair: tuple[str, str], places: Places) -> Table:
    written = decimal if measure == "balance" else share if measure.startswith("share") else _one_decimal
    head = ("Code", *pair, "Difference", "95% interval", "p", "p for all codes together", "Cases")
    rows: list[Row] = [
        [
            Cell(code_name(row.code, {row.code: row.name}), row.sentence, link=places.code(row.code)),
            written(row.first_value),
            written(row.second_value),
            written(row.difference),
            between(row.low, row.high, written) or DASH,
            decimal(row.p, 3),
            decimal(row.p_adjusted, 3),
            f"{whole(row.first_cases)} and {whole(row.second_cases)}",
        ]
        for row in rows_of(table)
    ]
    return Table(f"{measure[:1].upper()}{measure[1:]}, {listed(pair)}", head, rows)


def _one_decimal(value: Any) -> str:
    return decimal(value, 1)
