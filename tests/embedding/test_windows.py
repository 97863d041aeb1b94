"""Long texts: every piece fits the window, no word is lost, and the end of a text counts whatever the window is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.embedding.sentence_transformer import SentenceTransformerEmbedder
from secondcoder.embedding.windows import embed_in_pieces, split_to_fit

WORDS = st.lists(st.text("ab\U0001f600", min_size=1, max_size=40), max_size=30)


def _letters(texts: list[str]) -> list[int]:
    """A tokenizer that knows single characters, and marks both ends of a text."""
    return [len(text.replace(" ", "")) + 2 for text in texts]


@given(WORDS, st.integers(3, 50))
def test_every_piece_fits_and_together_they_are_the_text(words, window):
    text = " ".join(words)
    pieces = split_to_fit(text, window, _letters)
    assert max(_letters(pieces)) <= window
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
    if all(len(word) + 2 <= window // 2 for word in words):
        assert [word for piece in pieces for word in piece.split()] == words  # no word is cut where words are short


@given(WORDS)
def test_a_text_that_fits_is_left_as_it_is(words):
    text = "  ".join(words)
    assert split_to_fit(text, 10_000, _letters) == [text]


def test_pieces_are_of_about_equal_length():
    assert [len(piece.split()) for piece in split_to_fit("word " * 170, 256, lambda texts: [1] * len(texts))] == [
        85,
        85,
    ]


def test_a_vector_is_the_mean_of_its_pieces_at_length_1():
    axes = {"a": [1.0, 0.0], "b": [0.0, 1.0]}
    vectors = embed_in_pieces(
        ["a", "a b"], 2, lambda texts: [len(text) for text in texts], lambda texts: np.array([axes[t] for t in texts])
    )
    np.testing.assert_allclose(vectors, [[1, 0], [0.5**0.5, 0.5**0.5]], atol=1e-7)


def test_without_a_window_texts_are_embedded_whole():
    asked: list[str] = []
    embed_in_pieces(["long " * 900], None, _letters, lambda texts: asked.extend(texts) or np.ones((1, 2)))
    assert asked == ["long " * 900]


@pytest.fixture(scope="module")
def minilm() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder("minilm")


def _with_window(folder: Path, window: int | None) -> SentenceTransformerEmbedder:
    """The packaged MiniLM in a folder of its own that states another window."""
    source = SentenceTransformerEmbedder("minilm")._folder.path
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    (folder / "model.safetensors").symlink_to(source / "model.safetensors")
    stated = {"do_lower_case": False} if window is None else {"max_seq_length": window, "do_lower_case": False}
    (folder / "sentence_bert_config.json").write_text(json.dumps(stated), encoding="utf-8")
    return SentenceTransformerEmbedder(str(folder))


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.parametrize("window", [64, 128, 256])
def test_the_last_words_of_an_answer_count_whatever_the_window(tmp_path, window):
    embedder = _with_window(tmp_path / "model", window)
    start = " ".join(["we talked about the garden and the weather for a while"] * 14).split()[:135]
    garden, computer = (
        " ".join(start + (end.split() * 24)[:24])
        for end in ("the garden was in flower again", "no computer worked in the corridor")
    )
    assert len(garden.split()) == len(computer.split()) == 159
    assert embedder.window == embedder._model.max_seq_length == window
    first, second = embedder.embed([garden, computer])
    assert first @ second < 0.99


@pytest.mark.slow
@pytest.mark.model
def test_long_words_are_not_cut_off_either(minilm):
    """160 words are not always 256 tokens: these are 160 of six tokens each."""
    start = ["otorhinolaryngological"] * 130
    first, second = minilm.embed([" ".join([*start, *["garden"] * 30]), " ".join([*start, *["computer"] * 30])])
    assert first @ second < 0.99


@pytest.mark.slow
@pytest.mark.model
def test_a_model_that_states_no_window_is_asked_for_it(tmp_path):
    embedder = _with_window(tmp_path / "model", None)
    assert embedder.window == embedder._model.max_seq_length == 512
    assert "window of 512 tokens" in embedder.describe()


@pytest.mark.slow
@pytest.mark.model
def test_answers_of_ordinary_words_are_cut_as_before(minilm):
    """Up to 160 words in one piece, more in equal pieces of at most 160: what 0.1 embedded stays the same to the byte."""
    for n in (1, 159, 160, 161, 320, 321, 500):
        words = [f"we talked and went on {n}".split()[at % 6] for at in range(n)]
        count = -(-n // 160)
        size = -(-n // count)
        expected = [" ".join(words[at : at + size]) for at in range(0, n, size)]
        assert split_to_fit(" ".join(words), minilm.window or 0, minilm._count_tokens) == expected


TALK = {
    "German compounds": "Krankenhausentlassungsbesprechungen Pflegedienstleitungen " * 60,
    "Finnish": "epäjärjestelmällistyttämättömyydelläänsäkään " * 60,
    "Chinese": "我们都坐在厨房里，商量这是做什么用的。护士们没有反对。" * 40,
    "Thai": "เราคุยกันในครัวและตกลงกันว่าจะทำอย่างไร" * 40,
    "Arabic": "جلسنا جميعا في المطبخ واتفقنا على ما سنفعله " * 40,
    "Hindi": "हम सब रसोई में बैठे और तय किया। " * 60,
    "one endless word": "https://example.org/" + "a1b2" * 900,
    "emoji": "😀👩‍⚕️ " * 300,
}


@pytest.mark.model
@pytest.mark.parametrize("text", TALK.values(), ids=TALK)
def test_the_window_is_counted_in_the_embedders_tokens_in_every_language(minilm, text):
    pieces = split_to_fit(minilm._legible(text), minilm.window or 0, minilm._count_tokens)
    # MiniLM knows no Thai, and counts each run of it as one token.
    assert len(pieces) > 1 or text == TALK["Thai"]
    assert max(minilm._count_tokens(pieces)) <= (minilm.window or 0)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@pytest.mark.model
@pytest.mark.parametrize("name", ["Thai", "one endless word"])
def test_a_word_without_end_is_read_to_its_end(minilm, name):
    """As one unknown word, every such text would have the same vector."""
    first, second = minilm.embed([TALK[name], TALK[name][: len(TALK[name]) // 2] + "กขค42" * 200])
    assert first @ second < 0.999
    assert (
        minilm._legible("short words, and a link: https://example.org/a?b=c")
        == "short words, and a link: https://example.org/a?b=c"
    )
