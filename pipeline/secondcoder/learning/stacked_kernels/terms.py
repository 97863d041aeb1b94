"""TF-IDF weights of words, word pairs and character n-grams, as scikit-learn's vectorisers give them.

Character n-grams are counted once for each distinct word: a text's counts are the sum of those of its words, and talk says few words
again and again. That takes a fraction of the time.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from secondcoder.domain.arrays import Rows
from secondcoder.learning.stacked_kernels.landmarks import number_of_landmarks
from secondcoder.learning.stacked_kernels.ngrams import ngram_table

ANY_WORD = r"(?u)\b\w+\b"  # scikit-learn's own pattern drops words of one letter, such as "I"
CHARACTERS = "char_wb"
MOST_TERMS = 60_000
"""Of character n-grams; and of words and word pairs where a study is too large for the exact kernel."""


def vectorisers(with_characters: bool) -> Sequence[Any]:
    """To be fitted: of words and word pairs and, if wanted, of character 3- to 5-grams within words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=ANY_WORD)
    characters = TfidfVectorizer(
        analyzer=CHARACTERS, ngram_range=(3, 5), sublinear_tf=True, min_df=2, max_features=MOST_TERMS
    )
    return (words, characters) if with_characters else (words,)


def fit_tfidf(vectoriser: Any, texts: Sequence[str]) -> Any:
    """(n, t) TF-IDF weights; without columns where no term occurs in two texts, which scikit-learn refuses."""
    if not _some_term_occurs_twice(vectoriser.build_analyzer(), texts):
        vectoriser.vocabulary_ = {}
        return tfidf(vectoriser, texts)
    if not number_of_landmarks(len(texts)):
        return vectoriser.fit_transform(texts)
    if vectoriser.analyzer == CHARACTERS:
        return _fit_by_word(vectoriser, texts)
    return vectoriser.set_params(max_features=MOST_TERMS).fit_transform(texts)


def tfidf(vectoriser: Any, texts: Sequence[str]) -> Any:
    """(n, t) TF-IDF weights by a fitted vectoriser, to the bit as it gives them."""
    return ngram_table(vectoriser).transform(texts)


def stacked(blocks: Sequence[Any]) -> Any:
    """Side by side, scaled so that a text's similarity to itself stays 1."""
    from scipy import sparse

    joined = sparse.hstack(blocks, format="csr", dtype=np.float64)
    joined.data *= 1 / np.sqrt(len(blocks))
    return joined


def _some_term_occurs_twice(analyse: Callable[[str], Iterable[str]], texts: Sequence[str]) -> bool:
    seen: set[str] = set()
    for text in texts:
        terms = set(analyse(text))
        if terms & seen:
            return True
        seen |= terms
    return False


def _fit_by_word(vectoriser: Any, texts: Sequence[str]) -> Any:
    """What `vectoriser.fit_transform` gives, to rounding."""
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

    words, said = _words(texts)
    counter = CountVectorizer(analyzer=CHARACTERS, ngram_range=vectoriser.ngram_range)
    counts = said @ counter.fit_transform(words)
    kept = _kept(counts, vectoriser.min_df, vectoriser.max_features)
    counts, terms = counts[:, kept], counter.get_feature_names_out()[kept].tolist()
    weighting = TfidfTransformer(sublinear_tf=vectoriser.sublinear_tf).fit(counts)
    vectoriser.vocabulary_ = {term: column for column, term in enumerate(terms)}
    vectoriser.idf_ = weighting.idf_
    return _weighted(weighting, counts)


def _weighted(weighting: Any, counts: Any) -> Any:
    # In the order in which scikit-learn sums a row's squares.
    counts.sort_indices()
    return weighting.transform(counts.astype(np.float64), copy=False)


def _words(texts: Sequence[str]) -> tuple[list[str], Any]:
    """The w distinct words of n texts, in small letters, and how often each text says each, (n, w)."""
    from scipy import sparse

    number: dict[str, int] = {}
    said, ends = array("i"), [0]
    for text in texts:
        said.extend(number.setdefault(word, len(number)) for word in text.lower().split())
        ends.append(len(said))
    counts = sparse.csr_matrix(
        (np.ones(len(said), dtype=np.int32), np.array(said, dtype=np.int32), ends), shape=(len(texts), len(number))
    )
    return [*number], counts


def _kept(counts: Any, fewest: int, most: int) -> Rows:
    """Columns of the terms that so many texts have, and of these the most frequent; in order."""
    kept = np.flatnonzero(np.bincount(counts.indices, minlength=counts.shape[1]) >= fewest)
    total = np.asarray(counts.sum(axis=0)).ravel()[kept]
    return np.asarray(np.sort(kept[np.argsort(-total, kind="stable")[:most]]))
