"""Which labels are likeliest to be slips, from out-of-fold probabilities: an order for a second look, never a verdict.

A label is doubted by how much worse the model predicts it than other labels of its kind: its logarithmic loss less the mean loss of
the code's marks, or of its absences. The plain loss (1 - p for a coding, p for its absence) doubts every mark of a code that the
model predicts badly; confident learning (Northcutt et al 2021, doi:10.1613/jair.1.12125) takes class means out too, but of
probabilities, by difference, where absences of rare codes always look doubtful. What is left out is doubted less, by the prior
log-odds of the code: people are taken to leave out about as many codings as they give too many, and those are spread over all
passages without the code (class-conditional noise: Angluin & Laird 1988, doi:10.1007/BF00116829). Where several coders looked, how
often each errs is estimated instead (`coder_errors`). Compared with other rules in benchmarks/DOUBTS.md.
"""

from __future__ import annotations

import numpy as np

from secondcoder.domain.arrays import Bools, Floats
from secondcoder.suggestions.coder_errors import coder_evidence

LIKELY = 0.5
NEVER = 1e-4
"""Least probability and share, so that every logarithm is finite."""


def doubt(probability: Floats, y: Bools, known: Bools, coders: tuple[Bools, Bools] | None = None) -> Floats:
    """(n, k) log-odds of a slip but for a constant, for ordering only; -inf where nobody looked.

    Args:
        probability: (n, k) that a person marks the code, out of fold; y, known: (n, k) labels and mask.
        coders: marks of c coders and where they looked, (c, n, k) each, if on some passages several did.
    """
    p, share = np.clip(probability, NEVER, 1 - NEVER), shares(y, known)
    log_odds = np.log(share / (1 - share))
    of_marked, of_left_out = _excess(-np.log(p), y & known), _excess(-np.log(1 - p), ~y & known)
    # What the labels themselves say for the code, less what they say where it is given too often as often as it is missed.
    said = np.where(y, 0.0, log_odds) if coders is None else coder_evidence(p, *coders, share) + log_odds
    return np.where(known, np.where(y, of_marked - said, of_left_out + said), -np.inf)


def _excess(loss: Floats, such: Bools) -> Floats:
    """(n, k) loss less its mean over such labels of the code."""
    return np.asarray(loss - (loss * such).sum(axis=0) / np.maximum(such.sum(axis=0), 1))


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
