"""Kernel ridge regression of many codes at once on partly known labels, with leave-group-out predictions in closed form.

One factorisation serves all codes with the same known rows. The predictions for each fold from the rows of the other folds follow
from it without refitting (the leave-group-out identity; Rifkin & Lippert 2007, "Notes on regularized least squares"). Nested
cross-validation, which unbiased thresholds need, so costs one fit in place of one for each fold.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows, weights


class MaskedKernelRidge:
    """Minimises, for every code, `sum over known rows of weight * (y - prior - f)^2 + ridge * |f|^2`.

    Attributes:
        prior_: (k,) weighted base rate of each code among its known rows.
        dual_: (n, k) weights of the training rows, zero where the code is unknown.
        out_of_fold_: (n, k) scores of each row from the rows of other folds, about on the scale of a probability: equal to those of
            a ridge fitted on those rows alone, base rate included. Rows where the code is unknown are scored by all known rows of
            other folds too.
        out_of_fold_prior_: (n, k) base rate among those other rows; `prior_` where there are none.
    """

    def __init__(self, ridge: float = 1.0) -> None:
        self.ridge = ridge

    def fit(
        self,
        gram: Floats,
        Y: Floats,
        known: Bools,
        fold: Rows,
        weight: Floats | None = None,
        hidden: Bools | None = None,
    ) -> MaskedKernelRidge:
        """Learn from a Gram matrix (n, n), targets and mask (n, k), the fold and the weight of each row (n,).

        `hidden` (folds, n, k) are labels of other folds that are unknown too while a fold is scored; None for none.
        """
        weight = weights(weight, len(Y))
        weighted = known * weight[:, None]
        self.prior_: Floats = (Y * weighted).sum(axis=0) / np.where(known.any(axis=0), weighted.sum(axis=0), 1.0)
        self.dual_ = np.zeros(Y.shape)
        self.out_of_fold_ = np.tile(self.prior_, (len(Y), 1))
        self.out_of_fold_prior_ = self.out_of_fold_.copy()
        for columns, rows in same_mask(known, hidden):
            # The same for all these columns, so the first one tells.
            unseen = None if hidden is None else hidden[:, rows, columns[0]]
            self._fit_block(gram, Y, fold, weight, columns, rows, unseen)
        return self

    def _fit_block(
        self, gram: Floats, Y: Floats, fold: Rows, weight: Floats, columns: Rows, rows: Rows, hidden: Bools | None
    ) -> None:
        # A copy, as with all indexing by np.ix_: it is changed and overwritten below, and `gram` serves other blocks.
        block = gram[np.ix_(rows, rows)]
        block[np.diag_indices(len(rows))] += self.ridge / weight[rows]
        # The inverse, not a solution of the system: each fold needs blocks of it.
        inverse = _inverse(block)
        # The last column, of ones, gives how the scores change with the base rate, which differs without the fold.
        target = np.column_stack([Y[np.ix_(rows, columns)] - self.prior_[columns], np.ones(len(rows))])
        dual = inverse @ target
        self.dual_[np.ix_(rows, columns)] = dual[:, :-1]
        for number in np.unique(fold):
            in_fold = fold[rows] == number
            inside = np.flatnonzero(in_fold if hidden is None else in_fold | hidden[number])
            # Dual weights as if these rows had not been there: alpha_o - A_oi A_ii^-1 alpha_i.
            shift = np.linalg.solve(inverse[np.ix_(inside, inside)], dual[inside])
            prior = self._prior_without(Y, weight, columns, np.delete(rows, inside))
            scored = in_fold[inside]
            self._score(rows[inside][scored], columns, prior, (target[inside] - shift)[scored])
            unknown = np.setdiff1d(np.flatnonzero(fold == number), rows)
            if len(unknown):
                without = dual - inverse[:, inside] @ shift
                self._score(unknown, columns, prior, gram[np.ix_(unknown, rows)] @ without)

    def _prior_without(self, Y: Floats, weight: Floats, columns: Rows, others: Rows) -> Floats:
        if not len(others):
            return self.prior_[columns]
        return np.asarray(np.average(Y[np.ix_(others, columns)], axis=0, weights=weight[others]))

    def _score(self, rows: Rows, columns: Rows, prior: Floats, predicted: Floats) -> None:
        place = np.ix_(rows, columns)
        deviation = predicted[:, :-1] - predicted[:, -1:] * (prior - self.prior_[columns])
        self.out_of_fold_prior_[place] = prior
        self.out_of_fold_[place] = prior + deviation


def _inverse(matrix: Floats) -> Floats:
    """Of a symmetric positive definite matrix, which is overwritten: by Cholesky, at half the cost of `np.linalg.inv`."""
    from scipy.linalg import LinAlgError, lapack

    # The transpose of a row-major matrix is column-major, as LAPACK has it, and here the same matrix.
    factor, fault = lapack.dpotrf(matrix.T, lower=1, overwrite_a=1)
    if fault:
        raise LinAlgError("The kernel is not positive definite.")
    half, _ = lapack.dpotri(factor, lower=1, overwrite_c=1)
    # dpotri fills one triangle only.
    inverse: Floats = np.tril(half)
    inverse += np.tril(half, -1).T
    return inverse


def same_mask(known: Bools, hidden: Bools | None) -> Iterator[tuple[Rows, Rows]]:
    """(columns, rows) for every distinct pattern of known rows, and of those hidden in each fold, that is not empty."""
    all_of_it = known if hidden is None else np.concatenate([known, hidden.reshape(-1, known.shape[1])])
    patterns, which = np.unique(all_of_it, axis=1, return_inverse=True)
    for number in range(patterns.shape[1]):
        rows = np.flatnonzero(patterns[: len(known), number])
        if len(rows):
            # Flat, because numpy 2.0 alone returns the inverse with two dimensions.
            yield np.flatnonzero(which.ravel() == number), rows
