"""A permutation test of average precision: labels are shifted circularly within each transcript, the scores stay where they are.

Marks come in runs and transcripts differ in how many they have; a circular shift within each transcript keeps both, and breaks only
what the scores know of where the marks are (a Monte Carlo test: Besag & Clifford 1989, doi:10.1093/biomet/76.4.633). It works with
two or three transcripts too, where a bootstrap over them has too little to draw from.
"""

from __future__ import annotations

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.learning.out_of_fold import OutOfFold
from secondcoder.statistics.classification import average_precision

SHIFTS = 199
"""The smallest p value is 1 / 200."""


def permutation_p_values(held: OutOfFold, seed: int) -> Floats:
    """(k,) p value of each code's out-of-fold average precision; nan for a code without marks."""
    # Not `held.group`, which may be cases: runs of marks lie within a transcript.
    transcript = np.unique([place[0] for place in held.places], return_inverse=True)[1].ravel()
    return np.array(
        [
            permutation_p_value(
                held.probability[known, j], held.y[known, j], transcript[known], np.random.default_rng(seed)
            )
            for j, known in enumerate(held.known.T)
        ],
        dtype=np.float64,
    )


def permutation_p_value(score: Floats, y: Bools, transcript: Rows, rng: np.random.Generator) -> float:
    """Share of the labellings, the observed one among them, whose average precision is at least the observed one.

    Args:
        score, y, transcript: (n,), in the order in which the passages stand.
    """
    if not y.any():
        return float("nan")
    labellings = np.tile(y, (1 + SHIFTS, 1))
    for number in np.unique(transcript):
        rows = np.flatnonzero(transcript == number)
        shift = rng.integers(0, len(rows), SHIFTS)
        labellings[1:, rows] = y[rows][(np.arange(len(rows)) + shift[:, None]) % len(rows)]
    precision = average_precision(score, labellings)
    # Labellings with equal average precision may differ by rounding.
    return float(np.mean(precision >= precision[0] - 1e-12))
