"""The stacker: usual slopes from little evidence, the evidence's own from much, and an intercept for each code."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.learning.stacked_kernels import landmarks
from secondcoder.learning.stacked_kernels.stacker import FURTHEST, INTERCEPT_SPREAD, SLOPE_SPREAD, fit_stacker

USUAL = np.array([0.5, 0.0])
TRUE = np.array([1.5, -0.5])


def _planted(n: int, k: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    evidence = rng.normal(size=(n, k, 2))
    log_odds = evidence @ TRUE + np.linspace(-2, 0, k)
    y = rng.random((n, k)) < 1 / (1 + np.exp(-log_odds))
    return evidence, y, np.ones((n, k), dtype=bool)


def test_much_evidence_decides():
    slopes, intercepts = fit_stacker(*_planted(5000), USUAL)
    np.testing.assert_allclose(slopes, TRUE, atol=0.1)
    np.testing.assert_allclose(intercepts, np.linspace(-2, 0, 4), atol=0.15)


def test_of_a_large_study_it_finds_the_same_from_a_nearer_start(monkeypatch):
    slopes, intercepts = fit_stacker(*_planted(5000), USUAL)
    monkeypatch.setattr(landmarks, "MOST_EXACT", 0)
    again, also = fit_stacker(*_planted(5000), USUAL)
    np.testing.assert_allclose(again, slopes, atol=1e-3)
    np.testing.assert_allclose(also, intercepts, atol=3e-3)


def test_little_evidence_leaves_what_is_usual():
    slopes, _ = fit_stacker(*_planted(5), USUAL)
    np.testing.assert_allclose(slopes, USUAL, atol=0.1)


def test_no_slope_nearby_is_better():
    evidence, y, known = _planted(30, k=1)
    slopes, intercepts = fit_stacker(evidence, y, known, USUAL)

    def loss(slopes: np.ndarray) -> float:
        log_odds = evidence[:, 0] @ slopes + intercepts
        misfit = np.sum(np.logaddexp(0, log_odds) - y[:, 0] * log_odds)
        return float(misfit + np.sum((slopes - USUAL) ** 2) / (2 * SLOPE_SPREAD**2))

    assert np.abs(slopes - USUAL).max() > 0.02
    for step in 0.005 * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]]):
        assert loss(slopes + step) > loss(slopes)


def test_nothing_known_leaves_what_is_usual_to_the_letter():
    evidence, y, known = _planted(10)
    slopes, intercepts = fit_stacker(evidence, y, ~known, USUAL)
    np.testing.assert_array_equal(slopes, USUAL)
    np.testing.assert_array_equal(intercepts, 0.0)


def test_a_rare_codes_intercept_is_drawn_to_the_common_one():
    evidence, y, known = _planted(400)
    known[5:, 0] = False
    y[:5, 0] = True
    _, intercepts = fit_stacker(evidence, y, known, USUAL)
    assert abs(intercepts[0] - intercepts[1:].mean()) < 3 * INTERCEPT_SPREAD


def test_what_stands_under_the_mask_changes_nothing():
    evidence, y, known = _planted(60)
    known[::3, 1] = False
    one, other = fit_stacker(evidence, y, known, USUAL), fit_stacker(evidence, y ^ ~known, known, USUAL)
    for left, right in zip(one, other, strict=True):
        np.testing.assert_array_equal(left, right)


@pytest.mark.parametrize(("value", "side"), [(True, 1), (False, -1)])
def test_labels_all_alike_give_a_bounded_answer(value, side):
    evidence, y, known = _planted(60)
    slopes, intercepts = fit_stacker(evidence, np.full_like(y, value), known, USUAL)
    assert np.isfinite(slopes).all()
    assert (side * intercepts > 3).all()
    assert (np.abs(intercepts) < FURTHEST + 3).all()
