"""How much the marks of several coders say for a code, each coder weighed by how often they miss a code or give it in vain.

Dawid & Skene's model (1979, doi:10.2307/2346806): coders err independently, at rates of their own, which expectation maximisation
finds together with the chance that the code applies. Its prior is the out-of-fold probability of each passage instead of one rate
for all (Raykar et al 2010, jmlr.org/papers/v11/raykar10a.html).
"""

from __future__ import annotations

import numpy as np

from secondcoder.domain.arrays import Bools, Floats

STEPS = 30
HIT, VAIN, WEIGHT = 0.8, 0.2, 30.0
"""Prior of each coder's two rates, and its weight in marks: where few passages are coded twice, coders err about alike."""


def several_looked(looked: Bools) -> bool:
    """Whether on any passage two coders looked for one code; looked: (c, n, k)."""
    return bool((looked.sum(axis=0) > 1).any())


def coder_evidence(probability: Floats, marks: Bools, looked: Bools, share: Floats) -> Floats:
    """(n, k) log-likelihood ratio of the coders' marks and silences: positive speaks for the code.

    Args:
        probability: (n, k), out of fold, in (0, 1); marks, looked: (c, n, k) of c coders; share: (k,) of passages with the code.
    """
    given, odds = (marks & looked).astype(np.float64), share / (1 - share)
    prior = np.log(probability) - np.log(1 - probability)
    # Begin from what the coders say; from the model alone, a code that it predicts badly would be nobody's.
    evidence = np.where(given.any(axis=0), 4.0, -4.0) * looked.any(axis=0)
    for _ in range(STEPS):
        present = 1 / (1 + np.exp(-np.clip(prior + evidence, -30, 30)))
        evidence = np.sum([_of_one(present, *one, odds) for one in zip(given, looked, strict=True)], axis=0)
    return np.asarray(evidence)


def _of_one(present: Floats, given: Floats, looked: Bools, odds: Floats) -> Floats:
    """(n, k) of one coder, who finds the same share of each code, and gives each as often in vain as it is frequent.

    Rates of each code would rest on a handful of passages.
    """
    there, absent = present * looked, (1 - present) * looked
    hit = ((there * given).sum() + HIT * WEIGHT) / (there.sum() + WEIGHT)
    vain = ((absent * given).sum() + VAIN * WEIGHT) / ((absent * odds).sum() + WEIGHT)
    false = np.clip(vain * odds, 1e-5, 0.5)
    said = np.where(given > 0, np.log(hit / false), np.log((1 - hit) / (1 - false)))
    return np.where(looked, said, 0.0)
