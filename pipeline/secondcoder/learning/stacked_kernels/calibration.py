"""Calibration: a slope and an intercept for each code on the log-odds (Platt 1999), shrunken towards those of all codes.

The stacker weighs the features alike for all codes, so an easy code comes out under-confident and a hard one over-confident. Slope
and intercept are fitted on out-of-fold scores. A normal prior shrinks both towards "no change", so that a rare code, with few examples
of its own, keeps the common calibration. The slope is positive: the order of segments within a code, and with it average
precision, stays as it is.
"""

from __future__ import annotations

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, weights

SLOPE_SPREAD = 0.03
SHIFT_SPREAD = 0.5
"""Prior standard deviations of a code's log-slope and shift. The slope's is small: passages of one transcript are alike, so a few
transcripts say less about it than their many passages suggest, and a slope that changes from fold to fold costs more average
precision over folds than it gains."""


def steepness_and_shift(
    log_odds: Floats, Y: Floats, known: Bools, weight: Floats | None = None
) -> tuple[Floats, Floats]:
    """Slopes and shifts of k codes: `slope * log_odds + shift` are calibrated log-odds.

    Args:
        log_odds: (n, k), out of fold.
        Y, known: (n, k) targets and mask.
        weight: (n,) of the segments.

    Returns:
        (k,) positive slopes and (k,) shifts; 1 and 0 for a code without a known label.
    """
    w = weights(weight, len(Y))
    pairs = [_slope_and_shift(log_odds[rows, j], Y[rows, j], w[rows]) for j, rows in enumerate(known.T)]
    slopes, shifts = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    return slopes, shifts


def _slope_and_shift(log_odds: Floats, y: Floats, weight: Floats) -> tuple[float, float]:
    from scipy.optimize import minimize

    if not len(y):
        return 1.0, 0.0
    middle = float(np.average(log_odds, weights=weight))
    centred = log_odds - middle  # so that slope and shift are fitted nearly independently
    precision = np.array([SHIFT_SPREAD, SLOPE_SPREAD]) ** -2.0

    def loss(values: Floats) -> tuple[float, Floats]:
        # The logarithm of the slope keeps it positive and has its prior at 0, no change.
        shift, log_slope = values
        steep = np.exp(log_slope) * centred
        z = middle + shift + steep
        error = weight * (1 / (1 + np.exp(-z)) - y)
        gradient = np.array([error.sum(), error @ steep]) + precision * values
        return float(weight @ (np.logaddexp(0, z) - y * z) + precision @ values**2 / 2), gradient

    shift, log_slope = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=[(-5, 5), (-3, 3)]).x
    slope = float(np.exp(log_slope))
    return slope, float(middle + shift - slope * middle)
