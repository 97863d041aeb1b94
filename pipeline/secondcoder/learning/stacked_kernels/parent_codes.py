"""The score of a parent code, informed by those of its child codes.

Where a sub-construct counts as its construct too, a construct is present when any of its sub-constructs is. A classifier of the
construct alone would have to find what passages with little in common share; so its log-odds are averaged with the log-odds that at
least one sub-construct is present. Information from parent to child did not help the children (benchmarks/NOTES.md).
"""

from __future__ import annotations

import numpy as np

from secondcoder.domain.arrays import Floats, Rows
from secondcoder.learning.code_tree import deepest_first

BOUND = 35.0
"""Of log-odds, beyond which a probability is 0 or 1 to the last digit."""


def parent_scores(log_odds: Floats, parent: Rows) -> Floats:
    """(n, k) log-odds; a parent's are the mean of its own and those that at least one of its children is present.

    Args:
        log_odds: (n, k), of each code by itself.
        parent: (k,) column of each code's parent, -1 for none.
    """
    # Within BOUND the surprisal below is above 0, and its logarithm finite.
    scores = np.clip(log_odds, -BOUND, BOUND)
    for code, children in deepest_first(parent):
        scores[:, code] = (scores[:, code] + _any_of(scores[:, children])) / 2
    return scores


def _any_of(log_odds: Floats) -> Floats:
    """(n,) log-odds that at least one of several codes is present, the codes taken as independent."""
    # From minus the log-probability that none is: stable where all are unlikely, or one is nearly certain.
    surprisal = np.logaddexp(0.0, log_odds).sum(axis=1)
    return np.asarray(surprisal + np.log(-np.expm1(-surprisal)))
