"""Rates of codes: shares and rates by hand, intervals against other ways to them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta
from secondcoder.charting.chart_data import ChartData
from secondcoder.charting.codes.rates import BY_ATTRIBUTE, RATES, by_attribute, rates
from secondcoder.errors import InputError
from support.chart_tables import chart, mark, talk


def row(table: pd.DataFrame, **which: str) -> dict[str, Any]:
    found = table[np.logical_and.reduce([table[name] == value for name, value in which.items()])]
    assert len(found) == 1
    return {name: None if pd.isna(value) else value for name, value in found.iloc[0].items()}


TALKS = [
    talk("t1", "Ash", "p1", "GP", "early", 100),
    talk("t2", "Ash", "p1", "GP", "late", 300),
    talk("t3", "Oak", "p2", "nurse", "late", 200),
    talk("t4", "Oak", "p3", "", "late", 400),
    talk("t5", "", "p4", "nurse", "", 1000),
]
CASES = [{"case": "Ash", "size": "large"}, {"case": "Oak", "size": "small"}, {"case": "Yew", "size": "small"}]
READ = {(name, "A"): "whole" for name in ("t1", "t2", "t3")} | {("t4", "A"): "part", ("t5", "A"): "part"}
MARKS = [
    mark("t1", "A", 1),
    mark("t1", "A", 5),
    mark("t3", "A", 1),
    mark("t4", "A", 1),
    mark("t5", "B", 1, counts=False),
]


@pytest.fixture
def data() -> ChartData:
    return chart(TALKS, ["A", "B"], MARKS, READ, CASES)


def test_rates_counted_by_hand(data: ChartData) -> None:
    table = rates(data)
    assert list(table.columns) == list(RATES)
    found = row(table, code="A")
    # t4 has the code, so that it is known there; of t5 nobody knows.
    assert (found["transcripts"], found["transcripts_read"], found["share"]) == (3, 4, 0.75)
    assert found["passages"] == 4
    # In t1, t2 and t3 alone, which were looked through wholly: 3 passages in 600 words.
    assert found["per_1000_words"] == pytest.approx(5)
    assert (found["cases"], found["cases_read"]) == (2, 2)


def test_what_nobody_looked_for_has_no_rate(data: ChartData) -> None:
    found = row(rates(data), code="B")
    assert found["note"] == "not read; 2 cases without it were not looked through wholly"
    assert {name: value for name, value in found.items() if value is None}.keys() == set(RATES) - {
        *("code", "note", "transcripts_read", "cases_read"),
    }


def test_where_each_person_spoke_once_the_share_has_nearly_the_exact_interval() -> None:
    data = chart([talk(f"t{at}") for at in range(40)], ["A"], [mark(f"t{at}", "A", 1) for at in range(12)])
    found = row(rates(data), code="A")
    # Clopper-Pearson of 12 in 40; one person fewer allows for their variance being estimated (Korn & Graubard 1998).
    exact = beta.ppf(0.025, 12, 29), beta.ppf(0.975, 13, 28)
    assert (found["low"], found["high"]) == pytest.approx(exact, abs=0.01)
    assert found["low"] < exact[0] < exact[1] < found["high"]


def test_interviews_of_few_people_say_less_than_as_many_of_different_people() -> None:
    marks = [mark(f"t{at}", "A", 1) for at in range(0, 40) if at % 10 < 4]
    alone = row(rates(chart([talk(f"t{at}") for at in range(40)], ["A"], marks)), code="A")
    repeated = chart([talk(f"t{at}", participant=f"p{at % 10}") for at in range(40)], ["A"], marks)
    again = row(rates(repeated), code="A")
    assert again["share"] == alone["share"]
    assert again["high"] - again["low"] > 1.5 * (alone["high"] - alone["low"])


def test_the_interval_of_a_rate_is_that_of_a_ratio_by_people() -> None:
    """Against the linearised ratio (Cochran 1977, 2.11): the square root of the mean squared residual by people."""
    rng = np.random.default_rng(7)
    words, counts = rng.integers(800, 2000, 60), rng.poisson(6, 60)
    marks = [mark(f"t{at}", "A", 10 * number) for at, count in enumerate(counts) for number in range(count)]
    data = chart([talk(f"t{at}", words=int(count)) for at, count in enumerate(words)], ["A"], marks)
    found = row(rates(data), code="A")
    rate = counts.sum() / words.sum()
    error = np.sqrt(60 / 59 * np.sum((counts - rate * words) ** 2)) / words.sum()
    assert found["per_1000_words"] == pytest.approx(1000 * rate)
    expected = 1000 * rate * np.exp(np.array([-2, 2]) * error / rate)
    assert [found["low_words"], found["high_words"]] == pytest.approx(expected, rel=0.03)


def test_a_single_person_and_a_language_without_blanks_have_no_interval_and_the_reason() -> None:
    one = row(rates(chart([talk("t1", "Ash", "p1"), talk("t2", "Ash", "p1")], ["A"], [mark("t1", "A", 1)])), code="A")
    assert (one["low"], one["low_words"]) == (None, None)
    assert one["note"] == (
        "the share of one participant says nothing of others; per 1,000 words: 1 participant cannot show how much participants vary"
    )
    dense = chart(
        [talk(f"t{at}", words=2) for at in range(5)], ["A"], [mark(f"t{at}", "A", n) for at in range(5) for n in (1, 4)]
    )
    found = row(rates(dense), code="A")
    assert (found["low_words"], found["high_words"]) == (None, None)
    few = row(
        rates(chart([talk(f"t{at}") for at in range(6)], ["A"], [mark(f"t{at}", "A", 1) for at in (0, 1, 2, 3)])),
        code="A",
    )
    assert few["note"] == "per 1,000 words: only 6 participants: read the interval as a rough guide"


def test_without_a_transcript_read_wholly_nothing_is_said_by_words() -> None:
    found = row(rates(chart([talk("t1"), talk("t2")], ["A"], [mark("t1", "A", 1)], "part")), code="A")
    assert (found["share"], found["per_1000_words"]) == (1.0, None)
    assert "no transcript was looked through wholly, so nothing can be said per 1,000 words" in found["note"]


def test_by_role_wave_and_an_attribute_of_cases(data: ChartData) -> None:
    table = by_attribute(data, "role", ["A"])
    assert list(table.columns) == list(BY_ATTRIBUTE)
    assert table["value"].tolist() == ["GP", "nurse", "not stated"]
    assert table["transcripts"].tolist() == [1, 1, 1]
    assert table["transcripts_read"].tolist() == [2, 1, 1]
    assert table["per_1000_words"].tolist()[:2] == [5.0, 5.0]
    late = row(by_attribute(data, "wave"), code="A", value="late")
    assert (late["transcripts"], late["transcripts_read"], late["passages"]) == (2, 3, 2)
    assert by_attribute(data, "size")["value"].unique().tolist() == ["large", "small", "not stated"]
    with pytest.raises(InputError, match=r"Neither transcripts nor cases have 'rol'\. Did you mean 'role'\?"):
        by_attribute(data, "rol")


def test_values_add_up_to_the_whole(data: ChartData) -> None:
    whole = rates(data).set_index("code")
    for name in ("role", "wave", "size", "participant"):
        parts = by_attribute(data, name).groupby("code")[["transcripts", "transcripts_read", "passages"]].sum()
        assert parts.loc["A"].tolist() == whole.loc["A", ["transcripts", "transcripts_read", "passages"]].tolist()


def test_chosen_codes_and_cases_and_nothing_at_all(data: ChartData) -> None:
    found = rates(data, ["a"], ["ash"])
    assert found["code"].tolist() == ["A"]
    assert (found["transcripts"][0], found["transcripts_read"][0]) == (1, 2)
    assert rates(chart([], [])).empty
    assert by_attribute(chart([], ["A"]), "role").empty
    unread = rates(chart([], ["A"], cases=[{"case": "Ash"}]))
    assert unread["note"].tolist() == ["not read"]
