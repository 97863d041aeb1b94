"""docs/method.md, figures and agreement: the formulas of the page in plain numpy against what the program gives."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import t as student
from secondcoder.agreement import formulas
from secondcoder.agreement.alt_test import alternative_annotator_test
from secondcoder.agreement.chance_level import pooled_kappa_at_chance
from secondcoder.agreement.contingency import Contingency, contingency_of_ratings
from secondcoder.agreement.set_alpha import alpha_of_sets
from secondcoder.drift.permutation import units_needed
from secondcoder.learning.assessment.reliability import calibration_errors
from secondcoder.statistics.classification import average_precision, random_average_precision
from secondcoder.statistics.cluster_bootstrap import effective_clusters, interval_ends
from secondcoder.statistics.design_based import DrawnUnits, corrected_share
from secondcoder.statistics.jackknife import upper_limit
from secondcoder.statistics.permutation import count_of_ways


def numbers(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def written_average_precision(ranked: np.ndarray) -> float:
    """Of labels in suggested order, no two scores alike."""
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    rise = np.diff(np.cumsum(ranked), prepend=0) / ranked.sum()
    return float(rise @ precision)


def test_average_precision_and_that_of_a_random_order() -> None:
    score, y = numbers(1).random(30), numbers(2).random(30) < 0.3
    assert average_precision(score, y) == pytest.approx(written_average_precision(y[np.argsort(-score)]))
    n, positives = 7, 3
    h = sum(1 / i for i in range(1, n + 1))
    written = ((positives - 1) / (n - 1) * (n - h) + h) / n
    orders = [np.isin(np.arange(n), places) for places in combinations(range(n), positives)]
    assert written == pytest.approx(np.mean([written_average_precision(order) for order in orders]))
    assert random_average_precision(positives, n) == pytest.approx(written)


def test_calibration_error() -> None:
    p, y = numbers(3).random((200, 1)), numbers(4).random((200, 1)) < 0.4
    bins = np.minimum((p * 10).astype(int), 9)
    share = [np.mean(bins == b) * abs(p[bins == b].mean() - y[bins == b].mean()) for b in range(10)]
    assert calibration_errors(p, y, np.ones_like(y))[0] == pytest.approx(sum(share))


def test_an_interval() -> None:
    marks = np.array([5.0, 1, 8, 3, 0])
    worth = 17 * 16 / (5 * 4 + 8 * 7 + 3 * 2)
    assert effective_clusters(marks) == pytest.approx(worth)
    for value, (low, high) in ((0.4, (-1.0, 1.0)), (0.7, (0.0, 1.0))):
        v = (2 * value - low - high) / (high - low)
        step = student.ppf(0.975, worth - 1) * 0.06 * 2 / (high - low) / (1 - v**2)
        written = [(np.tanh(np.arctanh(v) + side * step) * (high - low) + low + high) / 2 for side in (-1, 1)]
        assert_allclose(interval_ends(value, 0.06, worth, (low, high)), written)


def test_the_gates_upper_limit() -> None:
    left_out = np.array([-0.02, 0.01, -0.05, -0.03, 0.0])
    spread = np.sqrt(4 / 5 * ((left_out - left_out.mean()) ** 2).sum())
    assert upper_limit(-0.02, left_out, 5, 0.025) == pytest.approx(-0.02 + student.ppf(0.975, 4) * spread)


@pytest.fixture(params=range(5), name="table")
def _table(request: pytest.FixtureRequest) -> np.ndarray:
    """2 x 2, the first coder in rows, index 1 marked."""
    return numbers(request.param).integers(1, 40, (2, 2)).astype(float)


def test_coefficients_of_two_coders(table: np.ndarray) -> None:
    (d, c), (b, a) = table
    n = a + b + c + d
    p1, p2 = np.array([c + d, a + b]) / n, np.array([b + d, a + c]) / n
    p, observed = (p1 + p2) / 2, (a + d) / n
    ratings = p * 2 * n
    by_chance = {
        formulas.cohen_kappa: p1 @ p2,
        formulas.scott_pi: p @ p,
        formulas.fleiss_kappa: p @ p,
        formulas.gwet_ac1: p @ (1 - p),
        formulas.pabak: 0.5,
        formulas.krippendorff_alpha: ratings @ (ratings - 1) / (2 * n * (2 * n - 1)),
    }
    contingency = Contingency.of_table(table)
    for formula, expected in by_chance.items():
        assert formula(contingency).value == pytest.approx((observed - expected) / (1 - expected)), formula.__name__
    assert formulas.positive_agreement(contingency).value == pytest.approx(2 * a / (2 * a + b + c))
    assert formulas.negative_agreement(contingency).value == pytest.approx(2 * d / (2 * d + b + c))


def test_alpha_of_three_coders_with_gaps() -> None:
    rng = numbers(6)
    values = np.where(rng.random((40, 3)) < 0.25, -1, rng.integers(0, 3, (40, 3)))
    units = [row[row >= 0] for row in values if (row >= 0).sum() > 1]
    ratings = np.concatenate(units)
    agreeing = [np.mean([x == y for x, y in permutations(unit.tolist(), 2)]) for unit in units]
    observed = np.average(agreeing, weights=[len(unit) for unit in units])
    n_k, total = np.bincount(ratings), len(ratings)
    expected = n_k @ (n_k - 1) / (total * (total - 1))
    found = formulas.krippendorff_alpha(contingency_of_ratings(values, 3)).value
    assert found == pytest.approx([(observed - expected) / (1 - expected)])


def masi(a: set[str], b: set[str]) -> float:
    if a == b:
        return 0.0
    mu = 0.0 if not a & b else 2 / 3 if a <= b or b <= a else 1 / 3
    return 1 - len(a & b) / len(a | b) * mu


def test_alpha_over_sets_of_codes() -> None:
    rng = numbers(7)
    units = [[{c for c in "ABC" if rng.random() < 0.4} for _ in range(2)] for _ in range(25)]
    ratings = [each for unit in units for each in unit]
    observed = np.mean([masi(*unit) for unit in units])
    expected = np.mean([masi(x, y) for x, y in combinations(ratings, 2)])
    assert alpha_of_sets(units).value == pytest.approx(1 - observed / expected)


def test_pooled_kappa_at_chance() -> None:
    tables = numbers(8).integers(1, 60, (4, 2, 2)).astype(float)
    n = tables.sum((1, 2))
    p, q = tables[:, 1].sum(1) / n, tables[:, :, 1].sum(1) / n
    big_p, big_q = np.average(p, weights=n), np.average(q, weights=n)
    cov = np.average(p * q, weights=n) - big_p * big_q
    assert pooled_kappa_at_chance(tables) == pytest.approx(2 * cov / (big_p + big_q - 2 * big_p * big_q))


def test_the_alternative_annotator_test() -> None:
    rng, interviews = numbers(9), np.repeat(np.arange(8), 15)
    truth = rng.random(120) < 0.4
    people = np.array([np.where(rng.random(120) < 0.15, ~truth, truth) for _ in range(3)]).astype(float)
    model = np.where(rng.random(120) < 0.2, ~truth, truth).astype(float)
    found = alternative_annotator_test(people, model, cost_benefit=0.2, clusters=interviews)
    for h, person in enumerate(found.people):
        others = np.delete(people, h, axis=0)
        of_model, of_person = (others == model).mean(0), (others == people[h]).mean(0)
        rho_model, rho_person = np.mean(of_model >= of_person), np.mean(of_person >= of_model)
        without = [
            np.mean((of_person >= of_model)[interviews != g]) - np.mean((of_model >= of_person)[interviews != g])
            for g in range(8)
        ]
        error = np.sqrt(7 / 8 * ((np.array(without) - np.mean(without)) ** 2).sum())
        # N (N - 1) / Σ m (m - 1) of eight interviews with 15 passages each is a little above 8, and at most 8.
        p = student.cdf((rho_person - rho_model - 0.2) / error, 7)
        assert person.advantage == pytest.approx(rho_model)
        assert person.lead == pytest.approx(rho_person - rho_model)
        assert person.p == pytest.approx(p)
    assert found.winning_rate == np.mean([person.replaced for person in found.people])


def test_the_post_stratified_share() -> None:
    rng, n = numbers(10), 300
    kind, y = rng.integers(0, 3, n), (rng.random(n) < 0.3).astype(float)
    by_hand = rng.random(n) < 0.1
    probability = np.where(by_hand, 1.0, np.array([0.5, 0.2, 0.1])[kind])
    drawn = ~by_hand & (rng.random(n) < probability)
    units = DrawnUnits(rng.integers(0, 12, n), kind, probability, np.where(by_hand | drawn, y, np.nan), 3)
    written = y[by_hand].sum()
    for k in range(3):
        here = drawn & (kind == k)
        weight = 1 / probability[here]
        written += np.sum(~by_hand & (kind == k)) * (weight @ y[here]) / weight.sum()
        worth = weight.sum() ** 2 / ((1 - probability[here]) / probability[here] ** 2).sum()
        assert units.worth()[k] == pytest.approx(worth)
    assert corrected_share(units).these.value == pytest.approx(written / n)


def test_how_few_can_be_exchanged() -> None:
    """Seven cases, three against four, and one new transcript among nineteen."""
    ways = count_of_ways(np.array([1, 1, 1, 0, 0, 0, 0]), np.arange(7))
    assert (ways, round(2 / ways, 3)) == (35, 0.057)
    assert units_needed(1, 0.05) == 19
