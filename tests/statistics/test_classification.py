"""Kappa and average precision against scikit-learn: ties, weights, and where they are undefined."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import rankdata
from secondcoder.statistics import classification
from secondcoder.statistics.classification import (
    average_precision,
    average_precision_of_clusters,
    cohen_kappa,
    lowest_kappa,
    random_average_precision,
)
from sklearn.metrics import average_precision_score, cohen_kappa_score


def test_kappa_by_hand() -> None:
    # 50 units: 35 alike; by the coders' rates of .5 and .6, half would be alike by chance.
    kappa = cohen_kappa(np.array([[20.0, 5.0], [10.0, 15.0]]))
    assert (kappa.observed, kappa.expected, kappa.value) == (0.7, 0.5, pytest.approx(0.4))


@pytest.mark.parametrize("seed", range(5))
def test_kappa_is_scikit_learns(seed: int) -> None:
    first, second = np.random.default_rng(seed).integers(0, 3, (2, 40))
    table = np.zeros((3, 3))
    np.add.at(table, (first, second), 1)
    assert cohen_kappa(table).value == pytest.approx(cohen_kappa_score(first, second))


def test_kappa_is_undefined_where_both_use_one_category() -> None:
    assert np.isnan(cohen_kappa(np.array([[7.0, 0.0], [0.0, 0.0]])).value)
    assert np.isnan(cohen_kappa(np.zeros((2, 2))).value)


@pytest.mark.parametrize(("first", "second"), [(3, 5), (1, 1), (12, 9), (20, 1)])
def test_no_arrangement_of_the_same_marks_has_a_lower_kappa(first: int, second: int) -> None:
    def table(both: int) -> np.ndarray:
        return np.array([[20 - first - second + both, second - both], [first - both, both]], dtype=float)

    possible = [table(both) for both in range(21) if table(both).min() >= 0]
    kappas = [float(cohen_kappa(one).value) for one in possible]
    for one in possible:
        assert lowest_kappa(one) == pytest.approx(min(kappas))
    assert np.isnan(lowest_kappa(np.zeros((2, 2))))


@pytest.mark.parametrize("decimals", [0, 1, 6])  # from nearly all scores tied to none
@pytest.mark.parametrize("seed", range(5))
def test_average_precision_is_scikit_learns_ties_too(seed: int, decimals: int) -> None:
    rng = np.random.default_rng(seed)
    score, y, weight = rng.random(30).round(decimals), rng.random((4, 30)) < 0.3, rng.integers(0, 4, (4, 30))
    weight[:, y.any(axis=0)] += 1
    plain, weighted = average_precision(score, y), average_precision(score, y, weight.astype(float))
    for row in range(4):
        assert plain[row] == pytest.approx(average_precision_score(y[row], score))
        expected = average_precision_score(y[row], score, sample_weight=weight[row])
        assert weighted[row] == pytest.approx(expected)


@pytest.mark.parametrize("decimals", [0, 1, 6])
@pytest.mark.parametrize("seed", range(5))
def test_drawing_clusters_is_repeating_their_passages(seed: int, decimals: int) -> None:
    rng = np.random.default_rng(seed)
    score, y, cluster = rng.random(60).round(decimals), rng.random(60) < 0.2, rng.integers(0, 7, 60)
    weights = rng.multinomial(7, np.full(7, 1 / 7), 30).astype(float)
    for found, times in zip(average_precision_of_clusters(score, y, cluster, weights), weights, strict=True):
        rows = np.repeat(np.arange(60), times[cluster].astype(int))
        expected = average_precision_score(y[rows], score[rows]) if y[rows].any() else np.nan
        assert found == pytest.approx(expected, nan_ok=True)
    assert np.isnan(average_precision_of_clusters(score, np.zeros(60, dtype=bool), cluster, weights)).all()


@pytest.mark.parametrize("rounds", [1, 7, 500])
def test_neither_many_clusters_nor_many_rounds_change_a_digit(monkeypatch: pytest.MonkeyPatch, rounds: int) -> None:
    rng = np.random.default_rng(1)
    score, y, cluster = rng.random(400).round(2), rng.random(400) < 0.2, rng.integers(0, 90, 400)
    weights = rng.multinomial(90, np.full(90, 1 / 90), 30).astype(float)
    expected = average_precision_of_clusters(score, y, cluster, weights)
    monkeypatch.setattr(classification, "ROUNDS", rounds)
    np.testing.assert_array_equal(average_precision_of_clusters(score, y, cluster, weights), expected)
    monkeypatch.setattr(classification, "MOST_CELLS", rounds)
    np.testing.assert_array_equal(average_precision_of_clusters(score, y, cluster, weights), expected)


def test_average_precision_depends_on_the_order_of_scores_alone() -> None:
    rng = np.random.default_rng(0)
    score, y = rng.normal(size=50).round(1), rng.random(50) < 0.2
    assert average_precision(rankdata(score), y) == average_precision(score, y)
    shuffle = rng.permutation(50)
    assert average_precision(score[shuffle], y[shuffle]) == pytest.approx(float(average_precision(score, y)))


def test_without_positives_or_passages_average_precision_is_undefined() -> None:
    assert np.isnan(average_precision(np.array([0.1, 0.2]), np.zeros(2, dtype=bool)))
    assert np.isnan(average_precision(np.array([]), np.zeros((3, 0), dtype=bool))).all()


@pytest.mark.parametrize(("positives", "n"), [(1, 5), (3, 12), (10, 40)])
def test_a_random_order_gives_what_shuffling_gives(positives: int, n: int) -> None:
    rng = np.random.default_rng(0)
    y = np.stack([rng.permutation(n) < positives for _ in range(4000)])
    assert random_average_precision(positives, n) == pytest.approx(
        average_precision(-np.arange(n, dtype=float), y).mean(), abs=0.015
    )


def test_random_order_of_one_or_no_passage() -> None:
    assert (random_average_precision(1, 1), random_average_precision(0, 1)) == (1.0, 0.0)
