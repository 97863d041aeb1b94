"""Reading effort: how much of a set a person reads, in suggested order, to find most of what people coded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from secondcoder.domain.arrays import Bools, Floats


@dataclass(frozen=True)
class Effort:
    """Means over codes: the share of units read to find 80 % and 95 % of the coded ones, and the work saved at 95 %.

    Work saved over sampling at 95 % (Cohen et al 2006, doi:10.1197/jamia.M1929) is 0.95 less the share read: 0 for reading in random
    order.
    """

    read80: float
    read95: float
    saved95: float


def effort(score: Floats, y: Bools) -> Effort:
    """Of (n, k) scores and labels; a code that nobody used is left out."""
    used = np.flatnonzero(y.any(axis=0))
    read80, read95 = (float(np.mean([share_read(score[:, j], y[:, j], part) for j in used])) for part in (0.8, 0.95))
    return Effort(read80, read95, 0.95 - read95)


def share_read(score: Floats, y: Bools, part: float) -> float:
    """Share of units to read, highest score first, until `part` of the coded ones are found."""
    found = np.cumsum(y[np.argsort(-score, kind="stable")])
    return float(np.searchsorted(found, np.ceil(part * y.sum()))) / len(y) + 1 / len(y)
