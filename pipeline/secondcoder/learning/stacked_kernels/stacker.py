"""The small model that weighs the evidence for all codes together.

Teams bring few transcripts, and passages of one transcript are alike, so even thousands of passages say little about how far to
trust a view on an unseen transcript. The slopes are therefore drawn towards what is usual, by a normal prior; with many
transcripts the evidence decides. Each code has an intercept of its own, drawn towards the common one.
"""

from __future__ import annotations

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, weights

SLOPE_SPREAD, INTERCEPT_SPREAD = 0.1, 1.0
"""Prior standard deviations of the slopes about the usual ones, and of a code's own intercept about the common one."""
FURTHEST = 8.0
"""Bound of the common log-odds, which labels that are all alike would drive to infinity."""


def fit_stacker(
    evidence: Floats, Y: Floats, known: Bools, usual: Floats, weight: Floats | None = None
) -> tuple[Floats, Floats]:
    """Slopes (m,) and intercepts (k,): `evidence @ slopes + intercepts` are the log-odds of k codes for n segments.

    Args:
        evidence: (n, k, m), out of fold.
        Y, known: (n, k) targets and mask.
        usual: (m,) slopes to be drawn to.
        weight: (n,) of the segments.
    """
    from scipy.optimize import minimize

    rows, codes = np.nonzero(known)
    X, y, w = evidence[rows, codes], Y[rows, codes], weights(weight, len(Y))[rows]
    k, m = Y.shape[1], len(usual)

    def loss(values: Floats) -> tuple[float, Floats]:
        slopes, common, own = values[:m], values[m], values[m + 1 :]
        log_odds = X @ slopes + common + own[codes]
        error = w * (0.5 * (1 + np.tanh(log_odds / 2)) - y)
        away, apart = (slopes - usual) / SLOPE_SPREAD**2, own / INTERCEPT_SPREAD**2
        penalty = (away @ (slopes - usual) + apart @ own) / 2
        pull = np.bincount(codes, error, minlength=k)
        gradient = np.concatenate([X.T @ error + away, [error.sum()], pull + apart])
        return float(w @ (np.logaddexp(0, log_odds) - y * log_odds) + penalty), gradient

    bounds = [(None, None)] * m + [(-FURTHEST, FURTHEST)] + [(None, None)] * k
    start = np.concatenate([usual, np.zeros(1 + k)])
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}).x
    return fitted[:m], fitted[m] + fitted[m + 1 :]
