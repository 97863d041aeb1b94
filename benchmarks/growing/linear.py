"""A classifier that costs next to nothing, so that everything around a classifier can be measured: ridge regression on the vectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from secondcoder.domain.arrays import Floats, State, Vectors
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.splits import group_folds
from secondcoder.learning.features import Features

RIDGE, SHARPNESS = 1.0, 8.0


class LinearClassifier:
    """One linear score for each code; unknown labels count as no."""

    format = "linear/1"

    def __init__(self, folds: int, seed: int) -> None:
        self.folds, self.seed = folds, seed

    def fit(self, features: Features, labels: LabelMatrix, code_embeddings: Vectors | None = None) -> Self:
        """One pass over the rows; the out-of-fold scores take the sums of the other folds."""
        X, Y = _design(features), labels.target * labels.known
        fold = group_folds(features.groups, self.folds, self.seed)
        within = [fold == number for number in range(int(fold.max()) + 1)]
        sums = [(X[rows].T @ X[rows], X[rows].T @ Y[rows]) for rows in within]
        gram, cross = sum(one for one, _ in sums), sum(one for _, one in sums)
        self.weights_ = _solved(gram, cross)
        self.out_of_fold_ = np.zeros(Y.shape)
        for rows, (own, own_cross) in zip(within, sums, strict=True):
            self.out_of_fold_[rows] = _probability(X[rows] @ _solved(gram - own, cross - own_cross))
        self.thresholds_ = np.full(Y.shape[1], 0.5)
        return self

    def predict_proba(self, features: Features) -> Floats:
        """(n, k)."""
        return _probability(_design(features) @ self.weights_)

    def state(self) -> State:
        """Weights and thresholds."""
        return {"weights": self.weights_, "thresholds": self.thresholds_}

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Become what `state` was taken from."""
        self.weights_, self.thresholds_ = state["weights"], state["thresholds"]
        return self

    def describe(self) -> str:
        """The sentence for the methods section."""
        return "One ridge regression on the vectors."


def _design(features: Features) -> Floats:
    return np.hstack([features.vectors, np.ones((len(features), 1))])


def _solved(gram: Floats, cross: Floats) -> Floats:
    return np.asarray(np.linalg.solve(gram + RIDGE * np.eye(len(gram)), cross))


def _probability(score: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-SHARPNESS * (score - 0.5))))
