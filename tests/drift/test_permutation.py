"""Exchanging new transcripts with training ones: against enumeration, SciPy's permutation test, and the stated rate."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import permutation_test
from secondcoder.drift.permutation import MOST, choices, least_p, outlyingness, units_needed
from secondcoder.statistics.permutation import adjusted_p

TWO_SIDED = np.array([False, False, True, True, False])
TINY = np.full(5, 1e-9)


def p_values(training: list[int], new: list[int], values: np.ndarray) -> np.ndarray:
    distance = outlyingness(
        choices(training, new), values, [*training, *new], TINY[: values.shape[1]], TWO_SIDED[: values.shape[1]]
    )
    return adjusted_p(distance)


def test_without_cases_every_choice_is_there_once_and_the_observed_one_first():
    weights = choices(range(5), [5, 6])
    assert weights.shape == (comb(7, 2), 7)
    assert np.flatnonzero(weights[0]).tolist() == [5, 6]
    assert len({tuple(row) for row in weights.tolist()}) == comb(7, 2)
    np.testing.assert_allclose(weights.sum(axis=1), 1)


@given(st.lists(st.floats(-3, 3), min_size=9, max_size=9, unique=True))
def test_one_figure_gives_the_p_value_of_scipys_permutation_test(values):
    # Kept apart from rounding, where a tie may fall either way.
    drawn = np.round(values, 3) + np.arange(9) * 1e-5
    expected = permutation_test(
        (drawn[6:], drawn[:6]),
        lambda x, y, axis: x.mean(axis=axis) - y.mean(axis=axis),
        alternative="greater",
        vectorized=True,
    )
    assert p_values([*range(6)], [6, 7, 8], drawn[:, None])[0] == pytest.approx(expected.pvalue, abs=1e-9)


def test_least_p_is_reached_by_the_furthest_and_needs_nineteen_for_one_in_twenty():
    values = np.zeros((20, 5))
    values[:, 0] = np.arange(20)
    p = p_values([*range(19)], [19], values)
    assert p[0] == pytest.approx(least_p(19, 1)) == pytest.approx(0.05)
    assert [units_needed(new, 0.05) for new in (1, 2, 3)] == [19, 5, 3]
    assert least_p(18, 1) > 0.05


def test_whole_cases_are_exchanged_and_a_large_one_counts_no_more_than_a_small_one():
    weights = choices([0, 0, 0, 1, 1, 2], [7, 7])
    assert len(weights) == pytest.approx(MOST, abs=4)
    own = np.array([weights[:, :3].any(axis=1), weights[:, 3:5].any(axis=1), weights[:, 5], weights[:, 6:].any(axis=1)])
    assert (own > 0).sum(axis=0).tolist() == [1] * len(weights)
    assert (own > 0).mean(axis=1) == pytest.approx([0.25] * 4)
    # Two of the three are taken, in all three ways.
    assert {tuple(np.flatnonzero(row)) for row in weights if row[:3].any()} == {(0, 1), (0, 2), (1, 2)}


def test_a_shift_or_another_unit_changes_nothing():
    values = np.random.default_rng(0).normal(size=(12, 5))
    p = p_values([*range(9)], [9, 10, 11], values)
    np.testing.assert_allclose(p_values([*range(9)], [9, 10, 11], 7 - 3 * -values), p)


DIFFERENCES = {
    "normal": lambda rng, shape: rng.normal(size=shape),
    "heavy tails": lambda rng, shape: rng.standard_t(3, size=shape),
    "lognormal": lambda rng, shape: rng.lognormal(size=shape),
    "skewed the other way": lambda rng, shape: -rng.exponential(size=shape),
}
STUDIES = 2000


def false_alarms(training: list[int], new: list[int], kind: str, of_cases: float = 0.0) -> float:
    """Share of studies without drift in which any of five figures is significant at 5 %."""
    rng, units = np.random.default_rng(1), np.array([*training, *new])
    _, unit = np.unique(units, return_inverse=True)
    shape, draw = (STUDIES * 5,), DIFFERENCES[kind]
    values = np.sqrt(of_cases) * draw(rng, (unit.max() + 1, *shape))[unit] + np.sqrt(1 - of_cases) * draw(
        rng, (len(units), *shape)
    )
    weights, alarms = choices(training, new), 0
    for part in np.array_split(values.reshape(len(units), STUDIES, 5), 20, axis=1):
        flat = part.reshape(len(units), -1)
        distance = outlyingness(weights, flat, units, np.full(flat.shape[1], 1e-9), np.tile(TWO_SIDED, part.shape[1]))
        largest = distance.reshape(len(weights), -1, 5).max(axis=2)
        alarms += int(((largest >= largest[0] - 1e-9).mean(axis=0) <= 0.05).sum())
    return alarms / STUDIES


@pytest.mark.slow
@pytest.mark.parametrize("kind", DIFFERENCES)
@pytest.mark.parametrize(("training", "new"), [(6, 1), (6, 3), (12, 1), (12, 3), (24, 1), (24, 3)])
def test_false_alarms_come_at_the_rate_whatever_the_tails(training: int, new: int, kind: str):
    found = false_alarms([*range(training)], [*range(training, training + new)], kind)
    least = least_p(training, new)
    if least > 0.05:
        assert found == 0
    else:  # the largest multiple of the least p that the rate allows, within three standard errors
        assert found == pytest.approx(least * int(0.05 / least + 1e-9) if least > 0.001 else 0.05, abs=0.015)


@pytest.mark.slow
@pytest.mark.parametrize("kind", DIFFERENCES)
@pytest.mark.parametrize("of_cases", [0.0, 0.3, 0.8])
def test_where_cases_differ_the_rate_is_not_passed(kind: str, of_cases: float):
    cases_of_three = np.repeat(np.arange(7), 3).tolist()
    assert false_alarms(cases_of_three, [7, 8, 9], kind, of_cases) <= 0.065
    assert false_alarms(cases_of_three, [7, 7, 8], kind, of_cases) <= 0.065
