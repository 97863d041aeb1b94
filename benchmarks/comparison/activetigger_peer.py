"""(f) ActiveTigger's quick model (github.com/activetigger/activetigger, as of July 2026), rebuilt from what its source says it does.

Text embeddings, standardised, and a logistic regression with an L2 penalty; a unit gets what is likelier than not. Nothing knows of
documents there: its own tests and its grid search divide rows. Codes are coded here one by one, yes or no.
"""

from __future__ import annotations

from time import process_time
from typing import Any

import numpy as np
from secondcoder.domain.arrays import Bools, Floats, Vectors
from secondcoder.learning.features import Features

from comparison.method import Answer
from comparison.one_a_code import fit_each

STRENGTHS = (0.01, 0.1, 1.0, 10.0, 100.0)
PARTS, FEWEST_EACH = 10, 10
"""Of its grid search: folds, and the examples of yes and of no that it asks for."""


def activetigger(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(f) ActiveTigger's quick model as it is set when opened: standardised MiniLM vectors, logistic regression (L2, C = 1), suggested
    from .5."""
    return _answer(train, y, held, lambda: _logistic(1.0))


def activetigger_optimised(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(f') The same with both of its options: classes balanced, and C (.01 to 100) chosen for macro-F1 by its grid search in 10 folds
    of rows, where there are 10 examples of yes and of no."""
    return _answer(train, y, held, _Optimised)


def _answer(train: Features, y: Bools, held: Features, make: Any) -> Answer:
    from sklearn.preprocessing import StandardScaler

    start = process_time()
    scaler = StandardScaler().fit(train.vectors)
    score = fit_each(make, scaler.transform(train.vectors), y)
    seconds = process_time() - start
    values = score(scaler.transform(held.vectors))
    return Answer(values, values >= 0.5, seconds)


def _logistic(strength: float, **options: Any) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=1000, **options)


class _Optimised:
    """A logistic regression with the strength that its grid search prefers."""

    def fit(self, X: Any, y: Any) -> _Optimised:
        from sklearn.model_selection import GridSearchCV

        model = _logistic(1.0, class_weight="balanced")
        if min(y.sum(), (~y).sum()) >= FEWEST_EACH:
            model = GridSearchCV(model, {"C": STRENGTHS}, scoring="f1_macro", cv=PARTS)
        self._model = model.fit(X, y)
        return self

    def predict_proba(self, X: Any) -> Floats:
        return np.asarray(self._model.predict_proba(X))
