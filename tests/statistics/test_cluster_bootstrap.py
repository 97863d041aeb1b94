"""Intervals: what they are made of, when there is none, and that they cover."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t
from secondcoder.agreement import Interval, Result, measure
from secondcoder.agreement.contingency import Contingency, contingency_of_ratings, pair_tables
from secondcoder.agreement.formulas import cohen_kappa
from secondcoder.statistics.cluster_bootstrap import (
    draw_clusters,
    effective_clusters,
    effective_clusters_of_few,
    interval_of,
)
from support.agreement_checks import reliability_data_of


def test_draws_keep_the_number_of_clusters_and_leave_out_the_empty() -> None:
    draws = draw_clusters(np.array([5.0, 0.0, 7.0, 3.0]), np.array([1.0, 0.0, 1.0, 1.0]), rounds=50, seed=3)
    assert draws.clusters == 3
    assert (draws.weights.sum(1) == 3).all()
    assert (draws.weights[:, 1] == 0).all()
    again = draw_clusters(np.array([5.0, 0.0, 7.0, 3.0]), np.ones(4), rounds=50, seed=3)
    assert (again.weights == draws.weights).all()


def test_effective_clusters() -> None:
    assert effective_clusters(np.array([4.0, 4.0, 4.0])) == pytest.approx(3)
    assert effective_clusters(np.array([9.0, 1.0])) == pytest.approx(100 / 82)
    assert effective_clusters(np.zeros(3)) == 0


def test_effective_clusters_of_few_marks_do_not_fall_with_their_number() -> None:
    # Twenty alike clusters: with two marks each on average, chance alone halves the usual figure.
    rng = np.random.default_rng(0)
    marks = rng.poisson(2, (4000, 20)).astype(float)
    assert np.mean([effective_clusters(row) for row in marks]) < 14.5
    simpson = (marks * (marks - 1)).sum(1) / (marks.sum(1) * (marks.sum(1) - 1))
    assert simpson.mean() == pytest.approx(1 / 20, rel=0.02)
    for row in marks[:200]:
        total, pairs = row.sum(), (row * (row - 1)).sum()
        assert effective_clusters_of_few(row) == pytest.approx(min((row > 0).sum(), total * (total - 1) / pairs))
    assert effective_clusters_of_few(np.array([1.0, 0.0, 1.0, 1.0])) == 3  # no two marks together
    many = np.array([4000.0, 1000.0, 3000.0])
    assert effective_clusters_of_few(many) == pytest.approx(effective_clusters(many), rel=1e-3)


def test_the_ends_follow_the_formula() -> None:
    values = np.random.default_rng(1).normal(0.5, 0.05, 2000)
    draws = draw_clusters(np.ones(16), np.ones(16), rounds=10)
    interval = interval_of(0.5, values, draws)
    assert interval is not None
    width = t.ppf(0.975, 15) * values.std() * np.sqrt(16 / 15) / (1 - 0.25)
    assert interval.low == pytest.approx(np.tanh(np.arctanh(0.5) - width))
    assert interval.high == pytest.approx(np.tanh(np.arctanh(0.5) + width))
    assert interval.note == ""


def test_the_ends_stay_within_the_range() -> None:
    values = np.clip(np.random.default_rng(1).normal(0.97, 0.04, 500), 0, 1)
    draws = draw_clusters(np.ones(5), np.ones(5), rounds=10)
    interval = interval_of(0.97, values, draws, (0.0, 1.0))
    assert interval is not None
    assert interval.low is not None
    assert interval.high is not None
    assert 0 < interval.low < 0.97 < interval.high < 1
    assert interval.note == "only 5 clusters: read the interval as a rough guide"


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
    draws = draw_clusters(np.ones(clusters), np.array(marks, dtype=float), rounds=5)
    interval = interval_of(0.3, np.array(values), draws)
    assert interval is not None
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
