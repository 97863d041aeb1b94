"""Where a probability becomes a suggestion."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.learning.assessment import thresholds
from secondcoder.learning.assessment.thresholds import (
    MOST_FOR_F1,
    MOST_FOR_KAPPA,
    PRIOR_EXAMPLES,
    best_thresholds,
    expected_labels,
    f1_thresholds,
    kappa,
    kappa_thresholds,
    with_parents,
)
from sklearn.metrics import cohen_kappa_score, f1_score


def _threshold(probability: np.ndarray, y: np.ndarray, known: np.ndarray | None = None) -> float:
    seen = np.ones(len(y), dtype=bool) if known is None else known
    return float(f1_thresholds(probability[:, None], y[:, None], seen[:, None])[0])


def _target(probability: np.ndarray, y: np.ndarray) -> np.ndarray:
    trust = y.sum() / (y.sum() + PRIOR_EXAMPLES)
    return trust * y + (1 - trust) * probability


def _expected_f1(probability: np.ndarray, y: np.ndarray, threshold: float) -> float:
    target, suggested = _target(probability, y), probability >= threshold
    return float(2 * target[suggested].sum() / (suggested.sum() + target.sum()))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("decimals", [1, 6])  # one decimal makes many ties
def test_no_other_bearable_threshold_expects_a_higher_f1(seed, decimals):
    rng = np.random.default_rng(seed)
    probability = rng.beta(1, 2, 12).round(decimals)
    y = rng.random(12) < probability
    most = MOST_FOR_F1 * _target(probability, y).sum()
    best = max(
        _expected_f1(probability, y, cut) for cut in np.unique(probability) if (probability >= cut).sum() <= most
    )
    assert _expected_f1(probability, y, _threshold(probability, y)) == pytest.approx(best)


def test_a_code_hard_to_tell_is_not_suggested_nearly_everywhere():
    rng = np.random.default_rng(0)
    probability, y = rng.uniform(0.09, 0.11, 400), rng.random(400) < 0.1
    assert (probability >= _threshold(probability, y)).sum() <= 2.2 * y.sum()


def test_nothing_is_suggested_where_the_likeliest_are_too_many_to_tell_apart():
    probability, y = np.full(100, 0.05), np.arange(100) < 5
    assert _threshold(probability, y) > 0.05


@pytest.mark.parametrize("seed", range(3))
def test_with_many_positives_it_is_nearly_the_best_for_the_labels(seed):
    rng = np.random.default_rng(seed)
    probability = rng.beta(0.5, 1.5, 600)
    y = rng.random(600) < probability
    best = max(f1_score(y, probability >= cut) for cut in np.linspace(0.05, 0.95, 91))
    assert f1_score(y, probability >= _threshold(probability, y)) > best - 0.02


def test_one_stray_positive_at_the_bottom_does_not_suggest_everything():
    probability = np.linspace(0.01, 0.3, 200)
    y = np.zeros(200, dtype=bool)
    y[0] = True
    assert 0.05 < _threshold(probability, y) < 0.3


def test_one_stray_positive_at_the_top_does_not_shut_out_the_likely_rest():
    probability = np.append(np.full(30, 0.6), [0.01] * 170 + [0.61])
    y = np.arange(201) == 200
    assert _threshold(probability, y) < 0.6


def test_without_positives_the_probabilities_decide():
    probability = np.array([0.9, 0.8, 0.1, 0.05])
    assert _threshold(probability, np.zeros(4, dtype=bool)) == pytest.approx(0.45)


def test_it_lies_between_two_probabilities_not_on_one():
    probability, y = np.array([0.9, 0.7, 0.2, 0.1] * 20), np.array([True, True, False, False] * 20)
    assert _threshold(probability, y) == pytest.approx(0.45)


def test_unknown_rows_have_no_say():
    rng = np.random.default_rng(5)
    probability, known = rng.random(50), rng.random(50) < 0.5
    y = rng.random(50) < probability
    assert _threshold(probability, y, known) == _threshold(probability, y ^ ~known, known)
    assert _threshold(probability, y, known) == _threshold(probability[known], y[known])


def test_a_code_nobody_looked_for_gets_a_middling_threshold():
    assert _threshold(np.array([0.2, 0.9]), np.array([True, False]), np.zeros(2, dtype=bool)) == 0.5


def test_exactly_two_suggestions_for_each_expected_mark_are_allowed():
    # One mark is expected; two suggestions hold .875 of it, an F1 of .58 instead of .5.
    assert _threshold(np.array([0.5, 0.375, 0.125]), np.zeros(3, dtype=bool)) == pytest.approx(0.25)


def _drawn(y: np.ndarray) -> np.ndarray:
    """The weights by which transcripts are drawn, for each cell of (n, k) labels."""
    return np.repeat(thresholds._drawn_weights(_groups(len(y))), y.shape[1], axis=1)


def _groups(rows: int, number: int = 10) -> list[str]:
    return [f"t{at % number}" for at in range(rows)]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("decimals", [1, 6])
def test_no_other_threshold_has_a_higher_kappa(seed, decimals):
    """Against scikit-learn's kappa at every threshold there is, with weights."""
    rng = np.random.default_rng(seed)
    probability, weight = rng.beta(1, 2, 30).round(decimals), rng.integers(1, 4, 30).astype(float)
    y = rng.random(30) < probability
    found = best_thresholds(probability, y.astype(float), weight[None], kappa, np.inf)[0]
    tried = [*np.unique(probability), 2.0]
    kappas = [np.nan_to_num(cohen_kappa_score(y, probability >= cut, sample_weight=weight)) for cut in tried]
    assert cohen_kappa_score(y, probability >= found, sample_weight=weight) == pytest.approx(max(kappas))


def test_it_suggests_about_as_often_as_people_mark():
    rng = np.random.default_rng(3)
    probability = rng.beta(0.4, 4, (2000, 3))
    y = rng.random((2000, 3)) < probability
    chosen = kappa_thresholds(probability, y.astype(float), np.ones_like(y), _groups(2000))
    per_mark = (probability >= chosen).sum() / y.sum()
    assert 0.8 < per_mark < 1.3
    assert per_mark < (probability >= f1_thresholds(probability, y, np.ones_like(y))).sum() / y.sum()


def test_a_code_hard_to_tell_is_suggested_hardly_more_often_than_marked():
    rng = np.random.default_rng(0)
    probability, y = rng.uniform(0.09, 0.11, (400, 1)), rng.random((400, 1)) < 0.1
    chosen = kappa_thresholds(probability, y.astype(float), np.ones_like(y), _groups(400))
    # The common threshold of a single code, of which it takes a fifth, has no bound.
    assert (probability >= chosen).sum() <= 1.3 * MOST_FOR_KAPPA * y.sum()


def test_the_more_marks_a_code_has_the_nearer_it_stands_to_the_common_threshold(monkeypatch):
    """Pooled kappa, where each suggestion counts alike, is the affair of codes with many marks. Codes alike but for one with few."""
    rng = np.random.default_rng(8)
    often = rng.beta(1, 3, (2000, 4))
    rare = np.where(np.arange(2000) % 40 == 0, often[:, 0], 0.02)
    probability = np.column_stack([often, rare])
    y = rng.random(probability.shape) < probability
    known = np.ones_like(y)
    odds = []
    for share in (1e9, 4.0):  # of the code's own: all of it, and as it ships
        monkeypatch.setattr(thresholds, "OWN_SHARE", share)
        chosen = kappa_thresholds(probability, y.astype(float), known, _groups(2000))
        odds.append(np.log(chosen / (1 - chosen)))
    common = thresholds._steady(probability[known], expected_labels(probability, y, known)[known], _drawn(y), np.inf)
    moved = (odds[1] - odds[0]) / (common - odds[0])
    assert moved[:4] == pytest.approx(
        0.24, abs=0.02
    )  # marks / (marks + 4 mean marks) of codes with 1.25 times the mean
    assert 0 <= moved[4] < 0.05


def test_without_examples_the_probabilities_decide_and_without_looks_the_other_codes():
    rng = np.random.default_rng(4)
    probability = rng.beta(1, 5, (600, 3))
    y = rng.random((600, 3)) < probability
    y[:, 1:] = False
    known = np.ones_like(y)
    known[:, 2] = False
    chosen = kappa_thresholds(probability, y.astype(float), known, _groups(600))
    likely = np.sort(probability[:, 1])[::-1]
    assert likely[int(MOST_FOR_KAPPA * probability[:, 1].sum()) + 1] < chosen[1] < 0.9
    assert probability[:, 0].min() < chosen[2] < probability[:, 0].max()


def test_where_nobody_looked_for_any_code_thresholds_are_middling():
    nobody = np.zeros((6, 2), dtype=bool)
    np.testing.assert_allclose(kappa_thresholds(np.full((6, 2), 0.1), nobody.astype(float), nobody, _groups(6, 1)), 0.5)


def test_of_one_transcript_the_thresholds_are_those_of_its_passages():
    """Whatever it weighs, so that nothing is steadied."""
    rng = np.random.default_rng(2)
    probability = rng.beta(1, 3, (80, 1))
    y = (rng.random((80, 1)) < probability).astype(float)
    target = expected_labels(probability, y, y >= 0)[:, 0]
    own, common = (
        best_thresholds(probability[:, 0], target, np.ones((1, 80)), kappa, most)[0]
        for most in (MOST_FOR_KAPPA, np.inf)
    )
    found = kappa_thresholds(probability, y, y >= 0, ["t"] * 80)[0]
    assert min(own, common) - 1e-9 <= found <= max(own, common) + 1e-9


def test_one_transcript_with_much_of_a_code_hardly_moves_it():
    """The best single place hangs on few passages; the mean over drawn transcripts does not."""
    moved = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        probability = rng.beta(0.5, 5, (300, 1))
        y = rng.random((300, 1)) < probability
        pairs = []
        for rows in (np.arange(300), np.flatnonzero(np.arange(300) % 10 != 0)):
            part, marks = probability[rows], y[rows].astype(float)
            groups = [f"t{at % 10}" for at in rows.tolist()]
            single = best_thresholds(part[:, 0], marks[:, 0], np.ones((1, len(rows))), kappa, MOST_FOR_KAPPA)[0]
            pairs.append([single, kappa_thresholds(part, marks, np.ones_like(marks, dtype=bool), groups)[0]])
        moved.append(np.abs(np.diff(np.log(pairs), axis=0))[0])
    single, steadied = np.mean(moved, axis=0)
    assert steadied < single


def test_a_sub_constructs_threshold_is_no_lower_than_its_constructs():
    chosen, parent = np.array([0.4, 0.1, 0.5, 0.05]), np.array([-1, 0, 0, -1])
    found = with_parents(chosen, parent, np.array([99.0, 0.0, 5.0, 3.0]))
    assert found[0] == found[1]
    assert 0.35 < found[0] < 0.4  # the construct has nearly all of the marks
    np.testing.assert_allclose(found[2:], chosen[2:])
    np.testing.assert_array_equal(with_parents(chosen, np.full(4, -1), np.ones(4)), chosen)
