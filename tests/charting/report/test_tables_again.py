"""All tables of a chart follow from the five that it is made of: made again from their files, they are the same to the last digit.

`test_report_numbers` counts the same tables by other code; here intervals, permutation tests and orders are worked out again as well.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from secondcoder.charting.cases.case_groups import case_groups
from secondcoder.charting.cases.comparison import comparison
from secondcoder.charting.cases.factors import by_group, factors
from secondcoder.charting.cases.integration import integration, profile
from secondcoder.charting.cases.qca import crisp, fuzzy, outcome_of, truth_table
from secondcoder.charting.chart_data import ChartData
from secondcoder.charting.codes.cooccurrence import cooccurrence
from secondcoder.charting.codes.rates import by_attribute, rates
from secondcoder.charting.codes.saturation import saturation
from secondcoder.charting.findings import BASIS
from secondcoder.charting.matrix import cells
from secondcoder.charting.telling_passages import telling_passages
from secondcoder.configuration import load_configuration
from secondcoder.reports.tables import csv_text, plain_cell

SETTINGS = load_configuration().charting
NUMBERS = {"passages": ("passage", "start", "end", "turn"), "codes": ("depth",), "transcripts": ("words",)}
TABLES: dict[str, Callable[[ChartData], pd.DataFrame]] = {
    "cells": lambda data: cells(data, "case"),
    "quotes": lambda data: telling_passages(data, "case"),
    "rates": rates,
    "by_role": lambda data: by_attribute(data, "role"),
    "by_wave": lambda data: by_attribute(data, "wave"),
    "cooccurrence": cooccurrence,
    "saturation": saturation,
    "integration": lambda data: integration(data, SETTINGS),
    "profile": lambda data: profile(data, SETTINGS, "integration"),
    "factors": lambda data: factors(data, SETTINGS),
    "factors_by_group": lambda data: by_group(factors(data, SETTINGS), case_groups(data, "integration").of),
    "qca": lambda data: crisp(factors(data, SETTINGS), outcome(data)),
    "qca_fuzzy": lambda data: fuzzy(factors(data, SETTINGS), outcome(data)),
    "truth_table": lambda data: truth_table(fuzzy(factors(data, SETTINGS), outcome(data))),
    "comparison": lambda data: comparison(data, "integration"),
}
OTHERS = {"respondents", "levels", "level_evidence"}
"""The first is that of `export --respondents`; the others rest on the embedder too, and have tests of their own."""


def outcome(data: ChartData) -> pd.Series[float]:
    return outcome_of(data.attribute("integration"))


def read(folder: Path, name: str) -> pd.DataFrame:
    table = pd.read_csv(folder / f"{name}.csv", encoding="utf-8-sig", dtype=str, keep_default_na=False).map(plain_cell)
    table = table.astype(dict.fromkeys(NUMBERS.get(name, ()), int))
    if name == "passages":
        table = table.assign(**{column: table[column] == "True" for column in ("own", "counts")})
        table = table.assign(**{column: pd.to_numeric(table[column]) for column in ("probability", "time")})
    return table


@pytest.fixture(scope="module")
def data(written: Path) -> ChartData:
    return ChartData(**{name: read(written / "tables", name) for name in BASIS})


def test_no_table_is_forgotten(written: Path) -> None:
    assert {path.stem for path in (written / "tables").iterdir()} == {*BASIS, *TABLES, *OTHERS}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_follows_from_the_five(written: Path, data: ChartData, name: str) -> None:
    exported = (written / "tables" / f"{name}.csv").read_text(encoding="utf-8-sig")
    assert csv_text(TABLES[name](data)) == exported
