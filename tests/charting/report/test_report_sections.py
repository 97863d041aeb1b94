"""Sections of the report that rest on tables of other rooms: what they say is what the tables say, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pandas as pd
import pytest
from secondcoder.charting.findings import Findings, findings
from secondcoder.charting.question import ChartQuestion
from secondcoder.charting.report.page import page
from secondcoder.errors import InputError
from secondcoder.study.study import Study
from support.report_checks import Page

NAN = float("nan")
CORRECTED = pd.DataFrame(
    [
        ("CO", "all", "all", 900, 300, 40, 55, 70, 0.0778, 0.0912, 0.0611, 0.1311, 0.052, 0.144, "few drawn"),
        ("CO", "Ash", "case", 90, 30, 0, 5, 7, 0.0778, NAN, NAN, NAN, NAN, NAN, ""),
        ("CO", "Elm", "case", 50, 0, 20, 1, 1, 0.02, 0.044, 0.01, 0.09, 0.0, 0.1, ""),
    ],
    columns=[
        *("code", "of", "kind", "segments", "hand_coded", "drawn", "suggested", "plain_count", "plain_rate", "rate"),
        *("low", "high", "low_such", "high_such", "note"),
    ],
)
DIFFERENCES = pd.DataFrame(
    [("CO", "full", "partial", -0.02, 0.031, -0.012, 0.072, NAN, NAN, "")],
    columns=[
        *("code", "first", "second", "plain_difference", "difference", "low", "high", "low_such", "high_such", "note")
    ],
)
OCCURRENCE = pd.DataFrame(
    [("CO", "case", 7, 5, 6.2, 5.0, 7.0)], columns=["code", "unit", "of", "found", "estimate", "low", "high"]
)
ERRORS = pd.DataFrame(
    [("role", "<GP>", 7, 560, 301, 0.5375, 0.44, 0.63, 7965, 296, 0.0372, 0.028, NAN, 0.0312, "GP had more.")],
    columns=[
        *("attribute", "value", "clusters", "marks", "missed", "miss_rate", "low", "high", "looked", "false"),
        *("false_rate", "false_low", "false_high", "p", "sentence"),
    ],
)
SECOND = pd.DataFrame([("CO", "not shown", "kappa 0.41 beside 0.55.")], columns=["code", "answer", "sentence"])
FURTHER: Mapping[str, pd.DataFrame] = {
    "corrected": CORRECTED,
    "corrected_differences": DIFFERENCES,
    "occurrence": OCCURRENCE,
    "errors_by_speaker": ERRORS,
    "second_coder": SECOND,
}


@pytest.fixture
def found(coded_study: Study) -> Findings:
    def made(table: pd.DataFrame) -> Callable[[], pd.DataFrame]:
        return lambda: table

    asked = ChartQuestion(corrected=True, second_coder=True)
    return findings(coded_study.workspace(), asked, of_the_model={name: made(table) for name, table in FURTHER.items()})


def test_what_other_rooms_found_stands_in_the_report(found: Findings) -> None:
    read = Page(page(found))
    name = "CO Coherence"
    assert read.tables["Share of segments with each code, all transcripts"][1:] == [
        [
            [name, "few drawn"],
            ["all"],
            ["900"],
            ["300"],
            ["40"],
            ["7.8%"],
            ["9.1%"],
            ["6.1% to 13.1%"],
            ["5.2% to 14.4%"],
        ]
    ]
    assert read.tables["Corrected share of segments with each code, by case"] == [
        [["Code"], ["Ash"], ["Elm"]],
        [[name], ["–", "plain 7.8%"], ["4.4%", "1.0% to 9.0%", "plain 2.0%"]],
    ]
    assert read.tables["Corrected differences"][1:] == [
        [[name], ["full"], ["partial"], ["−2.0%"], ["3.1%"], ["−1.2% to 7.2%"], ["–"]]
    ]
    assert read.tables["In how many does each code occur?"][1:] == [
        [[name], ["7 cases"], ["5"], ["6.2"], ["5.0 to 7.0"]]
    ]
    assert read.tables["Misses and false suggestions by who speaks, out of fold"][1:] == [
        [
            ["role"],
            ["<GP>"],
            ["7"],
            ["301 of 560"],
            ["54%"],
            ["44% to 63%"],
            ["296 of 7,965"],
            ["3.7%"],
            ["–"],
            ["0.031"],
        ]
    ]
    assert read.tables["The model as second coder, code by code"][1:] == [
        [["CO"], ["not shown"], ["kappa 0.41 beside 0.55."]]
    ]
    assert "corrected, with 95% interval: CO 0.091 (0.061 to 0.131)" in read.titles


def test_where_they_could_not_the_reason_stands_there(coded_study: Study) -> None:
    def refused() -> pd.DataFrame:
        raise InputError("Nothing was drawn. Draw some: secondcoder sheet make --sample 60")

    text = page(findings(coded_study.workspace(), of_the_model={"corrected": refused}))
    assert "Nothing was drawn. Draw some: secondcoder sheet make --sample 60" in text


def test_what_was_not_asked_for_says_how_to_ask(found: Findings) -> None:
    tables = {name: table for name, table in found.tables.items() if name not in FURTHER}
    text = page(replace(found, tables=tables, question=ChartQuestion()))
    assert "<code>secondcoder chart --corrected</code>" in text
    assert "<code>secondcoder chart --second-coder</code>" in text
