"""The pages' intervals are secondcoder's own, column by column; a paired difference cancels what both methods share."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import numpy as np
import pytest
from secondcoder.learning.assessment.metrics import LabelledPredictions, estimate
from secondcoder.statistics.cluster_bootstrap import interval_from
from support.places import BENCHMARKS


@pytest.fixture
def intervals(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return import_module("intervals")


def _held(seed: int = 0) -> LabelledPredictions:
    rng = np.random.default_rng(seed)
    y = rng.random((300, 3)) < 0.3
    score = y + rng.normal(size=y.shape)
    return LabelledPredictions(score, score > 0.7, y, rng.random(y.shape) < 0.9, [f"d{at // 20}" for at in range(300)])


def test_a_page_says_of_macro_figures_what_evaluate_says(intervals: ModuleType) -> None:
    held = _held()
    found = estimate(held, 100, 3)
    for name, low in (("macro_ap", 0.0), ("macro_f1", 0.0), ("pooled_kappa", -1.0)):
        ends = intervals.interval(found.point[name], found.draws[name], *intervals.documents(held), (low, 1.0))
        np.testing.assert_allclose(ends, found.interval[name])


def test_a_table_of_figures_is_its_columns(intervals: ModuleType) -> None:
    rng = np.random.default_rng(1)
    point, clusters, effective = np.array([0.4, np.nan, 0.9]), np.array([12, 12, 8]), np.array([9.5, 9.5, 2.0])
    draws = point + rng.normal(0, 0.02, (200, 3))
    ends = intervals.interval(point, draws, clusters, effective)
    assert ends[:, 0] == pytest.approx(interval_from(0.4, draws[:, 0], 12, 9.5, (0.0, 1.0)).ends)
    assert np.isnan(ends[:, 1:]).all()  # undefined; two effective documents


def test_a_paired_difference_is_antisymmetric_and_loses_what_is_shared(intervals: ModuleType) -> None:
    rng = np.random.default_rng(2)
    shared, own = rng.normal(0, 0.1, 500), rng.normal(0, 0.01, 500)
    one, other = (0.5, 0.5 + shared + own), (0.4, 0.4 + shared)
    value, low, high = intervals.paired(one, other, 20)
    assert value == pytest.approx(0.1)
    assert high - low < 0.06  # the shared part alone would make it 0.4
    np.testing.assert_allclose(intervals.paired(other, one, 20), [-value, -high, -low])
    assert intervals.in_words(intervals.paired(one, one, 20)) == "+0.000 (no interval)"
