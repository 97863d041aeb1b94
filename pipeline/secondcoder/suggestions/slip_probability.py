"""Which labels are likeliest to be slips, from out-of-fold probabilities: an order for a second look, never a verdict.

Labels are taken to err both ways, as many codings missing as there are too many, so that each code keeps its share
(class-conditional noise: Angluin & Laird 1988, doi:10.1007/BF00116829). Bayes' rule then says how likely a label is a slip given
the model's probability. Ordering by the probability alone (1 - p for a coding, p for its absence; cleanlab's label quality comes
to the same) puts codings first and never comes to what was overlooked. Confident learning (Northcutt et al 2021,
doi:10.1613/jair.1.12125) estimates the two rates from the probabilities instead; on a few hundred passages with rare codes that
did worse than either (benchmarks/DOUBTS.md). cleanlab knows no mask for what nobody looked at either, so it is not a dependency.
"""

from __future__ import annotations

import numpy as np

from secondcoder.domain.arrays import Bools, Floats

SLIPS = 0.1
"""Share of a code's codings assumed missing, and of codings too many; the order hardly depends on it."""
LIKELY = 0.5
NEVER = 1e-4
"""Least probability and share, so that every logarithm and quotient is finite."""


def chance_of_slip(probability: Floats, y: Bools, known: Bools) -> Floats:
    """(n, k) for ordering only, -inf where nobody looked; the share of slips is assumed, so the values mean nothing by themselves.

    Args:
        probability: (n, k) that a person marks the code, out of fold; y, known: (n, k) labels and mask.
    """
    p, share = np.clip(probability, NEVER, 1 - NEVER), shares(y, known)
    # As many codings too many as are missing, but spread over all passages without the code.
    too_many = np.minimum(SLIPS * share / (1 - share), 0.5)
    marked, unmarked = (1 - p) * too_many, p * SLIPS
    of_coded = marked / (marked + p * (1 - SLIPS))
    of_left_out = unmarked / (unmarked + (1 - p) * (1 - too_many))
    return np.where(known, np.where(y, of_coded, of_left_out), -np.inf)


def contradicted(probability: Floats, y: Bools, known: Bools) -> Bools:
    """(n, k): marked where the code is less likely than on any passage, or not marked where it is likelier than not."""
    # Against the code's own rate: of a rare one, even a good coding is seldom likelier than not.
    unlikely = y & (probability < shares(y, known))
    return np.asarray(known & (unlikely | (~y & (probability >= LIKELY))))


def shares(y: Bools, known: Bools) -> Floats:
    """(k,) share of the passages looked at that carry the code, never 0 nor 1."""
    # A code that nobody looked for has no share; 1 keeps it finite.
    looked = np.maximum(known.sum(axis=0), 1)
    return np.asarray(np.clip((y & known).sum(axis=0) / looked, NEVER, 1 - NEVER))
