"""Texts to vectors as a transformer of scikit-learn."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from secondcoder import TextEmbedder
from secondcoder.embedding.hashed_words import WordHashEmbedder
from secondcoder.errors import ModelError
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

TEXTS = ["The room was free.", "They explained it to us.", ""]


def test_vectors_are_those_of_the_embedder() -> None:
    made = TextEmbedder("words").fit(TEXTS)
    assert np.array_equal(made.transform(TEXTS), WordHashEmbedder().embed(TEXTS))
    assert made.transform(np.array(TEXTS)).dtype == np.float32
    assert made.transform([]).shape == (0, 64)


def test_columns_have_names() -> None:
    made = TextEmbedder("words").set_output(transform="pandas").fit(TEXTS)
    assert made.transform(TEXTS).columns.tolist() == [f"textembedder{number}" for number in range(64)]


def test_a_cache_keeps_vectors_and_changes_none(tmp_path: Path) -> None:
    first = TextEmbedder("words", cache=str(tmp_path)).fit_transform(TEXTS)
    assert any(path.is_file() for path in tmp_path.rglob("*"))
    assert np.array_equal(TextEmbedder("words", cache=str(tmp_path)).fit_transform(TEXTS), first)


def test_a_pickle_knows_its_weights_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = pickle.dumps(TextEmbedder("words").fit(TEXTS))
    assert np.array_equal(pickle.loads(kept).transform(TEXTS), WordHashEmbedder().embed(TEXTS))
    monkeypatch.setattr(WordHashEmbedder, "id", "words@2")
    with pytest.raises(ModelError, match="fitted with words@1, and 'words' is words@2 here"):
        pickle.loads(kept).transform(TEXTS)


def test_what_cannot_be_embedded_is_said() -> None:
    with pytest.raises(ValueError, match="X holds no texts"):
        TextEmbedder("words").fit(TEXTS).transform(np.zeros((2, 3)))
    with pytest.raises(ModelError, match="nowhere"):
        TextEmbedder("nowhere").fit(TEXTS)
    with pytest.raises(ValueError, match="precision"):
        TextEmbedder("words", precision="half").fit(TEXTS)
    with pytest.raises(NotFittedError):
        clone(TextEmbedder("words").fit(TEXTS)).transform(TEXTS)
