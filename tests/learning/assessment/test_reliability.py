"""Predicted against observed."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.learning.assessment.reliability import calibration_errors, reliability


def _honest(n: int, k: int = 2, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    probability = rng.beta(1, 4, (n, k))
    return probability, rng.random((n, k)) < probability


def test_a_small_case_by_hand():
    probability = np.array([[0.05], [0.05], [0.95], [0.85], [1.0]])
    y = np.array([[False], [True], [True], [False], [True]])
    # bins: two at 0.05 of which one marked; one at 0.85 not marked; two at 0.975 both marked
    assert calibration_errors(probability, y, np.ones_like(y))[0] == pytest.approx((0.9 + 0.85 + 0.05) / 5)
    found = reliability(probability, y, np.ones_like(y))
    assert found.cells.tolist() == [2, 0, 0, 0, 0, 0, 0, 0, 1, 2]
    assert found.observed[[0, 8, 9]].tolist() == [0.5, 0.0, 1.0]
    assert np.isnan(found.predicted[4])


def test_honest_probabilities_err_about_as_much_as_chance():
    probability, y = _honest(2000)
    found = reliability(probability, y, np.ones_like(y))
    assert found.macro == pytest.approx(found.by_chance, abs=0.01)
    assert found.by_chance < 0.03


def test_bold_probabilities_err_more_than_chance():
    probability, y = _honest(2000)
    found = reliability(np.sqrt(probability), y, np.ones_like(y))
    assert found.macro > 5 * found.by_chance


def test_few_passages_err_more_by_chance_alone():
    sizes = [reliability(*_honest(n), np.ones((n, 2), dtype=bool)).by_chance for n in (50, 500, 5000)]
    assert sizes == sorted(sizes, reverse=True)


def test_unknown_cells_have_no_say():
    probability, y = _honest(200)
    known = np.random.default_rng(1).random(y.shape) < 0.5
    one, other = reliability(probability, y, known), reliability(probability, y ^ ~known, known)
    np.testing.assert_array_equal(one.error, other.error)
    np.testing.assert_array_equal(one.observed, other.observed)
    nothing = reliability(probability, y, np.zeros_like(y))
    assert np.isnan(nothing.macro)
    assert np.isnan(nothing.by_chance)
