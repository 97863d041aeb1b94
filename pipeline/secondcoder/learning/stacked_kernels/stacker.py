"""Stacking: one logistic regression that weighs the out-of-fold evidence, with slopes common to all codes.

Studies have few transcripts, and passages of one transcript are alike, so even thousands of passages say little about how far to
trust a kernel on a new transcript. A normal prior therefore shrinks the slopes towards usual values; with many transcripts the data
decide. Each code has its own intercept, shrunken towards the common one (a random intercept).
"""

from __future__ import annotations

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, weights
from secondcoder.learning.stacked_kernels import landmarks

SLOPE_SPREAD, INTERCEPT_SPREAD = 0.1, 1.0
"""Prior standard deviations of the slopes about the usual ones, and of a code's intercept about the common one."""
FURTHEST = 8.0
"""Bound of the common intercept, which labels that are all equal would drive to infinity."""
STEP = 10
"""In a study too large for the exact kernel, the fit starts from that of one segment in so many."""


def fit_stacker(
    evidence: Floats, Y: Floats, known: Bools, usual: Floats, weight: Floats | None = None
) -> tuple[Floats, Floats]:
    """Slopes (m,) and intercepts (k,): `evidence @ slopes + intercepts` are the log-odds of k codes for n segments.

    Args:
        evidence: (n, k, m), out of fold.
        Y, known: (n, k) targets and mask.
        usual: (m,) prior means of the slopes.
        weight: (n,) of the segments.
    """
    m, start = len(usual), np.concatenate([usual, np.zeros(1 + Y.shape[1])])
    w = weights(weight, len(Y))
    if len(Y) > landmarks.MOST_EXACT:
        # Most of the way at a fraction of the price.
        part = slice(None, None, STEP)
        start = _fitted(evidence[part], Y[part], known[part], usual, w[part] * STEP, start)
    fitted = _fitted(evidence, Y, known, usual, w, start)
    return fitted[:m], fitted[m] + fitted[m + 1 :]


def _fitted(evidence: Floats, Y: Floats, known: Bools, usual: Floats, weight: Floats, start: Floats) -> Floats:
    """(m + 1 + k,) slopes, common intercept and deviations from it, found from `start`."""
    from scipy.optimize import minimize

    rows, codes = np.nonzero(known)
    X, y, w = evidence[rows, codes], Y[rows, codes], weight[rows]
    k, m = Y.shape[1], len(usual)

    def loss(values: Floats) -> tuple[float, Floats]:
        slopes, common, deviation = values[:m], values[m], values[m + 1 :]
        log_odds = X @ slopes + common + deviation[codes]
        # The logistic function by tanh, which does not overflow.
        error = w * (0.5 * (1 + np.tanh(log_odds / 2)) - y)
        away, apart = (slopes - usual) / SLOPE_SPREAD**2, deviation / INTERCEPT_SPREAD**2
        penalty = (away @ (slopes - usual) + apart @ deviation) / 2
        pull = np.bincount(codes, error, minlength=k)
        gradient = np.concatenate([X.T @ error + away, [error.sum()], pull + apart])
        return float(w @ (np.logaddexp(0, log_odds) - y * log_odds) + penalty), gradient

    bounds = [(None, None)] * m + [(-FURTHEST, FURTHEST)] + [(None, None)] * k
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}).x)
