"""The figures of benchmarks/codebooks.py and starter_model.py by hand, and that nothing is written where nothing can be measured."""

from __future__ import annotations

import re
from importlib import import_module
from types import ModuleType

import numpy as np
import pytest
from secondcoder.codebook.yaml_file import load_codebook
from support.places import BENCHMARKS, ROOT


@pytest.fixture(autouse=True)
def _benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))


@pytest.fixture
def ranking() -> ModuleType:
    return import_module("ranking.passages")


def test_places_and_what_stands_above_by_hand(ranking: ModuleType) -> None:
    book = load_codebook("com-b")  # C, C.PHY, C.PSY, O, O.PHY, O.SOC, M, M.REF, M.AUT
    choice = np.array([1, 2, 4, 5, 7, 8])
    one = ranking.Passages(book, np.zeros((3, 2), dtype=np.float32), np.array([1, 5, 8]), choice)
    found = np.array(
        [
            [99, 5, 6, 99, 1, 1, 99, 1, 1],  # second, below the right component
            [0, 5, 6, 0, 7, 1, 0, 8, 2],  # last
            [0, 1, 1, 0, 1, 1, 0, 1, 2],  # first; components are no choice
        ],
        dtype=float,
    )
    assert ranking.places(one, found).tolist() == [1, 5, 0]
    assert ranking.upper_right(one, found).tolist() == [True, False, True]
    assert one.chance == 3 / 6


def test_items_stand_behind_the_code_that_they_ask_about() -> None:
    nomad_for_npt = import_module("ranking.nomad_for_npt")
    nomad = load_codebook("nomad")
    for name, code, items in (
        ("npt", "CA.SSW", ("CA.SSW.AS", "CA.SSW.TR")),
        ("npt", "CO.DIF", ("CO.DIF",)),
        ("npt", "CA", ()),
        ("npt", "F1", ()),
        ("npt-core", "CP", ("CP.INI", "CP.LEG", "CP.ENR", "CP.ACT")),
    ):
        book = load_codebook(name)
        added = nomad_for_npt.with_items(book)[code].prototypes[len(book[code].prototypes) :]
        assert added == tuple(text for item in items for text in nomad[item].prototypes)
        bare, alone = nomad_for_npt.bare(book)[code], nomad_for_npt.items_alone(book)[code]
        assert (bare.prototypes, bare.examples) == ((), ()) if items else bare == book[code]
        assert alone.prototypes == added if items else alone == book[code]


def test_texts_by_themselves_have_neither_neighbours_nor_questions() -> None:
    starting = import_module("ranking.starting")
    y = np.eye(4, dtype=bool)[:3]
    texts = starting.alone("t", ["a", "b", "c"], np.ones((3, 2), dtype=np.float32), y, ["p", "p", "q"])
    assert (texts.features.previous == -1).all()
    assert (texts.features.following == -1).all()
    assert not texts.features.questions.any()
    kept = texts.take(np.array([True, False, True]))
    assert (kept.features.texts, kept.clusters, kept.y.tolist()) == (("a", "c"), ("p", "q"), y[[0, 2]].tolist())


@pytest.mark.parametrize(
    ("statements", "quotations", "says"),
    [
        ((0.1, 0.01, 0.2), 0.1, "ships"),
        ((0.1, -0.01, 0.2), 0.1, "does not ship"),
        ((0.1, 0.01, 0.2), -0.1, "does not ship"),
    ],
)
def test_the_rule_asks_for_both(statements: tuple[float, ...], quotations: float, says: str) -> None:
    decided = import_module("starter_model").decided
    leads = {"s": np.array(statements), "q": np.array([quotations, -1, 1]), "t": np.array([0, -1, 1])}
    (text,) = decided(leads)
    assert f"**the model {says}**" in text
    assert [*decided({"s": np.array(statements)})] == []


def test_without_the_data_no_page_is_written(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    main = import_module("starter_model").main
    assert main(["--data", str(tmp_path / "none"), "--out", str(tmp_path / "out.md")]) == 0
    assert "is not there" in capsys.readouterr().err
    assert not (tmp_path / "out.md").exists()


def test_the_figures_that_the_models_page_quotes_are_those_of_the_report() -> None:
    report = (BENCHMARKS / "STARTER_MODEL.md").read_text(encoding="utf-8")
    quoted = re.findall(r"(?<![\d\w])[-+]?\.\d{3}", (ROOT / "models" / "README.md").read_text(encoding="utf-8"))
    assert len(quoted) == 10
    assert [figure for figure in quoted if figure.replace(".", "0.") not in report] == []
    assert "**the model does not ship**" in report
