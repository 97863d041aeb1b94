"""N-grams counted many texts at once are scikit-learn's, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from secondcoder.learning.stacked_kernels.ngrams import BLOCK, ngram_table
from secondcoder.learning.stacked_kernels.terms import fit_tfidf, vectorisers

WORDS = [
    "I",
    "a",
    "tea",
    "Tea.",
    "tea-time",
    "o'clock",
    "naïve",
    "ΟΔΟΣ",
    "İstanbul",
    "ﬁne",
    "ß",
    "日本語",
    "_x_",
    "3rd",
    "😀",
    "\ud800",
]
WORDS += ["unbelievable,", "un", "be", "!", "--", "x" * 12, "e\u0301", "\u200b"]
GLUE = [" ", "  ", "\n", "\t", "\u00a0", "\r\n", "\u2028", "\x1c", "."]
words = st.lists(st.tuples(st.sampled_from(WORDS) | st.text(max_size=6), st.sampled_from(GLUE)), max_size=12)
texts = st.lists(words.map(lambda pairs: "".join(word + glue for word, glue in pairs)), max_size=6)


@pytest.mark.parametrize("number", [0, 1], ids=["words", "characters"])
@given(learned=texts, new=texts)
@example(learned=["tea tea", "tea time tea"], new=["", " ", "tea", "time tea tea", "Σ ΟΔΟΣ"])
@example(learned=["tea time", "tea time"], new=["so tea", "time"])
@example(learned=["ab a", "ab a"], new=["a b", "ab ab a"])
@settings(deadline=None)
def test_weights_are_those_of_scikit_learn(number: int, learned: list[str], new: list[str]) -> None:
    vectoriser = vectorisers(True)[number]
    fit_tfidf(vectoriser, learned)
    table = ngram_table(vectoriser)
    for said in (learned, new):
        ours = table.transform(said)
        assert ours.shape == (len(said), len(vectoriser.vocabulary_))
        if said and vectoriser.vocabulary_:
            theirs = vectoriser.transform(said)
            assert np.array_equal(ours.toarray(), theirs.toarray())


@given(texts)
@settings(deadline=None)
def test_a_texts_row_does_not_depend_on_the_texts_beside_it(said: list[str]) -> None:
    vectoriser = vectorisers(True)[1]
    fit_tfidf(vectoriser, ["we sat there with the tea", "the tea was cold", "Tea, ΟΔΟΣ and 日本語 tea-time 日本語"])
    table = ngram_table(vectoriser)
    many = ["the tea was there"] * (BLOCK - 2)
    alone = [table.transform([text]).toarray()[0] for text in said]
    together = table.transform([*many, *said]).toarray()[len(many) :]
    assert np.array_equal(together, np.array(alone).reshape(together.shape))
    weights = np.arange(3.0 * len(table.terms)).reshape(-1, 3)
    np.testing.assert_allclose(table.weighted(said, weights), table.transform(said) @ weights)
