"""Alpha over sets: distances, both ways of counting, clusters, gaps."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.agreement import DISTANCES, alpha_of_sets, measure, set_distance
from secondcoder.agreement import set_similarity as module
from secondcoder.agreement.errors import NoOverlapError, OneCoderError, RatingsError
from secondcoder.agreement.set_alpha import SetSums, alpha_over
from support.agreement_checks import STEADY

codes = st.frozensets(st.sampled_from("abcde"))


@STEADY
@given(codes, codes)
def test_distances_are_symmetric_and_zero_to_oneself(first: frozenset[str], second: frozenset[str]) -> None:
    for name in DISTANCES:
        there, back = set_distance(first, second, name), set_distance(second, first, name)
        assert there == back
        assert 0 <= there <= 1
        assert (there == 0) == (first == second)
    assert set_distance(first, second, "masi") >= set_distance(first, second, "jaccard")


def by_hand(units: list[list[frozenset[str] | None]], distance: str) -> float | None:
    """Krippendorff's alpha from the definition, pair by pair."""
    rows = [[codes for codes in row if codes is not None] for row in units]
    rows = [row for row in rows if len(row) > 1]
    ratings = [codes for row in rows for codes in row]
    n = len(ratings)
    expected = sum(set_distance(a, b, distance) for a, b in combinations(ratings, 2)) * 2 / (n * (n - 1))
    observed = (
        sum(2 * set_distance(a, b, distance) / (len(row) - 1) for row in rows for a, b in combinations(row, 2)) / n
    )
    return None if expected == 0 else 1 - observed / expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.one_of(st.none(), codes), min_size=3, max_size=3), min_size=2, max_size=12))
def test_alpha_is_the_definition(units: list[list[frozenset[str] | None]]) -> None:
    if not any(sum(codes is not None for codes in row) > 1 for row in units):
        with pytest.raises(NoOverlapError):
            alpha_of_sets(units)
        return
    for name in DISTANCES:
        expected, result = by_hand(units, name), alpha_of_sets(units, name)
        assert result.value == (pytest.approx(expected) if expected is not None else None)
        assert bool(result.reason) == (expected is None)


@STEADY
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=2, max_size=30))
def test_one_code_is_nominal_alpha(ratings: list[tuple[int, int]]) -> None:
    units = [[{"x"} if mark else set() for mark in row] for row in ratings]
    nominal = measure("krippendorff_alpha", ratings).value
    for name in DISTANCES:
        assert alpha_of_sets(units, name).value == (pytest.approx(nominal) if nominal is not None else None)


@pytest.mark.parametrize("density", [0.1, 0.4])
def test_subsets_count_the_same_as_pairs(density: float, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    marks, complete = rng.random((150, 3, 9)) < density, rng.random((150, 3)) < 0.8
    clusters, weights = rng.integers(0, 6, 150), rng.integers(1, 4, 150).astype(float)

    def sums() -> SetSums:
        return SetSums.of(marks, complete, clusters=clusters, groups=6, weights=weights)

    pair_by_pair = sums()
    monkeypatch.setattr(module, "FEW_SETS", 0)
    by_subsets = sums()
    for name in DISTANCES:
        assert pair_by_pair.alike is not None
        assert by_subsets.alike is not None
        np.testing.assert_allclose(by_subsets.alike[name], pair_by_pair.alike[name], atol=1e-9)


def test_weights_count_units_as_often() -> None:
    rng = np.random.default_rng(2)
    marks, weights = rng.random((20, 2, 4)) < 0.4, rng.integers(1, 4, 20)
    known, one = np.ones((20, 2), dtype=bool), np.zeros(20, dtype=np.int64)
    weighted = SetSums.of(marks, known, clusters=one, groups=1, weights=weights.astype(float))
    repeated = SetSums.of(
        np.repeat(marks, weights, axis=0),
        np.repeat(known, weights, axis=0),
        clusters=np.zeros(weights.sum(), dtype=np.int64),
        groups=1,
        weights=np.ones(weights.sum()),
    )
    assert weighted.result("masi", [0, 1], (), "unit").value == pytest.approx(
        repeated.result("masi", [0, 1], (), "unit").value
    )


def test_a_round_is_alpha_of_the_clusters_drawn() -> None:
    rng = np.random.default_rng(8)
    marks, clusters = rng.random((60, 3, 5)) < 0.3, np.repeat(np.arange(6), 10)
    known = rng.random((60, 3)) < 0.9
    sums = SetSums.of(marks, known, clusters=clusters, groups=6, weights=np.ones(60))
    times = np.array([2, 0, 1, 3, 0, 0])
    parts = sums.cluster_sums("masi", [0, 2])
    assert parts is not None
    drawn = float(alpha_over(*parts, times[None, :].astype(float))[0][0])
    rows = np.concatenate([np.flatnonzero(clusters == at) for at, count in enumerate(times) for _ in range(count)])
    units = [
        [set(np.flatnonzero(marks[row, coder])) if known[row, coder] else None for coder in (0, 2)]
        for row in rows.tolist()
    ]
    assert drawn == pytest.approx(alpha_of_sets(units).value)


def test_too_many_codes_a_unit_is_refused_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FEW_SETS", 0)
    monkeypatch.setattr(module, "MOST_SUBSETS", 10)
    result = alpha_of_sets([[{"a", "b", "c", "d"}, {"a"}], [{"b"}, {"c"}]])
    assert result.value is None
    assert "so many codes" in result.reason


def test_bad_sets() -> None:
    with pytest.raises(OneCoderError):
        alpha_of_sets([[{"a"}]])
    with pytest.raises(RatingsError, match="one set a coder, 2"):
        alpha_of_sets([[{"a"}, {"b"}], [{"a"}]])
    with pytest.raises(RatingsError, match=r"Did you mean 'jaccard'\?"):
        alpha_of_sets([[{"a"}, {"b"}]], "jacard")
    equal = alpha_of_sets([[{"a"}, {"a"}]] * 3)
    assert equal.value is None
    assert "same set" in equal.reason
