"""Which rows stand for all where a study is too large for the exact kernel, and the kernel as `landmark_ridge` asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.learning.stacked_kernels.kernel_ridge import MaskedKernelRidge
from secondcoder.learning.stacked_kernels.landmark_ridge import LandmarkRidge

MOST_EXACT = 4000
"""Up to so many coded segments the kernel ridge is exact (benchmarks/LEARNING_GROWTH.md)."""
LANDMARKS, SPREAD = 2000, 0.25
"""Segments that stand for all in larger studies, and the share of them chosen whatever their codes."""
LIKELY = 0.5
"""A segment whose target is above this carries the code."""
OWN_SHARE = 1.0
"""Variance of what is particular to a transcript, for each unit of what all transcripts share (benchmarks/NOTES.md)."""

Some: TypeAlias = Rows | slice
"""Rows of an array, or all of them."""
ALL = slice(None)


class Compared(Protocol):
    """What a kernel says of training rows, without regard to their groups."""

    def compare(self, rows: Some, others: Some) -> Floats:
        """(r, s) kernel of rows with others."""
        ...

    def scores(self, rows: Rows, others: Some, dual: Floats) -> Floats:
        """(r, k) `compare(rows, others) @ dual`, or a shorter way to it."""
        ...


def fit_ridge(
    ridge: float,
    kernel: Compared,
    groups: Sequence[str],
    Y: Floats,
    known: Bools,
    fold: Rows,
    weight: Floats | None,
    hidden: Bools | None,
) -> tuple[MaskedKernelRidge | LandmarkRidge, Some]:
    """The regression on n segments of groups, and on rows after them that belong to none, which are landmarks always; and the rows
    that its dual weights are of.

    Args:
        kernel: of the n segments and the rows after them.
        groups: n names.
        Y, known, fold, weight, hidden: as for the regression.
    """
    n = len(groups)
    group = np.append(np.unique(np.asarray(groups), return_inverse=True)[1].ravel(), np.full(len(Y) - n, -1))
    if n <= MOST_EXACT:
        gram = kernel.compare(ALL, ALL)
        multi_task(gram, group)
        return MaskedKernelRidge(ridge).fit(gram, Y, known, fold, weight, hidden), ALL
    landmarks = np.append(choose_landmarks((Y[:n] > LIKELY) & known[:n]), np.arange(n, len(Y)))
    similarity = TrainingSimilarity(kernel, group, landmarks)
    return LandmarkRidge(ridge).fit(similarity, group, Y, known, fold, weight, hidden), landmarks


def multi_task(gram: Floats, group: Rows) -> None:
    """Turn the Gram matrix (n, n) into that of a regression common to all groups plus one of each group's own, learned together.

    Rows of different groups stay as alike as they were, so a new transcript is scored by what is common to all (regularised
    multi-task learning: Evgeniou & Pontil 2004, doi:10.1145/1014052.1014067). Rows of group -1 belong to none.
    """
    gram[(group[:, None] == group) & (group >= 0)] *= 1 + OWN_SHARE


def choose_landmarks(marked: Bools) -> Rows:
    """(m,) LANDMARKS of n segments: a share spread evenly, and of each code about equally many that carry it, (n, k).

    Most of what is known of a rare code is in the few segments that carry it; chosen evenly, hardly any would be among the landmarks.
    """
    n, most = len(marked), min(LANDMARKS, len(marked))
    order = np.random.default_rng(0).permutation(n)
    # Codes take turns: of each the first in this order, then of each the second, and so on.
    turn = np.where(marked, np.cumsum(marked[order], axis=0)[np.argsort(order)], n).min(axis=1)
    turn[np.linspace(0, n - 1, round(SPREAD * most)).astype(np.intp)] = 0
    return np.sort(order[np.argsort(turn[order], kind="stable")[:most]])


class TrainingSimilarity:
    """A kernel among training segments, a part at a time.

    Args:
        kernel: as for `fit_ridge`.
        group: (n,) numbers, -1 for rows that belong to none.
        landmarks: (m,) rows.
    """

    def __init__(self, kernel: Compared, group: Rows, landmarks: Rows) -> None:
        self._kernel, self._group, self.landmarks = kernel, group, landmarks

    def between(self, rows: Rows) -> Floats:
        """(r, m)."""
        return self._kernel.compare(rows, self.landmarks)

    def within(self, rows: Rows) -> Floats:
        """(r, r)."""
        gram = self._kernel.compare(rows, rows)
        multi_task(gram, self._group[rows])
        return gram

    def scores(self, rows: Rows, dual: Floats) -> Floats:
        """(r, k)."""
        return self._kernel.scores(rows, self.landmarks, dual)
