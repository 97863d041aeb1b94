"""The passages behind the numbers, by code and row: the telling ones first, the others folded; what is only suggested is not here.

Of a large study only the telling ones stand on the page, which says where all are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from secondcoder.charting.findings import Findings
from secondcoder.charting.report.places import Places
from secondcoder.charting.report.shown import rows_of
from secondcoder.charting.report.wording import said
from secondcoder.domain.wording import counted
from secondcoder.reports.page import Block, Heading, Quotation, Quotations

if TYPE_CHECKING:
    import pandas as pd

MOST = 3_000
"""Passages that stand on the page; of more, only the telling ones do, as many of each cell as fit."""
SIGNS = {"promotes": "+", "mixed": "±", "inhibits": "−"}


class ShownPassages:
    """Which passages stand on the page, by cell: (row, code) -> their numbers, the telling ones first."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        row_of = findings.data.rows(findings.question.rows)
        counted_ = findings.data.counted
        self.all = len(counted_)
        rows = counted_["transcript"].map(row_of)
        self.in_cell: dict[tuple[str, str], list[int]] = {}
        for row, code, passage in zip(rows, counted_["code"], counted_["passage"], strict=True):
            self.in_cell.setdefault((row, code), []).append(int(passage))
        quotes = findings.tables.get("quotes")
        self.why: dict[tuple[str, str, int], str] = {}
        self.telling: dict[tuple[str, str], list[int]] = {}
        if quotes is not None:
            for quote in rows_of(_that_fit(quotes)):
                self.telling.setdefault((quote.row, quote.code), []).append(int(quote.passage))
                self.why[quote.row, quote.code, int(quote.passage)] = said(quote.why)
        self.everything = self.all <= MOST

    @property
    def cells(self) -> set[tuple[str, str]]:
        """Those of which passages stand on the page."""
        return set(self.in_cell) if self.everything else set(self.telling)

    def quotations(self, row: str, code: str, anchor: str) -> Quotations:
        """One cell's."""
        telling, there = self.telling.get((row, code), []), self.in_cell.get((row, code), [])
        more = [passage for passage in there if passage not in telling] if self.everything else []
        left = len(there) - len(telling) - len(more)
        return Quotations(
            anchor,
            row,
            f"{counted(len(there), 'passage')} of {code}",
            [self._quotation(passage, self.why.get((row, code, passage), "")) for passage in telling],
            [self._quotation(passage) for passage in more],
            f"{counted(left, 'more passage')} in passages.csv." if left else "",
        )

    def _quotation(self, number: int, why: str = "") -> Quotation:
        passage = self.findings.passages[number]
        return Quotation(passage.text, passage.where, SIGNS.get(passage.valence, ""), why)


def _that_fit(quotes: pd.DataFrame) -> pd.DataFrame:
    """Those of the first ranks, as many as fit the page."""
    last = 1
    while (quotes["rank"] <= last + 1).sum() <= MOST and last < quotes["rank"].max():
        last += 1
    return quotes[quotes["rank"] <= last]


def passage_blocks(findings: Findings, shown: ShownPassages, places: Places) -> Iterator[Block]:
    """The section's blocks."""
    if not shown.all:
        yield "No passage counts yet: nobody has coded anything, and no suggestion was accepted."
        return
    left = f" Of {shown.all:,} passages only the most telling stand here; all are in tables/passages.csv and in the workbook."
    yield ABOUT + ("" if shown.everything else left)
    for code in rows_of(findings.data.codes):
        there = [row for row in findings.rows if (row, code.code) in shown.cells]
        if there:
            yield Heading(code.name if code.name == code.code else f"{code.code} {code.name}", places.code(code.code))
            yield from (shown.quotations(row, code.code, places.cell(row, code.code)) for row in there)


ABOUT = (
    "First the most telling of each cell, with the reason why they are shown: like the others or another side of them, from different "
    "people. + promotes, ± mixed, − inhibits."
)
