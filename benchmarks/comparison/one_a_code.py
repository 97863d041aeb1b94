"""A model for each code (binary relevance), scores from inner folds, and thresholds for F1 on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.features import Features

from comparison.sets import FOLDS, SEED

Scores = Callable[[Any], Floats]


def fit_each(make: Callable[[], Any], X: Any, y: Bools) -> Scores:
    """Fit a model for each code; a code that is everywhere or nowhere in the training part gets a constant score."""
    models = [make().fit(X, column) if column.any() and not column.all() else column.mean() for column in y.T]

    def score(held: Any) -> Floats:
        return np.stack([_score(model, held) for model in models], axis=1)

    return score


def _score(model: Any, X: Any) -> Floats:
    if isinstance(model, float):
        return np.full(X.shape[0], model)
    if hasattr(model, "predict_proba"):
        return np.asarray(model.predict_proba(X)[:, 1])
    return np.asarray(model.decision_function(X))


def inner_scores(make: Callable[[], Any], train: Features, y: Bools) -> Floats:
    """(n, k) scores of each training unit from other documents' vectors."""
    scores = np.zeros(y.shape)
    for rows, rest in train_and_test(group_folds(train.groups, FOLDS, SEED)):
        scores[rest] = fit_each(make, train.vectors[rows], y[rows])(train.vectors[rest])
    return scores


def best_f1_threshold(score: Floats, y: Bools) -> float:
    """The score from which suggesting gives the best F1 on these; .5 where there is no positive."""
    from sklearn.metrics import precision_recall_curve

    if not y.any():
        return 0.5
    precision, recall, thresholds = precision_recall_curve(y, score)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return float(thresholds[int(np.argmax(f1[:-1]))])


def best_f1_thresholds(score: Floats, y: Bools) -> Floats:
    """(k,) the same for every code."""
    return np.array([best_f1_threshold(score[:, j], y[:, j]) for j in range(y.shape[1])])


def macro_ap(score: Floats, y: Bools) -> float:
    """Mean average precision over the codes that these units have."""
    from sklearn.metrics import average_precision_score

    return float(np.mean([average_precision_score(y[:, j], score[:, j]) for j in np.flatnonzero(y.any(axis=0))]))
