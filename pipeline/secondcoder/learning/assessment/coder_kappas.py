"""Cohen's kappa of the suggestions with each coder, beside that of the coders with each other: all segments and codes together."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from secondcoder.domain.arrays import Bools
from secondcoder.labels.coder_marks import CoderMarks
from secondcoder.statistics.classification import cohen_kappa

Kappas = dict[str, dict[str, float | None]]


def coder_kappas(suggested: Bools, coders: CoderMarks) -> Kappas:
    """By "model": coder -> kappa; by "human": 'Ana and Ben' -> kappa, for those who looked at the same; None where undefined.

    Args:
        suggested: (n, k), of the same segments and codes as the marks.
    """
    each = [*zip(coders.coders, coders.given, coders.looked, strict=True)]
    model = {name: _kappa(suggested[looked], given[looked]) for name, given, looked in each if looked.any()}
    human = {
        f"{one} and {other}": _kappa(first[both], second[both])
        for (one, first, seen), (other, second, also) in combinations(each, 2)
        if (both := seen & also).any()
    }
    return {"model": model, "human": human}


def _kappa(one: Bools, other: Bools) -> float | None:
    table = np.bincount(2 * one.astype(int) + other, minlength=4).reshape(2, 2).astype(np.float64)
    value = float(cohen_kappa(table).value)
    return None if np.isnan(value) else round(value, 4)
