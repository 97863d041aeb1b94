"""Scorers as evidence: kept for codes that they help, calibrated, dropped otherwise; slopes as other implementations have them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize
from secondcoder.errors import ModelError
from secondcoder.learning.cross_validation import cross_validate
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from secondcoder.learning.stacked_kernels.scorer_evidence import code_slopes, common_slope, fit_scorers
from sklearn.metrics import average_precision_score
from support.invented_scorers import hearing, scorer_on
from support.planted import CODES, planted

TALK, UNSEEN = planted(transcripts=10, length=25), planted(transcripts=6, length=25, seed=1)
BLURRED = TALK.with_labels(TALK.labels.y ^ (np.random.default_rng(3).random(TALK.labels.y.shape) < 0.15))
"""Words tell less of these labels than a scorer that knows them."""
FOLD = np.array([int(group[1:]) % 5 for group in TALK.features.groups])


def _fit(knows, talk=BLURRED):
    flat = np.full(talk.labels.y.shape, -1.0)
    return fit_scorers(hearing(talk.features, scorer_on(knows, talk)), talk.labels, flat, FOLD)


def test_slopes_are_those_of_another_optimiser():
    rng = np.random.default_rng(0)
    offset, z = rng.normal(size=(2, 80, 3))
    target, weight = (rng.random((80, 3)) < 0.4).astype(float), rng.random((80, 3)) * (rng.random((80, 3)) < 0.8)
    mean, spread = np.array([0.0, 0.5, 1.0]), 0.7
    shift, slope, variance = code_slopes(offset, z, target, weight, mean, spread)
    for j in range(3):

        def loss(values, j=j):
            x = offset[:, j] + values[0] + values[1] * z[:, j]
            prior = values[0] ** 2 + ((values[1] - mean[j]) / spread) ** 2
            return weight[:, j] @ (np.logaddexp(0, x) - target[:, j] * x) + prior / 2

        found = minimize(loss, np.zeros(2), method="BFGS", options={"gtol": 1e-8})
        np.testing.assert_allclose([shift[j], slope[j]], found.x, atol=1e-5)
        # By second differences.
        curvature = [
            [
                sum(s * t * loss(found.x + (s * a + t * b) / 2) for s in (-1, 1) for t in (-1, 1)) / 1e-6
                for b in 1e-3 * np.eye(2)
            ]
            for a in 1e-3 * np.eye(2)
        ]
        assert variance[j] == pytest.approx(np.linalg.inv(curvature)[1, 1], rel=1e-3)


def test_the_common_slope_is_that_of_dersimonian_and_laird():
    """The BCG trials (Colditz et al. 1994) as metafor gives them: rma(yi, vi, method="DL"), -0.7141 and tau^2 0.3088."""
    effects = [
        -0.8893,
        -1.5854,
        -1.3481,
        -1.4416,
        -0.2175,
        -0.7861,
        -1.6209,
        0.0120,
        -0.4694,
        -1.3713,
        -0.3394,
        0.4459,
        -0.0173,
    ]
    variances = [0.3256, 0.1946, 0.4154, 0.0200, 0.0512, 0.0069, 0.2230, 0.0040, 0.0564, 0.0730, 0.0124, 0.5325, 0.0714]
    mean, spread = common_slope(np.array(effects), np.array(variances))
    assert (mean, spread**2) == (pytest.approx(-0.7141, abs=1e-3), pytest.approx(0.3088, abs=2e-3))


def test_it_is_kept_for_the_codes_of_which_it_tells_the_truth():
    (good,) = _fit([2.0, 2.0, 2.0])
    assert good.kept.all()
    (half,) = _fit([2.0, -2.0, 2.0])
    assert half.kept.tolist() == [True, False, True]
    assert _fit([0.0, 0.0, 0.0]) == []
    assert _fit([-2.0, -2.0, -2.0]) == []


def test_where_it_does_not_say_and_where_nobody_looked_it_changes_nothing(monkeypatch):
    scorer = scorer_on([2.0] * 3, BLURRED)
    plain = scorer.probabilities
    monkeypatch.setattr(
        scorer, "probabilities", lambda asked: np.where([t[0] < "m" for t, _ in asked], np.nan, plain(asked))
    )
    silent = np.array([text[0] < "m" for text in BLURRED.features.texts])
    features, flat = hearing(BLURRED.features, scorer), np.full(BLURRED.labels.y.shape, -1.0)
    (one,) = fit_scorers(features, BLURRED.labels, flat, FOLD)
    assert not one.evidence(features)[silent].any()
    assert one.evidence(features)[~silent].any()
    (other,) = fit_scorers(features, BLURRED.with_labels(BLURRED.labels.y ^ silent[:, None]).labels, flat, FOLD)
    np.testing.assert_array_equal(one.slopes, other.slopes)


def _macro_ap(probability, talk):
    return np.mean([average_precision_score(talk.labels.y[:, j], probability[:, j]) for j in range(len(CODES))])


def test_a_good_one_raises_average_precision_and_a_random_one_leaves_it():
    alone = cross_validate(BLURRED.features, BLURRED.labels, None, folds=5, seed=0)
    good, random = (
        cross_validate(
            hearing(BLURRED.features, scorer_on([knows] * 3, BLURRED)), BLURRED.labels, None, folds=5, seed=0
        )
        for knows in (2.0, 0.0)
    )
    assert _macro_ap(good.probability, BLURRED) > _macro_ap(alone.probability, BLURRED) + 0.05
    assert abs(_macro_ap(random.probability, BLURRED) - _macro_ap(alone.probability, BLURRED)) < 0.02
    assert good.kept["invented/1"].mean() > 0.8
    assert random.kept["invented/1"].mean() < 0.2


def test_a_restored_model_asks_of_kept_codes_alone_and_in_the_words_of_its_training():
    scorer = scorer_on([2.0, -2.0, 2.0], BLURRED, UNSEEN)
    model = StackedKernelClassifier().fit(hearing(BLURRED.features, scorer), BLURRED.labels)
    new = hearing(UNSEEN.features, scorer)
    expected = model.predict_proba(new)
    scorer.asked.clear()
    again = StackedKernelClassifier().restore(model.state())
    renamed = replace(hearing(UNSEEN.features, scorer), definitions=dict.fromkeys(CODES, "other words"))
    np.testing.assert_allclose(again.predict_proba(renamed), expected, atol=1e-6)
    kept = {code for code, used in zip(CODES, again.scorers_kept()["invented/1"], strict=True) if used}
    assert {definition for _, definition in scorer.asked} == kept < set(CODES)
    with pytest.raises(ModelError, match="scorer 'invented/1'"):
        again.predict_proba(UNSEEN.features)


def test_a_model_without_use_for_it_does_not_need_it():
    heard = hearing(BLURRED.features, scorer_on([0.0] * 3, BLURRED))
    model, alone = (StackedKernelClassifier().fit(features, BLURRED.labels) for features in (heard, BLURRED.features))
    assert model.scorers_kept() == {}
    np.testing.assert_array_equal(model.predict_proba(UNSEEN.features), alone.predict_proba(UNSEEN.features))
