"""Groups of cases compared: figures by hand, p values by enumeration, intervals, and what may be said."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import permutation_test as scipy_test
from secondcoder.charting.cases.case_groups import REST, case_groups
from secondcoder.charting.cases.comparison import MOST, Sides, comparison, divisions, permutation_test
from secondcoder.charting.cases.comparison_wording import in_short
from secondcoder.charting.chart_data import ChartData
from secondcoder.errors import InputError
from secondcoder.statistics.permutation import exchange
from support.chart_tables import chart, mark, talk

PRACTICES = ("Ash", "Birch", "Cedar", "Elm", "Fir", "Oak", "Yew")


def study(values: dict[str, list[int]], stated: dict[str, str], codes: tuple[str, ...] = ("F1",)) -> ChartData:
    """Cases with one transcript of 1,000 words each: of each code so many passages that promote (or inhibit, below 0)."""
    passages = [
        mark(case, code, 10 * at, valence="promotes" if number > 0 else "inhibits")
        for case, numbers in values.items()
        for code, number in zip(codes, numbers, strict=True)
        for at in range(abs(number))
    ]
    cases = [{"case": case, "integration": stated.get(case, "")} for case in values]
    return chart([talk(case, case, words=1000) for case in values], codes, passages, cases=cases)


@pytest.fixture
def seven() -> ChartData:
    """Three practices promote and four inhibit."""
    values = {case: [3 if at < 3 else -2] for at, case in enumerate(PRACTICES)}
    return study(values, {case: "full" if at < 3 else "partial" for at, case in enumerate(PRACTICES)})


def test_seven_cases_describe_and_test_nothing(seven: ChartData) -> None:
    row = comparison(seven, "integration").iloc[0]
    assert (row["measure"], row["first"], row["second"]) == ("balance", "full", "partial")
    assert (row["first_value"], row["second_value"], row["difference"]) == (1, -1, 2)
    # The most extreme of 35 divisions.
    assert row["p"] == row["p_adjusted"] == row["smallest_p"] == pytest.approx(2 / 35)
    assert np.isnan(row["low"])
    assert row["sentence"] == (
        "name of F1: balance +1.00 (three cases) where integration is full, balance -1.00 (four cases) where it is partial. "
        "These numbers describe seven cases; they cannot test a difference."
    )
    assert in_short(comparison(seven, "integration")) == (
        "Talk promotes more where integration is full than where it is partial (difference in balance): name of F1 +2.00. These "
        "numbers describe seven cases; they cannot test a difference. The smallest two-sided p that they can give is .057."
    )


def test_without_any_difference_that_is_said() -> None:
    alike = study({case: [2] for case in PRACTICES}, dict(zip(PRACTICES, "aaabbbb", strict=True)))
    assert in_short(comparison(alike, "integration")).startswith(
        "Talk leans alike where integration is a and where it is b. These"
    )


def test_too_few_cases_have_no_interval_however_alike_they_are() -> None:
    values = {case: [at + 1 if at < 3 else at + 9] for at, case in enumerate(PRACTICES)}
    data = study(values, {case: "full" if at < 3 else "partial" for at, case in enumerate(PRACTICES)})
    row = comparison(data, "integration").query("measure == 'passages per 1,000 words'").iloc[0]
    assert row["difference"] < -5
    assert np.isnan(row["low"])
    assert row["note"] == "No 95% interval: too few cases."


def test_each_measure_is_the_ratio_of_its_sums() -> None:
    passages = [
        *(
            mark("a1", "X", 10 * at, valence=valence)
            for at, valence in enumerate(["promotes", "promotes", "mixed", ""])
        ),
        mark("a2", "X", 0, valence="inhibits"),
        mark("e1", "X", 0, valence="inhibits"),
    ]
    talks = [
        talk("a1", "Ash", words=800),
        talk("a2", "Ash", words=400),
        *(talk(f"e{at}", "Elm", words=500) for at in (1, 2, 3)),
    ]
    # Elm's third interview was not read for the code, and Ash's second in part: it has the code, but its words do not count.
    read = {("a1", "X"): "whole", ("a2", "X"): "part", ("e1", "X"): "whole", ("e2", "X"): "whole"}
    cases = [{"case": "Ash", "kind": "yes"}, {"case": "Elm", "kind": "no"}]
    table = comparison(chart(talks, ["X"], passages, read, cases=cases), "kind").set_index("measure")
    assert (table["first"] == "yes").all()
    assert table.loc["balance", ["first_value", "second_value"]].tolist() == [(2 - 1) / 4, -1]
    assert table.loc["share of transcripts", ["first_value", "second_value"]].tolist() == [1, 0.5]
    assert table.loc["passages per 1,000 words", ["first_value", "second_value"]].tolist() == [4 / 0.8, 1 / 1.0]
    assert (table["difference"] == table["first_value"] - table["second_value"]).all()


def test_the_largest_differences_come_first_and_what_is_unknown_last() -> None:
    stated = {case: "full" if at < 3 else "partial" for at, case in enumerate(PRACTICES)}
    values = {case: [1, 2, 0, -1 if at < 3 else 2] for at, case in enumerate(PRACTICES)}
    data = study(values, stated, ("A", "B", "C", "D"))
    table = comparison(data, "integration")
    balance = table[table["measure"] == "balance"]
    assert balance["code"].tolist() == ["D", "A", "B", "C"]
    assert np.isnan(balance["difference"].iloc[-1])
    assert (
        balance["sentence"]
        .iloc[-1]
        .endswith("not known where integration is full, not known where it is partial. There is nothing to compare.")
    )
    assert comparison(data, "integration", ["C", "B"])["code"].unique().tolist() == ["B", "C"]


@given(st.integers(2, 5), st.integers(2, 5), st.integers(0, 10**6))
def test_p_is_scipys_by_enumeration(first: int, second: int, seed: int) -> None:
    values = np.random.default_rng(seed).integers(-3, 4, first + second).astype(float)
    sides = Sides(values[:, None], np.ones((first + second, 1)), first)
    expected = scipy_test(
        (values[:first], values[first:]),
        lambda a, b, axis: a.mean(axis) - b.mean(axis),
        vectorized=True,
        n_resamples=np.inf,
    )
    assert permutation_test(sides).p[0] == pytest.approx(expected.pvalue)


def test_a_code_that_some_cases_lack_is_tested_among_the_others() -> None:
    # Known in two cases of the first group and in three of the second.
    part = np.array([5.0, 4, 0, 1, 2, 3, 0])[:, None]
    of = np.array([1.0, 1, 0, 1, 1, 1, 0])[:, None]
    test = permutation_test(Sides(part, of, 3))
    assert test.smallest[0] == pytest.approx(2 / 10)
    assert test.p[0] == pytest.approx(2 / 10)


def test_the_adjusted_p_is_that_of_the_largest_by_hand() -> None:
    rng = np.random.default_rng(3)
    part = rng.normal(size=(8, 3)) + np.array([2, 0, 0]) * (np.arange(8) < 4)[:, None]
    test = permutation_test(Sides(part, np.ones((8, 3)), 4))
    every = np.array([[row in chosen for row in range(8)] for chosen in combinations(range(8), 4)])
    figures = np.array([part[own].mean(0) - part[~own].mean(0) for own in every])
    scaled = (figures - figures.mean(0)) / figures.std(0)
    top = int(np.argmax(scaled[0]))
    assert test.adjusted[top] == pytest.approx(min(1, 2 * (scaled.max(1) >= scaled[0, top] - 1e-9).mean()))
    assert (test.adjusted >= test.p).all()
    least = int(np.argsort(scaled[0])[0])
    others = scaled[:, np.argsort(scaled[0])]
    assert test.adjusted[least] <= min(1, 2 * (others.min(1) <= scaled[0, least] + 1e-9).mean())


def test_many_cases_are_divided_at_random_with_the_observed_one_among_them() -> None:
    few = divisions(7, 3)
    assert (len(few), *few[0]) == (35, 1, 1, 1, 0, 0, 0, 0)
    many = divisions(30, 12)
    assert len(many) == MOST + 1
    assert (many.sum(1) == 12).all()
    assert many[0].tolist() == [1] * 12 + [0] * 18
    assert (many == divisions(30, 12)).all()
    values = np.arange(30.0)[::-1, None]
    assert permutation_test(Sides(values, np.ones((30, 1)), 12)).p[0] == pytest.approx(2 / (MOST + 1))


@pytest.mark.parametrize(("cases", "first"), [(2, 1), (6, 2), (7, 3)])
def test_few_cases_are_divided_as_values_are_exchanged(cases: int, first: int) -> None:
    """The general way to deal values out, much slower, gives the same."""
    ways = exchange((np.arange(cases) < first).astype(int), np.arange(cases))
    assert sorted(divisions(cases, first).tolist()) == sorted(ways.tolist())


def test_enough_cases_give_an_interval_and_a_claim() -> None:
    rng = np.random.default_rng(0)
    names = [f"case {at:02}" for at in range(16)]
    values = {
        name: [int(rng.integers(4, 9)) * (1 if at < 8 else -1), int(rng.integers(1, 5))]
        for at, name in enumerate(names)
    }
    data = study(values, {name: "full" if at < 8 else "partial" for at, name in enumerate(names)}, ("A", "B"))
    per_words = comparison(data, "integration").query("measure == 'passages per 1,000 words'").set_index("code")
    assert per_words.loc["B", "low"] < per_words.loc["B", "difference"] < per_words.loc["B", "high"]
    assert "not more than chance could bring about" in per_words.loc["B", "sentence"]
    balance = comparison(data, "integration").iloc[0]
    assert (balance["code"], balance["difference"]) == ("A", 2)
    assert balance["p_adjusted"] < 0.001
    assert "that chance alone would seldom bring about" in balance["sentence"]
    assert balance["sentence"].endswith("(no interval can be given; p < .001, for all codes together p < .001).")
    assert in_short(comparison(data, "integration")).endswith("Beyond chance, all codes taken together: name of A.")


@pytest.mark.parametrize(
    ("values", "asked", "groups"),
    [
        (["full", "partial", ""], "x", ["full", "partial", ""]),
        (["1", "2", "3", "4", "5"], "x", ["up to 3", "up to 3", "up to 3", "above 3", "above 3"]),
        (["1", "0", "1"], "x", ["1", "0", "1"]),  # two numbers are two groups
        (["2800", "5900", "4,100"], "x", ["2800", "5900", "4,100"]),  # not all numbers: each value a group
        (["2600", "3000", "9000", ""], "x: 3000, 5000", ["up to 3,000", "up to 3,000", "above 5,000", ""]),
        (["2600", "4000", "9000"], "x:5000,3000", ["up to 3,000", "above 3,000, up to 5,000", "above 5,000"]),
    ],
)
def test_cases_are_grouped_by_values_or_cuts(values: list[str], asked: str, groups: list[str]) -> None:
    cases = [{"case": f"c{at}", "x": value} for at, value in enumerate(values)]
    data = chart([talk("t", "c0")], ["X"], cases=cases)
    assert case_groups(data, asked).of.tolist() == groups


def test_each_of_several_groups_is_compared_with_all_others() -> None:
    data = study({name: [1] for name in PRACTICES}, dict(zip(PRACTICES, "aabbccc", strict=True)))
    groups = case_groups(data, "integration")
    assert groups.pairs() == [("a", REST), ("b", REST), ("c", REST)]
    assert groups.of_pair("b", REST) == (["Cedar", "Elm"], ["Ash", "Birch", "Fir", "Oak", "Yew"])
    assert "in all other cases" in comparison(data, "integration")["sentence"][0]


@pytest.mark.parametrize(
    ("values", "asked", "message"),
    [
        (["full", "full"], "x", "'x' has only the value 'full'"),
        (["", ""], "x", "'x' has no value"),
        ([f"name {at}" for at in range(9)], "x", "'x' has 9 values, and at most 8"),
        (["full", "part"], "y", r"No case has an attribute 'y'.*There is x"),
        (["1", "2"], "x: many", "'many' says not where to cut 'x'"),
        (["1", "2"], "x: nan", "'nan' says not where to cut 'x'"),
        (["full", "part"], "x: 3", "'x' cannot be cut: not all of its values are numbers"),
        (["1", "2"], "x: 3", "'x' has only the value 'up to 3'"),
    ],
)
def test_what_cannot_be_compared_is_said(values: list[str], asked: str, message: str) -> None:
    cases = [{"case": f"c{at}", "x": value} for at, value in enumerate(values)]
    with pytest.raises(InputError, match=message):
        comparison(chart([talk("t", "c0")], ["X"], cases=cases), asked)


def test_a_name_with_a_colon_is_a_name() -> None:
    cases = [{"case": f"c{at}", "site: 1": value} for at, value in enumerate("ab")]
    assert case_groups(chart([talk("t", "c0")], ["X"], cases=cases), "site: 1").attribute == "site: 1"


def test_cases_without_transcripts_and_without_a_value_take_no_part(seven: ChartData) -> None:
    cases = [
        *seven.cases.to_dict("records"),
        {"case": "empty", "integration": "full"},
        {"case": "unstated", "integration": ""},
    ]
    more = chart([], ["F1"], cases=cases)
    table = comparison(more, "integration")
    assert (table["first_cases"] == 0).all()
    assert table["difference"].isna().all()
    assert in_short(table).startswith("No code was spoken of with a valence")


@pytest.mark.slow
def test_without_a_difference_alarms_are_as_few_as_they_say() -> None:
    rng = np.random.default_rng(1)
    studies, raw, adjusted = 400, [], []
    for _ in range(studies):
        # 6 against 8 cases of unequal size, with five codes that go together.
        of = rng.poisson(rng.lognormal(1.5, 0.6, (14, 1)), (14, 5)).astype(float)
        lean = 0.3 * rng.normal(size=(14, 1)) + 0.3 * rng.normal(size=(14, 5))
        part = of * np.tanh(lean)
        test = permutation_test(Sides(part, of, 6))
        raw.append(np.nanmean(test.p <= 0.05))
        adjusted.append(np.nanmin(test.adjusted) <= 0.05)
    error = 3 * np.sqrt(0.05 * 0.95 / studies)
    assert np.mean(raw) <= 0.05 + error
    assert np.mean(adjusted) <= 0.05 + error
    assert np.mean(raw) > 0.03  # nor is the test idle
