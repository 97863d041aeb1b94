"""Exchanging values among people or cases: against itertools, by hand, and the stated rate over several families of figures."""

from __future__ import annotations

from itertools import permutations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import permutation_test
from secondcoder.statistics.permutation import MOST, adjusted_p, count_of_ways, distinct_orders, exchange


def test_step_down_by_hand():
    # Four choices, three figures. The first figure's p is that of the largest; the second's of the largest of the other two.
    distance = np.array([[3.0, 2.0, 0.5], [1.0, 2.5, 0.7], [3.5, 1.0, 1.0], [0.0, 0.0, 0.0]])
    assert adjusted_p(distance).tolist() == [0.5, 0.5, 0.75]
    assert adjusted_p(distance[:, ::-1]).tolist() == [0.75, 0.5, 0.5]


def test_families_that_have_nothing_to_do_with_each_other_add_up():
    family, other = np.array([[3.0, 2.0], [1.0, 2.5], [3.5, 1.0], [0.0, 0.0]]), np.array([[2.5], [4.0]])
    # 3.0: 2 of 4, and 1 of 2. 2.5: of the second family 2 of 2. 2.0 would have 2 of 4, and may not be below what is before it.
    assert adjusted_p(family, other).tolist() == [1.0, 1.0, 1.0]
    assert adjusted_p(family, np.array([[0.1], [0.0], [0.0], [0.0]])).tolist() == [0.5, 0.5, 0.5]
    assert adjusted_p(np.array([[2.0], *[[0.0]] * 19]), np.array([[3.0], *[[0.0]] * 9])).tolist() == [0.1, 0.1]


@given(st.lists(st.integers(0, 3), max_size=6))
def test_distinct_orders_are_those_of_itertools(items):
    assert sorted(distinct_orders(items)) == sorted(set(permutations(items)))


def test_seven_cases_three_against_four_have_thirty_five_ways():
    value = np.array([0, 1, 0, 1, 1, 0, 1])
    ways = exchange(value, np.arange(7))
    assert len(ways) == comb(7, 3)
    assert ways[0].tolist() == value.tolist()
    assert {tuple(way) for way in ways.tolist()} == set(permutations(value.tolist()))


def test_interviews_of_a_person_change_places_and_people_with_as_many():
    # Three people: late and early, late and late, late alone.
    value, unit = np.array([1, 0, 1, 1, 1]), np.array([5, 5, 2, 2, 9])
    ways = exchange(value, unit)
    assert {tuple(way) for way in ways.tolist()} == {tuple((np.arange(5) != at).astype(int)) for at in range(4)}
    assert ways[0].tolist() == value.tolist()


def test_each_way_comes_as_often_as_any_other_where_they_are_drawn():
    value, unit = np.array([*[0] * 15, *[1] * 15]), np.repeat(np.arange(15), 2)
    ways = exchange(value, unit)
    assert count_of_ways(value, unit) > MOST
    assert ways.shape == (1 + MOST, 30)
    assert ways[0].tolist() == value.tolist()
    assert (ways.sum(axis=1) == 15).all()
    # One person has one of each; they may be any of the fifteen, and either order is as likely.
    both = ways[:, ::2] != ways[:, 1::2]
    assert (both.sum(axis=1) == 1).all()
    np.testing.assert_allclose(both.mean(axis=0), 1 / 15, atol=0.02)
    np.testing.assert_allclose(ways.mean(axis=0), 0.5, atol=0.03)


@given(st.lists(st.floats(-3, 3), min_size=8, max_size=8, unique=True))
def test_two_groups_give_the_p_value_of_scipys_permutation_test(values):
    drawn = np.round(values, 3) + np.arange(8) * 1e-5  # kept apart from rounding
    expected = permutation_test(
        (drawn[5:], drawn[:5]),
        lambda x, y, axis: x.mean(axis=axis) - y.mean(axis=axis),
        alternative="greater",
        vectorized=True,
    )
    ways = exchange(np.array([0] * 5 + [1] * 3), np.arange(8))
    assert adjusted_p((ways @ drawn)[:, None])[0] == pytest.approx(expected.pvalue, abs=1e-9)
