"""Every figure against scikit-learn's, intervals by cluster, and undefined where it is undefined."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import t as student
from secondcoder.learning.assessment.metrics import NAMES, LabelledPredictions, estimate, leave_one_out, point_and_draws
from secondcoder.statistics.classification import lowest_kappa
from secondcoder.statistics.cluster_bootstrap import TOO_WIDE, draw_clusters, effective_clusters, interval_of
from secondcoder.statistics.jackknife import jackknife_error
from sklearn import metrics as reference

OVERALL = ("macro_f1", "micro_f1", "macro_ap", "pooled_kappa")


def _held(seed: int = 0, n: int = 200, k: int = 3, clusters: int = 20) -> LabelledPredictions:
    rng = np.random.default_rng(seed)
    probability = rng.random((n, k)).round(1)  # ties
    y = rng.random((n, k)) < probability * [0.9, 0.4, 0.2]
    known = rng.random((n, k)) < 0.8
    return LabelledPredictions(
        probability, probability >= [0.5, 0.6, 0.8], y, known, [f"c{row % clusters}" for row in range(n)]
    )


def _point(held: LabelledPredictions) -> dict[str, np.ndarray]:
    return point_and_draws(held, 1, 0)[0]


def _one(y: list[int], suggested: list[int], probability: list[float] | None = None) -> LabelledPredictions:
    said = np.array([suggested], dtype=bool).T
    score = said.astype(float) if probability is None else np.array([probability]).T
    return LabelledPredictions(
        score, said, np.array([y], dtype=bool).T, np.ones_like(said), [f"c{row}" for row in range(len(y))]
    )


@pytest.mark.parametrize("seed", range(4))
def test_figures_of_a_code_are_scikit_learns_on_its_known_rows(seed):
    held = _held(seed)
    point = _point(held)
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
    point = _point(held)
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
    one, two = estimate(held, 50, 0), estimate(other, 50, 0)
    for name in one.point:
        np.testing.assert_array_equal(one.point[name], two.point[name])
        np.testing.assert_array_equal(one.interval[name], two.interval[name])


def test_a_bootstrap_round_is_the_figure_of_the_clusters_drawn():
    held = _held(clusters=5)
    _, drawn = point_and_draws(held, 4, 0)
    times = draw_clusters(np.ones(5), np.ones(5), 4, 0).weights[:4]
    for number, weights in enumerate(times.astype(int)):
        rows = np.concatenate([np.flatnonzero(np.arange(200) % 5 == at) for at in range(5) for _ in range(weights[at])])
        tables = (table[rows] for table in (held.probability, held.suggested, held.y, held.known))
        expected = _point(LabelledPredictions(*tables, ["all"] * len(rows)))
        for name in (*NAMES, *OVERALL):
            np.testing.assert_allclose(drawn[name][number], expected[name])


def test_leaving_each_cluster_out_is_measuring_on_the_others():
    held = _held(clusters=4)
    left = leave_one_out(held)
    for number in range(4):
        rows = np.flatnonzero(np.arange(200) % 4 != number)
        tables = (table[rows] for table in (held.probability, held.suggested, held.y, held.known))
        others = _point(LabelledPredictions(*tables, ["all"] * len(rows)))
        for name in (*NAMES, *OVERALL):
            np.testing.assert_allclose(left[name][number], others[name])


@pytest.mark.parametrize("clusters", [1, 2])
def test_one_or_two_clusters_give_no_interval_but_the_reason(clusters):
    estimates = estimate(_held(clusters=clusters), 20, 0)
    for name in (*NAMES, *OVERALL):
        assert np.isnan(estimates.interval[name]).all()
        assert all("cannot show how much clusters vary" in reason for reason in estimates.reason[name])


def test_the_interval_is_that_of_the_cluster_bootstrap_on_the_range_of_the_figure():
    held = _held(clusters=14)
    estimates = estimate(held, 200, 3)
    for name, low in (("macro_ap", 0.0), ("pooled_kappa", -1.0)):
        marks = np.array([(held.y & held.known)[np.arange(200) % 14 == at].sum() for at in range(14)])
        # Clusters are numbered in the order of their names, in which c10 comes before c2.
        order = np.argsort([f"c{at}" for at in range(14)])
        draws = draw_clusters(np.ones(14), marks[order], 200, 3)
        values = np.concatenate([estimates.draws[name], leave_one_out(held)[name]])
        expected = interval_of(float(estimates.point[name]), values, draws, (low, 1.0))
        assert estimates.interval[name] == pytest.approx(expected.ends)


def test_the_range_of_a_codes_kappa_is_what_its_marks_allow():
    held = _held(clusters=14)
    estimates = estimate(held, 200, 3)
    for j, seen in enumerate(held.known.T):
        table = reference.confusion_matrix(held.y[seen, j], held.suggested[seen, j]).astype(float)
        place = np.arange(200) % 14
        order = np.argsort([f"c{at}" for at in range(14)])
        draws = draw_clusters(np.ones(14), np.bincount(place, held.y[:, j] & seen, 14)[order], 200, 3)
        values = np.concatenate([estimates.draws["kappa"], leave_one_out(held)["kappa"]])[:, j]
        bounds = (float(lowest_kappa(table)), 1.0)
        assert -1 < bounds[0] < 0
        expected = interval_of(float(estimates.point["kappa"][j]), values, draws, bounds)
        assert estimates.interval["kappa"][:, j] == pytest.approx(expected.ends)


def test_the_degrees_of_freedom_of_a_code_are_the_effective_clusters_that_carry_it_less_one():
    held = _held(clusters=12)
    only_in_four = held.y & (np.arange(200) % 12 < 4)[:, None]
    held = replace(held, y=only_in_four)
    estimates = estimate(held, 300, 0)
    bootstrap = np.nanvar(estimates.draws["recall"][:, 0]) * 12 / 11
    spread = np.sqrt((bootstrap + jackknife_error(leave_one_out(held)["recall"][:, 0]) ** 2) / 2)
    recall = float(estimates.point["recall"][0])
    marks = (only_in_four & held.known)[:, 0]
    effective = effective_clusters(np.bincount(np.arange(200) % 12, marks))
    assert 3 < effective <= 4
    width = student.ppf(0.975, effective - 1) * spread / (recall * (1 - recall))
    expected = expit(logit(recall) + np.array([-width, width]))
    assert estimates.interval["recall"][:, 0] == pytest.approx(expected)


def test_every_figure_has_an_interval_or_a_reason_or_is_undefined():
    held = _held(clusters=6)
    y = held.y.copy()
    y[:, 0], y[:, 1] = False, held.suggested[:, 1]  # never given; always as suggested
    estimates = estimate(replace(held, y=y), 100, 0)
    for name in NAMES:
        low, high = estimates.interval[name]
        for j, reason in enumerate(estimates.reason[name]):
            if np.isnan(estimates.point[name][j]):
                assert (np.isnan(low[j]), reason) == (True, "")
            elif reason:
                assert np.isnan(low[j])
                assert np.isnan(high[j])
            else:
                assert -1 <= low[j] < estimates.point[name][j] < high[j] <= 1
    assert "the same value" in estimates.reason["f1"][1]


def test_an_interval_over_nearly_everything_is_refused_with_the_reason():
    y, said = [1, 1, 0, 0, 1, 0, 1, 0], [1, 0, 1, 0, 0, 1, 1, 1]
    estimates = estimate(_one(y, said), 300, 0)
    assert np.isnan(estimates.interval["kappa"]).all()
    assert estimates.reason["kappa"] == (TOO_WIDE,)


def _width(held: LabelledPredictions, name: str) -> float:
    low, high = estimate(held, 600, 1).interval[name]
    return float(high - low)


@pytest.mark.parametrize("name", OVERALL)
def test_repeating_segments_within_transcripts_does_not_narrow_the_interval(name):
    held = _held(clusters=25)
    rows = np.repeat(np.arange(200), 4)
    tables = [table[rows] for table in (held.probability, held.suggested, held.y, held.known)]
    within = LabelledPredictions(*tables, [held.clusters[row] for row in rows])
    as_if_new = LabelledPredictions(*tables, [f"c{row}" for row in range(800)])
    assert _width(within, name) == pytest.approx(_width(held, name), rel=0.05)
    assert _width(as_if_new, name) < 0.7 * _width(held, name)


def test_same_seed_same_interval():
    one, two = estimate(_held(), 50, 3).interval, estimate(_held(), 50, 3).interval
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
    point = _point(_one(y, suggested))
    assert {name for name in NAMES if np.isnan(point[name][0])} == undefined


def test_a_mean_over_codes_leaves_the_undefined_out():
    defined, without = _one([1, 0, 1], [1, 0, 0]), _one([0, 0, 0], [0, 1, 0])
    tables = [
        np.hstack([getattr(one, name) for one in (defined, without)])
        for name in ("probability", "suggested", "y", "known")
    ]
    point = _point(LabelledPredictions(*tables, defined.clusters))
    assert point["macro_f1"] == pytest.approx(2 / 3)
    assert point["macro_ap"] == pytest.approx(reference.average_precision_score([1, 0, 1], [1, 0, 0]))


def test_no_interval_where_many_rounds_leave_a_figure_undefined():
    one_transcript_has_it = estimate(_one([1, 0, 0, 0, 0], [1, 0, 1, 0, 0]), 200, 0)
    assert np.isnan(one_transcript_has_it.interval["average_precision"]).all()
    assert "undefined in" in one_transcript_has_it.reason["average_precision"][0]
    assert not np.isnan(estimate(_held(), 200, 0).interval["average_precision"]).any()
