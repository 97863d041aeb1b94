"""The area under the ROC curve with its limits, against scikit-learn, all pairs, and simulated transcripts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logit, ndtr, stdtrit
from secondcoder.statistics.roc_area import area_difference, area_under_curve
from sklearn.metrics import roc_auc_score


def _drawn(seed: int, n: int = 200, groups: int = 10):
    rng = np.random.default_rng(seed)
    y, cluster = rng.random(n) < 0.3, rng.integers(0, groups, n)
    return np.round(rng.standard_normal(n) + y, 1), y, cluster


@pytest.mark.parametrize("seed", range(5))
def test_the_area_is_that_of_scikit_learn_ties_included(seed):
    score, y, cluster = _drawn(seed)
    assert area_under_curve(score, y, ~y, cluster).value == pytest.approx(roc_auc_score(y, score))


def test_with_a_passage_a_cluster_the_variance_is_that_of_delong():
    # DeLong et al 1988 by all pairs: S10 / m + S01 / n.
    score, y, _ = _drawn(1, n=400)
    higher = (score[y][:, None] > score[~y]) + 0.5 * (score[y][:, None] == score[~y])
    delong = higher.mean(1).var(ddof=1) / y.sum() + higher.mean(0).var(ddof=1) / (~y).sum()
    bounds = area_under_curve(score, y, ~y, np.arange(len(y)))
    t = stdtrit(min(y.sum(), (~y).sum()) - 1, 0.95)
    area = bounds.value
    half = (logit(bounds.high) - logit(bounds.low)) / 2 * area * (1 - area)
    assert half / t == pytest.approx(np.sqrt(delong), rel=0.01)


def test_limits_miss_the_truth_about_as_often_as_they_say():
    # The marked lie a standard deviation above the others, by half of one more or less from transcript to transcript.
    rng, missed, rounds = np.random.default_rng(0), 0, 400
    truth = ndtr(1 / np.sqrt(1 + 1 + 0.25))
    for _ in range(rounds):
        cluster = np.repeat(np.arange(12), 20)
        y = rng.random(240) < 0.25
        shift = 1 + 0.5 * rng.standard_normal(12)[cluster]
        missed += area_under_curve(rng.standard_normal(240) + shift * y, y, ~y, cluster).low > truth
    assert 0.02 < missed / rounds < 0.09


def test_a_score_beside_itself_differs_by_nothing():
    score, y, cluster = _drawn(2)
    assert area_difference(score, score, y, ~y, cluster) == (0, 0, 0)


def test_the_difference_turns_its_sign_with_the_order():
    score, y, cluster = _drawn(3)
    other = np.random.default_rng(9).standard_normal(len(score))
    one, back = area_difference(score, other, y, ~y, cluster), area_difference(other, score, y, ~y, cluster)
    assert one.value == pytest.approx(-back.value)
    assert (one.low, one.high) == pytest.approx((-back.high, -back.low))
    assert one.low > 0  # a score that knows, beside one that does not


def test_two_transcripts_say_nothing_of_how_transcripts_differ():
    score, y, _ = _drawn(4)
    bounds = area_under_curve(score, y, ~y, np.arange(len(y)) % 2)
    assert np.isnan(bounds.low)
    assert np.isnan(bounds.high)
    assert not np.isnan(bounds.value)


def test_without_passages_of_one_kind_there_is_no_area():
    score, y, cluster = _drawn(5)
    assert np.isnan(area_under_curve(score, y & False, ~y, cluster)).all()
