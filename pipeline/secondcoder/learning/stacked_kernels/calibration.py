"""Probabilities that mean what they say: a steepness and a shift for each code, drawn towards those of all codes.

The stacker weighs evidence alike for all codes, so a code that talk gives away comes out too timid and one that it hides too bold.
Each code therefore gets its own slope and intercept on the log-odds (Platt 1999), fitted on out-of-fold scores. Both are drawn to
"as for all codes" by a normal prior, so that a rare code, whose own examples say little, keeps what the others taught. The slope
is never negative: the order of segments within a code, and with it average precision, stays as it is.
"""

from __future__ import annotations

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, weights

SLOPE_SPREAD = 0.03
SHIFT_SPREAD = 0.5
"""Prior standard deviations of a code's log-slope and shift. The slope is held tight: passages of one transcript are alike, so a
few transcripts tell less of it than their many passages seem to, and a slope that changes from fold to fold costs more in average
precision over folds than it gives."""


def steepness_and_shift(
    log_odds: Floats, Y: Floats, known: Bools, weight: Floats | None = None
) -> tuple[Floats, Floats]:
    """Slopes and shifts of k codes: `slope * log_odds + shift` are calibrated log-odds.

    Args:
        log_odds: (n, k), out of fold.
        Y, known: (n, k) targets and mask.
        weight: (n,) of the segments.

    Returns:
        (k,) slopes above 0 and (k,) shifts; 1 and 0 for a code of which nothing is known.
    """
    w = weights(weight, len(Y))
    pairs = [_one(log_odds[seen, j], Y[seen, j], w[seen]) for j, seen in enumerate(known.T)]
    slopes, shifts = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    return slopes, shifts


def _one(log_odds: Floats, y: Floats, weight: Floats) -> tuple[float, float]:
    from scipy.optimize import minimize

    if not len(y):
        return 1.0, 0.0
    middle = float(np.average(log_odds, weights=weight))
    centred = log_odds - middle

    precision = np.array([SHIFT_SPREAD, SLOPE_SPREAD]) ** -2.0

    def loss(values: Floats) -> tuple[float, Floats]:
        shift, log_slope = values
        steep = np.exp(log_slope) * centred
        z = middle + shift + steep
        error = weight * (1 / (1 + np.exp(-z)) - y)
        gradient = np.array([error.sum(), error @ steep]) + precision * values
        return float(weight @ (np.logaddexp(0, z) - y * z) + precision @ values**2 / 2), gradient

    shift, log_slope = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=[(-5, 5), (-3, 3)]).x
    slope = float(np.exp(log_slope))
    return slope, float(middle + shift - slope * middle)
