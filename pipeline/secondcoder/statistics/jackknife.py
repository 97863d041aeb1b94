"""The jackknife over clusters: how much a figure moves when each transcript in turn is left out.

It needs no random numbers, and its variance errs on the wide side (Efron & Stein 1981, doi:10.1214/aos/1176345462). That suits a
decision that must not rest on chance, as at the gate, also where so few clusters carry a code that bootstrap rounds are all alike. An
interval takes the mean of both variances (`cluster_bootstrap`).
"""

from __future__ import annotations

import numpy as np

from secondcoder.domain.arrays import Floats


def jackknife_error(left_out: Floats) -> float:
    """Standard error from a figure's values with each of G clusters left out, (G,); undefined values (nan) do not count."""
    defined = left_out[np.isfinite(left_out)]
    # (G - 1) / G times the sum of squares, and `var` has divided by G already.
    return float(np.sqrt((len(defined) - 1) * defined.var())) if len(defined) else float("nan")


def upper_limit(estimate: float, left_out: Floats, clusters: int, tail: float) -> float:
    """One-sided upper confidence limit by Student's t.

    Args:
        left_out: as for `jackknife_error`.
        clusters: those that carry what is estimated; the degrees of freedom are one fewer.
        tail: chance that the truth lies above.
    """
    from scipy.special import stdtrit

    return float(estimate + stdtrit(clusters - 1, 1 - tail) * jackknife_error(left_out))
