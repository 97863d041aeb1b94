"""A classifier: one logistic regression on the embeddings for each code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from secondcoder.domain.arrays import Floats, State, Vectors
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.thresholds import f1_thresholds
from secondcoder.learning.classifier import predict_out_of_fold
from secondcoder.learning.features import Features
from sklearn.linear_model import LogisticRegression


class LogisticClassifier:
    format = "logistic/1"

    def __init__(self, folds: int, seed: int) -> None:
        self.folds, self.seed = folds, seed

    def fit(self, features: Features, labels: LabelMatrix, code_embeddings: Vectors | None = None) -> Self:
        self.weights_ = _weights(features, labels)
        self.out_of_fold_ = predict_out_of_fold(
            lambda train, known, rest: _probability(_weights(train, known), rest),
            features,
            labels,
            self.folds,
            self.seed,
        )
        self.thresholds_ = f1_thresholds(self.out_of_fold_, labels.target, labels.known, labels.weight)
        return self

    def predict_proba(self, features: Features) -> Floats:
        return _probability(self.weights_, features)

    def state(self) -> State:
        return {"weights": self.weights_, "thresholds": self.thresholds_}

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        self.weights_, self.thresholds_ = state["weights"], state["thresholds"]
        return self

    def describe(self) -> str:
        return "One logistic regression was fitted for each code (Cox 1958, doi:10.1111/j.2517-6161.1958.tb00292.x)."


def _weights(features: Features, labels: LabelMatrix) -> Floats:
    """(k, d + 1), the intercept last; 0 for a code whose known labels are all equal."""
    weights = np.zeros((labels.y.shape[1], features.vectors.shape[1] + 1))
    for j, known in enumerate(labels.known.T):
        y = labels.y[known, j]
        if 0 < y.sum() < len(y):
            model = LogisticRegression(C=10.0, class_weight="balanced")
            model.fit(features.vectors[known], y, sample_weight=labels.weight[known])
            weights[j] = [*model.coef_[0], model.intercept_[0]]
    return weights


def _probability(weights: Floats, features: Features) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(features.vectors @ weights[:, :-1].T + weights[:, -1]))))
