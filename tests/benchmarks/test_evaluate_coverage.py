"""The intervals of `evaluate` cover; benchmarks/EVALUATE_COVERAGE.md has more studies and more figures."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import numpy as np
import pytest
from support.places import BENCHMARKS


@pytest.fixture
def coverage(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return import_module("evaluate_coverage")


def test_simulated_studies_have_what_the_truth_is_of(coverage: ModuleType) -> None:
    known = coverage.truth(2000)
    large = coverage.study(1000, np.random.default_rng(5), known.thresholds)
    assert large.y.mean(axis=0) == pytest.approx(
        coverage.PREVALENCE, rel=0.35
    )  # the mean of a skewed share lies above its middle
    assert large.suggested.sum() / large.y.sum() == pytest.approx(coverage.SUGGESTED, rel=0.05)
    found = coverage.point_and_draws(large, 1, 0)[0]
    for name in ("macro_ap", "macro_f1", "pooled_kappa"):
        assert float(found[name]) == pytest.approx(known.of(name, np.arange(6)), abs=0.02)


def test_a_few_studies_mostly_cover(coverage: ModuleType) -> None:
    trials = coverage.trials(10, 20, 100, coverage.truth(1000))
    assert trials.covered.shape == (20, len(coverage.FIGURES))
    assert np.nanmean(trials.covered) > 0.85
    assert np.isnan(trials.covered[:, :3]).sum() == 0


@pytest.mark.slow
@pytest.mark.parametrize("transcripts", [8, 15])
def test_as_many_studies_cover_as_is_stated(coverage: ModuleType, transcripts: int) -> None:
    trials = coverage.trials(transcripts, 250, 150, coverage.truth(8000))
    covered = np.nanmean(trials.covered, axis=0)
    # 95 % and three standard errors of 250 studies; percentile intervals cover 84 % of macro-F1.
    assert ((covered > 0.91) & (covered < 0.995)).all()
