"""The ridge against scikit-learn's, and its held-back scores against really holding back."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.learning.stacked_kernels.kernel_ridge import MaskedKernelRidge
from sklearn.kernel_ridge import KernelRidge

N, K, RIDGE = 40, 5, 0.7


@pytest.fixture
def gram() -> np.ndarray:
    X = np.random.default_rng(1).normal(size=(N, 6))
    return np.exp(-0.2 * ((X[:, None] - X[None]) ** 2).sum(axis=2))


@pytest.fixture
def fold() -> np.ndarray:
    return np.random.default_rng(2).integers(0, 4, N)


@pytest.fixture(name="Y")
def _labels() -> np.ndarray:
    return np.random.default_rng(3).random((N, K)) < [0.5, 0.3, 0.2, 0.1, 0.4]


def _masks(fold: np.ndarray) -> dict[str, np.ndarray]:
    partial = np.random.default_rng(4).random((N, K)) < 0.7
    partial[:, 3] = partial[:, 1]
    nobody_looked = partial.copy()
    nobody_looked[:, 2] = False
    one_fold = partial.copy()
    one_fold[:, 0] = fold == 1
    return {"full": np.ones((N, K), bool), "partial": partial, "nobody": nobody_looked, "one fold": one_fold}


@pytest.fixture(params=["full", "partial", "nobody", "one fold"])
def known(request: pytest.FixtureRequest, fold: np.ndarray) -> np.ndarray:
    return _masks(fold)[request.param]


def _refit(gram: np.ndarray, y: np.ndarray, prior: float, rows: np.ndarray, held: np.ndarray) -> np.ndarray:
    if not len(rows):
        return np.full(len(held), prior)
    model = KernelRidge(alpha=RIDGE, kernel="precomputed").fit(gram[np.ix_(rows, rows)], y[rows] - prior)
    return prior + model.predict(gram[np.ix_(held, rows)])


def test_weights_are_scikit_learns_column_by_column(gram, Y, known, fold):
    model = MaskedKernelRidge(RIDGE).fit(gram, Y, known, fold)
    for j in range(K):
        rows = np.flatnonzero(known[:, j])
        expected = np.zeros(N)
        if len(rows):
            prior = Y[rows, j].mean()
            assert model.prior_[j] == pytest.approx(prior)
            reference = KernelRidge(alpha=RIDGE, kernel="precomputed")
            expected[rows] = reference.fit(gram[np.ix_(rows, rows)], Y[rows, j] - prior).dual_coef_
        np.testing.assert_allclose(model.dual_[:, j], expected, atol=1e-9)


def test_held_back_scores_equal_refitting_without_the_fold(gram, Y, known, fold):
    model = MaskedKernelRidge(RIDGE).fit(gram, Y, known, fold)
    for j in range(K):
        for number in range(4):
            rows, held = np.flatnonzero(known[:, j] & (fold != number)), np.flatnonzero(fold == number)
            prior = Y[rows, j].mean() if len(rows) else model.prior_[j]
            expected = _refit(gram, Y[:, j], prior, rows, held)
            np.testing.assert_allclose(model.out_of_fold_[held, j], expected, atol=1e-9)
            np.testing.assert_allclose(model.out_of_fold_prior_[held, j], prior, atol=1e-12)


def test_a_folds_own_labels_do_not_reach_its_scores(gram, Y, known, fold):
    before = MaskedKernelRidge(RIDGE).fit(gram, Y, known, fold)
    flipped = Y.copy()
    flipped[fold == 2] = ~Y[fold == 2]
    after = MaskedKernelRidge(RIDGE).fit(gram, flipped, known, fold)
    learned_elsewhere = (known & (fold != 2)[:, None]).any(axis=0)
    for name in ("out_of_fold_", "out_of_fold_prior_"):
        one, other = getattr(before, name)[fold == 2], getattr(after, name)[fold == 2]
        np.testing.assert_allclose(one[:, learned_elsewhere], other[:, learned_elsewhere], atol=1e-9)
    assert known[:, 0].sum() == (fold == 1).sum() or not np.allclose(
        after.out_of_fold_[fold == 1], before.out_of_fold_[fold == 1]
    )


def test_a_fold_that_has_a_code_leaves_no_trace_of_it_on_unrelated_rows(Y, fold):
    """A model without the fold deviates from its own base rate, not from one that knew the fold's labels."""
    y = np.zeros_like(Y)
    y[fold == 1] = True
    model = MaskedKernelRidge(RIDGE).fit(np.ones((N, N)), y, np.ones_like(y), fold)
    np.testing.assert_allclose(model.out_of_fold_[fold == 1], model.out_of_fold_prior_[fold == 1], atol=1e-12)


def test_a_kernel_that_is_none_is_refused(Y, fold):
    with pytest.raises(np.linalg.LinAlgError, match="positive definite"):
        MaskedKernelRidge(RIDGE).fit(-2.0 * np.eye(N), Y, np.ones_like(Y), fold)


def test_what_stands_under_the_mask_changes_nothing(gram, Y, known, fold):
    one = MaskedKernelRidge(RIDGE).fit(gram, Y, known, fold)
    other = MaskedKernelRidge(RIDGE).fit(gram, Y ^ ~known, known, fold)
    np.testing.assert_array_equal(one.dual_, other.dual_)
    np.testing.assert_array_equal(one.out_of_fold_, other.out_of_fold_)


def test_unknown_differs_from_no(gram, Y, fold):
    known = _masks(fold)["partial"]
    masked = MaskedKernelRidge(RIDGE).fit(gram, Y & known, known, fold)
    as_zeros = MaskedKernelRidge(RIDGE).fit(gram, Y & known, np.ones_like(known), fold)
    assert (np.abs(masked.out_of_fold_ - as_zeros.out_of_fold_).max(axis=0) > 0.01).all()
    assert (masked.prior_ > as_zeros.prior_).all()


def test_a_fold_is_scored_without_the_labels_hidden_from_it(gram, Y, known, fold):
    """As scikit-learn's ridge fitted on neither the fold nor the labels that are unknown while it is held out."""
    hidden = np.random.default_rng(5).random((4, N, K)) < 0.3
    model = MaskedKernelRidge(RIDGE).fit(gram, Y, known, fold, None, hidden)
    for number in range(4):
        held = np.flatnonzero(fold == number)
        for j in range(K):
            rows = np.flatnonzero(known[:, j] & (fold != number) & ~hidden[number, :, j])
            prior = Y[rows, j].mean() if len(rows) else model.prior_[j]
            expected = _refit(gram, Y[:, j].astype(float), prior, rows, held)
            if known[:, j].any():
                np.testing.assert_allclose(model.out_of_fold_[held, j], expected, atol=1e-9)
                np.testing.assert_allclose(model.out_of_fold_prior_[held, j], prior)
