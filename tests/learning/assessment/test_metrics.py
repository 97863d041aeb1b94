"""Every figure against scikit-learn's, intervals by cluster, and undefined where it is undefined."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from secondcoder.learning.assessment.metrics import NAMES, Held, _figures, point_and_interval, without_each
from sklearn import metrics as reference

OVERALL = ("macro_f1", "micro_f1", "macro_ap", "pooled_kappa")


def _held(seed: int = 0, n: int = 200, k: int = 3, clusters: int = 20) -> Held:
    rng = np.random.default_rng(seed)
    probability = rng.random((n, k)).round(1)  # ties
    y = rng.random((n, k)) < probability * [0.9, 0.4, 0.2]
    known = rng.random((n, k)) < 0.8
    return Held(probability, probability >= [0.5, 0.6, 0.8], y, known, [f"c{row % clusters}" for row in range(n)])


def _one(y: list[int], suggested: list[int], probability: list[float] | None = None) -> Held:
    said = np.array([suggested], dtype=bool).T
    score = said.astype(float) if probability is None else np.array([probability]).T
    return Held(score, said, np.array([y], dtype=bool).T, np.ones_like(said), [f"c{row}" for row in range(len(y))])


@pytest.mark.parametrize("seed", range(4))
def test_figures_of_a_code_are_scikit_learns_on_its_known_rows(seed):
    held = _held(seed)
    point, _ = point_and_interval(held, 1, 0)
    for j, seen in enumerate(held.known.T):
        y, said = held.y[seen, j], held.suggested[seen, j]
        assert point["precision"][j] == pytest.approx(reference.precision_score(y, said))
        assert point["recall"][j] == pytest.approx(reference.recall_score(y, said))
        assert point["f1"][j] == pytest.approx(reference.f1_score(y, said))
        assert point["kappa"][j] == pytest.approx(reference.cohen_kappa_score(y, said))
        expected = reference.average_precision_score(y, held.probability[seen, j])
        assert point["average_precision"][j] == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(4))
def test_overall_figures_are_scikit_learns(seed):
    held = _held(seed)
    point, _ = point_and_interval(held, 1, 0)
    y, said = held.y[held.known], held.suggested[held.known]
    assert point["micro_f1"] == pytest.approx(reference.f1_score(y, said))
    assert point["pooled_kappa"] == pytest.approx(reference.cohen_kappa_score(y, said))
    assert point["macro_f1"] == pytest.approx(point["f1"].mean())
    assert point["macro_ap"] == pytest.approx(point["average_precision"].mean())


def test_unknown_rows_never_enter():
    held = _held()
    rng = np.random.default_rng(9)
    noise = rng.random(held.y.shape)
    other = replace(
        held,
        y=np.where(held.known, held.y, ~held.y),
        suggested=np.where(held.known, held.suggested, ~held.suggested),
        probability=np.where(held.known, held.probability, noise),
    )
    for one, two in zip(point_and_interval(held, 50, 0), point_and_interval(other, 50, 0), strict=True):
        for name in one:
            np.testing.assert_array_equal(one[name], two[name])


def test_a_cluster_drawn_twice_counts_as_its_segments_twice():
    held = _held(clusters=3)
    twice = np.concatenate([np.arange(200), np.flatnonzero(np.arange(200) % 3 == 1)])
    doubled = Held(
        *(table[twice] for table in (held.probability, held.suggested, held.y, held.known)), ["all"] * len(twice)
    )
    weighted = _figures(held, np.arange(200) % 3, np.array([[1.0, 1.0, 1.0], [1.0, 2.0, 1.0]]))
    expected, _ = point_and_interval(doubled, 1, 0)
    plain, _ = point_and_interval(held, 1, 0)
    for name in (*NAMES, *OVERALL):
        np.testing.assert_allclose(weighted[name][0], plain[name])
        np.testing.assert_allclose(weighted[name][1], expected[name])


def test_leaving_each_cluster_out_is_measuring_on_the_others():
    held = _held(clusters=4)
    left = without_each(held)
    for number in range(4):
        rows = np.flatnonzero(np.arange(200) % 4 != number)
        tables = (table[rows] for table in (held.probability, held.suggested, held.y, held.known))
        others, _ = point_and_interval(Held(*tables, ["all"] * len(rows)), 1, 0)
        for name in (*NAMES, *OVERALL):
            np.testing.assert_allclose(left[name][number], others[name])


def test_with_one_cluster_every_draw_is_the_point():
    held = replace(_held(), clusters=["only"] * 200)
    point, interval = point_and_interval(held, 20, 0)
    for name in (*NAMES, *OVERALL):
        np.testing.assert_allclose(interval[name], np.stack([point[name]] * 2))


def _width(held: Held, name: str) -> float:
    low, high = point_and_interval(held, 600, 1)[1][name]
    return float(high - low)


@pytest.mark.parametrize("name", OVERALL)
def test_repeating_segments_within_transcripts_does_not_narrow_the_interval(name):
    held = _held(clusters=25)
    rows = np.repeat(np.arange(200), 4)
    tables = [table[rows] for table in (held.probability, held.suggested, held.y, held.known)]
    within = Held(*tables, [held.clusters[row] for row in rows])
    as_if_new = Held(*tables, [f"c{row}" for row in range(800)])
    assert _width(within, name) == pytest.approx(_width(held, name), rel=0.05)
    assert _width(as_if_new, name) < 0.7 * _width(held, name)


def test_same_seed_same_interval():
    one, two = point_and_interval(_held(), 50, 3)[1], point_and_interval(_held(), 50, 3)[1]
    for name in one:
        np.testing.assert_array_equal(one[name], two[name])


@pytest.mark.parametrize(
    ("y", "suggested", "undefined"),
    [
        ([0, 0, 0], [0, 1, 0], {"recall", "f1", "average_precision"}),
        ([1, 0, 0], [0, 0, 0], {"precision"}),
        ([0, 0, 0], [0, 0, 0], {"precision", "recall", "f1", "average_precision", "kappa"}),
        ([1, 1, 1], [1, 1, 1], {"kappa"}),
        ([1, 0, 1], [1, 0, 1], set()),
    ],
)
def test_what_is_undefined_is_nan_and_nothing_else_is(y, suggested, undefined):
    point, _ = point_and_interval(_one(y, suggested), 10, 0)
    assert {name for name in NAMES if np.isnan(point[name][0])} == undefined


def test_a_mean_over_codes_leaves_the_undefined_out():
    defined, without = _one([1, 0, 1], [1, 0, 0]), _one([0, 0, 0], [0, 1, 0])
    tables = [
        np.hstack([getattr(one, name) for one in (defined, without)])
        for name in ("probability", "suggested", "y", "known")
    ]
    point, _ = point_and_interval(Held(*tables, defined.clusters), 10, 0)
    assert point["macro_f1"] == pytest.approx(2 / 3)
    assert point["macro_ap"] == pytest.approx(reference.average_precision_score([1, 0, 1], [1, 0, 0]))


def test_no_interval_where_many_draws_leave_a_figure_undefined():
    one_transcript_has_it = _one([1, 0, 0, 0, 0], [1, 0, 1, 0, 0])
    _, interval = point_and_interval(one_transcript_has_it, 200, 0)
    assert np.isnan(interval["average_precision"]).all()
    assert not np.isnan(point_and_interval(_held(), 200, 0)[1]["average_precision"]).any()
