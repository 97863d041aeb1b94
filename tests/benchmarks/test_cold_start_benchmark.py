"""The figures of benchmarks/cold_start.py, worked out by hand on four statements of two papers."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import numpy as np
import pytest
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.embedding.hashed_words import WordHashEmbedder
from support.places import BENCHMARKS


@pytest.fixture
def themes(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return import_module("ranking.themes")


def four(themes: ModuleType, width: int = 3) -> object:
    y = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1]], dtype=bool)
    vectors = np.random.default_rng(0).normal(size=(4, width)).astype(np.float32)
    return themes.Themes(vectors, y, np.array([0, 0, 1, 1]), np.zeros(4, dtype=bool))


def test_figures_by_hand(themes):
    # Guessed first: right; second at place 2; the second of two constructs, right; last at place 4.
    found = np.array([[4, 3, 2, 1], [4, 3, 2, 1], [1, 2, 4, 3], [4, 3, 2, 1]], dtype=float)
    point, drawn, left_out = themes.figures(four(themes), found, 50)
    assert point["accuracy"] == pytest.approx(2 / 4)
    assert point["macro_f1"] == pytest.approx((2 / 4 + 0 + 1 + 0) / 4)
    assert point["mrr"] == pytest.approx((1 + 1 / 2 + 1 + 1 / 4) / 4)
    assert point["top2"] == pytest.approx(3 / 4)
    assert all(values.shape == (50,) for values in drawn.values())
    assert left_out["accuracy"] == pytest.approx([1 / 2, 1 / 2])  # of the other paper alone


def test_a_paper_is_ranked_with_nothing_of_its_own(themes):
    seen = []

    def rank(book, embedder, study, passages):
        seen.append((study, passages))
        return lambda vectors: np.zeros((len(vectors), len(book.ids)))

    data = four(themes, WordHashEmbedder.width)
    themes.strengths(data, load_codebook("npt"), rank, WordHashEmbedder(), examples=5)
    for source, (study, passages) in enumerate(seen):
        np.testing.assert_array_equal(study, data.vectors[data.source != source])
        own = data.vectors[data.source == source]
        assert len(passages.vectors) == 2
        assert not (passages.vectors[:, None] == own[None]).all(axis=2).any()


@pytest.fixture
def quotations(themes) -> ModuleType:
    return import_module("ranking.quotations")


def test_guesses_by_hand(quotations):
    found = np.array([[4, 3, 2, 1], [4, 3, 2, 1], [1, 2, 4, 3.9], [4, 3, 2, 1]], dtype=float)
    y = np.eye(4, dtype=bool)[[0, 1, 2, 3]]
    one = quotations.guesses(found, y)
    assert (one.accuracy, one.top2) == (2 / 4, 3 / 4)
    assert one.named == {"CO": 3, "CP": 0, "CA": 1, "RM": 0}
    assert one.confusion[3].tolist() == [1, 0, 0, 0]
    assert quotations.asking(found, y, 0.5) == pytest.approx((1 / 4, 1 / 3, 1))


@pytest.mark.parametrize("name", ["npt", "npt-core", "npt-cmo"])
def test_no_quotation_stands_in_a_codebook(quotations, name):
    from secondcoder.learning.codebook_texts import codebook_texts

    def runs(text: str) -> set[tuple[str, ...]]:
        words = text.casefold().split()
        return {tuple(words[at : at + 6]) for at in range(len(words) - 5)}

    told = set().union(*(runs(text) for text in codebook_texts(load_codebook(name)).texts))
    table = quotations.pd.read_csv(quotations.FILE)
    assert table["construct"].value_counts().to_dict() == dict.fromkeys(("CO", "CP", "CA", "RM"), 26)
    assert not [text for text in table["text"] if runs(text) & told]


def test_without_the_data_it_says_so_and_writes_nothing(themes, tmp_path, capsys):
    main = import_module("cold_start").main
    assert main(["--data", str(tmp_path), "--out", str(tmp_path / "out.md")]) == 0
    assert "is not there" in capsys.readouterr().err
    assert not (tmp_path / "out.md").exists()
