"""Kernel ridge regression from landmarks: what `kernel_ridge` does, at a price that grows with the rows and not with their cube.

Between blocks of rows the kernel K is replaced by what m rows, the landmarks, tell of it: K_nm K_mm^-1 K_mn. Within a block it stays
as it is. This is the partially independent training conditional (PITC: Quinonero-Candela & Rasmussen 2005, JMLR 6:1939; Snelson &
Ghahramani 2007), here with blocks that hold whole groups of one fold. With all rows as landmarks nothing is approximated. Scores
without a fold follow from sums over the blocks of the other folds; landmarks in the fold itself then have no weight.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows, weights
from secondcoder.learning.stacked_kernels.kernel_ridge import same_mask

BLOCK = 500
"""Rows within which the kernel is exact, about; a larger group is cut."""
JITTER = 1e-8
"""Added to the landmarks' variances: two of the same text are no more than one."""


class Similarity(Protocol):
    """The kernel among n training rows, a part at a time.

    Attributes:
        landmarks: (m,) rows that stand for all where two blocks are compared.
    """

    landmarks: Rows

    def between(self, rows: Rows) -> Floats:
        """(r, m) kernel of rows with the landmarks, as between different groups."""
        ...

    def within(self, rows: Rows) -> Floats:
        """(r, r) kernel among rows, what they share as members of one group included; the caller's to change."""
        ...

    def scores(self, rows: Rows, dual: Floats) -> Floats:
        """(r, k) `between(rows) @ dual`, for weights (m, k) of the landmarks."""
        ...


class LandmarkRidge:
    """Minimises what `MaskedKernelRidge` minimises, for the approximated kernel, and has its attributes.

    Attributes:
        prior_, out_of_fold_, out_of_fold_prior_: as there, except that rows of a negative fold get no scores but the base rate.
        dual_: (m, k) weights of the landmarks.
    """

    def __init__(self, ridge: float = 1.0) -> None:
        self.ridge = ridge

    def fit(
        self,
        similarity: Similarity,
        groups: Rows,
        Y: Floats,
        known: Bools,
        fold: Rows,
        weight: Floats | None = None,
        hidden: Bools | None = None,
    ) -> LandmarkRidge:
        """Learn as `MaskedKernelRidge.fit` does, from the similarity of n rows and the group (n,) of each."""
        self._similarity, self._weight, self._fold = similarity, weights(weight, len(Y)), fold
        self._whitening = _factor(similarity.between(similarity.landmarks), JITTER)
        # Groups stand together, those of a fold too.
        self._order = np.lexsort((np.arange(len(Y)), groups, fold))
        self._groups = groups
        weighted = known * self._weight[:, None]
        self.prior_: Floats = (Y * weighted).sum(axis=0) / np.where(known.any(axis=0), weighted.sum(axis=0), 1.0)
        self.dual_ = np.zeros((len(similarity.landmarks), Y.shape[1]))
        self.out_of_fold_ = np.tile(self.prior_, (len(Y), 1))
        self.out_of_fold_prior_ = self.out_of_fold_.copy()
        for columns, rows in same_mask(known, hidden):
            self._fit_columns(Y[:, columns], columns, rows, None if hidden is None else hidden[:, :, columns[0]])
        return self

    def _fit_columns(self, Y: Floats, columns: Rows, rows: Rows, hidden: Bools | None) -> None:
        folds = np.arange(self._fold.max() + 1)
        seen = np.zeros((len(folds) + 1, len(Y)), dtype=bool)
        seen[:-1, rows] = self._fold[rows] != folds[:, None]
        seen[-1, rows] = True
        if hidden is not None:
            seen[:-1] &= ~hidden
        sums = self._sums(np.column_stack([Y, np.ones(len(Y))]), seen)
        self.dual_[:, columns] = self._dual(sums[-1], self.prior_[columns], np.zeros(0, dtype=np.intp))
        for number in folds:
            prior = self.prior_[columns]
            if seen[number].any():
                prior = np.average(Y[seen[number]], axis=0, weights=self._weight[seen[number]])
            own = np.flatnonzero(self._fold[self._similarity.landmarks] == number)
            dual = self._dual(sums[number], prior, own)
            for part in _parts(np.flatnonzero(self._fold == number)):
                place = np.ix_(part, columns)
                self.out_of_fold_prior_[place] = prior
                self.out_of_fold_[place] = prior + self._similarity.scores(part, dual)

    def _sums(self, target: Floats, seen: Bools) -> Floats:
        """(trainings, m + t, m + t) of V' S^-1 V beside V' S^-1 T: V whitened, T targets (n, t), each over the rows (trainings, n)
        that a training has seen."""
        size = len(self._whitening) + target.shape[1]
        # Most parts are missing in one training only: less work than to add them to all others.
        sums, everywhere = np.zeros((len(seen), size, size)), np.zeros((size, size))
        for trainings, parts in groupby(sorted(self._parts_seen(seen)), key=lambda part: part.trainings):
            total = sum(half.T @ half for half in (self._half(np.array(part.rows), target) for part in parts))
            everywhere += total
            for training in set(range(len(seen))).difference(trainings):
                sums[training] -= total
        sums += everywhere
        return sums

    def _parts_seen(self, seen: Bools) -> Iterator[_Part]:
        """The rows of each block that a training has seen; those of several trainings with the same rows once."""
        for block in _blocks(self._order, self._groups, self._fold):
            patterns, which = np.unique(seen[:, block], axis=0, return_inverse=True)
            for number, pattern in enumerate(patterns):
                if pattern.any():
                    yield _Part(tuple(np.flatnonzero(which.ravel() == number)), tuple(block[pattern]))

    def _half(self, rows: Rows, target: Floats) -> Floats:
        """(r, m + t) S^-1/2 of whitened similarities and targets, S what the landmarks do not tell of these rows."""
        from scipy.linalg import solve_triangular

        whitened = solve_triangular(self._whitening, self._similarity.between(rows).T, lower=True).T
        rest = self._similarity.within(rows) - whitened @ whitened.T
        rest[np.diag_indices(len(rows))] += self.ridge / self._weight[rows]
        return np.asarray(solve_triangular(_factor(rest), np.hstack([whitened, target[rows]]), lower=True))

    def _dual(self, sums: Floats, prior: Floats, without: Rows) -> Floats:
        """(m, k) weights of the landmarks that a training's sums give, with its base rates (k,); none for those `without`."""
        from scipy.linalg import cho_solve, qr, solve_triangular

        m = len(self._whitening)
        factor = _factor(sums[:m, :m], 1.0), True
        # The last column, of ones: what is learned is the deviation from the base rate.
        whitened = cho_solve(factor, sums[:m, m:-1] - np.outer(sums[:m, -1], prior))
        if len(without):
            # Their weights are the columns' products with the whitened ones: held at zero.
            columns = qr(solve_triangular(self._whitening, np.eye(m)[:, without], lower=True), mode="economic")[0]
            solved = cho_solve(factor, columns)
            whitened -= solved @ np.linalg.solve(columns.T @ solved, columns.T @ whitened)
        return np.asarray(solve_triangular(self._whitening, whitened, lower=True, trans="T"))


class _Part(NamedTuple):
    """Rows of a block, and the trainings that have seen these alone of it."""

    trainings: tuple[int, ...]
    rows: tuple[int, ...]


def _blocks(order: Rows, groups: Rows, fold: Rows) -> Iterator[Rows]:
    """The rows in order, in blocks of one fold with about BLOCK rows, none of which parts a group that fits into one."""
    start = 0
    ends = 1 + np.flatnonzero((np.diff(groups[order]) != 0) | (np.diff(fold[order]) != 0))
    for end, following in zip([*ends, len(order)], [*ends[1:], len(order), len(order)], strict=False):
        last = end == len(order) or fold[order[end]] != fold[order[start]]
        if last or following - start > BLOCK:
            yield from _parts(order[start:end])
            start = end


def _parts(rows: Rows) -> Sequence[Rows]:
    """In parts of equal size, none above BLOCK."""
    return np.array_split(rows, max(1, -(-len(rows) // BLOCK)))


def _factor(matrix: Floats, ridge: float = 0.0) -> Floats:
    """The lower Cholesky factor of a symmetric matrix, which is changed, with `ridge` added to its diagonal."""
    from scipy.linalg import cholesky

    matrix[np.diag_indices(len(matrix))] += ridge
    return np.asarray(cholesky(matrix, lower=True, overwrite_a=True, check_finite=False))
