"""What to chart."""

from __future__ import annotations

from dataclasses import dataclass

from secondcoder.charting.chart_data import RowKind
from secondcoder.charting.telling_passages import MOST


@dataclass(frozen=True)
class ChartQuestion:
    """What to chart.

    Attributes:
        rows: what a row of the matrix is.
        codes, cases: those to chart, a construct with its sub-constructs; empty for all.
        compare: the attribute of cases by which groups are compared; "" for the setting `charting.compare`.
        quotes: telling passages of each cell.
        corrected: also counts corrected for what the model gets wrong.
        second_coder: also whether the model may be the second coder, which takes a while.
    """

    rows: RowKind = "case"
    codes: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    compare: str = ""
    quotes: int = MOST
    corrected: bool = False
    second_coder: bool = False
