"""The kernels, each with its ridge regression: one on embeddings, one on TF-IDF of word and character n-grams.

A kernel gives the similarity of two segments. In training, segments of one transcript count as more alike than they are, so that what
one person says again and again, or how one coder codes, is not taken for what a code means. The codebook's descriptions are examples
too. The fitted state is plain arrays, so that a model version is saved without pickle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Bools, Floats, Rows, State, Vectors, weights
from secondcoder.learning.features import Features
from secondcoder.learning.stacked_kernels.kernel_ridge import MaskedKernelRidge
from secondcoder.learning.stacked_kernels.ngrams import NgramTable, ngram_table

ANY_WORD = r"(?u)\b\w+\b"  # scikit-learn's own pattern drops words of one letter, such as "I"

SHARPNESS = 2.0
"""Of the kernel on unit vectors, `exp(sharpness * (cosine - 1))`."""
RIDGE, OWN_SHARE = 0.5, 1.0
"""Variances of noise and of what is particular to a transcript, for each unit of what all transcripts share (benchmarks/NOTES.md)."""
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


def multi_task(gram: Floats, groups: Sequence[str]) -> None:
    """Turn the Gram matrix (n, n) into that of a regression common to all groups plus one of each group's own, learned together.

    Rows of different groups stay as alike as they were, so a new transcript is scored by what is common to all (regularised
    multi-task learning: Evgeniou & Pontil 2004, doi:10.1145/1014052.1014067).
    """
    name = np.unique(np.asarray(groups), return_inverse=True)[1].ravel()
    gram[name[:, None] == name] *= 1 + OWN_SHARE


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
        """Fit; the training segments' vectors are kept, since the kernel compares with them."""
        n, self._train = len(features), self._seen(features.vectors, features.questions)
        if self.descriptions is not None:
            Y, known, folds = self.descriptions.added_to(Y, known, folds)
            described = self.descriptions.vectors
            self._train = np.concatenate([self._train, self._seen(described, np.zeros_like(described))], axis=1)
        gram = self._kernel(self._train)
        multi_task(gram[:n, :n], features.groups)
        model = MaskedKernelRidge(self.ridge).fit(gram, Y, known, *folds)
        self.prior_, self._dual = model.prior_, model.dual_
        self.out_of_fold_, self.out_of_fold_prior_ = model.out_of_fold_[:n], model.out_of_fold_prior_[:n]
        return self

    def scores(self, features: Features) -> Floats:
        """(n, k)."""
        return np.asarray(self.prior_ + self._kernel(self._seen(features.vectors, features.questions)) @ self._dual)

    def _kernel(self, vectors: Floats) -> Floats:
        """(n, m) kernel of n segments with the m training segments."""
        segment, question = (new @ train.T for new, train in zip(vectors, self._train, strict=True))
        kernel = np.exp(self.sharpness * (segment - 1))
        # A missing question, a zero vector, adds the same small constant whatever it is compared with.
        kernel += self.context * np.exp(self.sharpness * (question - 1))
        return np.asarray(kernel)

    def _seen(self, vectors: Vectors, questions: Vectors) -> Floats:
        """(2, n, d) what this view has of n segments and their questions."""
        both = np.stack([vectors, questions]).astype(np.float64)
        if self.view is None:
            return both
        # The parts of a unit vector are shorter than 1.
        return np.asarray(both[:, :, self.view.start : self.view.end] * self.view.of**0.5)

    def state(self) -> State:
        """Prior, dual weights and training vectors."""
        # Nothing is lost: the vectors came as float32.
        return {"prior": self.prior_, "dual": self._dual, "train": self._train.astype(np.float32)}

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """From `state`."""
        self.prior_, self._dual, self._train = state["prior"], state["dual"], state["train"].astype(np.float64)
        return self


class NgramKernel:
    """Linear kernel on TF-IDF of words and word pairs and, unless left out, of character 3- to 5-grams within words."""

    def __init__(self, ridge: float = RIDGE, characters: bool = True) -> None:
        self.ridge, self.characters = ridge, characters

    def fit(self, features: Features, Y: Floats, known: Bools, folds: Folds) -> Self:
        """Fit; the vocabulary is that of the training segments."""
        self._vectorisers = _vectorisers(self.characters)
        X = _stack([_fit_transform(vectoriser, features.texts) for vectoriser in self._vectorisers])
        gram = (X @ X.T).toarray()
        multi_task(gram, features.groups)
        model = MaskedKernelRidge(self.ridge).fit(gram, Y, known, *folds)
        self.prior_ = model.prior_
        self.out_of_fold_, self.out_of_fold_prior_ = model.out_of_fold_, model.out_of_fold_prior_
        # The kernel is linear, so a weight for each term replaces the training rows, which need not be kept.
        self._weights = X.T @ model.dual_
        self._tables = [ngram_table(vectoriser) for vectoriser in self._vectorisers]
        return self

    def scores(self, features: Features) -> Floats:
        """(n, k)."""
        ends = np.cumsum([len(table.terms) for table in self._tables])[:-1]
        parts = zip(self._tables, np.split(self._weights, ends), strict=True)
        # As `_stack` has it: a text's similarity to itself stays 1.
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


def _vectorisers(with_characters: bool) -> Sequence[Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=ANY_WORD)
    characters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2, max_features=60_000
    )
    return (words, characters) if with_characters else (words,)


def _fit_transform(vectoriser: Any, texts: Sequence[str]) -> Any:
    """(n, t) TF-IDF weights; without columns where no term occurs in two texts, which scikit-learn refuses."""
    if _some_term_occurs_twice(vectoriser.build_analyzer(), texts):
        return vectoriser.fit_transform(texts)
    vectoriser.vocabulary_ = {}
    return _transform(vectoriser, texts)


def _transform(vectoriser: Any, texts: Sequence[str]) -> Any:
    from scipy import sparse

    if texts and vectoriser.vocabulary_:
        return vectoriser.transform(texts)
    return sparse.csr_matrix((len(texts), len(vectoriser.vocabulary_)))


def _some_term_occurs_twice(analyse: Callable[[str], Iterable[str]], texts: Sequence[str]) -> bool:
    seen: set[str] = set()
    for text in texts:
        terms = set(analyse(text))
        if terms & seen:
            return True
        seen |= terms
    return False


def _stack(blocks: Sequence[Any]) -> Any:
    """Side by side, scaled so that a text's similarity to itself stays 1."""
    from scipy import sparse

    return sparse.hstack(blocks, format="csr") / np.sqrt(len(blocks))
