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


def test_fewer_landmarks_come_near_it_and_more_come_nearer(points, groups, fold, Y):
    known = _known("in parts", fold)
    exact = MaskedKernelRidge(RIDGE).fit(_Gram(points, groups, []).whole, Y, known, fold)

    def distance(step: int) -> float:
        similarity = _Gram(points, groups, np.arange(0, N, step))
        model = LandmarkRidge(RIDGE).fit(similarity, groups, Y, known, fold)
        return float(np.sqrt(np.mean((model.out_of_fold_ - exact.out_of_fold_) ** 2)))

    assert distance(2) < 0.7 * distance(6)
    assert distance(2) < 0.3 * float((exact.out_of_fold_ - exact.out_of_fold_prior_).std())


@pytest.mark.parametrize("step", [1, 3])
def test_a_folds_own_labels_do_not_reach_its_scores(step, points, groups, fold, Y):
    similarity, known = _Gram(points, groups, np.arange(0, N, step)), np.ones((N, K), bool)
    flipped = np.where((fold == 2)[:, None], 1 - Y, Y)
    before, after = (LandmarkRidge(RIDGE).fit(similarity, groups, labels, known, fold) for labels in (Y, flipped))
    np.testing.assert_allclose(before.out_of_fold_[fold == 2], after.out_of_fold_[fold == 2], atol=1e-9)
    assert not np.allclose(before.out_of_fold_[fold == 1], after.out_of_fold_[fold == 1])


def test_scores_of_a_fold_are_those_of_a_ridge_that_has_none_of_its_landmarks(points, groups, fold, Y):
    """With every group a block of its own, leaving a fold out is never having had it, but for what its landmarks tell of others."""
    similarity, known = _Gram(points, groups, np.arange(0, N, 2)), np.ones((N, K), bool)
    without = _Gram(points, groups, [row for row in range(0, N, 2) if fold[row] != 1])
    rest = fold != 1
    model = LandmarkRidge(RIDGE).fit(similarity, groups, Y, known, fold)
    other = LandmarkRidge(RIDGE).fit(without, groups, Y, known & rest[:, None], np.where(rest, 0, 1))
    expected = other.prior_ + without.between(np.flatnonzero(fold == 1)) @ other.dual_
    distance = np.abs(model.out_of_fold_[fold == 1] - expected)
    assert distance.mean() < 0.1 * np.abs(expected - other.prior_).mean()


def test_rows_of_one_text_are_no_more_than_one_landmark(points, groups, fold, Y):
    twice = points.copy()
    twice[1::2] = points[::2]
    similarity, known = _Gram(twice, groups, np.arange(N)), np.ones((N, K), bool)
    exact = MaskedKernelRidge(RIDGE).fit(similarity.whole, Y, known, fold)
    model = LandmarkRidge(RIDGE).fit(similarity, groups, Y, known, fold)
    np.testing.assert_allclose(model.out_of_fold_, exact.out_of_fold_, atol=1e-5)


def test_blocks_keep_groups_whole_where_they_fit(monkeypatch):
    monkeypatch.setattr(landmark_ridge, "BLOCK", 10)
    rng = np.random.default_rng(7)
    groups = np.sort(rng.choice(20, 200, p=np.r_[0.3, np.full(19, 0.7 / 19)]))
    fold = rng.integers(0, 3, 20)[groups]
    order = np.lexsort((np.arange(200), groups, fold))
    blocks = [*landmark_ridge._blocks(order, groups, fold)]
    assert sorted(np.concatenate(blocks).tolist()) == [*range(200)]
    assert max(map(len, blocks)) <= 10
    for block in blocks:
        assert len(set(fold[block])) == 1
    for group in range(20):
        size = int((groups == group).sum())
        assert sum(group in groups[block] for block in blocks) == max(1, -(-size // 10))
