"""docs/method.md, learning: the formulas of the page in plain numpy against what the program gives, and its constants and modules."""

from __future__ import annotations

import re
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from secondcoder.learning.assessment import readiness, thresholds
from secondcoder.learning.assessment.permutation_test import SHIFTS
from secondcoder.learning.assessment.recall_control import any_code, control
from secondcoder.learning.stacked_kernels import calibration, classifier, kernels, landmark_ridge, landmarks, stacker
from secondcoder.learning.stacked_kernels.kernel_ridge import MaskedKernelRidge
from secondcoder.learning.stacked_kernels.parent_codes import parent_scores
from secondcoder.statistics import permutation
from secondcoder.training import automation_bias, paired_comparison
from support.places import ROOT

PAGE = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
TOLERANCE = 1e-9


def numbers(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def unit_rows(n: int, d: int, seed: int) -> np.ndarray:
    x = numbers(seed).normal(size=(n, d))
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def sigma(log_odds):
    return 1 / (1 + np.exp(-log_odds))


def logit(p):
    return np.log(p / (1 - p))


@pytest.mark.parametrize("module", sorted(set(re.findall(r"`([a-z_]+(?:/[a-z_]+)+\.py)`", PAGE))))
def test_every_module_that_is_named_exists(module: str) -> None:
    assert any((ROOT / place / module).is_file() for place in ("pipeline/secondcoder", ".")), module


@pytest.mark.parametrize(
    "said",
    [
        f"s = {kernels.SHARPNESS:g},\\; c = \\tfrac12",
        f"with weight {kernels.DESCRIPTION_WEIGHT:g}",
        f"{landmarks.MOST_EXACT:,} coded segments",
        f"{landmarks.LANDMARKS:,}".replace(",", "{,}"),
        f"about\n{landmark_ridge.BLOCK} segments",
        f"{classifier.FADE:g}^{{\\,r-1}}",
        f"\\sum_{{r=1}}^{{{classifier.REACH}}}",
        f"2 \\cdot {stacker.SLOPE_SPREAD:g}^2",
        f"2 \\cdot {stacker.INTERCEPT_SPREAD:g}^2",
        f"N(0, {calibration.SLOPE_SPREAD:g}^2)",
        f"N(0, {calibration.SHIFT_SPREAD:g}^2)",
        f"n_j + {thresholds.PRIOR_EXAMPLES:g}",
        f"n_j + {thresholds.OWN_SHARE:g}\\, \\bar n",
        f"{thresholds.MOST_FOR_KAPPA:g}\\,M",
        f"at most ${thresholds.MOST_FOR_F1:g}M$",
        f"over {thresholds.ROUNDS} draws",
        f"each transcript {SHIFTS} times",
        f"on {readiness.LOOKED_ENOUGH} passages",
        f"one-sided {readiness.CONFIDENCE:.0%} interval".replace("%", " %"),
        f"at most {permutation.MOST:,},",
        f"\\varepsilon = {paired_comparison.WRONG:.3f}".replace("0.", "."),
    ],
)
def test_constants_are_those_of_the_program(said: str) -> None:
    assert " ".join(said.split()) in " ".join(PAGE.split())


def test_constants_that_the_page_has_in_words() -> None:
    assert (kernels.RIDGE, landmarks.OWN_SHARE, landmarks.SPREAD) == (0.5, 1.0, 0.25)
    assert (readiness.READY, readiness.LEAST_PRECISION, readiness.CONTRADICTED) == (0.5, 0.1, 0.5)
    assert automation_bias.TOLERATED == 0.3


def test_the_kernel_of_embeddings() -> None:
    x, q = unit_rows(5, 7, seed=1), unit_rows(5, 7, seed=2)
    q[2] = 0
    kernel = kernels.EmbeddingKernel()
    both = np.stack([x, q])
    assert_allclose(
        kernel.between(both, both), np.exp(2 * (x @ x.T - 1)) + 0.5 * np.exp(2 * (q @ q.T - 1)), rtol=TOLERANCE
    )


def test_the_kernel_of_n_grams() -> None:
    from secondcoder.learning.stacked_kernels.terms import fit_tfidf, stacked, vectorisers
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = ["we meet and talk", "they talk and meet", "a room that is cold", "the cold room we meet in"]
    x = stacked([fit_tfidf(vectoriser, texts) for vectoriser in vectorisers(True)])
    usual = {"sublinear_tf": True, "min_df": 2}
    u = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b", **usual).fit_transform(texts)
    v = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), **usual).fit_transform(texts)
    assert_allclose((x @ x.T).toarray(), ((u @ u.T + v @ v.T) / 2).toarray(), rtol=TOLERANCE)


class Ridge:
    """The page's regression of one code: its solution, and predictions of a group from all others, refitted and in closed form."""

    def __init__(self, seed: int) -> None:
        rng, n = numbers(seed), 24
        self.group = np.repeat(np.arange(6), 4)
        x = rng.normal(size=(n, 5))
        self.kernel = np.exp(-((x[:, None] - x[None]) ** 2).sum(-1) / 4)
        self.y, self.w = (rng.random(n) < 0.4).astype(float), rng.uniform(0.5, 3, n)
        self.known = rng.random(n) < 0.8
        self.trained = self.kernel * (1 + (self.group[:, None] == self.group))

    def fitted(self, rows: np.ndarray) -> tuple[float, np.ndarray]:
        b = np.average(self.y[rows], weights=self.w[rows])
        k = self.trained[np.ix_(rows, rows)] + 0.5 * np.diag(1 / self.w[rows])
        return b, np.linalg.solve(k, self.y[rows] - b)


@pytest.fixture(name="ridge")
def _ridge() -> Ridge:
    return Ridge(seed=5)


def program(ridge: Ridge) -> MaskedKernelRidge:
    gram = ridge.kernel.copy()
    landmarks.multi_task(gram, ridge.group)
    return MaskedKernelRidge(kernels.RIDGE).fit(gram, ridge.y[:, None], ridge.known[:, None], ridge.group, ridge.w)


def test_the_regression(ridge: Ridge) -> None:
    rows = np.flatnonzero(ridge.known)
    b, alpha = ridge.fitted(rows)
    found = program(ridge)
    assert found.prior_[0] == pytest.approx(b)
    assert_allclose(found.dual_[rows, 0], alpha, rtol=1e-8)
    assert not found.dual_[~ridge.known].any()


def test_what_it_would_have_said_without_a_group(ridge: Ridge) -> None:
    """The closed form of the page, the program, and a regression fitted without the group: all the same."""
    rows, found = np.flatnonzero(ridge.known), program(ridge)
    b, alpha = ridge.fitted(rows)
    a = np.linalg.inv(ridge.trained[np.ix_(rows, rows)] + 0.5 * np.diag(1 / ridge.w[rows]))
    for number in range(6):
        inside = np.flatnonzero(ridge.group[rows] == number)
        others = rows[ridge.group[rows] != number]
        b_without, alpha_without = ridge.fitted(others)
        of_block = np.linalg.inv(a[np.ix_(inside, inside)])
        t, ones = ridge.y[rows] - b, 1 - of_block @ a.sum(axis=1)[inside]
        written = b_without + t[inside] - of_block @ alpha[inside] - (b_without - b) * ones
        refitted = b_without + ridge.kernel[np.ix_(rows[inside], others)] @ alpha_without
        assert_allclose(written, refitted, rtol=1e-8)
        assert_allclose(found.out_of_fold_[rows[inside], 0], written, rtol=1e-8)
        unknown = np.flatnonzero((ridge.group == number) & ~ridge.known)
        expected = b_without + ridge.kernel[np.ix_(unknown, others)] @ alpha_without
        assert_allclose(found.out_of_fold_[unknown, 0], expected, rtol=1e-8)


def test_neighbours() -> None:
    n = 9
    features = SimpleNamespace(previous=np.arange(-1, n - 1), following=np.append(np.arange(1, n), -1))
    d = numbers(3).normal(size=(n, 2))
    padded = np.vstack([np.zeros((6, 2)), d, np.zeros((6, 2))])
    expected = sum(0.7 ** (r - 1) * (padded[6 - r : 6 - r + n] + padded[6 + r : 6 + r + n]) for r in range(1, 7))
    assert_allclose(classifier.around(d, features), expected, rtol=TOLERANCE)


def least(loss, found: np.ndarray) -> None:
    """No small step from the minimum goes down, and the slope there is all but zero."""
    for at, step in product(range(len(found)), (1e-4, -1e-4)):
        moved = found.copy()
        moved[at] += step
        assert loss(moved) >= loss(found) - 1e-7
    small = 1e-5 * np.eye(len(found))
    slope = [(loss(found + step) - loss(found - step)) / 2e-5 for step in small]
    assert np.abs(slope).max() < 0.01


def test_stacking() -> None:
    rng, (n, k, m) = numbers(7), (60, 3, 4)
    evidence, known = rng.normal(size=(n, k, m)), rng.random((n, k)) < 0.7
    y = (rng.random((n, k)) < sigma(evidence @ np.full(m, 0.8) - 1)).astype(float)
    usual, w = np.array([0.5, 0.1, 0.25, 1.0]), rng.uniform(0.5, 2, n)
    slopes, intercepts = stacker.fit_stacker(evidence, y, known, usual, w)

    def loss(values: np.ndarray) -> float:
        beta, common, own = values[:m], values[m], values[m + 1 :]
        log_odds = evidence @ beta + common + own
        likelihood = (known * w[:, None] * (np.log1p(np.exp(log_odds)) - y * log_odds)).sum()
        return likelihood + ((beta - usual) ** 2).sum() / (2 * 0.1**2) + (own**2).sum() / 2

    # At the optimum the codes' deviations from the common intercept add up to 0.
    least(loss, np.concatenate([slopes, [intercepts.mean()], intercepts - intercepts.mean()]))


def test_parent_codes() -> None:
    log_odds = numbers(8).normal(size=(6, 3))
    any_of = 1 - (1 - sigma(log_odds[:, 1])) * (1 - sigma(log_odds[:, 2]))
    scores = parent_scores(log_odds, np.array([-1, 0, 0]))
    assert_allclose(scores[:, 0], (log_odds[:, 0] + logit(any_of)) / 2, rtol=TOLERANCE)
    assert_allclose(scores[:, 1:], log_odds[:, 1:])


def test_calibration() -> None:
    rng, n = numbers(9), 80
    log_odds = rng.normal(-1, 1.5, size=(n, 1))
    y = (rng.random((n, 1)) < sigma(1.4 * log_odds + 0.5)).astype(float)
    slope, shift = calibration.steepness_and_shift(log_odds, y, np.ones((n, 1), bool))
    mean = log_odds.mean()

    def loss(values: np.ndarray) -> float:
        h, log_a = values
        z = mean + h + np.exp(log_a) * (log_odds - mean)
        return float((np.log1p(np.exp(z)) - y * z).sum() + h**2 / (2 * 0.5**2) + log_a**2 / (2 * 0.03**2))

    h = shift[0] - mean + slope[0] * mean
    least(loss, np.array([h, np.log(slope[0])]))


def best_kappa(p: np.ndarray, y: np.ndarray, w: np.ndarray, most: float = np.inf) -> float:
    """By trying every threshold; the middle between the last that is suggested and the next."""
    ranked, marks, everything, best, place = np.sort(p)[::-1], w @ y, w.sum(), -np.inf, None
    for at, score in enumerate(ranked):
        suggested, hits = w[p >= score].sum(), (w * y)[p >= score].sum()
        kappa = 2 * (hits - suggested * marks / everything) / (suggested + marks - 2 * suggested * marks / everything)
        if suggested <= most * marks and kappa > best:
            best, place = kappa, (score + ranked[at + 1 : at + 2].sum()) / 2
    assert place is not None
    return float(logit(np.clip(place, 1e-3, 1 - 1e-3)))


def test_thresholds_as_people_code() -> None:
    rng, (n, k) = numbers(10), (90, 3)
    p = rng.random((n, k)) ** 2
    y = (rng.random((n, k)) < p).astype(float)
    groups = np.repeat([f"t{at}" for at in range(9)], 10)
    n_j = y.sum(axis=0)
    target = n_j / (n_j + 10) * y + 10 / (n_j + 10) * p
    draws = np.random.default_rng(0).exponential(size=(30, 9))[:, np.repeat(np.arange(9), 10)]
    common = np.mean([best_kappa(p.ravel(), target.ravel(), np.repeat(w, k)) for w in draws])
    own = [np.mean([best_kappa(p[:, j], target[:, j], w, 1.5) for w in draws]) for j in range(k)]
    pi = n_j / (n_j + 4 * n_j.mean())
    found = thresholds.kappa_thresholds(p, y, np.ones((n, k), bool), list(groups))
    assert_allclose(found, sigma(pi * common + (1 - pi) * np.array(own)), rtol=1e-6)


def test_recall_by_conformal_risk_control() -> None:
    rng = numbers(11)
    score, group = rng.random(80), rng.integers(0, 8, 80)

    def kept(threshold: float) -> bool:
        losses = np.array([np.mean(score[group == one] < threshold) for one in range(8)])
        return bool((losses.sum() + losses.max()) / 9 <= 1 - 0.8)

    threshold, transcripts = control(score, group, 0.8)
    assert transcripts == 8
    assert threshold == max(candidate for candidate in score if kept(candidate))
    p = rng.random((4, 3))
    assert_allclose(any_code(p), 1 - (1 - p[:, 0]) * (1 - p[:, 1]) * (1 - p[:, 2]))
