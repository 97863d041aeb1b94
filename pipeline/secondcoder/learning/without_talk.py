"""A classifier to give away: it holds no passage that it learned from, no vector of one, and no word that one interview alone has.

It is distilled from another classifier's out-of-fold probabilities: each passage teaches what models that never saw its interview
say of it, and not what people coded there. So the passages that it learned from are scored hardly otherwise than others
(self-distillation: Tang et al. 2022, USENIX Security, "Mitigating membership inference attacks by self-distillation through a novel
ensemble architecture"). It is one ridge regression of the log-odds on the passage's vector, its neighbours' and the question's, and on
words. Its weights are sums over passages, blurred by noise as large as they are on average. That is no guarantee in the sense of
differential privacy; benchmarks/WITHOUT_TALK.md has what an attacker who holds the very passages can still tell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Floats, State
from secondcoder.domain.plugins import Part
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.purposes import AS_PEOPLE_CODE, purpose_thresholds
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.code_tree import below_parents
from secondcoder.learning.features import Features
from secondcoder.learning.stacked_kernels.calibration import steepness_and_shift
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier, around

WORDS, HASHED, NONE = "words", "hashed", "none"
VOCABULARIES = (WORDS, HASHED, NONE)
"""What it may know of words: those that several groups say; all, by the number of a bucket that many words share; nothing."""
BUCKETS = 512
NEIGHBOURS, QUESTION, LENGTH, OF_WORDS = 0.4, 0.5, 0.3, 0.7
"""Weights of the parts beside the passage's vector, whose length is 1."""
RIDGES = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
MOST_ODDS = 5.0
"""Log-odds further out are taught as this: rare codes would teach little else than how rare they are."""
NOISE = 1.0
"""Standard deviation of what is added to a weight, for each unit of the root mean square of its code's weights."""
WORD = re.compile(r"\w+")
ARRAYS = ("weights", "centre", "intercepts", "steepness", "shift", "parents", "thresholds")


class WithoutTalkClassifier:
    """Probabilities of k codes, by weights alone.

    Args:
        folds, seed: of the inner cross-validation; groups stay whole.
        vocabulary: one of VOCABULARIES.
        noise: see NOISE; 0 for none. It is drawn from the system's entropy, so that nobody can take it off again.
    """

    format = "without-talk/1"

    def __init__(self, folds: int = 5, seed: int = 0, vocabulary: str = WORDS, noise: float = NOISE) -> None:
        self.folds, self.seed, self.vocabulary, self.noise = folds, seed, vocabulary, noise

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """By which scikit-learn clones it."""
        return {"folds": self.folds, "seed": self.seed, "vocabulary": self.vocabulary, "noise": self.noise}

    def fit(
        self, features: Features, labels: LabelMatrix, code_embeddings: npt.NDArray[np.float32] | None = None
    ) -> Self:
        """As `Classifier.fit`, by way of the classifier that ships."""
        teacher = StackedKernelClassifier(self.folds, self.seed).fit(features, labels, code_embeddings)
        return self.distil(features, labels, teacher.out_of_fold_)

    def distil(self, features: Features, labels: LabelMatrix, probability: Floats) -> Self:
        """Learn from n segments what another classifier says of each without having seen its group, (n, k).

        Labels are looked at for two figures of calibration and a threshold of each code.
        """
        self.terms_ = _shared_words(features) if self.vocabulary == WORDS else ()
        X, odds = self._design(features), np.clip(_log_odds(probability), -MOST_ODDS, MOST_ODDS)
        fold = group_folds(features.groups, self.folds, self.seed)
        held_out, ridge = _held_out(X, odds, fold)
        self.centre_, self.intercepts_ = X.mean(axis=0), odds.mean(axis=0)
        self.weights_ = _blurred(_ridge(X - self.centre_, odds - self.intercepts_, ridge), self.noise)
        self.parents_ = labels.parents
        self.steepness_, self.shift_ = steepness_and_shift(held_out, labels.target, labels.known, labels.weight)
        self.out_of_fold_ = self._probability(held_out)
        self.thresholds_ = purpose_thresholds(AS_PEOPLE_CODE, self.out_of_fold_, labels, features.groups)
        return self

    def predict_proba(self, features: Features) -> Floats:
        """(n, k) probabilities."""
        return self._probability((self._design(features) - self.centre_) @ self.weights_ + self.intercepts_)

    def _probability(self, log_odds: Floats) -> Floats:
        calibrated = below_parents(self.steepness_ * log_odds + self.shift_, self.parents_)
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(calibrated, -35, 35))))

    def _design(self, features: Features) -> Floats:
        """(n, p): vectors of segment, neighbours and question; length; words."""
        vectors = features.vectors.astype(np.float64)
        words = np.log1p(np.array([len(text.split()) for text in features.texts], dtype=np.float64))
        parts = [
            vectors,
            NEIGHBOURS * around(vectors, features),
            QUESTION * features.questions,
            LENGTH * words[:, None],
        ]
        return np.hstack([*parts, OF_WORDS * self._words(features.texts)])

    def _words(self, texts: Sequence[str]) -> Floats:
        """(n, w) logarithmic counts, rows of length 1 or 0."""
        column = {term: number for number, term in enumerate(self.terms_)}
        width = {WORDS: len(self.terms_), HASHED: BUCKETS, NONE: 0}[self.vocabulary]
        counts = np.zeros((len(texts), width))
        for row, text in enumerate(texts if width else ()):
            for word, times in Counter(WORD.findall(text.lower())).items():
                at = _bucket(word) if self.vocabulary == HASHED else column.get(word, -1)
                if at >= 0:
                    counts[row, at] += 1 + np.log(times)
        return np.asarray(counts / np.linalg.norm(counts, axis=1, keepdims=True).clip(1e-9))

    def state(self) -> State:
        """Weights, and the words that several groups say."""
        state: State = {name: getattr(self, f"{name}_") for name in ARRAYS}
        # No word holds a line break.
        state["terms"] = np.frombuffer("\n".join(self.terms_).encode(), dtype=np.uint8)
        return state | {"vocabulary": np.array(VOCABULARIES.index(self.vocabulary))}

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Become what `state` was taken from."""
        for name in ARRAYS:
            setattr(self, f"{name}_", state[name])
        joined = state["terms"].tobytes().decode()
        self.terms_ = tuple(joined.split("\n")) if joined else ()
        self.vocabulary = VOCABULARIES[state["vocabulary"].item()]
        return self

    def describe(self) -> str:
        """The sentence for the methods section."""
        return (
            "The classifier is one ridge regression on vectors and words, distilled from the out-of-fold probabilities of another, "
            "so that it holds none of the passages that this one learned from (self-distillation: Tang et al. 2022, USENIX Security)."
        )


def _shared_words(features: Features) -> tuple[str, ...]:
    """Words that two groups or more say, in order."""
    said: dict[str, set[str]] = {}
    for text, group in zip(features.texts, features.groups, strict=True):
        said.setdefault(group, set()).update(WORD.findall(text.lower()))
    groups = Counter(word for words in said.values() for word in words)
    return tuple(sorted(word for word, number in groups.items() if number > 1))


def _bucket(word: str) -> int:
    return int.from_bytes(sha256(word.encode("utf-8", "surrogatepass")).digest()[:4]) % BUCKETS


def _log_odds(probability: Floats) -> Floats:
    clipped = np.clip(probability, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(clipped / (1 - clipped)))


def _ridge(X: Floats, Y: Floats, ridge: float) -> Floats:
    """(p, k), by way of the n rows, which are fewer than the columns in most studies."""
    gram = X @ X.T
    gram[np.diag_indices(len(gram))] += ridge
    return np.asarray(X.T @ np.linalg.solve(gram, Y))


def _held_out(X: Floats, Y: Floats, fold: npt.NDArray[np.intp]) -> tuple[Floats, float]:
    """(n, k) predictions of each fold by the others, at the penalty that errs least there; and that penalty."""
    predicted = np.zeros((len(RIDGES), *Y.shape))
    for train, rest in train_and_test(fold):
        centre, mean = X[train].mean(axis=0), Y[train].mean(axis=0)
        values, axes = np.linalg.eigh((X[train] - centre) @ (X[train] - centre).T)
        between, along = (X[rest] - centre) @ (X[train] - centre).T @ axes, axes.T @ (Y[train] - mean)
        for number, ridge in enumerate(RIDGES):
            predicted[number, rest] = mean + between @ (along / (values.clip(0) + ridge)[:, None])
    best = int(((predicted - Y) ** 2).sum(axis=(1, 2)).argmin())
    return predicted[best], RIDGES[best]


def _blurred(weights: Floats, noise: float) -> Floats:
    if not noise or not weights.size:
        return weights
    spread = noise * np.sqrt((weights**2).mean(axis=0))
    return np.asarray(weights + spread * np.random.default_rng().standard_normal(weights.shape))


PART = Part("without-talk", WithoutTalkClassifier)
