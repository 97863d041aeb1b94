"""A steepness and a shift for each code, drawn towards those of all codes."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.learning.stacked_kernels.calibration import steepness_and_shift


def _drawn(n: int, slope: float, shift: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds that say (x), and labels that follow slope * x + shift."""
    rng = np.random.default_rng(seed)
    x = rng.normal(-1.5, 1.5, n)
    return x[:, None], (rng.random(n) < 1 / (1 + np.exp(-slope * x - shift)))[:, None]


def _fitted(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    slope, shift = steepness_and_shift(x, y, np.ones_like(y))
    return float(slope[0]), float(shift[0])


@pytest.mark.parametrize(("slope", "shift"), [(1.8, 0.5), (0.5, -0.3), (1.0, 0.0)])
def test_with_many_examples_the_code_has_its_own_way(slope, shift):
    assert _fitted(*_drawn(60_000, slope, shift)) == pytest.approx((slope, shift), abs=0.08)


def test_a_rare_code_keeps_what_the_others_taught():
    slope, shift = _fitted(*_drawn(40, 3.0, 0.0))
    assert slope == pytest.approx(1, abs=0.15)
    assert abs(shift) < 1


@pytest.mark.parametrize("value", [True, False])
def test_a_code_always_or_never_there_stays_finite_and_rising(value):
    x, y = _drawn(200, 1.0, 0.0)
    slope, shift = _fitted(x, np.full_like(y, value))
    assert slope > 0
    assert np.isfinite(shift)


def test_the_order_within_a_code_never_turns():
    x, y = _drawn(2000, -1.0, -1.5)
    assert _fitted(x, y)[0] > 0


def test_unknown_rows_have_no_say():
    x, y = _drawn(300, 0.6, 0.4)
    known = np.random.default_rng(1).random(y.shape) < 0.5
    assert steepness_and_shift(x, y, known) == steepness_and_shift(x, y ^ ~known, known)


def test_nothing_known_changes_nothing():
    x, y = _drawn(20, 1.0, 0.0)
    slope, shift = steepness_and_shift(x, y, np.zeros_like(y))
    assert (slope[0], shift[0]) == (1.0, 0.0)
