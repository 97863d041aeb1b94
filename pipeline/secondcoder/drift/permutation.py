"""Exchange new transcripts with training ones: how often would as many of the pool, chosen at random, lie as far out?

If new transcripts are like the training ones, every choice from the pool of both is as likely as the observed one, whatever the
distribution of the figures. So the rate of false alarms holds without normal tails (permutation test: Lehmann & Romano 2005,
Testing statistical hypotheses, 15.2; under conformal prediction: Vovk et al 2005). Transcripts of one case are alike, so
whole cases are exchanged, with as many transcripts drawn from each as the new case has (hierarchical exchangeability: Lee, Barber &
Willett 2023, arXiv:2306.06342).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows

MOST = 2000
"""Choices looked at; where there are more, as many are drawn at random."""
SEED = 20260101


def least_p(units: int, new: int) -> float:
    """Smallest p value that can come about with so many training units and new ones."""
    return 1 / comb(units + new, new)


def units_needed(new: int, rate: float) -> int:
    """Training units from which `least_p` is no more than the rate."""
    return next(units for units in range(1, 1 + int(np.ceil(1 / rate))) if least_p(units, new) <= rate)


def choices(training: Sequence[int], new: Sequence[int]) -> Floats:
    """(d, n + m) weights of the pool's transcripts in d groups, each row adding up to 1; the first row is the new transcripts'.

    Args:
        training, new: numbers of the units (case, or transcript) of the n training and the m new transcripts, which share none.
    """
    # Seeded anew, so that the same transcripts are always judged alike.
    rng, pool = np.random.default_rng(SEED), np.concatenate([training, new])
    members = [np.flatnonzero(pool == unit) for unit in dict.fromkeys(pool.tolist())]
    sizes = [len(own) for own in members[len(members) - len(set(new)) :]]
    chosen = _unit_choices(len(members), len(sizes), rng)
    # With units of several transcripts a choice stands for many: which of them are taken.
    repeats = 1 if max(map(len, members)) == 1 else max(1, MOST // (1 + len(chosen)))
    weights = np.zeros(((1 + len(chosen)) * repeats, len(pool)))
    weights[:repeats, len(training) :] = 1
    for row, units in enumerate(np.repeat(chosen, repeats, axis=0), start=repeats):
        for unit, size in zip(units.tolist(), sizes, strict=True):
            own = members[unit]
            weights[row, own if len(own) <= size else rng.choice(own, size, replace=False)] = 1
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _unit_choices(units: int, new: int, rng: np.random.Generator) -> Rows:
    """(d, new) unit numbers: all choices but that of the last `new` units, or `MOST` of all at random, in random order each."""
    if comb(units, new) <= MOST:
        # In lexicographic order the last one is the observed one.
        every = np.array(list(combinations(range(units), new))[:-1], dtype=np.intp)
        return rng.permuted(every, axis=1)
    return np.argsort(rng.random((MOST, units)), axis=1)[:, :new]


def outlyingness(weights: Floats, values: Floats, units: Sequence[int], least: Floats, both_ways: Bools) -> Floats:
    """(d, k): distance of each group's mean from the mean of all units, in standard deviations of the pool.

    Args:
        values: (n + m, k) figures on an even scale; units: of these transcripts.
        least: (k,) smallest standard deviation assumed; both_ways: (k,) far below counts as far above does.
    """
    _, unit, size = np.unique(units, return_inverse=True, return_counts=True)
    # Units count alike: a new case of one transcript must not seem far out because large cases make the mean.
    mean = (1 / (len(size) * size[unit])) @ values
    # Mean and deviation are the same for all groups, as the exchange requires.
    distance = (weights @ values - mean) / np.maximum(values.std(axis=0), least)
    return np.asarray(np.where(both_ways, np.abs(distance), distance))
