"""Two looks at a segment, each a kernel for ridge regression: by meaning (vectors) and by wording (n-grams).

A view says how alike two segments are. Its fitted state is plain arrays, so that a model version is saved without pickle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Bools, Floats, Rows, State
from secondcoder.learning.features import Features
from secondcoder.learning.stacked_kernels.kernel_ridge import MaskedKernelRidge

ANY_WORD = r"(?u)\b\w+\b"


class View(Protocol):
    """What the classifier asks of a view."""

    out_of_fold_: Floats
    out_of_fold_prior_: Floats
    prior_: Floats

    def fit(self, features: Features, Y: Floats, known: Bools, fold: Rows, weight: Floats | None = None) -> Self:
        """Learn from n segments, their (n, k) targets and mask, and the fold and weight of each."""
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


class MeaningView:
    """Segments are alike when their vectors are, and the questions before them.

    The kernel is `exp(sharpness * (cosine - 1))` of the segments, plus `context` times the same of their questions. What stands
    around a segment is left to the stacker, which weighs the neighbours' own scores: as part of the kernel it did less.
    """

    def __init__(self, ridge: float = 1.0, sharpness: float = 2.0, context: float = 0.5) -> None:
        self.ridge, self.sharpness, self.context = ridge, sharpness, context

    def fit(self, features: Features, Y: Floats, known: Bools, fold: Rows, weight: Floats | None = None) -> Self:
        """Learn; the training segments' vectors are kept, since the kernel compares with them."""
        self._train = _heard(features)
        model = MaskedKernelRidge(self.ridge).fit(self._kernel(self._train), Y, known, fold, weight)
        self.prior_, self._dual = model.prior_, model.dual_
        self.out_of_fold_, self.out_of_fold_prior_ = model.out_of_fold_, model.out_of_fold_prior_
        return self

    def scores(self, features: Features) -> Floats:
        """(n, k)."""
        return np.asarray(self.prior_ + self._kernel(_heard(features)) @ self._dual)

    def _kernel(self, heard: Floats) -> Floats:
        """(n, m) likeness of n segments to the m training segments."""
        segment, question = (one @ other.T for one, other in zip(heard, self._train, strict=True))
        likeness = np.exp(self.sharpness * (segment - 1))
        likeness += self.context * np.exp(self.sharpness * (question - 1))
        return np.asarray(likeness)

    def state(self) -> State:
        """Prior, dual weights and training vectors."""
        return {"prior": self.prior_, "dual": self._dual, "train": self._train.astype(np.float32)}

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """From `state`."""
        self.prior_, self._dual, self._train = state["prior"], state["dual"], state["train"].astype(np.float64)
        return self


def _heard(features: Features) -> Floats:
    """(2, n, d): the segment and the question."""
    return np.stack([features.vectors, features.questions]).astype(np.float64)


class WordingView:
    """Segments are alike when they share words, word pairs and pieces of words, weighted by TF-IDF."""

    def __init__(self, ridge: float = 1.0) -> None:
        self.ridge = ridge

    def fit(self, features: Features, Y: Floats, known: Bools, fold: Rows, weight: Floats | None = None) -> Self:
        """Learn; the vocabulary is that of the training segments."""
        self._vectorisers = _vectorisers()
        X = _side_by_side([_learned(one, features.texts) for one in self._vectorisers])
        model = MaskedKernelRidge(self.ridge).fit((X @ X.T).toarray(), Y, known, fold, weight)
        self.prior_ = model.prior_
        self.out_of_fold_, self.out_of_fold_prior_ = model.out_of_fold_, model.out_of_fold_prior_
        self._weights = X.T @ model.dual_
        return self

    def scores(self, features: Features) -> Floats:
        """(n, k)."""
        X = _side_by_side([_weighted(one, features.texts) for one in self._vectorisers])
        return np.asarray(self.prior_ + X @ self._weights)

    def state(self) -> State:
        """Prior, weights, and each vectoriser's terms (in column order) and idf."""
        state: State = {"prior": self.prior_, "weights": self._weights}
        for number, one in enumerate(self._vectorisers):
            terms = sorted(one.vocabulary_, key=one.vocabulary_.__getitem__)
            state[f"terms{number}"] = np.frombuffer("\n".join(terms).encode(), dtype=np.uint8)
            state[f"idf{number}"] = one.idf_ if terms else np.zeros(0)
        return state

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """From `state`."""
        self.prior_, self._weights = state["prior"], state["weights"]
        self._vectorisers = _vectorisers()
        for number, one in enumerate(self._vectorisers):
            joined = state[f"terms{number}"].tobytes().decode()
            one.vocabulary_ = {term: column for column, term in enumerate(joined.split("\n"))} if joined else {}
            if joined:
                one.idf_ = state[f"idf{number}"]
        return self


def _vectorisers() -> Sequence[Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=ANY_WORD)
    characters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2, max_features=60_000
    )
    return words, characters


def _learned(vectoriser: Any, texts: Sequence[str]) -> Any:
    """(n, t) TF-IDF weights; without columns where no term comes in two texts, which scikit-learn refuses."""
    if _a_term_comes_twice(vectoriser.build_analyzer(), texts):
        return vectoriser.fit_transform(texts)
    vectoriser.vocabulary_ = {}
    return _weighted(vectoriser, texts)


def _weighted(vectoriser: Any, texts: Sequence[str]) -> Any:
    from scipy import sparse

    if texts and vectoriser.vocabulary_:
        return vectoriser.transform(texts)
    return sparse.csr_matrix((len(texts), len(vectoriser.vocabulary_)))


def _a_term_comes_twice(analyse: Callable[[str], Iterable[str]], texts: Sequence[str]) -> bool:
    seen: set[str] = set()
    for text in texts:
        terms = set(analyse(text))
        if terms & seen:
            return True
        seen |= terms
    return False


def _side_by_side(blocks: Sequence[Any]) -> Any:
    from scipy import sparse

    return sparse.hstack(blocks, format="csr") / np.sqrt(len(blocks))
