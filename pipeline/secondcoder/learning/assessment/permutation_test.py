"""A permutation test of average precision: labels are shifted circularly within each transcript, the scores stay where they are.

Marks come in runs and transcripts differ in how many they have; a circular shift within each transcript keeps both, and breaks only
what the scores know of where the marks are (a Monte Carlo test: Besag & Clifford 1989, doi:10.1093/biomet/76.4.633). It works with
two or three transcripts too, where a bootstrap over them has too little to draw from. Within a comment of one passage nothing can be
shifted: all such transcripts together are shifted like one.
"""

from __future__ import annotations

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.learning.out_of_fold import OutOfFold

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
    names, of, passages = np.unique(transcript, return_inverse=True, return_counts=True)
    names, of = np.unique(np.where(passages[of] == 1, len(names), of), return_inverse=True)
    # Each transcript's passages in their order, and where a transcript begins among them all.
    rows, length = np.argsort(of, kind="stable"), np.bincount(of)
    first = np.cumsum(length) - length
    shift = np.stack([rng.integers(0, n, SHIFTS) for n in length.tolist()])
    marks = np.flatnonzero(y[rows])
    within = of[rows][marks]
    moved = (
        first[within]
        + (marks - first[within] - np.vstack([np.zeros(len(names), dtype=int), shift.T])[:, within]) % length[within]
    )
    precision = _average_precisions(_places(score)[rows[moved]])
    # Labellings with equal average precision may differ by rounding.
    return float(np.mean(precision >= precision[0] - 1e-12))


def _places(score: Floats) -> Rows:
    """(n,) how many passages have a score at least as high as each: the rank at which it is surely read."""
    return np.asarray(len(score) - np.searchsorted(np.sort(score), score, side="left"))


def _average_precisions(place: Rows) -> Floats:
    """(labellings,) from the places (labellings, m) of m marks; as `average_precision`, of nothing but the marks."""
    place = np.sort(place, axis=1)
    found = np.broadcast_to(np.arange(1.0, place.shape[1] + 1), place.shape)
    # Of equal scores all are found together: with the last of them.
    apart = np.diff(place, axis=1, append=0) != 0
    together = np.minimum.accumulate(np.where(apart, found, np.inf)[:, ::-1], axis=1)[:, ::-1]
    return np.asarray((together / place).mean(axis=1))
