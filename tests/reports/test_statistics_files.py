"""Tables for statistics: what Stata, SPSS and R read of them, by readers of another project."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.errors import InputError
from secondcoder.reports.statistics_files import Variable, write_statistics
from secondcoder.reports.variable_names import variable_names

LONG = "Ein sehr langer Name für einen Code, der in keinem Programm ganz Platz hat " * 5
VARIABLES = [
    Variable("participant", "participant"),
    Variable("list size", "list_size (of the case)", "number"),
    Variable("CO.DIF", "Differenzierung – ä ö ü ß 😀", "code", "What is new."),
    Variable("x" * 40 + "1", LONG, "code"),
    Variable("x" * 40 + "2", "second", "code"),
    Variable("信頼", "信頼 👩‍👧", "code"),
]
ROWS = [["P1 ä😀", 4700.0, 1, 0, None, 1], ["=P2\nx", None, 0, None, 1, 1], [None, 1.5, None, 1, 1, 0]]
NAMES = ["participant", "list_size", "CO_DIF", "x" * 32, "x" * 30 + "_2", "v"]


@pytest.mark.parametrize("suffix", [".dta", ".sav"])
def test_values_labels_and_value_labels_are_read_by_others(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    assert write_statistics(path, VARIABLES, ROWS) == [path]
    table, about = (pyreadstat.read_dta if suffix == ".dta" else pyreadstat.read_sav)(path)
    assert list(table) == NAMES
    assert table["participant"].tolist() == ["P1 ä😀", "=P2 x", ""]
    figures: list[list[Any]] = table[NAMES[1:]].astype(object).where(table[NAMES[1:]].notna(), None).to_numpy().tolist()
    assert figures == [[float(cell) if cell is not None else None for cell in row[1:]] for row in ROWS]
    labels = about.column_names_to_labels
    most = 80 if suffix == ".dta" else 249
    assert [labels[name] for name in NAMES] == [
        variable.label if len(variable.label) < 80 else labels[NAMES[3]] for variable in VARIABLES
    ]
    assert LONG.startswith(labels[NAMES[3]])
    assert 79 <= len(labels[NAMES[3]]) <= most
    assert about.variable_value_labels == {name: {0: "not coded", 1: "coded"} for name in NAMES[2:]}


def test_the_table_for_r_has_empty_cells_for_missing_and_its_variables_beside_it(tmp_path: Path) -> None:
    out, beside = write_statistics(tmp_path / "out.csv", VARIABLES, ROWS)
    assert beside.name == "out-variables.csv"
    assert out.read_text(encoding="utf-8").splitlines() == [
        ",".join(NAMES),
        "P1 ä😀,4700.0,1,0,,1",
        "'=P2 x,,0,,1,1",
        ",1.5,,1,1,0",
    ]
    about = pd.read_csv(beside)
    assert about["variable"].tolist() == NAMES
    assert about["label"].tolist() == [variable.label for variable in VARIABLES]
    assert about["values"][2] == "0 not coded; 1 coded; empty: not looked for"


def test_a_stata_file_is_the_same_bytes_and_no_name_is_changed_by_the_library(tmp_path: Path) -> None:
    words = ["case", "_all", "int", "STR12", "if", "NULL", "with", "byte", "Case", "ALL", "next", "1st", "ümlaut", ""]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in ("one.dta", "two.dta"):
            write_statistics(tmp_path / name, [Variable(word, word, "number") for word in words], [[1] * len(words)])
    assert (tmp_path / "one.dta").read_bytes() == (tmp_path / "two.dta").read_bytes()


@given(st.lists(st.text(max_size=50), max_size=12))
def test_names_are_valid_and_apart(words: list[str]) -> None:
    names = variable_names(words)
    assert len({name.casefold() for name in names}) == len(words)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,31}", name) and not name.endswith("_") for name in names)


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"out\.spss: tables for statistics are written as \.csv, \.dta, \.sav"):
        write_statistics(tmp_path / "out.spss", VARIABLES, ROWS)
