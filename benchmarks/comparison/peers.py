"""The methods: what others do, and what secondcoder does, each from a training part to scores for a held-back part.

Every peer chooses whatever it chooses inside its training part. All of them use one set of folds and, where they use vectors, the
same ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import process_time
from typing import Any

import numpy as np
from secondcoder.domain.arrays import Bools, Floats, Vectors
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.features import Features
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier

from comparison.setfit_peer import tuned_vectors
from comparison.sets import FOLDS, SEED


@dataclass(frozen=True)
class Answer:
    """For n held-back units and k codes: scores, suggestions, and the processor seconds of training, all threads together."""

    score: Floats
    suggested: Bools
    seconds: float


@dataclass(frozen=True)
class Method:
    """One way to learn: `run(train, labels, held_back, code_embeddings)`, with vectors of the codes' names for whoever hears them.

    `probabilities` is False where its scores are none, so that calibration has no meaning.
    """

    label: str
    says: str
    run: Callable[[Features, Bools, Features, Vectors], Answer]
    probabilities: bool = True


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
    score = _one_a_code(make, vectoriser.fit_transform(train.texts), y)
    seconds = process_time() - start
    values = score(vectoriser.transform(held.texts))
    return Answer(values, values >= _untuned(make), seconds)


def vectors_logistic(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(b) Frozen MiniLM vectors, logistic regression for each code; strength and F1 thresholds from inner held-back folds."""
    start = process_time()
    tried = [(make, _inner(make, train, y)) for make in (_weighted, _unweighted)]
    make, inner = max(tried, key=lambda one: _macro_ap(one[1], y))
    threshold = best_f1_thresholds(inner, y)
    score = _one_a_code(make, train.vectors, y)
    seconds = process_time() - start
    values = score(held.vectors)
    return Answer(values, values >= threshold, seconds)


def setfit(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(c) SetFit: MiniLM tuned on pairs, logistic regression on its vectors; thresholds as in (b), better than its fixed .5."""
    start = process_time()
    vectors, rest = tuned_vectors(train.texts, y, held.texts)
    tuned = replace(train, vectors=vectors)
    threshold = best_f1_thresholds(_inner(_plain, tuned, y), y)
    score = _one_a_code(_plain, vectors, y)
    seconds = process_time() - start
    values = score(rest)
    return Answer(values, values >= threshold, seconds)


def secondcoder(train: Features, y: Bools, held: Features, code_embeddings: Vectors | None) -> Answer:
    """(d) As `secondcoder train` and `code` do; the codebook holds the codes' names and nothing else."""
    start = process_time()
    model = StackedKernelClassifier(FOLDS, SEED).fit(
        train, LabelMatrix(tuple(map(str, range(y.shape[1]))), y, np.ones_like(y)), code_embeddings
    )
    seconds = process_time() - start
    score = model.predict_proba(held)
    return Answer(score, score >= model.thresholds_, seconds)


def secondcoder_without_names(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(d') The same without the codes' names, which no peer hears."""
    return secondcoder(train, y, held, None)


def secondcoder_without_question(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(d'') As (d) without the interviewer's question, which no peer hears and which a topic guide can make too telling."""
    return secondcoder(train.without_question(), y, held.without_question(), code_embeddings)


METHODS = {
    "words_svm": Method("(a) word n-grams + linear SVC", words_svm.__doc__ or "", words_svm, probabilities=False),
    "words_logistic": Method("(a') word n-grams + logistic regression", words_logistic.__doc__ or "", words_logistic),
    "vectors_logistic": Method("(b) MiniLM + logistic regression", vectors_logistic.__doc__ or "", vectors_logistic),
    "setfit": Method("(c) SetFit", setfit.__doc__ or "", setfit),
    "secondcoder": Method("(d) secondcoder", secondcoder.__doc__ or "", secondcoder),
    "secondcoder_without_names": Method(
        "(d') secondcoder without the codes' names", secondcoder_without_names.__doc__ or "", secondcoder_without_names
    ),
    "secondcoder_without_question": Method(
        "(d'') secondcoder without the question",
        secondcoder_without_question.__doc__ or "",
        secondcoder_without_question,
    ),
}
OWN = "secondcoder"
PEERS = ("words_svm", "words_logistic", "vectors_logistic", "setfit")


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


def _weighted() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=1, class_weight="balanced", max_iter=1000)


def _unweighted() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=10, max_iter=1000)


def _plain() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=1000)


def _inner(make: Callable[[], Any], train: Features, y: Bools) -> Floats:
    """(n, k) scores of each training unit from other documents' units."""
    scores = np.zeros(y.shape)
    for rows, rest in train_and_test(group_folds(train.groups, FOLDS, SEED)):
        scores[rest] = _one_a_code(make, train.vectors[rows], y[rows])(train.vectors[rest])
    return scores


def _macro_ap(score: Floats, y: Bools) -> float:
    from sklearn.metrics import average_precision_score

    return float(np.mean([average_precision_score(y[:, j], score[:, j]) for j in range(y.shape[1]) if y[:, j].any()]))


def _untuned(make: Callable[[], Any]) -> float:
    return 0.5 if hasattr(make(), "predict_proba") else 0.0


def _one_a_code(make: Callable[[], Any], X: Any, y: Bools) -> Callable[[Any], Floats]:
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
