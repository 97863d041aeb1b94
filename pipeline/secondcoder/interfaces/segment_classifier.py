"""The classifier of a study as a scikit-learn estimator."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from secondcoder.codebook.model import Codebook
from secondcoder.domain.arrays import Floats, Rows
from secondcoder.errors import did_you_mean
from secondcoder.interfaces.checks_not_passed import CHECKS_NOT_PASSED
from secondcoder.interfaces.codes_described import described_codes
from secondcoder.interfaces.known_labels import KnownLabelScorer
from secondcoder.interfaces.talk import Talk, TransformerEmbedder, as_dense, features_of_numbers, talk_of
from secondcoder.interfaces.target import (
    Target,
    is_two_dimensional,
    names_of_groups,
    target_of_classes,
    target_of_codes,
    weighed_and_known,
)
from secondcoder.interfaces.text_embedder import TextEmbedder
from secondcoder.labels.label_matrix import LabelWeights
from secondcoder.learning.assessment.purposes import AS_PEOPLE_CODE, BALANCED
from secondcoder.learning.classifier import SHIPPED, Classifier, fit_for_purpose, new_classifier, restore_classifier
from secondcoder.learning.features import Features

PURPOSES = (AS_PEOPLE_CODE, BALANCED)
SUREST = 1e-12
"""Nearest to 0 or 1 that a probability comes, so that its log-odds are finite."""


class SegmentClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Calibrated probabilities of codes for segments of talk, learned from labels that may be partly unknown.

    X is one of three things:

    - a table (DataFrame) of n segments with a column `text` and, where they are known, `question` (the interviewer's words before
      it), `transcript` and `segment` (its number there): all that the classifier of a study sees;
    - n texts, as list, array or Series: each stands for itself, without question or neighbours;
    - (n, d) numbers, dense or sparse (which is made dense), such as vectors of texts: rows count by their direction alone, and only
      the kernel on vectors learns, as there are no words for that on n-grams. So do not scale embeddings before.

    y is (n, k), a column a code, 1 where it was given, 0 where somebody looked for it and did not give it, NaN (None, masked) where
    nobody looked, or the share of several coders who gave it; a DataFrame's columns name the codes. Such a row is told apart by
    thresholds. A 1-d y is a usual classification, of two classes or several, one against the rest.

    Args:
        classifier: name of a part of the group `secondcoder.classifiers`, as `learning.classifier` has it.
        embedder: a transformer of texts to vectors; None for `TextEmbedder()`. Not used where X is numbers.
        codebook: whose descriptions are examples of the codes, and whose sub-constructs count as their constructs too: the name of a
            shipped one, a file, or a Codebook; None for none. y then names its codes, and X has words.
        use_question: let the interviewer's question inform a segment.
        purpose: of the thresholds, "as people code" or "balanced".
        folds: the fewest inner folds. random_state: of these.

    Attributes:
        classes_: of a 1-d y the classes; of a 2-d y the names of the codes, or the numbers of their columns.
        out_of_fold_: (n, k) probabilities of the training rows, each from other groups' rows; NaN for rows that were not learned from
            (weight 0, or nothing known). Of a 1-d y of two classes k is 1, the second one's.
        thresholds_: (k,) probabilities from which a code is suggested, chosen on these.
        classifier_: the fitted part. embedder_: the fitted transformer, None where X was numbers.
        n_features_in_, feature_names_in_: as scikit-learn has them, where X has columns.

    A pickle holds plain arrays of what was learned: with the words of the texts and the vectors of the segments, it is as
    confidential as the talk.
    """

    def __init__(
        self,
        classifier: str = SHIPPED,
        *,
        embedder: Any = None,
        codebook: str | Path | Codebook | None = None,
        use_question: bool = True,
        purpose: str = AS_PEOPLE_CODE,
        folds: int = 5,
        random_state: int = 0,
    ) -> None:
        self.classifier, self.embedder, self.codebook = classifier, embedder, codebook
        self.use_question, self.purpose, self.folds, self.random_state = use_question, purpose, folds, random_state

    def fit(self, X: Any, y: Any, *, groups: Any = None, sample_weight: Any = None) -> Self:
        """Learn from n rows.

        Args:
            groups: n names of what is held out whole inside, for stacking, calibration and thresholds (participant, transcript or
                case); by default the table's `transcript`. Without either each row stands for itself, which flatters where rows of
                one interview are alike.
            sample_weight: (n,) how much a row counts; one of weight 0 not at all.

        Raises:
            ValueError: X or y cannot be used; fewer than two groups are left to learn from.
        """
        talk = talk_of(X)
        given, target = self._checked(X, y, talk)
        weight: Floats = _check_sample_weight(sample_weight, given, dtype=np.float64, ensure_non_negative=True)
        names = names_of_groups(self._groups(groups, talk, len(weight)), len(weight))
        rows = weighed_and_known(target, weight)
        self._must_tell_apart(target, rows, names)
        features = self._fitted_features(given, talk, names)
        labels, vectors = target.label_matrix(), None
        if self.codebook is not None:
            vectors, labels = described_codes(self.codebook, labels, talk, rows, self._embedding())
        if (weight != 1).any():
            labels = replace(labels, label_weights=LabelWeights(weight, labels.said))
        if self.purpose not in PURPOSES:
            known = ", ".join(map(repr, PURPOSES))
            raise ValueError(
                f"purpose is {self.purpose!r}, and may be {known}.{did_you_mean(str(self.purpose), PURPOSES)}"
            )
        made = new_classifier(self.classifier, self.folds, self.random_state)
        fitted = fit_for_purpose(made, self.purpose, features.take(rows), labels.take(rows), vectors)
        self.classes_, self._multilabel, self._dtype = target.classes, target.multilabel, target.dtype
        self.classifier_, self.thresholds_ = fitted, fitted.thresholds_
        self.out_of_fold_: Floats = np.full(labels.y.shape, np.nan)
        self.out_of_fold_[rows] = fitted.out_of_fold_
        return self

    def predict_proba(self, X: Any) -> Floats:
        """Of a 2-d y (n, k) probabilities of the codes, each by itself; of a 1-d y (n, classes), which sum to 1."""
        probability = self._probability(X)
        if self._multilabel:
            return probability
        if probability.shape[1] == 1:
            return np.hstack([1 - probability, probability])
        return np.asarray(probability / probability.sum(axis=1, keepdims=True))

    def decision_function(self, X: Any) -> Floats:
        """Log-odds: of a 2-d y (n, k), less the threshold's: a code is suggested from 0 on; of two classes (n,); else (n, k)."""
        log_odds = _log_odds(self._probability(X))
        if self._multilabel:
            return np.asarray(log_odds - _log_odds(self.thresholds_))
        return log_odds[:, 0] if log_odds.shape[1] == 1 else log_odds

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Of a 2-d y (n, k), 1 where a code is suggested, that is from its threshold on; of a 1-d y (n,), the likeliest class."""
        probability = self._probability(X)
        if self._multilabel:
            return np.asarray(probability >= self.thresholds_, dtype=self._dtype)
        likeliest = probability[:, 0] > 0.5 if probability.shape[1] == 1 else probability.argmax(axis=1)
        return np.asarray(self.classes_[np.asarray(likeliest, dtype=np.intp)])

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Of a 2-d y the macro average precision over known labels (`known_label_score`); of a 1-d y the accuracy."""
        if is_two_dimensional(y):
            return KnownLabelScorer()(self, X, y)
        return float(super().score(X, y, sample_weight))

    def __sklearn_tags__(self) -> Any:
        """Takes numbers, dense or sparse, or texts; classes or labels."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = tags.input_tags.string = True
        tags.classifier_tags.multi_label = True
        return tags

    def __getstate__(self) -> dict[str, Any]:
        """The fitted part as its plain arrays: without what it was last asked."""
        state: dict[str, Any] = dict(super().__getstate__())
        fitted: Classifier | None = state.pop("classifier_", None)
        return state if fitted is None else {**state, "_kept": (fitted.format, fitted.state())}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """With the fitted part restored."""
        kept = state.pop("_kept", None)
        super().__setstate__(state)
        if kept is not None:
            self.classifier_ = restore_classifier(*kept)

    def _checked(self, X: Any, y: Any, talk: Talk | None) -> tuple[Any, Target]:
        """X as it was given, or as an array; and the labels."""
        of_codes = is_two_dimensional(y)
        if talk is not None:
            validate_data(self, X, skip_check_array=True)
        if talk is None and of_codes:
            X = as_dense(validate_data(self, X, accept_sparse="csr", dtype=np.float64, ensure_min_samples=2))
        elif talk is None:
            X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64, ensure_min_samples=2)
            X = as_dense(X)
        target = target_of_codes(y) if of_codes else target_of_classes(np.asarray(y))
        if len(target.share) != len(X):
            raise ValueError(f"y has {len(target.share)} rows, and X {len(X)}. Both have one for each segment.")
        return X, target

    @staticmethod
    def _must_tell_apart(target: Target, rows: Rows, names: tuple[str, ...]) -> None:
        """ValueError where the rows that are learned from are of one class, or of one group."""
        if not target.multilabel and len(np.unique(target.share[rows], axis=0)) < 2:
            raise ValueError("y has 1 class only among the rows of some weight. Two classes are needed.")
        if len({names[row] for row in rows.tolist()}) < 2:
            raise ValueError(
                "All rows are of one group, which is held out whole, so that nothing is left to learn from. Two groups are needed."
            )

    @staticmethod
    def _groups(groups: Any, talk: Talk | None, n: int) -> Any:
        if groups is not None:
            return groups
        return range(n) if talk is None or talk.transcripts is None else talk.transcripts

    def _fitted_features(self, X: Any, talk: Talk | None, names: tuple[str, ...]) -> Features:
        self.embedder_: Any = None
        if talk is None:
            return features_of_numbers(X, names)
        self.embedder_ = (TextEmbedder() if self.embedder is None else clone(self.embedder)).fit(list(talk.texts))
        return self._of_talk(talk, names)

    def _of_talk(self, talk: Talk, names: tuple[str, ...]) -> Features:
        features = talk.features(names, self._embedding())
        return features if self.use_question else features.without_question()

    def _embedding(self) -> TransformerEmbedder:
        return TransformerEmbedder(self.embedder_)

    def _probability(self, X: Any) -> Floats:
        check_is_fitted(self, "classifier_")
        talk = talk_of(X)
        if self.embedder_ is None:
            X = as_dense(validate_data(self, X, reset=False, accept_sparse="csr", dtype=np.float64))
            return self.classifier_.predict_proba(features_of_numbers(X, ("",) * len(X)))
        if talk is None:
            if not len(X):
                return np.zeros((0, len(self.thresholds_)))
            raise ValueError(
                "X holds numbers, and the classifier learned from texts. Give it texts, or a table with them."
            )
        if hasattr(X, "columns") and hasattr(self, "feature_names_in_"):
            validate_data(self, X, reset=False, skip_check_array=True)
        return self.classifier_.predict_proba(self._of_talk(talk, ("",) * len(talk)))


NOT_PASSED = "\n".join(f"    - `{check}`: {why}" for check, why in CHECKS_NOT_PASSED.items())
SegmentClassifier.__doc__ = (
    f"{SegmentClassifier.__doc__}\n    What of scikit-learn's `check_estimator` it does not pass:\n\n{NOT_PASSED}\n    "
)


def _log_odds(probability: Floats) -> Floats:
    held = np.clip(probability, SUREST, 1 - SUREST)
    return np.asarray(np.log(held / (1 - held)))
