"""Where a probability becomes a suggestion."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.learning.assessment.thresholds import MOST_PER_MARK, PRIOR_EXAMPLES, f1_thresholds
from sklearn.metrics import f1_score


def _threshold(probability: np.ndarray, y: np.ndarray, known: np.ndarray | None = None) -> float:
    seen = np.ones(len(y), dtype=bool) if known is None else known
    return float(f1_thresholds(probability[:, None], y[:, None], seen[:, None])[0])


def _target(probability: np.ndarray, y: np.ndarray) -> np.ndarray:
    trust = y.sum() / (y.sum() + PRIOR_EXAMPLES)
    return trust * y + (1 - trust) * probability


def _expected_f1(probability: np.ndarray, y: np.ndarray, threshold: float) -> float:
    target, suggested = _target(probability, y), probability >= threshold
    return float(2 * target[suggested].sum() / (suggested.sum() + target.sum()))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("decimals", [1, 6])  # one decimal makes many ties
def test_no_other_bearable_threshold_expects_a_higher_f1(seed, decimals):
    rng = np.random.default_rng(seed)
    probability = rng.beta(1, 2, 12).round(decimals)
    y = rng.random(12) < probability
    most = MOST_PER_MARK * _target(probability, y).sum()
    best = max(
        _expected_f1(probability, y, cut) for cut in np.unique(probability) if (probability >= cut).sum() <= most
    )
    assert _expected_f1(probability, y, _threshold(probability, y)) == pytest.approx(best)


def test_a_code_hard_to_tell_is_not_suggested_nearly_everywhere():
    rng = np.random.default_rng(0)
    probability, y = rng.uniform(0.09, 0.11, 400), rng.random(400) < 0.1
    assert (probability >= _threshold(probability, y)).sum() <= 2.2 * y.sum()


def test_nothing_is_suggested_where_the_likeliest_are_too_many_to_tell_apart():
    probability, y = np.full(100, 0.05), np.arange(100) < 5
    assert _threshold(probability, y) > 0.05


@pytest.mark.parametrize("seed", range(3))
def test_with_many_positives_it_is_nearly_the_best_for_the_labels(seed):
    rng = np.random.default_rng(seed)
    probability = rng.beta(0.5, 1.5, 600)
    y = rng.random(600) < probability
    best = max(f1_score(y, probability >= cut) for cut in np.linspace(0.05, 0.95, 91))
    assert f1_score(y, probability >= _threshold(probability, y)) > best - 0.02


def test_one_stray_positive_at_the_bottom_does_not_suggest_everything():
    probability = np.linspace(0.01, 0.3, 200)
    y = np.zeros(200, dtype=bool)
    y[0] = True
    assert 0.05 < _threshold(probability, y) < 0.3


def test_one_stray_positive_at_the_top_does_not_shut_out_the_likely_rest():
    probability = np.append(np.full(30, 0.6), [0.01] * 170 + [0.61])
    y = np.arange(201) == 200
    assert _threshold(probability, y) < 0.6


def test_without_positives_the_probabilities_decide():
    probability = np.array([0.9, 0.8, 0.1, 0.05])
    assert _threshold(probability, np.zeros(4, dtype=bool)) == pytest.approx(0.45)


def test_it_lies_between_two_probabilities_not_on_one():
    probability, y = np.array([0.9, 0.7, 0.2, 0.1] * 20), np.array([True, True, False, False] * 20)
    assert _threshold(probability, y) == pytest.approx(0.45)


def test_unknown_rows_have_no_say():
    rng = np.random.default_rng(5)
    probability, known = rng.random(50), rng.random(50) < 0.5
    y = rng.random(50) < probability
    assert _threshold(probability, y, known) == _threshold(probability, y ^ ~known, known)
    assert _threshold(probability, y, known) == _threshold(probability[known], y[known])


def test_a_code_nobody_looked_for_gets_a_middling_threshold():
    assert _threshold(np.array([0.2, 0.9]), np.array([True, False]), np.zeros(2, dtype=bool)) == 0.5


def test_exactly_two_suggestions_for_each_expected_mark_are_allowed():
    # One mark is expected; two suggestions hold .875 of it, an F1 of .58 instead of .5.
    assert _threshold(np.array([0.5, 0.375, 0.125]), np.zeros(3, dtype=bool)) == pytest.approx(0.25)
