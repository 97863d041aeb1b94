"""Corrected counts cover where plain ones do not; benchmarks/CORRECTED_COUNTS.md has more studies."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import numpy as np
import pytest
from secondcoder.statistics.design_based import Limits
from support.places import BENCHMARKS


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return import_module("corrected_counts")


@pytest.mark.parametrize("model", ["weak", "good", "misses much"])
def test_simulated_studies_are_what_the_page_says(counts: ModuleType, model: str) -> None:
    rng = np.random.default_rng(2)
    studies = [counts._study(counts.Cell(0.1, 40, 100, model), rng) for _ in range(25)]
    y, suggested = (np.concatenate([getattr(one, name) for one in studies]) for name in ("y", "suggested"))
    recall, precision = import_module("simulated.counted_studies").MODELS[model]
    assert y.mean() == pytest.approx(0.1, rel=0.07)
    assert suggested[y].mean() == pytest.approx(recall, abs=0.03)
    # Transcripts with many errors weigh in the precision of all, so that it lies somewhat off that of a typical one.
    assert y[suggested].mean() == pytest.approx(precision, abs=0.05)
    assert [int(one.units.drawn.sum()) for one in studies] == [100] * 25


def test_transcripts_coded_by_hand_are_not_drawn_from(counts: ModuleType) -> None:
    study = counts._study(counts.Cell(0.1, 15, 40, "fair", 5), np.random.default_rng(3))
    units = study.units
    whole = {at for at in range(15) if units.coded[units.cluster == at].all()}
    assert len(whole) == 5
    assert not whole & {*units.cluster[units.drawn].tolist()}


def test_an_interval_holds_its_ends(counts: ModuleType) -> None:
    limits = Limits(0.2, 0.1, 0.4)
    assert [counts.Interval(limits, at).holds for at in (0.1, 0.4, 0.05, 0.41)] == [True, True, False, False]


def test_the_page_has_a_row_for_every_cell(counts: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "PREVALENCES", (0.3,))
    monkeypatch.setattr(counts, "tell", lambda _: None)
    lines = [*counts.report(2, [8], [40])]
    assert sum(line.startswith("| 8, 40 |") for line in lines) == len(counts.TABLES)
    assert sum(line.startswith("| 8, 100 |") for line in lines) == len(counts.TABLES)
    assert any(line.startswith("- useless: ") for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("prevalence", "transcripts", "model"), [(0.03, 15, "misses much"), (0.1, 8, "fair"), (0.3, 40, "good")]
)
def test_corrected_counts_cover_and_are_narrower_than_the_sample_alone(
    counts: ModuleType, prevalence: float, transcripts: int, model: str
) -> None:
    found = counts.trials(counts.Cell(prevalence, transcripts, 100, model), 400)
    for name in ("these", "such", "difference", "difference such"):
        # 95 % less three standard errors of 400 studies.
        assert found.covered[name] > 0.917
    # Where a model errs as often in one way as in the other, the plain count is right by luck.
    assert found.covered["plain"] < 0.9 or model in ("fair", "good")
    assert found.width["these"] < found.width["alone"]
