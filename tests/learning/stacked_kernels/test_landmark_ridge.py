"""The ridge from landmarks: equal to the exact one where every row is a landmark, and near it where fewer are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from secondcoder.learning.stacked_kernels import landmark_ridge
from secondcoder.learning.stacked_kernels.kernel_ridge import MaskedKernelRidge
from secondcoder.learning.stacked_kernels.landmark_ridge import LandmarkRidge

N, K, FOLDS, RIDGE = 90, 5, 4, 0.7


class _Gram:
    """A kernel held whole, that counts double within a group."""

    def __init__(self, points: np.ndarray, groups: np.ndarray, landmarks: Sequence[int] | np.ndarray) -> None:
        self.gram = np.exp(-0.2 * ((points[:, None] - points[None]) ** 2).sum(axis=2))
        self.same = groups[:, None] == groups
        self.landmarks = np.asarray(landmarks)

    @property
    def whole(self) -> np.ndarray:
        return self.gram * (1 + self.same)

    def between(self, rows: np.ndarray) -> np.ndarray:
        return self.gram[np.ix_(rows, self.landmarks)]

    def within(self, rows: np.ndarray) -> np.ndarray:
        return self.whole[np.ix_(rows, rows)]

    def scores(self, rows: np.ndarray, dual: np.ndarray) -> np.ndarray:
        return self.between(rows) @ dual


@pytest.fixture
def points() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(N, 6))


@pytest.fixture
def groups() -> np.ndarray:
    """Of one row and of many, several a fold, not in order."""
    return np.random.default_rng(2).choice(16, N, p=np.r_[0.4, np.full(15, 0.04)])


@pytest.fixture
def fold(groups: np.ndarray) -> np.ndarray:
    return np.random.default_rng(3).permutation(np.arange(16) % FOLDS)[groups]


@pytest.fixture(name="Y")
def _labels(points: np.ndarray) -> np.ndarray:
    chance = [0.5, 0.3, 0.2, 0.1, 0.4] + 0.3 * np.tanh(points[:, :K])
    return (np.random.default_rng(4).random((N, K)) < chance).astype(float)


def _known(kind: str, fold: np.ndarray) -> np.ndarray:
    known = np.random.default_rng(5).random((N, K)) < 0.7
    known[:, 3] = known[:, 1]
    if kind == "all":
        known[:] = True
    if kind == "nobody looked for one":
        known[:, 2] = False
    if kind == "one in one fold only":
        known[:, 0] = fold == 1
    return known


MASKS = ("all", "in parts", "nobody looked for one", "one in one fold only")


@pytest.mark.parametrize("block", [500, 12])
@pytest.mark.parametrize("with_hidden", [False, True])
@pytest.mark.parametrize("mask", MASKS)
def test_with_every_row_a_landmark_it_is_the_exact_ridge(
    mask, with_hidden, block, points, groups, fold, Y, monkeypatch
):
    monkeypatch.setattr(landmark_ridge, "BLOCK", block)
    # A group that is cut is approximated between its parts.
    groups = groups if block > N else np.arange(N) // 4
    fold = fold if block > N else groups % FOLDS
    rng = np.random.default_rng(6)
    weight, hidden = rng.random(N) + 0.5, rng.random((FOLDS, N, K)) < 0.3
    hidden = hidden & (rng.random(N) < 0.5)[:, None] if with_hidden else None
    known, similarity = _known(mask, fold), _Gram(points, groups, np.arange(N))
    exact = MaskedKernelRidge(RIDGE).fit(similarity.whole, Y, known, fold, weight, hidden)
    model = LandmarkRidge(RIDGE).fit(similarity, groups, Y, known, fold, weight, hidden)
    np.testing.assert_allclose(model.prior_, exact.prior_)
    np.testing.assert_allclose(model.out_of_fold_prior_, exact.out_of_fold_prior_)
    np.testing.assert_allclose(model.out_of_fold_, exact.out_of_fold_, atol=1e-6)
    np.testing.assert_allclose(similarity.gram @ model.dual_, similarity.gram @ exact.dual_, atol=1e-6)
