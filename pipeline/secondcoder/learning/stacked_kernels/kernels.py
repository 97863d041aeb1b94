"""The kernels, each with its ridge regression: one on embeddings, one on TF-IDF of word and character n-grams.

A kernel gives the similarity of two segments. In training, segments of one transcript count as more alike than they are, so that what
one person says again and again, or how one coder codes, is not taken for what a code means. The codebook's descriptions are examples
too. The fitted state is plain arrays, so that a model version is saved without pickle.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Bools, Floats, Rows, State, Vectors, weights
from secondcoder.learning.features import Features
from secondcoder.learning.stacked_kernels.landmarks import Some, fit_ridge, number_of_landmarks
from secondcoder.learning.stacked_kernels.ngrams import NgramTable, ngram_table
from secondcoder.learning.stacked_kernels.terms import fit_tfidf, stacked, vectorisers

SHARPNESS = 2.0
"""Of the kernel on unit vectors, `exp(sharpness * (cosine - 1))`."""
RIDGE = 0.5
"""Variance of noise, for each unit of what all transcripts share (benchmarks/NOTES.md)."""
COMMON = 0.1
"""Terms in more than this share of the segments are compared apart from the rest."""
BLOCK = 256
"""Segments that are scored at once."""
DESCRIPTION_WEIGHT = 10.0
"""Coded segments that a code's description is worth."""


class Folds(NamedTuple):
    """The fold and weight of each of n rows, and labels (folds, n, k) that are unknown too while a fold is scored."""

    fold: Rows
    weight: Floats | None = None
    hidden: Bools | None = None


class View(NamedTuple):
    """Columns of the vectors that come from one of several embedders, and the number of these."""

    start: int
    end: int
    of: int


class Descriptions(NamedTuple):
    """Vectors (k, d) of what the codebook says of k codes, and the codes that each description is an example of, (k, k)."""

    vectors: Vectors
    target: Bools

    def added_to(self, Y: Floats, known: Bools, folds: Folds) -> tuple[Floats, Bools, Folds]:
        """Targets, mask and folds of n segments with the descriptions after them, in a fold of their own."""
        k, weight = len(self.vectors), weights(folds.weight, len(Y))
        hidden = folds.hidden
        if hidden is not None:
            hidden = np.concatenate([hidden, np.zeros((len(hidden), k, k), dtype=bool)], axis=1)
        added = Folds(np.append(folds.fold, np.full(k, -1)), np.append(weight, np.full(k, DESCRIPTION_WEIGHT)), hidden)
        return np.concatenate([Y, self.target]), np.concatenate([known, np.ones((k, k), dtype=bool)]), added


class Kernel(Protocol):
    """A kernel with the ridge regression fitted on it."""

    out_of_fold_: Floats
    out_of_fold_prior_: Floats
    prior_: Floats

    def fit(self, features: Features, Y: Floats, known: Bools, folds: Folds) -> Self:
        """Fit on n segments, their (n, k) targets and mask, and how they are cross-validated."""
        ...

    def scores(self, features: Features) -> Floats:
        """(n, k) scores, about on the scale of a probability."""
        ...

    def state(self) -> State:
        """The fitted arrays."""
        ...

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Become what `state` was taken from."""
        ...


class EmbeddingKernel:
    """Similarity of embeddings: `exp(sharpness * (cosine - 1))` of the segments, plus `context` times the same of their questions.

    `descriptions`, where there are any, are learned from as segments without a question that carry the codes they describe. Where two
    embedders made the vectors, `view` is the part of one.

    On unit vectors this is the Gaussian kernel, with sharpness 1 / bandwidth^2. Neighbouring segments are left to the stacker, which
    weighs the neighbours' scores: as part of the kernel they improved results less.
    """

    def __init__(
        self,
        ridge: float = RIDGE,
        sharpness: float = SHARPNESS,
        context: float = 0.5,
        descriptions: Descriptions | None = None,
        view: View | None = None,
    ) -> None:
        self.ridge, self.sharpness, self.context = ridge, sharpness, context
        self.descriptions, self.view = descriptions, view

    def fit(self, features: Features, Y: Floats, known: Bools, folds: Folds) -> Self:
        """Fit; the vectors of the training segments, or of the landmarks, are kept, since the kernel compares with them."""
        n, vectors = len(features), np.stack([features.vectors, features.questions])
        if self.descriptions is not None:
            Y, known, folds = self.descriptions.added_to(Y, known, folds)
            described = self.descriptions.vectors
            vectors = np.concatenate([vectors, np.stack([described, np.zeros_like(described)])], axis=1)
        training = _Embedded(self, vectors)
        model, kept = fit_ridge(self.ridge, training, features.groups, Y, known, *folds)
        self._train = training.seen(kept)
        self.prior_, self._dual = model.prior_, model.dual_
        self.out_of_fold_, self.out_of_fold_prior_ = model.out_of_fold_[:n], model.out_of_fold_prior_[:n]
        return self

    def scores(self, features: Features) -> Floats:
        """(n, k)."""
        # One question stands before many segments, and before each of their sentences: it is compared once.
        asked = features.questions
        first = np.append(True, (asked[1:] != asked[:-1]).any(axis=1))[: len(asked)]
        of_questions = self._weighted(asked[first], self._train[1])[np.cumsum(first) - 1]
        return np.asarray(self.prior_ + self._weighted(features.vectors, self._train[0]) + self.context * of_questions)

    def _weighted(self, vectors: Vectors, train: Floats) -> Floats:
        """(n, k) of segments or of their questions, a block at a time: the kernel of many with all is large."""
        blocks = (self.seen(vectors[at : at + BLOCK]) for at in range(0, len(vectors), BLOCK))
        products = [np.exp(self.sharpness * (block @ train.T - 1)) @ self._dual for block in blocks]
        return np.concatenate([np.zeros((0, len(self.prior_))), *products])

    def between(self, new: Floats, train: Floats) -> Floats:
        """(n, m) kernel of n segments with m others, as `seen` gives both."""
        segment, question = (left @ right.T for left, right in zip(new, train, strict=True))
        kernel = np.exp(self.sharpness * (segment - 1))
        # A missing question, a zero vector, adds the same small constant whatever it is compared with.
        kernel += self.context * np.exp(self.sharpness * (question - 1))
        return np.asarray(kernel)

    def seen(self, both: Vectors) -> Floats:
        """(..., n, d) what this view has of the vectors of n segments, or of these and of their questions."""
        if self.view is None:
            return both.astype(np.float64)
        # The parts of a unit vector are shorter than 1.
        return np.asarray(both[..., self.view.start : self.view.end].astype(np.float64) * self.view.of**0.5)

    def state(self) -> State:
        """Prior, dual weights and training vectors."""
        # Nothing is lost: the vectors came as float32.
        return {"prior": self.prior_, "dual": self._dual, "train": self._train.astype(np.float32)}

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """From `state`."""
        self.prior_, self._dual, self._train = state["prior"], state["dual"], state["train"].astype(np.float64)
        return self


class _Embedded:
    """Training segments as an embedding kernel compares them."""

    def __init__(self, kernel: EmbeddingKernel, vectors: Vectors) -> None:
        self._kernel, self._vectors = kernel, vectors

    def seen(self, rows: Some) -> Floats:
        return self._kernel.seen(self._vectors[:, rows])

    def compare(self, rows: Some, others: Some) -> Floats:
        mine = self.seen(rows)
        return self._kernel.between(mine, mine if others is rows else self.seen(others))

    def scores(self, rows: Rows, others: Some, dual: Floats) -> Floats:
        return np.asarray(self.compare(rows, others) @ dual)


class NgramKernel:
    """Linear kernel on TF-IDF of words and word pairs and, unless left out, of character 3- to 5-grams within words."""

    def __init__(self, ridge: float = RIDGE, characters: bool = True) -> None:
        self.ridge, self.characters = ridge, characters

    def fit(self, features: Features, Y: Floats, known: Bools, folds: Folds) -> Self:
        """Fit; the vocabulary is that of the training segments."""
        self._vectorisers = vectorisers(self.characters)
        X = stacked([fit_tfidf(vectoriser, features.texts) for vectoriser in self._vectorisers])
        training = _Worded(X)
        del X  # as large again as what follows needs
        model, kept = fit_ridge(self.ridge, training, features.groups, Y, known, *folds)
        self.prior_ = model.prior_
        self.out_of_fold_, self.out_of_fold_prior_ = model.out_of_fold_, model.out_of_fold_prior_
        self._weights = training.weights(kept, model.dual_)
        self._tables = [ngram_table(vectoriser) for vectoriser in self._vectorisers]
        return self

    def scores(self, features: Features) -> Floats:
        """(n, k)."""
        ends = np.cumsum([len(table.terms) for table in self._tables])[:-1]
        parts = zip(self._tables, np.split(self._weights, ends), strict=True)
        # As `stacked` has it: a text's similarity to itself stays 1.
        return np.asarray(
            self.prior_ + sum(table.weighted(features.texts, part) for table, part in parts) / len(self._tables) ** 0.5
        )

    def state(self) -> State:
        """Prior, weights, and each table's terms (in column order) and idf."""
        state: State = {"prior": self.prior_, "weights": self._weights}
        for number, table in enumerate(self._tables):
            # No term holds a line break: the only white space that either analyser lets into one is the blank.
            state[f"terms{number}"] = np.frombuffer("\n".join(table.terms).encode(), dtype=np.uint8)
            state[f"idf{number}"] = table.idf
        return state

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """From `state`."""
        self.prior_, self._weights, self._tables = state["prior"], state["weights"], []
        for number in range(1 + self.characters):
            joined = state[f"terms{number}"].tobytes().decode()
            # Not of an empty text, whose split is one empty term.
            terms = joined.split("\n") if joined else []
            self._tables.append(NgramTable(terms, state[f"idf{number}"], characters=bool(number)))
        return self


class _Worded:
    """Training segments as rows of TF-IDF weights (n, t); terms that many of them have apart, since dense products are then sooner."""

    def __init__(self, X: Any) -> None:
        large = number_of_landmarks(X.shape[0]) > 0
        share = np.bincount(X.indices, minlength=X.shape[1]) / max(X.shape[0], 1)
        self._is_common = share > COMMON if large else np.zeros(X.shape[1], dtype=bool)
        self._common, self._rare = X[:, self._is_common], X[:, ~self._is_common] if large else X

    def compare(self, rows: Some, others: Some) -> Floats:
        gram = (self._rare[rows] @ self._rare[others].T).toarray()
        if self._is_common.any():
            gram += self._common[rows].toarray() @ self._common[others].toarray().T
        return np.asarray(gram)

    def scores(self, rows: Rows, others: Some, dual: Floats) -> Floats:
        common, rare = self._common[others].T @ dual, self._rare[others].T @ dual
        return np.asarray(self._common[rows] @ common + self._rare[rows] @ rare)

    def weights(self, others: Some, dual: Floats) -> Floats:
        """(t, k) of the terms: the kernel is linear, so these replace training rows, which need not be kept."""
        weights = np.zeros((len(self._is_common), dual.shape[1]))
        weights[self._is_common] = self._common[others].T @ dual
        weights[~self._is_common] = self._rare[others].T @ dual
        return weights
