"""What a construct hears from its sub-constructs.

Where a sub-construct counts as its construct too, a construct is there when any of its sub-constructs is. Learned for itself alone, it
has to find one likeness in passages that may have little in common; so its own log-odds are averaged with those that its
sub-constructs come to together. What a construct could tell its sub-constructs did not help them (benchmarks/NOTES.md).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows

BOUND = 35.0
"""Of log-odds, beyond which a probability is 0 or 1 to the last digit."""


def heard_from_below(log_odds: Floats, parent: Rows) -> Floats:
    """(n, k): log-odds in which each construct's are midway between its own and that any of its sub-constructs is there.

    Args:
        log_odds: (n, k), each code's own.
        parent: (k,) column of each code's parent, -1 for none.
    """
    heard = np.clip(log_odds, -BOUND, BOUND)
    for construct, below in _deepest_first(parent):
        heard[:, construct] = (heard[:, construct] + _any_of(heard[:, below])) / 2
    return heard


def _any_of(log_odds: Floats) -> Floats:
    """(n,) log-odds that one or more of several are there, taken as independent of each other."""
    # Of minus the log-probability that none is: stable where all of them are unlikely, or one is nearly sure.
    surprise = np.logaddexp(0.0, log_odds).sum(axis=1)
    return np.asarray(surprise + np.log(-np.expm1(-surprise)))


def _deepest_first(parent: Rows) -> Iterator[tuple[int, Bools]]:
    """Each construct with the (k,) mask of its sub-constructs; one that lies below another comes before it."""

    def depth(column: int) -> int:
        return 0 if parent[column] < 0 else 1 + depth(int(parent[column]))

    for construct in sorted({int(one) for one in parent if one >= 0}, key=lambda one: (-depth(one), one)):
        yield construct, np.asarray(parent == construct)
