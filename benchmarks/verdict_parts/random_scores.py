"""Simulated codes whose scores know nothing of the marks, or something: how often which test lets them pass."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from secondcoder.domain.arrays import Bools
from secondcoder.learning.assessment.metrics import LabelledPredictions, point_and_draws
from secondcoder.learning.assessment.permutation_test import permutation_p_value
from secondcoder.learning.assessment.readiness import P_VALUE
from secondcoder.statistics.classification import random_average_precision

from verdict_parts.codes import ROUNDS, SEED

TAIL, WEAKER = 0.05, 0.1
"""The rule of two tests: at most this share of the bootstrap rounds not above a random order, and the permutation test's p value at
most the other."""


def simulated_table(runs: int) -> Iterator[str]:
    """Share of simulated codes that pass, by how far the scores know the marks."""
    yield "| transcripts | scores know the marks | permutation test alone | both tests |"
    yield "|---|---|---|---|"
    for transcripts in (3, 5, 8, 15):
        for effect in (0.0, 0.5, 1.0):
            passed = np.array([_passes(transcripts, effect, run) for run in range(runs)])
            alone, both = passed.mean(axis=0)
            knows = f"by {effect} standard deviations" if effect else "not at all"
            yield f"| {transcripts} | {knows} | {alone:.0%} | {both:.0%} |"


def _passes(transcripts: int, effect: float, run: int) -> tuple[bool, bool]:
    """A code marked in runs, more in one transcript than in another; scores come in waves and are higher where marks are many."""
    rng, length = np.random.default_rng([SEED, transcripts, run]), 60
    y = _runs(rng, transcripts, length)
    group = np.repeat(np.arange(transcripts), length)
    waves = np.convolve(rng.normal(size=len(y)), np.ones(5) / 5**0.5, mode="same")
    score = waves + 3 * y.reshape(transcripts, -1).mean(axis=1)[group] + effect * y
    p_value = permutation_p_value(score, y, group, rng)
    names = [f"{number:06d}" for number in group.tolist()]
    column = LabelledPredictions(score[:, None], (score > 99)[:, None], y[:, None], np.ones((len(y), 1), bool), names)
    draws = point_and_draws(column, ROUNDS, run)[1]["average_precision"][:, 0]
    above = np.nanquantile(draws, TAIL) > random_average_precision(int(y.sum()), len(y))
    return p_value <= P_VALUE, bool(p_value <= WEAKER and above)


def _runs(rng: np.random.Generator, transcripts: int, length: int) -> Bools:
    y = np.zeros((transcripts, length), dtype=bool)
    for row in y:
        for start in rng.integers(0, length - 3, rng.integers(1, 4)):
            row[start : start + 3] = True
    return y.ravel()
