"""(e) The plain baseline: ridge regression on everything that secondcoder hears but the codes' names, in one matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import process_time
from typing import Any

import numpy as np
from secondcoder.domain.arrays import Bools, Floats, Rows, Vectors
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.assessment.thresholds import kappa_thresholds
from secondcoder.learning.features import Features
from secondcoder.learning.stacked_kernels.classifier import around

from comparison.method import Answer
from comparison.one_a_code import best_f1_thresholds, macro_ap
from comparison.sets import FOLDS, SEED

ASKED, BESIDE = 0.5, 0.25
"""Weights of the question's vector beside the unit's own, and of the neighbours' scores."""
PENALTIES = (1.0, 3.0, 10.0, 30.0)


def plain_baseline(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(e) What secondcoder hears but the codes' names, without its learner: ridge regression (penalty 1) on the unit's MiniLM vector,
    the question's at half weight, TF-IDF of words, word pairs and characters, and log length, side by side; in units of the inner
    held-back scores' standard deviation, a quarter of the neighbours' added (as far as secondcoder hears them, fading as there);
    thresholds as in (b). Nothing is tuned."""
    return _baseline(train, y, held, PENALTIES[:1])


def plain_baseline_tuned(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(e') As (e), with the penalty (1, 3, 10 or 30, the same for all codes) that is best on the inner held-back folds."""
    return _baseline(train, y, held, PENALTIES)


def plain_baseline_capped(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(e'') As (e), with secondcoder's rule for thresholds that suggest as people code, on its scores calibrated code by code (Platt
    1999). The scores are those of (e)."""
    return _baseline(train, y, held, PENALTIES[:1], lambda score, marks: people_thresholds(score, marks, train.groups))


def people_thresholds(score: Floats, y: Bools, groups: Sequence[str]) -> Floats:
    """(k,) scores from which secondcoder would suggest, if its probabilities were these."""
    from sklearn.linear_model import LogisticRegression

    # A code without a mark is nowhere likely.
    slope, shift = np.ones(y.shape[1]), np.full(y.shape[1], -20.0)
    for j in np.flatnonzero(y.any(axis=0) & ~y.all(axis=0)).tolist():
        platt = LogisticRegression().fit(score[:, [j]], y[:, j])
        slope[j], shift[j] = max(float(platt.coef_[0, 0]), 1e-6), float(platt.intercept_[0])
    probability = 1 / (1 + np.exp(-(slope * score + shift)))
    threshold = kappa_thresholds(probability, y.astype(np.float64), np.ones_like(y), groups)
    return np.asarray((np.log(threshold / (1 - threshold)) - shift) / slope)


def _baseline(
    train: Features,
    y: Bools,
    held: Features,
    penalties: Sequence[float],
    choose: Callable[[Floats, Bools], Floats] = best_f1_thresholds,
) -> Answer:
    start = process_time()
    inputs, held_inputs = _inputs(train, held)
    gram = inputs.similarity(inputs)
    tried = [(penalty, _inner(gram, y, train, penalty)) for penalty in penalties]
    penalty, inner = max(tried, key=lambda one: macro_ap(_with_neighbours(one[1], one[1], train), y))
    threshold = choose(_with_neighbours(inner, inner, train), y)
    seconds = process_time() - start
    own = _ridge(gram, y, np.arange(len(y)), held_inputs.similarity(inputs), penalty)
    score = _with_neighbours(own, inner, held)
    return Answer(score, score >= threshold, seconds)


def _inner(gram: Floats, y: Bools, train: Features, penalty: float) -> Floats:
    """(n, k) scores of each training unit from other documents' units."""
    scores = np.zeros(y.shape)
    for rows, rest in train_and_test(group_folds(train.groups, FOLDS, SEED)):
        scores[rest] = _ridge(gram, y, rows, gram[np.ix_(rest, rows)], penalty)
    return scores


def _ridge(gram: Floats, y: Bools, rows: Rows, similarity: Floats, penalty: float) -> Floats:
    """(m, k) deviations from the training rows' base rates, of units with this similarity (m, n) to those rows."""
    from sklearn.kernel_ridge import KernelRidge

    model = KernelRidge(alpha=penalty, kernel="precomputed")
    return np.asarray(model.fit(gram[np.ix_(rows, rows)], y[rows] - y[rows].mean(axis=0)).predict(similarity))


def _with_neighbours(own: Floats, inner: Floats, part: Features) -> Floats:
    """Scores in units of the held-back ones' standard deviation, so that folds compare, with the neighbours'."""
    scores = own / np.maximum(inner.std(axis=0), 1e-9)
    return np.asarray(scores + BESIDE * around(scores, part))


@dataclass(frozen=True)
class Inputs:
    """Dense and sparse columns of n units."""

    dense: Floats
    sparse: Any

    def similarity(self, other: Inputs) -> Floats:
        """(n, m) inner products: ridge regression in its dual form needs no more."""
        return np.asarray(self.dense @ other.dense.T + (self.sparse @ other.sparse.T).toarray())


def _inputs(train: Features, held: Features) -> tuple[Inputs, Inputs]:
    """Of both parts; vocabularies and the scale of the length are those of the first."""
    from scipy import sparse
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import StandardScaler

    readers = (
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=2, sublinear_tf=True),
    )
    scaler = StandardScaler().fit(_length(train))
    for reader in readers:
        reader.fit(train.texts)
    first, second = (
        Inputs(
            np.hstack([part.vectors, ASKED * part.questions, scaler.transform(_length(part))]),
            sparse.hstack([reader.transform(part.texts) for reader in readers], format="csr") / np.sqrt(2),
        )
        for part in (train, held)
    )
    return first, second


def _length(part: Features) -> Floats:
    return np.log1p([[len(text.split())] for text in part.texts])
