"""Drawn studies and the tables of VERDICTS.md, on an invented set."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from secondcoder.embedding.hashed_words import WordHashEmbedder
from secondcoder.learning.assessment.readiness import Readiness
from support.places import BENCHMARKS

DOCUMENTS, LENGTH = 10, 14


@pytest.fixture
def drawing(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    module = import_module("drawn_studies")
    monkeypatch.setattr(module, "SIZES", {"invented": (4, 4)})
    return module


def _set() -> Any:
    """'lamp' words carry A; B stands at random."""
    rng, rows = np.random.default_rng(0), []
    for document in range(DOCUMENTS):
        for order in range(LENGTH):
            a, b = rng.random(2) < 0.35
            words = ["plain", "talk", str(rng.integers(9)), *(["lamp", "glow"] * int(a))]
            codes = "|".join(code for code, has in (("A", a), ("B", b)) if has)
            rows.append((f"d{document}", order, "", " ".join(words), codes))
    units = pd.DataFrame(rows, columns=["doc_id", "order", "speaker", "text", "labels"])
    return import_module("comparison.sets").benchmark_set("invented", "invented", units, "labels", WordHashEmbedder())


@pytest.fixture
def drawn(drawing: ModuleType, tmp_path: Path) -> list[Any]:
    return list(drawing.drawn_studies(_set(), 4, tmp_path))


def test_untouched_transcripts_are_no_part_of_the_study(drawn: list[Any]) -> None:
    for study in drawn:
        own = {place[0] for place in study.held.places}
        assert len(own) == study.transcripts == 4
        assert not own & set(study.elsewhere.clusters)
    assert own | set(study.elsewhere.clusters) == {f"d{number}" for number in range(DOCUMENTS)}


def test_every_second_study_is_seen_with_twice_the_transcripts(drawn: list[Any]) -> None:
    assert [study.twice is not None for study in drawn] == [True, False, True, False]
    first = drawn[0]
    assert len(set(first.twice.clusters)) == 8
    assert {place[0] for place in first.held.places} < set(first.twice.clusters)


def test_a_drawn_study_is_kept_and_read_again(
    drawing: ModuleType, drawn: list[Any], tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(drawing, "_draw", None)  # would fail if called
    again = list(drawing.drawn_studies(_set(), 4, tmp_path))
    np.testing.assert_array_equal(again[1].held.probability, drawn[1].held.probability)


def test_what_is_said_is_held_against_what_became_of_it(drawn: list[Any]) -> None:
    codes, tables = import_module("verdict_parts.codes"), import_module("verdict_parts.tables")
    found = [code for study in drawn for code in codes.codes_of(study)]
    told = [code for code in found if code.verdict.code == "A"]
    assert {code.verdict.readiness for code in told} == {Readiness.READY}
    assert all(code.elsewhere > 0.9 for code in told)
    assert not any(code.verdict.readiness is Readiness.READY for code in found if code.verdict.code == "B")
    shipped = [line for line in tables.ready_table(found) if "as shipped" in line and "| all |" in line]
    assert f"| {len(told)} | 100%" in shipped[0]


@pytest.mark.slow
def test_codes_with_scores_at_random_pass_as_often_as_stated(drawing: ModuleType) -> None:
    scores = import_module("verdict_parts.random_scores")
    for transcripts in (3, 8):
        passed = np.mean([scores._passes(transcripts, 0.0, run) for run in range(300)], axis=0)
        assert passed[0] == pytest.approx(0.05, abs=0.035)
        learnable = np.mean([scores._passes(transcripts, 1.0, run) for run in range(100)], axis=0)
        assert learnable[0] >= learnable[1] - 0.05
