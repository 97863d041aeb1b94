"""What kappa pooled over codes is for coders at random: each gives each code at their own rate, whatever is said.

Cohen's kappa of one code is then 0. Pooled over codes it is not: coders who know which codes are frequent agree on that much without
reading. With the rates p_c and q_c of code c, weighted by its units, and their means P and Q,

    kappa_0 = 2 cov(p, q) / (P + Q - 2 P Q)

which is the exact mean of pooled kappa when each coder's marks are shuffled within each code: the margins stay, and kappa is linear in
observed agreement.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from secondcoder.agreement.contingency import Bools, Contingency, Floats
from secondcoder.statistics.classification import cohen_kappa, ratio


def pooled_kappa_at_chance(tables: Floats) -> float:
    """Pooled kappa at chance of two coders with these tables, (k, 2, 2); nan where it is undefined."""
    return float(cohen_kappa(_expected(tables).sum(0)).value)


def mean_at_chance(contingencies: Iterable[Contingency]) -> float | None:
    """The mean over pairs of coders, from contingencies by cluster and code; None where it is undefined for one of them."""
    totals = [contingency.total().table for contingency in contingencies]
    mean = float(np.mean([np.nan if table is None else pooled_kappa_at_chance(table) for table in totals]))
    return mean if np.isfinite(mean) else None


def pooled_kappa_at_chance_where_coded(tables: Floats, known: Bools, weights: Floats) -> float:
    """The same over the units that at least one of the two coded: lower, with few codes below 0, as nowhere both left all out.

    Args:
        tables: over all units, (k, 2, 2).
        known: both looked for the code in the unit, (n, k); weights: of each unit, (n,).
    """
    expected = _expected(tables)
    total = tables.sum((-1, -2))
    blank = np.nan_to_num(ratio(expected[:, 0, 0], total), nan=1.0)
    # How likely it is that a unit gets no code at all, and so is not chosen.
    unchosen = np.where(known, blank, 1.0).prod(1) * weights
    expected[:, 0, 0] -= np.where(known, unchosen[:, None], 0).sum(0)
    return float(cohen_kappa(expected.sum(0)).value)


def _expected(tables: Floats) -> Floats:
    """The tables that the margins give by chance, (k, 2, 2); 0 for a code without units."""
    rows, columns = tables.sum(-1), tables.sum(-2)
    counts = np.maximum(tables.sum((-1, -2)), 1e-300)
    expected: Floats = rows[:, :, None] * columns[:, None, :] / counts[:, None, None]
    return expected
