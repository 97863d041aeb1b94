"""Figures of labels that are partly unknown, for scikit-learn's model selection: what nobody looked for is neither right nor wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score

from secondcoder.interfaces.target import known_or_not

Metric = Callable[..., float]


def known_label_score(
    y_true: npt.ArrayLike, y_pred: npt.ArrayLike, metric: Metric = average_precision_score, **options: Any
) -> float:
    """The mean over codes of a metric on the rows where the code's label is known.

    A code is left out where no known label is yes or none is no, since most metrics mean nothing there; nan without any code.

    Args:
        y_true: (n, k) as `SegmentClassifier` takes it; a share of coders counts as yes from one half on.
        y_pred: (n, k) suggestions or probabilities, whichever the metric takes.
        metric: a metric of scikit-learn for two classes, called with (true, predicted) of each code.
        options: handed on to the metric.
    """
    if hasattr(y_pred, "columns"):
        y_true = columns_in_order(y_true, list(y_pred.columns))
    share, unknown = known_or_not(y_true)
    predicted, y = np.asarray(y_pred), share >= 0.5
    if y.ndim != 2 or predicted.shape != y.shape:
        raise ValueError(
            f"y_pred has shape {predicted.shape}, and y_true {y.shape}. Both have a row a segment, a column a code."
        )
    known = [np.flatnonzero(~column) for column in unknown.T]
    figures = [
        metric(y[rows, code], predicted[rows, code], **options)
        for code, rows in enumerate(known)
        if len(set(y[rows, code])) > 1
    ]
    return float(np.mean(figures)) if figures else float("nan")


def columns_in_order(y: Any, codes: Sequence[Any]) -> Any:
    """A table's columns in the order of the codes, so that figures are of the codes of one name; what has no names stays as it is.

    Raises:
        ValueError: a code has no column.
    """
    if not hasattr(y, "columns"):
        return y
    column = {str(name): at for at, name in enumerate(y.columns)}
    if lacking := [str(code) for code in codes if str(code) not in column]:
        raise ValueError(
            f"y has no column '{lacking[0]}', and a column for each code is needed: {', '.join(map(str, codes))}."
        )
    return y.iloc[:, [column[str(code)] for code in codes]]


def names_of_codes(estimator: Any) -> Sequence[str] | None:
    """The codes that an estimator learned by name; None where it knows them by their numbers alone, or has no such list."""
    classes: Any = getattr(estimator, "classes_", None)
    return list(classes) if getattr(classes, "dtype", None) == np.dtype(object) else None


class KnownLabelScorer:
    """What `scoring=` takes: `known_label_score` of an estimator's answers, higher is better.

    Args:
        metric: as there. response_method: "predict", "predict_proba" or "decision_function": what the metric is given.
        options: handed on to the metric.
    """

    def __init__(
        self, metric: Metric = average_precision_score, response_method: str = "predict_proba", **options: Any
    ) -> None:
        self.metric, self.response_method, self.options = metric, response_method, options

    def __call__(self, estimator: Any, X: Any, y: npt.ArrayLike) -> float:
        """The figure of a fitted estimator on (X, y)."""
        if names := names_of_codes(estimator):
            y = columns_in_order(y, names)
        return known_label_score(y, getattr(estimator, self.response_method)(X), self.metric, **self.options)

    def __repr__(self) -> str:
        name = getattr(self.metric, "__name__", repr(self.metric))
        return f"KnownLabelScorer({name}, response_method={self.response_method!r})"
