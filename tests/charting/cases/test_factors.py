"""Factors by case, and their tables for qualitative comparative analysis, beside published examples."""

from __future__ import annotations

import io
import re

import numpy as np
import pandas as pd
import pytest
from secondcoder.charting.cases.factors import by_group, factors
from secondcoder.charting.cases.qca import (
    OUTCOME,
    calibrated,
    condition_names,
    crisp,
    fuzzy,
    outcome_of,
    truth_table,
    unsettled,
)
from secondcoder.charting.chart_data import ChartData
from secondcoder.configuration import load_configuration
from secondcoder.errors import InputError
from support.chart_tables import chart, mark, talk

SETTINGS = load_configuration().charting
LIPSET = """case DEV URB LIT IND STB outcome
AU 1 0 1 1 0 0
BE 1 1 1 1 1 1
CZ 1 1 1 1 1 1
EE 0 0 1 0 1 0
FI 1 0 1 0 1 1
FR 1 0 1 1 1 1
DE 1 1 1 1 0 0
GR 0 0 0 0 0 0
HU 0 0 1 0 0 0
IE 1 0 1 0 1 1
IT 0 0 0 0 1 0
NL 1 1 1 1 1 1
PL 0 0 1 0 0 0
PT 0 0 0 0 0 0
RO 0 0 0 0 1 0
ES 0 0 0 0 0 0
SE 1 0 1 1 1 1
UK 1 1 1 1 1 1"""
"""Survival of democracy between the wars, crisp sets: Rihoux & De Meur 2009, in Configurational comparative methods, ch. 3."""


@pytest.fixture
def data() -> ChartData:
    """Two factors in five cases."""
    spoken = {
        "Ash": {"F1": ["promotes"] * 3 + ["inhibits"], "F2": ["inhibits"]},
        "Birch": {"F1": ["promotes", "inhibits"], "F2": ["mixed"]},
        "Cedar": {"F1": [""], "F2": ["promotes"]},
        "Elm": {"F1": ["inhibits"] * 3 + ["promotes"]},
    }
    passages = [
        mark(case, code, 10 * at, valence=valence)
        for case, codes in spoken.items()
        for code, valences in codes.items()
        for at, valence in enumerate(valences)
    ]
    talks = [talk(case, case) for case in (*spoken, "Fir")]
    read = {(case, code): "whole" for case in spoken for code in ("F1", "F2")}
    made = chart(talks, ["F1", "F2", "CO"], passages, read)
    made.codes["family"] = ["factor", "factor", "construct"]
    return made


def test_presence_follows_the_valences(data: ChartData) -> None:
    table = factors(data, SETTINGS).set_index(["case", "code"])["presence"].unstack()
    assert table["F1"].to_dict() == {
        "Ash": "present",
        "Birch": "mixed",
        "Cedar": "spoken of without valence",
        "Elm": "absent",
        "Fir": "not read",
    }
    assert table["F2"].tolist() == ["absent", "mixed", "present", "not spoken of", "not read"]


def test_groups_are_counted_and_named(data: ChartData) -> None:
    groups = pd.Series({"Ash": "full", "Birch": "full", "Cedar": "part", "Elm": "part", "Fir": "part"})
    table = by_group(factors(data, SETTINGS), groups).set_index(["code", "group"])
    assert table.loc[("F1", "full"), ["cases", "present", "mixed", "absent", "unknown"]].tolist() == [2, 1, 1, 0, 0]
    assert table.loc[("F1", "part"), ["cases", "present", "mixed", "absent", "unknown"]].tolist() == [3, 0, 0, 1, 2]
    assert table.loc[("F1", "full"), "mixed_in"] == "Birch"


def test_a_codebook_without_factors_says_what_families_it_has() -> None:
    made = chart([talk("a", "Ash")], ["X"])
    with pytest.raises(InputError, match=r"family 'factor'.*belong to no family"):
        factors(made, SETTINGS)
    made.codes["family"] = "factors"
    with pytest.raises(InputError, match=r"Did you mean 'factors'\? Its families are factors\."):
        factors(made, SETTINGS)
    assert factors(made, SETTINGS, ["X"])["code"].tolist() == ["X"]


@pytest.mark.parametrize(
    ("mixed", "birch"), [("unknown", np.nan), ("present", 1), ("absent", 0), ("larger share", np.nan)]
)
def test_what_is_unknown_stays_empty_and_mixed_is_as_said(data: ChartData, mixed: str, birch: float) -> None:
    outcome = pd.Series({"Ash": 1.0, "Birch": 1.0, "Cedar": 0.0, "Elm": 0.0, "Fir": np.nan})
    table = crisp(factors(data, SETTINGS), outcome, mixed)
    assert table["case"].tolist() == ["Ash", "Birch", "Cedar", "Elm", "Fir"]
    np.testing.assert_array_equal(table["Name_of_F1"], [1, birch, np.nan, 0, np.nan])
    np.testing.assert_array_equal(table[OUTCOME], [1, 1, 0, 0, np.nan])


def test_what_is_left_empty_is_named(data: ChartData) -> None:
    told = factors(data, SETTINGS)
    assert unsettled(told) == (
        "Left empty, to be settled from the passages: name of F1 (mixed in Birch); name of F2 (mixed in Birch); name of F1 (spoken of "
        "without valence in Cedar); name of F2 (not spoken of in Elm); name of F1 (not read in Fir); name of F2 (not read in Fir)."
    )
    assert "Birch" not in unsettled(told, "absent")
    assert "F1 (mixed in Birch)" in unsettled(told, "larger share")  # as much for as against
    assert unsettled(told[told["case"] == "Ash"]) == ""


def test_the_larger_share_settles_what_is_not_even(data: ChartData) -> None:
    told = factors(data, SETTINGS)
    told.loc[told["presence"] == "mixed", "share_promoting"] = [0.6, 0.4]
    table = crisp(told, pd.Series(dtype=float), "larger share").set_index("case")
    assert table.loc["Birch", ["Name_of_F1", "Name_of_F2"]].tolist() == [1, 0]
    with pytest.raises(InputError, match="counts as one of unknown, larger share"):
        crisp(told, pd.Series(dtype=float), "half")


def test_fuzzy_sets_are_shares_or_memberships(data: ChartData) -> None:
    told = factors(data, SETTINGS)
    shares = fuzzy(told, pd.Series(dtype=float)).set_index("case")["Name_of_F1"]
    np.testing.assert_array_equal(shares, [0.75, 0.5, np.nan, 0.25, np.nan])
    member = fuzzy(told, pd.Series(dtype=float), {"F1": (0.95, 0.5, 0.05)}).set_index("case")
    assert member.loc["Birch", "Name_of_F1"] == 0.5
    assert 0.75 < member.loc["Ash", "Name_of_F1"] < 0.953
    assert member.loc["Ash", "Name_of_F2"] == 0  # without thresholds as it is


def test_calibration_gives_ragins_published_memberships() -> None:
    # National product per head of 18 countries, full membership from 900 on, crossover 550, none below 400 (Ragin 2009, in
    # Configurational comparative methods, ch. 5: the set "developed").
    product = [720, 1098, 586, 468, 590, 983, 795, 390, 424, 662, 517, 1008, 350, 320, 331, 367, 897, 1038]
    member = [
        0.81,
        0.99,
        0.58,
        0.16,
        0.58,
        0.98,
        0.89,
        0.04,
        0.07,
        0.72,
        0.34,
        0.98,
        0.02,
        0.01,
        0.01,
        0.03,
        0.95,
        0.98,
    ]
    assert calibrated(np.array(product, dtype=float), (900, 550, 400)).round(2).tolist() == member
    for wrong in ((0.5, 0.5, 0.1), (0.1, 0.5, 0.9), (0.9, 0.1)):
        with pytest.raises(InputError, match="three falling thresholds"):
            calibrated(np.zeros(1), wrong)


def test_the_truth_table_is_the_published_one() -> None:
    table = truth_table(pd.read_csv(io.StringIO(LIPSET), sep=" "))
    told = {
        tuple(row[:5]): tuple(row[5:])
        for row in table[["DEV", "URB", "LIT", "IND", "STB", "n", OUTCOME, "consistency", "cases"]].to_numpy().tolist()
    }
    # As R's package QCA prints truthTable(LC, SURV).
    assert told == {
        (0, 0, 0, 0, 0): (3, "0", 0.0, "GR, PT, ES"),
        (0, 0, 0, 0, 1): (2, "0", 0.0, "IT, RO"),
        (0, 0, 1, 0, 0): (2, "0", 0.0, "HU, PL"),
        (0, 0, 1, 0, 1): (1, "0", 0.0, "EE"),
        (1, 0, 1, 0, 1): (2, "1", 1.0, "FI, IE"),
        (1, 0, 1, 1, 0): (1, "0", 0.0, "AU"),
        (1, 0, 1, 1, 1): (2, "1", 1.0, "FR, SE"),
        (1, 1, 1, 1, 0): (1, "0", 0.0, "DE"),
        (1, 1, 1, 1, 1): (4, "1", 1.0, "BE, CZ, NL, UK"),
    }
    assert table["n"].tolist() == sorted(table["n"], reverse=True)
    assert table.attrs["left_out"] == []


def test_contradictions_and_gaps_are_said() -> None:
    rows = [("a", 1, 1), ("b", 1, 0), ("c", 0, np.nan), ("d", np.nan, 1)]
    table = truth_table(pd.DataFrame(rows, columns=["case", "X", OUTCOME]))
    assert table[["X", "n", OUTCOME, "cases"]].to_numpy().tolist() == [[1, 2, "C", "a, b"], [0, 1, "?", "c"]]
    assert table["consistency"].tolist()[0] == 0.5
    assert table.attrs["left_out"] == ["d"]


def test_fuzzy_consistency_is_the_inclusion_of_memberships() -> None:
    rows = [("a", 0.9, 0.2, 1.0), ("b", 0.6, 0.4, 0.3), ("c", 0.5, 0.1, 0.0), ("d", 0.2, 0.8, 0.0)]
    table = truth_table(pd.DataFrame(rows, columns=["case", "X", "Y", OUTCOME]))
    first = table.iloc[0]
    # In the corner X and not Y: .8, .6, .5, .2; inclusion in the outcome .8 + .3 over their sum.
    assert (first["X"], first["Y"], first["n"], first["cases"], first[OUTCOME]) == (1, 0, 2, "a, b", "C")
    assert first["consistency"] == pytest.approx(1.1 / 2.1)
    assert table.attrs["left_out"] == ["c"]


def test_names_are_those_that_both_programs_take() -> None:
    names = condition_names({"a": "GP buy-in", "b": "gp BUY in", "c": "=1+1", "d": "支持", "e": "Outcome", "f": ""})
    assert all(re.fullmatch(r"[A-Z][A-Za-z0-9_]*", name) for name in names)
    assert len({name.casefold() for name in [*names, "outcome", "case"]}) == 8
    assert names[0] == "GP_buy_in"


def test_the_outcome_is_asked_for_where_words_do_not_tell() -> None:
    stated = pd.Series({"Ash": "full", "Elm": "partial", "Oak": ""}, name="integration")
    np.testing.assert_array_equal(outcome_of(stated), [1, 0, np.nan])
    np.testing.assert_array_equal(outcome_of(stated, "partial"), [0, 1, np.nan])
    colours = pd.Series({"Ash": "blue", "Elm": "red"}, name="colour")
    with pytest.raises(InputError, match="Which value of 'colour' is the outcome\\? It has blue and red"):
        outcome_of(colours)
    with pytest.raises(InputError, match="No case has 'green' as 'colour'"):
        outcome_of(colours, "green")
