"""Vectors: the cache is invisible but for its speed, and the packaged MiniLM is the one that was tested."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from secondcoder.configuration import EmbeddingSettings
from secondcoder.embedding import folder_embedder, open_embedder
from secondcoder.embedding.cache import CachedEmbedder
from secondcoder.embedding.hashed_words import WordHashEmbedder
from secondcoder.embedding.sentence_transformer import SentenceTransformerEmbedder
from secondcoder.errors import ModelError, StudyError

TEXTS = ["the desk", "no room 😀", "the desk", "", "e\u0301te\u0301", "\ud800 alone"]


class Counting:
    """Words, and a record of what was asked."""

    width = WordHashEmbedder.width

    def __init__(self, id_: str = "fake@1", window: int | None = None) -> None:
        self.id, self.window, self.asked = id_, window, []

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        return WordHashEmbedder().embed([f"{self.id} {text}".replace("\ud800", "?") for text in texts])


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "new" / "vectors.sqlite"


def test_with_a_cache_the_vectors_are_the_same_and_in_the_same_order(cache):
    plain = Counting().embed(TEXTS)
    for _ in range(2):
        np.testing.assert_array_equal(CachedEmbedder(Counting(), cache).embed(TEXTS), plain)


def test_each_text_is_computed_once_even_across_runs(cache):
    first, second = Counting(), Counting()
    CachedEmbedder(first, cache).embed(TEXTS)
    assert sorted(first.asked) == sorted(set(TEXTS))
    CachedEmbedder(second, cache).embed([*TEXTS, "new"])
    assert second.asked == ["new"]


def test_another_model_gets_its_own_vectors(cache):
    CachedEmbedder(Counting("one"), cache).embed(TEXTS)
    other = CachedEmbedder(Counting("two"), cache)
    np.testing.assert_array_equal(other.embed(TEXTS), Counting("two").embed(TEXTS))


def test_another_window_gets_its_own_vectors(cache):
    CachedEmbedder(Counting(window=256), cache).embed(TEXTS)
    shorter = Counting(window=128)
    CachedEmbedder(shorter, cache).embed(TEXTS)
    assert sorted(shorter.asked) == sorted(set(TEXTS))


def test_no_texts_no_vectors_of_the_right_width(cache):
    assert CachedEmbedder(Counting(), cache).embed([]).shape == (0, 64)


def test_a_stopped_run_goes_on_where_it_stopped(cache):
    class Stopping(Counting):
        def embed(self, texts: Sequence[str]) -> np.ndarray:
            if self.asked:
                raise KeyboardInterrupt
            return super().embed(texts)

    texts, second = [f"text {number:04}" for number in range(300)], Counting()
    with pytest.raises(KeyboardInterrupt):
        CachedEmbedder(Stopping(), cache).embed(texts)
    CachedEmbedder(second, cache).embed(texts)
    assert len(second.asked) == 300 - 256


def test_progress_ends_with_all(cache):
    seen: list[tuple[int, int]] = []
    embedder = CachedEmbedder(Counting(), cache, lambda done, total: seen.append((done, total)))
    embedder.embed([f"text {number}" for number in range(300)])
    assert seen == [(256, 300), (300, 300)]


def _not_a_database(path: Path) -> None:
    path.write_bytes(b"this is no database at all, not even nearly" * 50)


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 // 512 * 512])


def _pages_overwritten(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))


def _another_table(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE vectors (something TEXT)")


@pytest.mark.parametrize("harm", [_not_a_database, _cut_short, _pages_overwritten, _another_table])
def test_a_damaged_cache_is_made_anew(cache, harm):
    texts = [f"text {number}" for number in range(200)]
    CachedEmbedder(Counting(), cache).embed(texts)
    harm(cache)
    np.testing.assert_array_equal(CachedEmbedder(Counting(), cache).embed(texts), Counting().embed(texts))
    again = Counting()
    CachedEmbedder(again, cache).embed(texts)
    assert again.asked == []


def test_a_cache_that_another_program_holds_is_not_thrown_away(cache, monkeypatch):
    CachedEmbedder(Counting(), cache).embed(TEXTS)
    connect = sqlite3.connect
    with closing(connect(cache)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr(sqlite3, "connect", lambda path: connect(path, timeout=0.05))
        with pytest.raises(StudyError, match="locked"):
            CachedEmbedder(Counting(), cache).embed(TEXTS)
    after = Counting()
    CachedEmbedder(after, cache).embed(TEXTS)
    assert after.asked == []


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
