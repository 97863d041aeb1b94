"""Batches by length, and which tokens belong to which sentence."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.domain.arrays import Vectors
from secondcoder.domain.records import Span
from secondcoder.embedding.batches import by_length
from secondcoder.embedding.embedder import SentenceEmbedder
from secondcoder.embedding.hashed_words import WordHashEmbedder
from secondcoder.embedding.sentence_tokens import LAST_SPACE, NEVER, letters_before, sentences_at
from secondcoder.embedding.two_views import two_views
from secondcoder.embedding.windows import split_to_fit
from support.shortened_texts import embed_shortened


@given(st.lists(st.integers(1, 300), max_size=60), st.integers(8, 600))
def test_every_row_is_in_one_batch_within_the_budget_and_at_its_own_length(lengths: list[int], budget: int) -> None:
    batches = list(by_length(lengths, budget))
    assert sorted(row for _, rows in batches for row in rows) == list(range(len(lengths)))
    for padded, rows in batches:
        assert padded * len(rows) <= budget or len(rows) == 1
        assert all(padded - 8 < lengths[row] <= padded and padded % 8 == 0 for row in rows)


@given(
    st.lists(st.lists(st.text("ab\U0001f600", min_size=1, max_size=9), min_size=1, max_size=9), min_size=1, max_size=5)
)
def test_a_word_finds_its_sentence_although_the_text_was_cut_and_tidied(sentences: list[list[str]]) -> None:
    spans, text = [], ""
    for sentence in sentences:
        start = len(text)
        text += " \n ".join(sentence)
        spans.append((start, len(text)))
        text += "\t "
    pieces = split_to_fit(text, 12, lambda texts: [len(of.replace(" ", "")) for of in texts])
    letters = np.cumsum([0, *(len("".join(piece.split())) for piece in pieces)])[:-1]
    found = sentences_at(letters, spans, letters_before(text))
    # A piece of white space alone may end the text.
    belongs = [*(number for number, sentence in enumerate(sentences) for _ in "".join(sentence)), NEVER]
    assert found.tolist() == [belongs[at] for at in letters]


@given(st.text(st.characters(codec=None) | st.sampled_from(" \t\x1f\u0085\u2003\u3000\u3001\ud800")))
def test_white_space_is_what_python_takes_for_it(text: str) -> None:
    found = letters_before(text).tolist()
    assert found == [len("".join(text[:at].split())) for at in range(len(text) + 1)]


def test_no_white_space_lies_beyond_the_last() -> None:
    assert max(point for point in range(sys.maxunicode + 1) if chr(point).isspace()) == LAST_SPACE


def test_what_lies_between_sentences_belongs_to_none() -> None:
    text = "One. (pause) Two."
    assert sentences_at(np.array([0, 4, 11]), [(0, 4), (13, 17)], letters_before(text)).tolist() == [0, NEVER, 1]


class _Telling(WordHashEmbedder):
    def embed_with_sentences(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        return embed_shortened(WordHashEmbedder(), texts, sentences)


def test_two_views_tell_of_sentences_where_both_can() -> None:
    assert not isinstance(two_views(_Telling(), WordHashEmbedder()), SentenceEmbedder)
    both = two_views(_Telling(), _Telling())
    assert isinstance(both, SentenceEmbedder)
    vectors, [without] = both.embed_with_sentences(["no desk. a room."], [[(0, 8), (9, 16)]])
    np.testing.assert_array_equal(vectors, both.embed(["no desk. a room."]))
    np.testing.assert_array_equal(without, both.embed(["a room.", "no desk."]))


class _Loading(_Telling):
    @property
    def width(self) -> int:
        raise AssertionError("the model would be loaded")


def test_no_model_is_loaded_to_put_two_views_together() -> None:
    assert two_views(_Loading(), _Loading()).id == "words@1 + words@1"
