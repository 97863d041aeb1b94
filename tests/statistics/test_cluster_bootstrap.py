"""Intervals: what they are made of, when there is none, and that they cover."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t, ttest_1samp
from secondcoder.agreement import Interval, Result, measure
from secondcoder.agreement.contingency import Contingency, contingency_of_ratings, pair_tables
from secondcoder.agreement.formulas import cohen_kappa
from secondcoder.statistics.cluster_bootstrap import (
    TOO_WIDE,
    draw_clusters,
    effective_clusters,
    interval_from,
    interval_of,
)
from secondcoder.statistics.jackknife import jackknife_error
from support.agreement_checks import reliability_data_of


def test_draws_keep_the_number_of_clusters_and_leave_out_the_empty() -> None:
    draws = draw_clusters(np.array([5.0, 0.0, 7.0, 3.0]), np.array([1.0, 0.0, 1.0, 1.0]), rounds=50, seed=3)
    assert (draws.clusters, draws.rounds) == (3, 50)
    assert (draws.weights[:50].sum(1) == 3).all()
    assert (draws.weights[50:] == [[0, 0, 1, 1], [1, 0, 0, 1], [1, 0, 1, 0]]).all()  # each left out in turn
    assert (draws.weights[:, 1] == 0).all()
    again = draw_clusters(np.array([5.0, 0.0, 7.0, 3.0]), np.ones(4), rounds=50, seed=3)
    assert (again.weights == draws.weights).all()


def test_effective_clusters_are_the_reciprocal_of_simpsons_index() -> None:
    # Two different marks of 4, 4, 4 lie together with probability 3 * 12 / 132.
    assert effective_clusters(np.array([4.0, 4.0, 4.0])) == 3  # 132 / 36, but no more than hold any
    assert effective_clusters(np.array([9.0, 1.0])) == pytest.approx(90 / 72)
    assert effective_clusters(np.array([1.0, 0.0, 1.0, 1.0])) == 3  # no two marks together
    assert effective_clusters(np.zeros(3)) == 0
    # Of many marks it is Carter's figure.
    many = np.array([4000.0, 1000.0, 3000.0])
    assert effective_clusters(many) == pytest.approx(many.sum() ** 2 / (many**2).sum(), rel=1e-3)


def test_effective_clusters_do_not_fall_with_the_number_of_marks() -> None:
    # Twenty alike clusters: with two marks each on average, chance alone halves Carter's figure.
    marks = np.random.default_rng(0).poisson(2, (4000, 20)).astype(float)
    assert np.mean(marks.sum(1) ** 2 / (marks**2).sum(1)) < 14.5
    assert 1 / np.mean((marks * (marks - 1)).sum(1) / (marks.sum(1) * (marks.sum(1) - 1))) == pytest.approx(
        20, rel=0.02
    )
    assert np.mean([effective_clusters(row) for row in marks]) > 16


def test_the_ends_follow_the_formula() -> None:
    rng = np.random.default_rng(1)
    drawn, left_out = rng.normal(0.5, 0.05, 2000), rng.normal(0.5, 0.01, 16)
    draws = draw_clusters(np.ones(16), np.ones(16), rounds=2000)
    interval = interval_of(0.5, np.concatenate([drawn, left_out]), draws)
    assert interval is not None
    error = np.sqrt((drawn.var() * 16 / 15 + jackknife_error(left_out) ** 2) / 2)
    width = t.ppf(0.975, 15) * error / (1 - 0.25)
    assert interval.ends == pytest.approx((np.tanh(np.arctanh(0.5) - width), np.tanh(np.arctanh(0.5) + width)))
    assert interval.note == ""
    alone = interval_from(0.5, drawn, 16, 16.0)
    width = t.ppf(0.975, 15) * drawn.std() * np.sqrt(16 / 15) / (1 - 0.25)
    assert alone.ends == pytest.approx((np.tanh(np.arctanh(0.5) - width), np.tanh(np.arctanh(0.5) + width)))


def test_of_a_small_mean_it_is_nearly_students_interval() -> None:
    # Far from the ends of the range the transformation does nothing, and bootstrap and jackknife both estimate the same error.
    values = np.random.default_rng(0).normal(0.2, 0.5, 9)
    draws = draw_clusters(np.ones(9), np.ones(9), rounds=20_000)
    means = draws.weights @ values / draws.weights.sum(1)
    interval = interval_of(float(values.mean()), means, draws, (-500.0, 500.0))
    assert interval is not None
    expected = ttest_1samp(values, 0).confidence_interval(0.95)
    assert interval.ends == pytest.approx((expected.low, expected.high), abs=0.01)


def test_the_ends_stay_within_the_range() -> None:
    values = np.clip(np.random.default_rng(1).normal(0.97, 0.04, 500), 0, 1)
    interval = interval_from(0.97, values, 5, 5.0, (0.0, 1.0))
    assert interval.low is not None
    assert interval.high is not None
    assert 0 < interval.low < 0.97 < interval.high < 1
    assert interval.note == "only 5 clusters: read the interval as a rough guide"


@pytest.mark.parametrize("bounds", [(0.0, 1.0), (-1.0, 1.0)])
def test_an_interval_over_three_quarters_of_the_range_is_none(bounds: tuple[float, float]) -> None:
    room, middle = bounds[1] - bounds[0], sum(bounds) / 2
    rounds = np.random.default_rng(1).normal(0, 1, 500)
    found = [interval_from(middle, middle + share * room * rounds, 12, 12.0, bounds) for share in (0.2, 0.24)]
    assert found[0].ends is not None
    assert 0.6 * room < found[0].ends[1] - found[0].ends[0] <= 0.75 * room
    assert (found[1].ends, found[1].reason, found[1].note) == (None, TOO_WIDE, "")


@pytest.mark.parametrize(
    ("clusters", "marks", "values", "words"),
    [
        (2, [1, 1], [0.1, 0.2, 0.3], "2 clusters cannot show"),
        (1, [1], [0.1, 0.2, 0.3], "1 cluster cannot show"),
        (12, [1] * 12, [0.5] * 20, "the same value"),
        (12, [1] * 12, [0.1, np.nan] + [0.2] * 18 + [np.nan], "undefined in 2 of 21"),
        (12, [50] + [0] * 11, [0.1, 0.2, 0.3], "one or two clusters"),
    ],
)
def test_no_interval_but_the_reason(clusters: int, marks: list[int], values: list[float], words: str) -> None:
    interval = interval_from(0.3, np.array(values), clusters, effective_clusters(np.array(marks, dtype=float)))
    assert interval.low is None
    assert interval.high is None
    assert words in interval.reason


def test_an_undefined_figure_has_no_interval() -> None:
    assert interval_of(None, np.array([0.1]), draw_clusters(np.ones(3), np.ones(3))) is None


def test_half_results_are_refused() -> None:
    with pytest.raises(ValueError, match="or none and the reason"):
        Result("cohen_kappa", None)
    with pytest.raises(ValueError, match="or none and the reason"):
        Result("cohen_kappa", 0.5, reason="why")
    with pytest.raises(ValueError, match="two ends, or none"):
        Interval(0.1, None)
    assert Interval(None, None, reason="too few").as_json()["reason"] == "too few"


def test_measure_with_clusters_resamples_them_and_not_the_units() -> None:
    rng = np.random.default_rng(4)
    tendency = rng.random(15)
    clusters = np.repeat(np.arange(15), 40)
    first = rng.random(600) < 0.5
    # Whole interviews in which the coders agree, and whole interviews in which they do not.
    second = np.where(rng.random(600) < tendency[clusters], first, ~first)
    ratings = np.stack([first, second], 1).astype(int)
    by_interview = measure("cohen_kappa", ratings, clusters=clusters.tolist()).interval
    by_unit = measure("cohen_kappa", ratings, clusters=list(range(600))).interval
    assert by_interview is not None
    assert by_unit is not None
    assert by_interview.high is not None
    assert by_interview.low is not None
    assert by_unit.high is not None
    assert by_unit.low is not None
    assert by_interview.high - by_interview.low > 2 * (by_unit.high - by_unit.low)
    assert by_interview.clusters == 15


def test_a_round_is_the_coefficient_of_the_clusters_drawn() -> None:
    rng = np.random.default_rng(0)
    values, clusters = rng.integers(-1, 3, (90, 2)), np.repeat(np.arange(9), 10)
    contingency = contingency_of_ratings(values, 3, clusters, 9)
    times = rng.multinomial(9, np.full(9, 1 / 9), 5)
    drawn = cohen_kappa(contingency.over(times.astype(float))).value
    for row, kappa in zip(times, drawn, strict=True):
        units = np.concatenate([np.flatnonzero(clusters == at) for at, count in enumerate(row) for _ in range(count)])
        assert kappa == pytest.approx(float(cohen_kappa(contingency_of_ratings(values[units], 3).total()).value))


def test_tables_by_cluster_add_up() -> None:
    rng = np.random.default_rng(1)
    first, second, known = (rng.random((50, 4)) < share for share in (0.3, 0.4, 0.8))
    clusters = rng.integers(0, 5, 50)
    tables = pair_tables(first, second, known, clusters=clusters, groups=5, weights=np.ones(50))
    for code in range(4):
        here = known[:, code]
        assert tables[:, code, 1, 0].sum() == (first & ~second)[here, code].sum()
    assert tables.sum() == known.sum()
    assert tables[2].sum() == known[clusters == 2].sum()


def test_a_table_gives_the_same_tally_as_its_ratings() -> None:
    values = np.random.default_rng(3).integers(0, 3, (30, 2))
    from_ratings = contingency_of_ratings(values, 3).total()
    assert from_ratings.table is not None
    from_table = Contingency.of_table(from_ratings.table)
    for name in ("rated", "paired", "agreeing", "shares", "coincidences"):
        np.testing.assert_allclose(getattr(from_ratings, name), getattr(from_table, name))


@pytest.mark.slow
@pytest.mark.parametrize("transcripts", [12, 20])
def test_the_intervals_cover(transcripts: int) -> None:
    # 500 simulated studies; benchmarks/agreement_coverage.py has more figures and prints them.
    rng = np.random.default_rng(20260101 + transcripts)

    def tables(count: int) -> np.ndarray:
        prevalence = 1 / (1 + np.exp(1.7 + 0.7 * rng.standard_normal(count)))
        size = 15 + rng.negative_binomial(4, 4 / 59, count)
        finds, adds = (1 / (1 + np.exp(-(c + 0.5 * rng.standard_normal((count, 2))))) for c in (1.1, -3.5))
        out = np.empty((count, 2, 2))
        for at in range(count):
            there = rng.random(size[at]) < prevalence[at]
            marks = rng.random((size[at], 2)) < np.where(there[:, None], finds[at], adds[at])
            out[at] = [
                [(~marks.any(1)).sum(), (~marks[:, 0] & marks[:, 1]).sum()],
                [(marks[:, 0] & ~marks[:, 1]).sum(), marks.all(1).sum()],
            ]
        return out

    truth = float(cohen_kappa(Contingency.of_table(tables(40_000).sum(0))).value)
    hits = []
    for run in range(500):
        contingency = Contingency.of_table(tables(transcripts))
        draws = draw_clusters(contingency.paired, contingency.shares[:, 1], 600, run)
        interval = interval_of(
            float(cohen_kappa(contingency.total()).value), cohen_kappa(contingency.over(draws.weights)).value, draws
        )
        assert interval is not None
        assert interval.low is not None
        assert interval.high is not None
        hits.append(interval.low <= truth <= interval.high)
    assert 0.92 <= np.mean(hits) <= 0.98


def test_cube_refuses_arrays_that_do_not_fit() -> None:
    marks = np.zeros((4, 2, 3), dtype=bool)
    with pytest.raises(Exception, match="known the same"):
        reliability_data_of(marks, known=np.ones((4, 2, 2), dtype=bool))
    with pytest.raises(Exception, match="4 units, but weights"):
        reliability_data_of(marks, weights=[1.0])
