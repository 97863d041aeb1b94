"""Could a code's average precision be luck? Its marks are slid along each transcript and the scores left where they are.

Marks come in runs and transcripts differ in how many they have; a circular shift within each transcript keeps both, and breaks only
what the scores know of where the marks are (a Monte Carlo test: Besag & Clifford 1989, doi:10.1093/biomet/76.4.633). So it can be
asked with two or three transcripts, where resampling them finds little doubt because it has little to draw from.
"""

from __future__ import annotations

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.learning.out_of_fold import HeldBack

SHIFTS = 199


def luck(held: HeldBack, seed: int) -> Floats:
    """(k,) share of the shifts, the marks as they are among them, that give a code as high an average precision; nan without marks."""
    transcript = np.unique([place[0] for place in held.places], return_inverse=True)[1].ravel()
    return np.array(
        [
            _luck(held.probability[seen, j], held.y[seen, j], transcript[seen], np.random.default_rng(seed))
            for j, seen in enumerate(held.known.T)
        ],
        dtype=np.float64,
    )


def _luck(score: Floats, y: Bools, transcript: Rows, rng: np.random.Generator) -> float:
    if not y.any():
        return float("nan")
    marks = np.tile(y, (1 + SHIFTS, 1))
    for number in np.unique(transcript):
        rows = np.flatnonzero(transcript == number)
        away = rng.integers(0, len(rows), SHIFTS)
        marks[1:, rows] = y[rows][(np.arange(len(rows)) + away[:, None]) % len(rows)]
    ranked = marks[:, np.argsort(-score, kind="stable")]
    found = np.cumsum(ranked, axis=1) / np.arange(1, len(y) + 1)
    precision = np.sum(found * ranked, axis=1) / y.sum()
    return float(np.mean(precision >= precision[0] - 1e-12))
