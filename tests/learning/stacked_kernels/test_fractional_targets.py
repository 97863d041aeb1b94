"""A label that is half a yes is learned as two segments of half the weight, one with the code and one without."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.learning.assessment.thresholds import f1_thresholds
from secondcoder.learning.stacked_kernels.calibration import steepness_and_shift
from secondcoder.learning.stacked_kernels.kernel_ridge import MaskedKernelRidge
from secondcoder.learning.stacked_kernels.stacker import fit_stacker

N, K = 60, 3


class Halves:
    """Targets of 0, 1/2 and 1, and the same as whole ones: each row twice, the second with what the first lacks."""

    def __init__(self) -> None:
        rng = np.random.default_rng(7)
        self.Y = rng.choice([0.0, 0.5, 1.0], (N, K), p=[0.6, 0.2, 0.2])
        self.known = rng.random((N, K)) < 0.9
        self.weight = rng.uniform(0.5, 2.0, N)
        self.fold = rng.integers(0, 4, N)
        self.twice = np.concatenate([np.ceil(self.Y), np.floor(self.Y)])

    @staticmethod
    def doubled(values: np.ndarray) -> np.ndarray:
        return np.concatenate([values, values])


@pytest.fixture
def halves() -> Halves:
    return Halves()


def test_by_the_ridge(halves):
    X = np.random.default_rng(1).normal(size=(N, 4))
    twice = halves.doubled(X)
    one = MaskedKernelRidge(0.7).fit(X @ X.T, halves.Y, halves.known, halves.fold, halves.weight)
    two = MaskedKernelRidge(0.7).fit(
        twice @ twice.T, halves.twice, *map(halves.doubled, (halves.known, halves.fold, halves.weight / 2))
    )
    np.testing.assert_allclose(one.prior_, two.prior_)
    np.testing.assert_allclose(X.T @ one.dual_, twice.T @ two.dual_, atol=1e-9)
    for copy in (slice(N), slice(N, None)):
        np.testing.assert_allclose(one.out_of_fold_, two.out_of_fold_[copy], atol=1e-9)


def test_by_stacker_and_calibration(halves):
    evidence, usual = np.random.default_rng(2).normal(size=(N, K, 2)), np.array([0.5, 0.0])
    known, weight = halves.doubled(halves.known), halves.doubled(halves.weight) / 2
    one = fit_stacker(evidence, halves.Y, halves.known, usual, halves.weight)
    two = fit_stacker(halves.doubled(evidence), halves.twice, known, usual, weight)
    for ours, theirs in zip(one, two, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)
    log_odds = evidence.sum(axis=2)
    one = steepness_and_shift(log_odds, halves.Y, halves.known, halves.weight)
    two = steepness_and_shift(halves.doubled(log_odds), halves.twice, known, weight)
    for ours, theirs in zip(one, two, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_by_thresholds_which_follow_what_coders_share():
    """Likely passages that all gave the code, fewer that half of them gave it, and many that nobody did."""
    probability = np.repeat([0.9, 0.5, 0.05], [100, 60, 400])[:, None]
    known = np.ones_like(probability, dtype=bool)

    def suggested(share: float) -> int:
        Y = np.repeat([1.0, share, 0.0], [100, 60, 400])[:, None]
        return int((probability >= f1_thresholds(probability, Y, known)).sum())

    assert [suggested(share) for share in (0.1, 0.6, 1.0)] == [100, 160, 160]
