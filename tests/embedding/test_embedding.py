"""Vectors: the packaged MiniLM is the one that was tested, and the stand-in runs only when it is named."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from secondcoder.configuration import EmbeddingSettings
from secondcoder.embedding import folder_embedder, open_embedder
from secondcoder.embedding.hashed_words import WordHashEmbedder
from secondcoder.embedding.sentence_transformer import SentenceTransformerEmbedder
from secondcoder.errors import ModelError


def test_the_cheap_embedder_runs_only_when_it_is_named():
    assert isinstance(open_embedder(EmbeddingSettings(model="words", batch=8)), WordHashEmbedder)
    with pytest.raises(ModelError, match="downloads nothing"):
        open_embedder(EmbeddingSettings(model="sentence-transformers/some-model", batch=8))


def test_a_folder_without_safe_weights_is_refused(tmp_path):
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(ModelError, match="without pickle"):
        SentenceTransformerEmbedder(str(tmp_path)).embed(["a"])


@pytest.mark.model
def test_packaged_weights_that_differ_are_refused_before_they_are_loaded(monkeypatch):
    monkeypatch.setattr(folder_embedder, "PACKAGED_SHA256", "0" * 64)
    monkeypatch.setitem(sys.modules, "sentence_transformers", SimpleNamespace(SentenceTransformer=None))
    with pytest.raises(ModelError, match="not the one that was tested"):
        SentenceTransformerEmbedder("minilm").embed(["a"])


@pytest.fixture(scope="module")
def minilm() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder("minilm")


@pytest.mark.slow
@pytest.mark.model
def test_minilm_gives_unit_vectors_of_384_and_knows_what_is_alike(minilm):
    desk, table, ferry = vectors = minilm.embed(["She has no desk.", "She was given no table.", "The ferry sank."])
    assert minilm.width == 384
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert desk @ table > desk @ ferry + 0.2
    assert minilm.id == "all-MiniLM-L6-v2@53aa51172d14"


@pytest.mark.slow
@pytest.mark.model
def test_minilms_vectors_do_not_depend_on_what_else_is_embedded(minilm):
    alone = minilm.embed(["She has no desk."])
    among = minilm.embed(["word " * 100, "", "She has no desk."])
    np.testing.assert_allclose(among[2:], alone, atol=1e-5)
    assert np.isfinite(among).all()
    assert minilm.embed([]).shape == (0, 384)


@pytest.mark.slow
@pytest.mark.model
def test_the_end_of_a_long_text_counts(minilm):
    start = "We talked about the garden and the weather for a while. " * 60
    end = "The computer in the corridor was broken again. " * 60
    garden, both, computer = minilm.embed([start, start + end, end])
    assert both @ computer > garden @ computer + 0.3
    assert np.linalg.norm(both) == pytest.approx(1, abs=1e-5)
