"""What others do, in scikit-learn: words or frozen vectors, and a linear model for each code.

Every peer chooses whatever it chooses inside its training part. All of them use one set of folds and, where they use vectors, the
same ones.
"""

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from typing import Any

from secondcoder.domain.arrays import Bools, Vectors
from secondcoder.learning.features import Features

from comparison.method import Answer
from comparison.one_a_code import best_f1_thresholds, fit_each, inner_scores, macro_ap


def words_svm(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(a) TF-IDF of words and word pairs as in pxtextmining, a linear SVC for each code, weighted by class."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    vectoriser = TfidfVectorizer(ngram_range=(1, 2), max_df=0.9)
    return _words(train, y, held, vectoriser, lambda: LinearSVC(class_weight="balanced", max_iter=20_000))


def words_logistic(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(a') The floor in the sets' own descriptions."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    vectoriser = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    return _words(train, y, held, vectoriser, lambda: LogisticRegression(C=5, class_weight="balanced", max_iter=1000))


def _words(train: Features, y: Bools, held: Features, vectoriser: Any, make: Callable[[], Any]) -> Answer:
    start = process_time()
    score = fit_each(make, vectoriser.fit_transform(train.texts), y)
    seconds = process_time() - start
    values = score(vectoriser.transform(held.texts))
    return Answer(values, values >= (0.5 if hasattr(make(), "predict_proba") else 0.0), seconds)


def vectors_logistic(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(b) Frozen MiniLM vectors, logistic regression for each code; strength and F1 thresholds from inner held-back folds."""
    start = process_time()
    tried = [(make, inner_scores(make, train, y)) for make in (_weighted, _unweighted)]
    make, inner = max(tried, key=lambda one: macro_ap(one[1], y))
    threshold = best_f1_thresholds(inner, y)
    score = fit_each(make, train.vectors, y)
    seconds = process_time() - start
    values = score(held.vectors)
    return Answer(values, values >= threshold, seconds)


def _weighted() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=1, class_weight="balanced", max_iter=1000)


def _unweighted() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=10, max_iter=1000)
