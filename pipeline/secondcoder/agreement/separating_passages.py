"""The fewest passages that separate two readings of a code: what its coders can settle a definition on.

A reading is what one coder's codings teach: a kernel ridge regression learns each coder's marks apart and scores every passage out of
fold. Where two coders part and their readings part the same way, the difference is in how they read the code; where the readings do
not, it is a slip or stands alone. Of the passages on which the coders part, those are chosen that stand for the others best: a greedy
choice for facility location, which reaches 1 - 1/e of the best (Nemhauser, Wolsey & Fisher 1978, doi:10.1007/BF01588971).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows, Vectors
from secondcoder.learning.assessment.splits import group_folds
from secondcoder.learning.stacked_kernels.kernel_ridge import MaskedKernelRidge
from secondcoder.learning.stacked_kernels.kernels import SHARPNESS

MOST = 5
"""Passages at most: what one meeting can talk about."""
LEAST_GAIN = 0.1
"""Share of all the readings' difference that a further passage must stand for."""


class Separating(NamedTuple):
    """A chosen passage.

    Attributes:
        row: of the n passages. gave: which of both coders gave the code there, 0 or 1.
        stands_for: passages on which the coders part the same way and that are nearest to it, itself among them.
        readings: the scores of both readings there, about on the scale of a probability.
    """

    row: int
    gave: int
    stands_for: int
    readings: tuple[float, float]


def separating_passages(
    vectors: Vectors, groups: Sequence[str], marks: Bools, both: Bools, folds: int = 5, seed: int = 0
) -> list[Separating]:
    """Best first; the second is one that the other coder gave, where there is any. Empty where the coders never part.

    Args:
        vectors: (n, d) unit vectors; groups: n names, held out whole.
        marks: (2, n) who gave the code. both: (n,) both looked for it, in two groups at least.
    """
    rows = np.flatnonzero(both)
    first, second = marks[:, rows]
    parted = np.flatnonzero(first != second)
    if not len(parted) or len({groups[row] for row in rows.tolist()}) < 2:
        return []
    fold = group_folds([groups[row] for row in rows.tolist()], folds, seed)
    cosine = vectors[rows].astype(np.float64) @ vectors[rows].T.astype(np.float64)
    readings = _readings(cosine, marks[:, rows], fold)
    gave = np.where(first[parted], 0, 1)
    chosen = _chosen(np.clip(cosine[np.ix_(parted, parted)], 0, 1), gave, _systematic(readings, parted, gave))
    nearest = np.array(chosen)[np.argmax(_same(cosine[np.ix_(parted, parted)], gave)[:, chosen], axis=1)]
    return [
        Separating(
            int(rows[parted[at]]), int(gave[at]), int((nearest == at).sum()), tuple(readings[parted[at]].tolist())
        )
        for at in chosen
    ]


def _readings(cosine: Floats, marks: Bools, fold: Rows) -> Floats:
    """(m, 2) out-of-fold scores of each coder's reading."""
    ridge = MaskedKernelRidge().fit(
        np.exp(SHARPNESS * (cosine - 1)), marks.T.astype(np.float64), np.ones_like(marks.T), fold
    )
    return ridge.out_of_fold_


def _systematic(readings: Floats, parted: Rows, gave: Rows) -> Floats:
    """(d,) how far the readings part the way the coders do, 0 where they do not; 1 each where they do nowhere."""
    difference = readings[:, 0] - readings[:, 1]
    weight = np.maximum(np.where(gave == 0, 1, -1) * difference[parted], 0)
    return np.asarray(weight if weight.any() else np.ones_like(weight))


def _same(similarity: Floats, gave: Rows) -> Floats:
    """(d, d) the similarity, nothing between passages on which the coders part the other way."""
    return np.where(gave[:, None] == gave, similarity, -1.0)


def _chosen(similarity: Floats, gave: Rows, weight: Floats) -> list[int]:
    """The greedy choice among d passages."""
    worth, covered = weight[:, None] * np.maximum(_same(similarity, gave), 0), np.zeros(len(gave))
    chosen: list[int] = []
    while len(chosen) < min(MOST, len(gave)):
        gains = np.maximum(worth - covered[:, None], 0).sum(axis=0)
        if len(chosen) == 1 and (gave != gave[chosen[0]]).any():
            gains = np.where(gave == gave[chosen[0]], -1.0, gains)
        elif chosen and gains.max() < LEAST_GAIN * weight.sum():
            break
        chosen.append(int(np.argmax(gains)))
        covered = np.maximum(covered, worth[:, chosen[-1]])
    return chosen
