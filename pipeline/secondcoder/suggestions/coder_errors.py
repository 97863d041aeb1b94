"""How much the marks of several coders say for a code, each coder weighed by how often they miss a code or give it in vain.

Dawid & Skene's model (1979, doi:10.2307/2346806): coders err independently, at rates of their own, which expectation maximisation
finds together with the chance that the code applies. Its prior is the out-of-fold probability of each passage instead of one rate
for all (Raykar et al 2010, jmlr.org/papers/v11/raykar10a.html).
"""

from __future__ import annotations

import numpy as np

from secondcoder.domain.arrays import Bools, Floats

STEPS = 30
HITS, TRUE = 4.0, 5.0
"""Prior of a coder's sensitivity: as if 4 of 5 passages with the code had been marked."""
FALSE_MARKS = 0.5
"""Prior number of passages marked in vain, of one looked at."""


def several_looked(looked: Bools) -> bool:
    """Whether on any passage two coders looked for one code; looked: (c, n, k)."""
    return bool((looked.sum(axis=0) > 1).any())


def coder_evidence(probability: Floats, marks: Bools, looked: Bools) -> Floats:
    """(n, k) log-likelihood ratio of the coders' marks and silences: positive speaks for the code.

    Args:
        probability: (n, k), out of fold, in (0, 1); marks, looked: (c, n, k) of c coders.
    """
    given = (marks & looked).astype(np.float64)
    prior = np.log(probability) - np.log(1 - probability)
    # Begin from what the coders say; from the model alone, a code that it predicts badly would be nobody's.
    evidence = np.where(given.any(axis=0), 4.0, -4.0) * looked.any(axis=0)
    for _ in range(STEPS):
        present = 1 / (1 + np.exp(-np.clip(prior + evidence, -30, 30)))
        evidence = np.sum([_of_one(present, *one) for one in zip(given, looked, strict=True)], axis=0)
    return np.asarray(evidence)


def _of_one(present: Floats, given: Floats, looked: Bools) -> Floats:
    """(n, k) of one coder, whose sensitivity is one for all codes, for few passages carry a single one."""
    hit = ((present * given * looked).sum() + HITS) / ((present * looked).sum() + TRUE)
    absent = (1 - present) * looked
    false = ((absent * given).sum(axis=0) + FALSE_MARKS) / (absent.sum(axis=0) + 1)
    said = np.where(given > 0, np.log(hit / false), np.log((1 - hit) / (1 - false)))
    return np.where(looked, said, 0.0)
