"""Kernel ridge regression of many codes at once, on what is known of each, with its held-back scores for nothing.

One factorisation serves all codes, and the scores that the model would have given each group of rows, had it never seen them,
follow from it in closed form (the leave-group-out identity; Rifkin & Lippert 2007, "Notes on regularized least squares"). Nested
cross-validation, which honest thresholds need, so costs one fit instead of one a fold.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from secondcoder.learning.arrays import Bools, Floats, Rows


class MaskedKernelRidge:
    """Minimises, for every code, `sum over known rows of (y - prior - f)^2 + ridge * |f|^2`.

    Attributes:
        prior_: (k,) base rate of each code among its known rows.
        dual_: (n, k) weights of the training rows, zero where the code is unknown.
        out_of_fold_: (n, k) scores of each row from the rows of other folds, about on the scale of a probability. Rows where
            the code is unknown are scored by all known rows of other folds too.
    """

    def __init__(self, ridge: float = 1.0) -> None:
        self.ridge = ridge

    def fit(self, gram: Floats, Y: Bools, known: Bools, fold: Rows) -> MaskedKernelRidge:
        """Learn from a Gram matrix (n, n), labels and mask (n, k), and the fold of each row (n,)."""
        self.prior_ = (Y & known).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        self.dual_ = np.zeros(Y.shape)
        self.out_of_fold_ = np.tile(self.prior_, (len(Y), 1))
        for columns, rows in _same_mask(known):
            self._fit_block(gram, Y, fold, columns, rows)
        return self

    def _fit_block(self, gram: Floats, Y: Bools, fold: Rows, columns: Rows, rows: Rows) -> None:
        inverse = np.linalg.inv(gram[np.ix_(rows, rows)] + self.ridge * np.eye(len(rows)))
        residual = Y[np.ix_(rows, columns)] - self.prior_[columns]
        dual = inverse @ residual
        self.dual_[np.ix_(rows, columns)] = dual
        rest = np.setdiff1d(np.arange(len(Y)), rows)
        for number in np.unique(fold):
            inside = np.flatnonzero(fold[rows] == number)
            # Dual weights as if the fold had not been there: alpha_o - A_oi A_ii^-1 alpha_i.
            shift = np.linalg.solve(inverse[np.ix_(inside, inside)], dual[inside]) if len(inside) else None
            if shift is not None:
                held_back = np.ix_(rows[inside], columns)
                self.out_of_fold_[held_back] = Y[held_back] - shift
            unknown = rest[fold[rest] == number]
            if len(unknown):
                without = dual if shift is None else dual - inverse[:, inside] @ shift
                self.out_of_fold_[np.ix_(unknown, columns)] = (
                    self.prior_[columns] + gram[np.ix_(unknown, rows)] @ without
                )


def _same_mask(known: Bools) -> Iterator[tuple[Rows, Rows]]:
    """(columns, rows) for every distinct pattern of known rows that is not empty."""
    patterns, which = np.unique(known, axis=1, return_inverse=True)
    for number in range(patterns.shape[1]):
        rows = np.flatnonzero(patterns[:, number])
        if len(rows):
            yield np.flatnonzero(which.ravel() == number), rows
