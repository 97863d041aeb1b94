"""The cache of vectors: invisible but for its speed, whatever happens to its files and whoever else uses them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.block_cache import shards
from secondcoder.block_cache.blocks import CHUNK, BlockCache
from secondcoder.block_cache.shards import HOUR, keys_of
from secondcoder.configuration import EmbeddingSettings, load_configuration, recipe_of
from secondcoder.domain.records import Span
from secondcoder.embedding import open_embedder
from secondcoder.embedding.cache import CachedEmbedder, cached
from secondcoder.embedding.cache_folder import ANSWERS, EARLIER, VECTORS, replace_earlier, usage
from secondcoder.embedding.embedder import SentenceEmbedder
from secondcoder.scoring.answers import Answers
from support.cache_checks import TEXTS, Counting, aged, files, many
from support.shortened_texts import embed_shortened


class WithSentences(Counting):
    """Without each sentence: what is left, embedded by itself."""

    def embed_with_sentences(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        return embed_shortened(Counting(self.id, self.window), texts, sentences) if self.embed(texts).any() else ()


def test_with_a_cache_the_vectors_are_the_same_and_in_the_same_order(cache: Path) -> None:
    plain = Counting().embed(TEXTS)
    for _ in range(2):
        np.testing.assert_array_equal(cached(Counting(), cache).embed(TEXTS), plain)
    np.testing.assert_array_equal(cached(Counting(), cache).embed(TEXTS[::-1]), plain[::-1])


def test_each_text_is_computed_once_even_across_runs(cache: Path) -> None:
    first, second = Counting(), Counting()
    cached(first, cache).embed(TEXTS)
    assert sorted(first.asked) == sorted(set(TEXTS))
    cached(second, cache).embed([*TEXTS, "new"])
    assert second.asked == ["new"]


@pytest.mark.parametrize("other", [Counting("two"), Counting(window=128)])
def test_another_model_or_window_gets_its_own_vectors(cache: Path, other: Counting) -> None:
    cached(Counting(window=256), cache).embed(TEXTS)
    np.testing.assert_array_equal(cached(other, cache).embed(TEXTS), Counting(other.id).embed(TEXTS))
    assert sorted(other.asked) == sorted(set(TEXTS))


def test_no_texts_no_vectors_of_the_right_width(cache: Path) -> None:
    assert cached(Counting(), cache).embed([]).shape == (0, 64)


def test_a_model_whose_vectors_are_kept_is_not_loaded_to_be_asked_its_width(cache: Path) -> None:
    class Unloaded(Counting):
        @property
        def width(self) -> int:
            raise AssertionError("the model was loaded")

    cached(Counting(), cache).embed(TEXTS)
    np.testing.assert_array_equal(cached(Unloaded(), cache).embed(TEXTS), Counting().embed(TEXTS))
    assert cached(Unloaded(), cache).embed([]).shape == (0, 64)


def test_a_stopped_run_goes_on_where_it_stopped(cache: Path) -> None:
    class Stopping(Counting):
        def embed(self, texts: Sequence[str]) -> np.ndarray:
            if self.asked:
                raise KeyboardInterrupt
            return super().embed(texts)

    second = Counting()
    with pytest.raises(KeyboardInterrupt):
        cached(Stopping(), cache).embed(many(CHUNK + 44))
    cached(second, cache).embed(many(CHUNK + 44))
    assert len(second.asked) == 44


def test_progress_ends_with_all(cache: Path) -> None:
    seen: list[tuple[int, int]] = []
    embedder = cached(Counting(), cache, lambda done, total: seen.append((done, total)))
    embedder.embed(many(CHUNK + 44))
    embedder.embed(many(CHUNK + 44))
    assert seen == [(CHUNK, CHUNK + 44), (CHUNK + 44, CHUNK + 44)]


# -- sentences ----------------------------------------------------------------------------------------------------------

TALK = ["She came. He went. It rained.", "Alone.", "She came. He went. It rained.", "One. Two."]
SPANS = [((0, 9), (10, 18), (19, 29)), ((0, 6),), ((0, 18), (19, 29)), ((0, 4), (5, 9))]


def test_it_offers_sentences_exactly_when_the_embedder_within_does(cache: Path) -> None:
    assert isinstance(cached(WithSentences(), cache), SentenceEmbedder)
    assert not isinstance(cached(Counting(), cache), SentenceEmbedder)


def test_vectors_without_each_sentence_are_the_same_cached_or_not(cache: Path) -> None:
    whole, without = WithSentences().embed_with_sentences(TALK, SPANS)
    for take in (slice(None), slice(None), slice(None, None, -1)):
        again, parts = cached(WithSentences(), cache).embed_with_sentences(TALK[take], SPANS[take])
        np.testing.assert_array_equal(again, whole[take])
        for part, expected in zip(parts, without[take], strict=True):
            np.testing.assert_array_equal(part, expected)
            assert part.dtype == np.float32
    after = WithSentences()
    cached(after, cache).embed_with_sentences(TALK, SPANS)
    cached(after, cache).embed(TALK)
    assert after.asked == []


def test_vectors_without_sentences_take_half_the_room_where_nothing_is_lost(cache: Path) -> None:
    class Halved(WithSentences):
        def embed_with_sentences(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> tuple:
            whole, parts = super().embed_with_sentences(texts, sentences)
            return whole, [part.astype(np.float16).astype(np.float32) for part in parts]

    sizes = []
    for kind in (WithSentences, Halved):
        folder = cache / kind.__name__
        cached(kind(), folder).embed_with_sentences(TALK, SPANS)
        _, kept = cached(kind(), folder).embed_with_sentences(TALK, SPANS)
        for part, expected in zip(kept, kind().embed_with_sentences(TALK, SPANS)[1], strict=True):
            np.testing.assert_array_equal(part, expected)
        sizes.append(sum(file.stat().st_size for file in files(folder)))
    assert sizes[0] - sizes[1] == (3 + 2 + 2) * 64 * 2


# -- size ---------------------------------------------------------------------------------------------------------------


def test_it_stays_within_its_size_and_what_was_used_last_stays(cache: Path) -> None:
    limit = 200_000
    for number in range(6):
        cached(Counting(), cache, limit=limit).embed(many(256, number * 256))
        aged(files(cache), 10)
        cached(Counting(), cache, limit=limit).embed(many(256))  # these are used again and again
    assert 100_000 < sum(file.stat().st_size for file in files(cache)) <= limit
    often, seldom = Counting(), Counting()
    cached(often, cache, limit=limit).embed(many(256))
    cached(seldom, cache, limit=limit).embed(many(256, 256))
    assert (len(often.asked), len(seldom.asked)) == (0, 256)


def test_vectors_of_models_no_longer_used_go_first(cache: Path) -> None:
    cached(Counting("old"), cache).embed(many(256))
    aged(files(cache), 10)
    cached(Counting("new"), cache, limit=150_000).embed(many(512))
    assert [model["model"] for model in usage(cache.parent)["models"]] == ["new"]


def test_a_vector_that_is_read_writes_nothing_for_an_hour(cache: Path) -> None:
    cached(Counting(), cache).embed(TEXTS)
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("*")}
    cached(Counting(), cache).embed(TEXTS)
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("*")} == before
    aged(files(cache), 2)
    cached(Counting(), cache).embed(TEXTS)
    assert time.time() - files(cache)[0].stat().st_mtime < HOUR


def test_no_cache_is_kept_with_none_allowed(tmp_path: Path) -> None:
    embedder = open_embedder(EmbeddingSettings(model="words", batch=8, cache_mb=0), tmp_path)
    embedder.embed(TEXTS)
    assert list(tmp_path.iterdir()) == []


def test_the_size_is_no_part_of_a_models_recipe() -> None:
    assert "cache_mb" not in recipe_of(load_configuration())["embedding"]


def test_many_small_files_become_few_and_nothing_is_lost(cache: Path) -> None:
    for number in range(100):
        cached(Counting(), cache).embed(many(3, number * 3))
    assert len(files(cache)) < 20
    after = Counting()
    np.testing.assert_array_equal(cached(after, cache).embed(many(300)), Counting().embed(many(300)))
    assert after.asked == []
    assert usage(cache.parent)["models"][0]["entries"] == 300


def test_files_merged_by_another_process_meanwhile_are_found_again(cache: Path, monkeypatch) -> None:
    for number in range(15):
        cached(Counting(), cache).embed(many(3, number * 3))
    embedder, after = cached(Counting(), cache), Counting()
    embedder.embed(many(3))  # has seen the files
    listed = shards.shard_files
    first = [listed(path.parent) for path in files(cache)[:1]]
    cached(Counting(), cache).embed(many(3, 45))  # the sixteenth: they are merged
    assert len(files(cache)) == 1
    monkeypatch.setattr(shards, "shard_files", lambda folder: first.pop() if first else listed(folder))
    embedder._inner = after
    embedder.embed(many(45))
    assert after.asked == []


# -- what a study keeps ---------------------------------------------------------------------------------------------------


def test_usage_tells_of_each_model(cache: Path) -> None:
    assert usage(cache.parent) == {"bytes": 0, "models": [], "answers": {"entries": 0, "bytes": 0, "last_used": None}}
    cached(Counting("one", 256), cache).embed(many(30))
    cached(Counting("two"), cache).embed(many(10))
    told = usage(cache.parent)
    assert [(of["model"], of["window"], of["entries"]) for of in told["models"]] == [
        ("one", 256, 30),
        ("two", None, 10),
    ]
    assert told["bytes"] == sum(file.stat().st_size for file in files(cache))
    assert told["models"][0]["last_used"] == time.strftime("%Y-%m-%d", time.gmtime(files(cache)[0].stat().st_mtime))


class Asked:
    id = "asked/1"

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def probabilities(self, questions: Sequence[tuple[str, str]]) -> np.ndarray:
        self.asked += questions
        return np.full(len(questions), 0.25)

    def describe(self) -> str:
        return ""


def test_answers_are_not_put_out_by_vectors(tmp_path: Path) -> None:
    Answers([Asked()], tmp_path).probabilities("asked/1", many(20), ["D"])
    aged(files(tmp_path / ANSWERS), 1000)
    cached(Counting(), tmp_path / VECTORS, limit=100).embed(many(300))
    after = Asked()
    Answers([after], tmp_path).probabilities("asked/1", many(20), ["D"])
    assert after.asked == []
    assert usage(tmp_path)["models"] == []


def test_the_file_of_earlier_versions_gives_its_answers_and_goes(tmp_path: Path) -> None:
    from hashlib import sha256

    with closing(sqlite3.connect(tmp_path / EARLIER)) as file, file:
        file.execute("CREATE TABLE vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")
        key = sha256(b"scorer\0asked/1\0D\0text 00000").digest()
        file.execute("INSERT INTO vectors VALUES (?, ?)", (key, np.float32(0.75).tobytes()))
        file.execute("INSERT INTO vectors VALUES (?, ?)", (sha256(b"a vector").digest(), bytes(256)))
    replace_earlier(tmp_path)
    scorer = Asked()
    assert Answers([scorer], tmp_path).probabilities("asked/1", many(2), ["D"]).ravel().tolist() == [0.75, 0.25]
    assert scorer.asked == [("text 00001", "D")]
    assert not (tmp_path / EARLIER).exists()


@pytest.mark.parametrize("content", [b"", b"no database" * 100])
def test_an_earlier_file_that_cannot_be_read_goes_too(tmp_path: Path, content: bytes) -> None:
    (tmp_path / EARLIER).write_bytes(content)
    replace_earlier(tmp_path)
    assert list(tmp_path.iterdir()) == []


@given(st.lists(st.text(max_size=5), max_size=30), st.lists(st.text(max_size=5), max_size=30))
def test_any_blocks_come_back_as_they_were_given(tmp_path_factory, first: list[str], second: list[str]) -> None:
    folder = tmp_path_factory.mktemp("blocks")

    def content(texts: list[str]) -> list[bytes]:
        got: list[bytes] = [b"?"] * len(texts)

        def take(n: int, block: memoryview) -> None:
            got[n] = bytes(block)

        BlockCache(folder, chunk=4).fill(
            keys_of(texts, "x"), take, lambda wanted: [texts[n].encode() * 2 for n in wanted], lambda n: texts[n]
        )
        return got

    for texts in (first, second, first + second):
        assert content(texts) == [text.encode() * 2 for text in texts]


def test_a_cached_embedder_is_one() -> None:
    assert isinstance(cached(Counting(), Path("x")), CachedEmbedder)
