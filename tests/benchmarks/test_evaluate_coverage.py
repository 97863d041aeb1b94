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


@pytest.mark.parametrize("name", ["PLAIN", "UNEVEN"])
def test_simulated_studies_have_what_the_truth_is_of(coverage: ModuleType, name: str) -> None:
    design, designs = getattr(coverage, name), import_module("simulated.designs")
    known = coverage.truth(design, 2000)
    large = design.study(1000, np.random.default_rng(5), known.thresholds)
    # The mean of a skewed share lies above its middle.
    assert large.y.mean(axis=0) == pytest.approx(designs.PREVALENCE, rel=0.35)
    assert large.suggested.sum() / large.y.sum() == pytest.approx(designs.SUGGESTED, rel=0.05)
    found = designs.point_and_draws(large, 1, 0)[0]
    for figure in coverage.figures(design, known)[:3]:
        assert float(found[figure.name]) == pytest.approx(known.of(figure, np.arange(6)), abs=0.025)


def test_transcripts_of_one_study_differ_more_with_heavy_tails(coverage: ModuleType) -> None:
    rng = np.random.default_rng(0)
    largest = {
        design.name: np.mean([np.bincount(design.draw(15, rng)[2]).max() for _ in range(40)])
        for design in (coverage.PLAIN, coverage.UNEVEN)
    }
    assert largest["Heavy tails"] > 1.25 * largest["Normal effects"]


def test_misses_are_counted_on_the_side_where_they_lie(coverage: ModuleType) -> None:
    # Truth 0.5: an interval above it, one below, one around it, and a study without one.
    low, high = np.array([[0.6], [0.1], [0.4], [np.nan]]), np.array([[0.9], [0.4], [0.7], [np.nan]])
    found = coverage.Trials(np.array([[0.2], [-0.2], [0.0], [0.1]]), 0.5 - low, high - 0.5)
    assert (found.flattering[0], found.modest[0], found.covered[0]) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert (found.stated[0], found.scored[0]) == (3, 4)


def test_a_few_studies_mostly_cover(coverage: ModuleType) -> None:
    design = coverage.PLAIN
    found = coverage.trials(design, coverage.truth(design, 1000), 10, 20, 100)
    assert found.error.shape == (20, 9)
    assert np.mean(found.covered) > 0.85
    assert (found.stated[:3] == 20).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["PLAIN", "UNEVEN"])
@pytest.mark.parametrize("transcripts", [5, 15])
def test_as_many_studies_cover_as_is_stated(coverage: ModuleType, name: str, transcripts: int) -> None:
    design = getattr(coverage, name)
    found = coverage.trials(design, coverage.truth(design, 8000), transcripts, 400, 150)
    # 93 to 97 %, and as far as three standard errors of so many intervals reach; percentile intervals cover 84 % of macro-F1.
    slack = 3 * np.sqrt(0.95 * 0.05 / found.stated)
    assert ((found.covered > 0.93 - slack) & (found.covered < 0.97 + slack)).all()
    assert (found.flattering < 0.04 + slack).all()
