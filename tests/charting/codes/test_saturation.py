"""When codes are met, against all orders of the transcripts."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom
from secondcoder.charting.chart_data import ChartData
from secondcoder.charting.codes.saturation import NOT_MEANING, SATURATION, saturation, saturation_sentences
from support.chart_tables import chart, mark, talk

CODES = "ABCDE"
MET = st.lists(st.sets(st.sampled_from(CODES)), min_size=1, max_size=5)


def met_in(codes_by_transcript: list[set[str]]) -> ChartData:
    talks = [talk(f"t{at:02}") for at in range(len(codes_by_transcript))]
    marks = [mark(f"t{at:02}", code, 1) for at, codes in enumerate(codes_by_transcript) for code in sorted(codes)]
    return chart(talks, CODES, marks)


@settings(max_examples=25)
@given(met=MET)
def test_mean_and_interval_are_those_of_all_orders(met: list[set[str]]) -> None:
    table = saturation(met_in(met))
    assert list(table.columns) == list(SATURATION)
    orders = np.array(
        [[len(set().union(*order[: step + 1])) for step in range(len(met))] for order in permutations(met)]
    )
    np.testing.assert_allclose(table["expected"], orders.mean(axis=0), atol=1e-9)
    ranked = np.sort(orders, axis=0)
    for name, share in (("low", 0.025), ("high", 0.975)):
        # The least number that at least such a share of orders does not pass.
        assert table[name].tolist() == ranked[int(np.ceil(share * len(orders) - 1e-9)) - 1].tolist()
    seen = [len(set().union(*met[: step + 1])) for step in range(len(met))]
    assert table["codes_seen"].tolist() == seen
    assert table["new"].cumsum().tolist() == seen


def test_the_mean_of_many_transcripts_is_hypergeometric_and_drawn_orders_lie_about_it() -> None:
    rng = np.random.default_rng(3)
    there = rng.random((30, 5)) < [0.9, 0.5, 0.2, 0.1, 0.04]
    there[0] = True
    table = saturation(met_in([{code for code, has in zip(CODES, row, strict=True) if has} for row in there]))
    steps = np.arange(1, 31)
    expected = sum(1 - hypergeom.pmf(0, 30, count, steps) for count in there.sum(axis=0))
    np.testing.assert_allclose(table["expected"], expected, atol=1e-9)
    assert (table["low"] <= np.ceil(table["expected"])).all()
    assert (np.floor(table["expected"]) <= table["high"]).all()
    assert (table["low"] < table["high"]).sum() > 15
    assert table[["codes_seen", "expected", "low", "high"]].iloc[-1].tolist() == [5, pytest.approx(5), 5, 5]
    assert saturation(met_in([{"A"}])).equals(saturation(met_in([{"A"}])))


def test_only_transcripts_looked_through_wholly_for_the_usual_codes_count() -> None:
    talks = [talk(name) for name in ("t1", "t2", "t3", "t4", "t5")]
    usual = {(name, code): "whole" for name in ("t1", "t2", "t3") for code in "AB"} | {
        ("t4", "A"): "whole",
        ("t4", "B"): "part",
    }
    late = {("t3", "C"): "whole"}  # joined the codebook after two of three were read
    marks = [mark("t1", "A", 1), mark("t3", "B", 1), mark("t3", "C", 1), mark("t4", "B", 1)]
    data = chart(talks, "ABCD", marks, usual | late)
    table = saturation(data)
    assert table["transcript"].tolist() == ["t1", "t2", "t3"]
    assert table["codes_seen"].tolist() == [1, 1, 2]
    assert saturation_sentences(data) == [
        "2 codes were met in 3 transcripts, the last new one in transcript 3.",
        "2 transcripts not looked through wholly for these codes are left out.",
        NOT_MEANING,
    ]


def test_a_construct_is_met_by_a_code_below_it_only_where_that_is_not_charted() -> None:
    data = chart([talk("t1")], ["A", "A1<A"], [mark("t1", "A", 1, own=False), mark("t1", "A1", 1)])
    assert saturation(data)["codes_seen"].tolist() == [1]
    assert saturation(data, ["A"])["codes_seen"].tolist() == [1]
    assert saturation(data, cases=["no case"])["codes_seen"].tolist() == [1]


def test_what_is_only_suggested_is_not_met_and_nothing_read_is_said() -> None:
    data = chart([talk("t1")], ["A"], [mark("t1", "A", 1, counts=False)])
    assert saturation(data)["codes_seen"].tolist() == [0]
    assert saturation_sentences(data)[0] == "0 codes were met in 1 transcript."
    for unread in (chart([talk("t1")], ["A"], [mark("t1", "A", 1)], "part"), chart([], ["A"])):
        assert saturation(unread).empty
        assert saturation_sentences(unread) == [
            "No transcript was looked through wholly, so it cannot be said when codes were first met."
        ]
