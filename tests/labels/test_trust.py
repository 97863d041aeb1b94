"""Weights and beliefs do in learning what they say: a segment that counts twice is a segment that is there twice."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.labels.label_matrix import LabelMatrix, LabelWeights
from secondcoder.learning.assessment.thresholds import f1_thresholds
from secondcoder.learning.stacked_kernels.calibration import steepness_and_shift
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from secondcoder.learning.stacked_kernels.kernel_ridge import MaskedKernelRidge
from secondcoder.learning.stacked_kernels.stacker import fit_stacker
from sklearn.kernel_ridge import KernelRidge
from support.planted import planted

RNG = np.random.default_rng(0)
N, K = 24, 2
POINTS = RNG.normal(size=(N, 3))
GRAM = np.exp(-((POINTS[:, None] - POINTS) ** 2).sum(axis=2))
Y = RNG.random((N, K)) < 0.4
KNOWN = np.ones_like(Y)
FOLD = np.arange(N) % 4
WEIGHT = RNG.integers(1, 4, N).astype(float)
TWICE = np.repeat(np.arange(N), WEIGHT.astype(int))


def test_weighted_ridge_is_scikit_learns():
    model = MaskedKernelRidge(1.5).fit(GRAM, Y, KNOWN, FOLD, WEIGHT)
    for j in range(K):
        prior = np.average(Y[:, j], weights=WEIGHT)
        assert model.prior_[j] == pytest.approx(prior)
        reference = KernelRidge(alpha=1.5, kernel="precomputed").fit(GRAM, Y[:, j] - prior, sample_weight=WEIGHT)
        np.testing.assert_allclose(GRAM @ model.dual_[:, j], reference.predict(GRAM), atol=1e-8)


def test_weighted_held_back_scores_are_those_of_a_ridge_without_the_fold():
    model = MaskedKernelRidge(1.5).fit(GRAM, Y, KNOWN, FOLD, WEIGHT)
    for number in range(4):
        rest, held = np.flatnonzero(number != FOLD), np.flatnonzero(number == FOLD)
        alone = MaskedKernelRidge(1.5).fit(GRAM[np.ix_(rest, rest)], Y[rest], KNOWN[rest], FOLD[rest], WEIGHT[rest])
        expected = alone.prior_ + GRAM[np.ix_(held, rest)] @ alone.dual_
        np.testing.assert_allclose(model.out_of_fold_[held], expected, atol=1e-8)


def test_a_segment_of_weight_two_is_a_segment_twice_for_stacker_calibration_and_thresholds():
    evidence, usual = RNG.normal(size=(N, K, 3)), np.array([0.5, 0.2, 1.0])
    once = fit_stacker(evidence, Y, KNOWN, usual, WEIGHT)
    twice = fit_stacker(evidence[TWICE], Y[TWICE], KNOWN[TWICE], usual)
    for one, other in zip(once, twice, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)
    odds = evidence.sum(axis=2)
    for one, other in zip(
        steepness_and_shift(odds, Y, KNOWN, WEIGHT),
        steepness_and_shift(odds[TWICE], Y[TWICE], KNOWN[TWICE]),
        strict=True,
    ):
        np.testing.assert_allclose(one, other, atol=1e-3)


def test_equal_weights_leave_the_thresholds_and_heavy_unmarked_segments_raise_them():
    probability = RNG.random((200, 1))
    y = RNG.random((200, 1)) < probability
    known = np.ones_like(y)
    plain = f1_thresholds(probability, y, known)
    np.testing.assert_array_equal(f1_thresholds(probability, y, known, np.full(200, 1.0)), plain)
    heavy = np.where(y[:, 0], 1.0, 10.0)
    assert f1_thresholds(probability, y, known, heavy)[0] > plain[0]


def test_half_a_belief_is_learned_as_half():
    talk = planted(6, length=20)
    y = talk.labels.y
    doubted = LabelMatrix(talk.labels.codes, y, talk.labels.known, LabelWeights(np.ones(len(y)), 0.5 * y))
    sure, unsure = (
        StackedKernelClassifier(3).fit(talk.features, labels).out_of_fold_ for labels in (talk.labels, doubted)
    )
    assert unsure[y].mean() == pytest.approx(0.5 * sure[y].mean(), rel=0.25)


def test_taking_segments_and_codes_takes_their_trust():
    trust = LabelWeights(WEIGHT, 0.5 * Y)
    labels = LabelMatrix(("a", "b"), Y, KNOWN, trust)
    part = labels.columns(["b"]).take(np.array([3, 5]))
    np.testing.assert_array_equal(part.weight, WEIGHT[[3, 5]])
    np.testing.assert_array_equal(part.target, 0.5 * Y[[3, 5], 1:])
    np.testing.assert_array_equal(LabelMatrix(("a", "b"), Y, KNOWN).target, Y)
