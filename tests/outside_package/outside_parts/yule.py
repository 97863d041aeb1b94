"""An agreement coefficient: Yule's Y, which depends less than kappa on how rare a code is (Spitznagel & Helzer 1985)."""

from __future__ import annotations

import numpy as np
from secondcoder.agreement import Coefficient
from secondcoder.agreement.contingency import Contingency
from secondcoder.agreement.formulas import Parts
from secondcoder.statistics.classification import ratio


def yule_y(contingency: Contingency) -> Parts:
    """(√(ad) - √(bc)) / (√(ad) + √(bc)); undefined where both products are 0. No chance agreement is part of it."""
    assert contingency.table is not None
    a, b, c, d = (contingency.table[..., i, j] for i, j in ((1, 1), (1, 0), (0, 1), (0, 0)))
    agreeing, disagreeing = np.sqrt(a * d), np.sqrt(b * c)
    value = ratio(agreeing - disagreeing, agreeing + disagreeing)
    return Parts(value, value, np.full(np.shape(value), np.nan))


YULE_Y = Coefficient(
    "yule_y",
    "Yule's Y",
    yule_y,
    "the coders' marks leave both products of the table at 0",
    "Y = (√(ad) - √(bc)) / (√(ad) + √(bc))",
    "Yule 1912, Journal of the Royal Statistical Society 75(6):579-652, doi:10.2307/2340126",
    "The kappa that a table with the same odds ratio would have if both coders used the code on half of the units.",
    two_coders=True,
    two_categories=True,
    rests_on_shared=True,
    column="Y",
)
