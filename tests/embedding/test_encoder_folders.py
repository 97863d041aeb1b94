"""Any sentence-transformers folder is an embedder: its own window, pooling and prompts; two of them are two views."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from secondcoder.configuration import EmbeddingSettings
from secondcoder.embedding import open_embedder
from secondcoder.embedding.embedder import Embedder
from secondcoder.embedding.hashed_words import WordHashEmbedder
from secondcoder.embedding.sentence_transformer import SentenceTransformerEmbedder
from secondcoder.embedding.two_views import TwoViews
from secondcoder.errors import ModelError
from support.tiny_encoders import edit_json, static_folder, transformer_folder

TEXTS = ["the desk", "no computer in the cold room 😀", "", "\ud800 alone", "the room was cold " * 30, "x" * 500]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    base = tmp_path_factory.mktemp("encoders")
    return {
        "mean": transformer_folder(base / "mean"),
        "cls": transformer_folder(base / "cls", pooling="cls"),
        "asked": transformer_folder(base / "asked", default_prompt_name="question"),
        "static": static_folder(base / "static"),
    }


def _open(folder: Path, **settings: str) -> Embedder:
    return open_embedder(EmbeddingSettings(model=str(folder), batch=4, **settings))


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "width", "window"), [("mean", 24, 16), ("cls", 24, 16), ("static", 12, None)])
def test_every_folder_keeps_the_contract(folders: dict[str, Path], kind: str, width: int, window: int | None) -> None:
    embedder = _open(folders[kind])
    vectors = embedder.embed(TEXTS)
    assert (embedder.width, embedder.window, vectors.shape, vectors.dtype) == (width, window, (6, width), np.float32)
    lengths = np.linalg.norm(vectors, axis=1)
    assert ((np.abs(lengths - 1) < 1e-4) | ((lengths == 0) & (kind == "static"))).all()
    np.testing.assert_allclose(embedder.embed(TEXTS[1:2]), vectors[1:2], atol=1e-5)
    assert embedder.embed([]).shape == (0, width)
    assert embedder.id.startswith(f"{kind}@{str(embedder.sha256)[:12]}.")
    assert kind in embedder.describe()


@pytest.mark.slow
def test_vectors_are_those_of_the_library_with_the_folders_pooling_and_prompt(folders: dict[str, Path]) -> None:
    from sentence_transformers import SentenceTransformer

    for kind, prompt in (("mean", ""), ("cls", ""), ("asked", "query : ")):
        expected = SentenceTransformer(str(folders[kind]), device="cpu").encode(
            [prompt + text for text in TEXTS[:2]], prompt="", normalize_embeddings=True
        )
        np.testing.assert_allclose(_open(folders[kind]).embed(TEXTS[:2]), expected, atol=1e-5)
    named = _open(folders["mean"], prompt="question")
    np.testing.assert_allclose(named.embed(TEXTS[:2]), _open(folders["asked"]).embed(TEXTS[:2]), atol=1e-5)
    assert named.id == f"{_open(folders['mean']).id}#question"
    assert 'behind the prompt "query :"' in named.describe()


@pytest.mark.slow
def test_the_prompt_takes_its_part_of_the_window(folders: dict[str, Path]) -> None:
    """14 tokens and two ends fit a window of 16; behind a prompt of two they do not, and are embedded in two pieces."""
    whole, halves = (
        "the desk:cold desk:cold room desk:cold desk:cold",
        ["the desk:cold desk:cold", "room desk:cold desk:cold"],
    )
    for kind, in_pieces in (("mean", False), ("asked", True)):
        embedder = _open(folders[kind])
        mean = embedder.embed(halves).sum(axis=0)
        assert np.allclose(embedder.embed([whole])[0], mean / np.linalg.norm(mean), atol=1e-5) == in_pieces


@pytest.mark.slow
def test_pooling_that_was_edited_in_place_is_another_model(folders: dict[str, Path], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(folders["mean"], tmp_path / "mean"))
    before = _open(folder)
    assert before.id == _open(folders["mean"]).id
    edit_json(folder / "1_Pooling" / "config.json", pooling_mode="cls")
    after = _open(folder)
    assert (after.sha256, after.id != before.id) == (before.sha256, True)


@pytest.mark.slow
def test_a_folder_that_cannot_be_loaded_is_named(folders: dict[str, Path], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(folders["mean"], tmp_path / "broken"))
    (folder / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelError, match=r"broken: not a model that sentence-transformers can load"):
        SentenceTransformerEmbedder(str(folder)).embed(["a"])


@pytest.mark.slow
def test_two_encoders_are_two_views(folders: dict[str, Path], tmp_path: Path) -> None:
    both = open_embedder(
        EmbeddingSettings(model=str(folders["mean"]), batch=4, second=str(folders["static"])), tmp_path / "cache"
    )
    first, second = _open(folders["mean"]), _open(folders["static"])
    assert (both.id, both.width) == (f"{first.id} + {second.id}", 36)
    expected = (
        first.embed(TEXTS[:2]) @ first.embed(TEXTS[:2]).T + second.embed(TEXTS[:2]) @ second.embed(TEXTS[:2]).T
    ) / 2
    np.testing.assert_allclose(both.embed(TEXTS[:2]) @ both.embed(TEXTS[:2]).T, expected, atol=1e-5)


def test_views_stand_side_by_side() -> None:
    both = TwoViews(WordHashEmbedder(), WordHashEmbedder())
    assert (both.id, both.views, both.width, both.window, both.sha256) == (
        "words@1 + words@1",
        (64, 64),
        128,
        None,
        None,
    )
    np.testing.assert_allclose(
        both.embed(["the desk"])[:, :64] * 2**0.5, WordHashEmbedder().embed(["the desk"]), atol=1e-6
    )
    assert both.embed([]).shape == (0, 128)
    assert "two views" in both.describe()


def test_what_is_wrong_with_the_second_is_said_of_its_setting(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"^embedding\.second is 'nowhere'"):
        open_embedder(EmbeddingSettings(model="words", batch=4, second="nowhere"))
    with pytest.raises(ModelError, match=r"^embedding\.model is 'nowhere'"):
        open_embedder(EmbeddingSettings(model="nowhere", batch=4, second="words"))
