"""Properties that coefficients must have, run over the registry: a coefficient that is in no list fails."""

from __future__ import annotations

import warnings
from typing import Any

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from secondcoder.agreement import COEFFICIENTS, OneCoderError, RatingsError, measure
from secondcoder.agreement.errors import NoOverlapError
from sklearn.metrics import cohen_kappa_score, f1_score
from support.agreement_checks import STEADY

CORRECTED = {"cohen_kappa", "scott_pi", "fleiss_kappa", "gwet_ac1", "pabak", "krippendorff_alpha"}
SPECIFIC = {"positive_agreement", "negative_agreement"}
INDICES = {"prevalence_index", "bias_index"}

SYMMETRIC = CORRECTED | SPECIFIC | {"percent_agreement", "prevalence_index"}
CHANGES_SIGN_WHEN_CODERS_SWAP = {"bias_index"}

SAME_WHEN_CODES_ARE_RENAMED = CORRECTED | {"percent_agreement"}
SWAPS_WITH_ITS_OPPOSITE = SPECIFIC
CHANGES_SIGN_WHEN_CODES_SWAP = INDICES

ONE_WHEN_ALL_AGREE = CORRECTED | SPECIFIC | {"percent_agreement"}
NOT_AN_AGREEMENT = INDICES

SAME_WHEN_DOUBLED = (CORRECTED - {"krippendorff_alpha"}) | SPECIFIC | INDICES | {"percent_agreement"}
RISES_WHEN_DOUBLED = {"krippendorff_alpha"}


@pytest.mark.parametrize(
    "lists",
    [
        (SYMMETRIC, CHANGES_SIGN_WHEN_CODERS_SWAP),
        (SAME_WHEN_CODES_ARE_RENAMED, SWAPS_WITH_ITS_OPPOSITE, CHANGES_SIGN_WHEN_CODES_SWAP),
        (ONE_WHEN_ALL_AGREE, NOT_AN_AGREEMENT),
        (SAME_WHEN_DOUBLED, RISES_WHEN_DOUBLED),
    ],
)
def test_every_coefficient_is_in_one_list(lists: tuple[set[str], ...]) -> None:
    together = [name for one in lists for name in one]
    assert sorted(together) == sorted(COEFFICIENTS)


binary = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=40)
nominal = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=40)
with_gaps = st.lists(st.lists(st.one_of(st.none(), st.integers(0, 2)), min_size=4, max_size=4), min_size=2, max_size=25)


def value(name: str, ratings: Any, **options: Any) -> float | None:
    return measure(name, ratings, **options).value


def same(first: float | None, second: float | None) -> bool:
    return (first is None and second is None) or (
        first is not None and second is not None and abs(first - second) < 1e-9
    )


@STEADY
@given(binary)
def test_coders_may_swap(ratings: list[tuple[int, int]]) -> None:
    swapped = [(b, a) for a, b in ratings]
    for name in SYMMETRIC:
        assert same(value(name, ratings), value(name, swapped)), name
    for name in CHANGES_SIGN_WHEN_CODERS_SWAP:
        assert same(value(name, ratings), -(value(name, swapped) or 0.0)), name


@STEADY
@given(binary, st.randoms(use_true_random=False))
def test_order_does_not_matter(ratings: list[tuple[int, int]], random: Any) -> None:
    shuffled = list(ratings)
    random.shuffle(shuffled)
    for name in COEFFICIENTS:
        assert same(value(name, ratings), value(name, shuffled)), name


@STEADY
@given(binary)
def test_two_codes_may_swap(ratings: list[tuple[int, int]]) -> None:
    swapped = [(1 - a, 1 - b) for a, b in ratings]
    for name in SAME_WHEN_CODES_ARE_RENAMED:
        assert same(value(name, ratings), value(name, swapped)), name
    for name in CHANGES_SIGN_WHEN_CODES_SWAP:
        assert same(value(name, ratings), -(value(name, swapped) or 0.0)), name
    assert same(value("positive_agreement", ratings), value("negative_agreement", swapped))


@STEADY
@given(nominal, st.permutations(["anger", "blame", "calm", "doubt"]))
def test_codes_may_be_renamed(ratings: list[tuple[int, int]], names: list[str]) -> None:
    renamed = [(names[a], names[b]) for a, b in ratings]
    for name in SAME_WHEN_CODES_ARE_RENAMED:
        assert same(value(name, ratings, categories=range(4)), value(name, renamed, categories=names)), name


@STEADY
@given(st.lists(st.integers(0, 1), min_size=2, max_size=30))
def test_full_agreement_is_one_or_undefined(codes: list[int]) -> None:
    ratings = [(code, code) for code in codes]
    both_used = len(set(codes)) == 2
    for name in ONE_WHEN_ALL_AGREE:
        result = measure(name, ratings)
        assert result.value == pytest.approx(1) if result.value is not None else not both_used, name


@STEADY
@given(binary)
def test_doubling_every_unit(ratings: list[tuple[int, int]]) -> None:
    for name in SAME_WHEN_DOUBLED:
        assert same(value(name, ratings), value(name, ratings * 2)), name
    once, twice = (value("krippendorff_alpha", one) for one in (ratings, ratings * 2))
    if once is not None and twice is not None:
        # Chance pairs are drawn without replacement: 1 - alpha scales by (2n - 1) / (2n - 2) when n ratings become 2n.
        n = 2 * len(ratings)
        assert 1 - twice == pytest.approx((1 - once) * (2 * n - 1) / (2 * n - 2))


@STEADY
@given(with_gaps, st.permutations(range(4)))
def test_many_coders_with_gaps_may_change_places(ratings: list[list[int | None]], order: list[int]) -> None:
    assume(any(sum(cell is not None for cell in row) > 1 for row in ratings))
    moved = [[row[at] for at in order] for row in reversed(ratings)]
    for name, one in COEFFICIENTS.items():
        if not one.two_coders:
            assert same(value(name, ratings, categories=range(3)), value(name, moved, categories=range(3))), name


@STEADY
@given(nominal)
def test_equals_scikit_learn(ratings: list[tuple[int, int]]) -> None:
    ours = value("cohen_kappa", ratings, categories=range(4))
    first, second = zip(*ratings, strict=True)
    if ours is None:
        assert len({*first, *second}) == 1
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert ours == pytest.approx(cohen_kappa_score(first, second))


@STEADY
@given(binary)
def test_positive_agreement_is_f1(ratings: list[tuple[int, int]]) -> None:
    first, second = zip(*ratings, strict=True)
    ours = value("positive_agreement", ratings)
    assert (ours is None) == (not any(first) and not any(second))
    if ours is not None:
        assert ours == pytest.approx(f1_score(first, second, zero_division=0.0))


@STEADY
@given(with_gaps)
def test_equals_krippendorffs_library(ratings: list[list[int | None]]) -> None:
    assume(any(sum(cell is not None for cell in row) > 1 for row in ratings))
    ours = value("krippendorff_alpha", ratings, categories=range(3))
    data = np.array(ratings, dtype=float).T
    if ours is None:
        paired = [cell for row in ratings if sum(c is not None for c in row) > 1 for cell in row if cell is not None]
        assert len(set(paired)) == 1
        return
    theirs = krippendorff.alpha(reliability_data=data, value_domain=[0, 1, 2], level_of_measurement="nominal")
    assert ours == pytest.approx(theirs)


@STEADY
@given(nominal)
def test_two_coders_fleiss_is_scott(ratings: list[tuple[int, int]]) -> None:
    assert same(value("fleiss_kappa", ratings, categories=range(4)), value("scott_pi", ratings, categories=range(4)))


@settings(max_examples=30, deadline=None)
@given(binary)
def test_results_carry_their_parts(ratings: list[tuple[int, int]]) -> None:
    for name in CORRECTED:
        result = measure(name, ratings, coders=["Ines", "Matthew"], unit="segment")
        assert result.n == len(ratings)
        assert sum(result.counts.values()) == len(ratings)
        assert (result.coders, result.unit) == (("Ines", "Matthew"), "segment")
        if result.value is not None and result.observed is not None and result.expected is not None:
            assert result.value == pytest.approx((result.observed - result.expected) / (1 - result.expected))


def test_undefined_is_none_with_the_reason() -> None:
    for name in ("cohen_kappa", "scott_pi", "fleiss_kappa", "krippendorff_alpha"):
        for same_code in (0, 1):
            result = measure(name, [(same_code, same_code)] * 5)
            assert result.value is None
            assert "one category" in result.reason
    assert measure("positive_agreement", [(0, 0)] * 5).reason == "neither coder used the code"
    assert measure("negative_agreement", [(1, 1)] * 5).reason == "both coders gave the code to every unit"
    assert measure("gwet_ac1", [(0, 0)] * 5).value == 1


@pytest.mark.parametrize(
    ("ratings", "options", "error", "words"),
    [
        ([1, 2, 3], {}, RatingsError, "one row a unit"),
        ([[1], [2]], {}, OneCoderError, "at least two coders"),
        ([[1, None], [None, 0]], {}, NoOverlapError, "No unit was rated by two"),
        ([[0.5, 1]], {}, RatingsError, "measurement 0.5"),
        ([["a", "b"]], {"categories": ["a", "c"]}, RatingsError, "'b' is not among"),
        ([["a", "a"]], {}, RatingsError, "only 'a'"),
        ([[0, 1]], {"coders": ["A", "A"]}, RatingsError, "names are A, A"),
        ([[0, 1]], {"clusters": [1, 2]}, RatingsError, "1 units, but 2 clusters"),
        ([[0, 1, 1]], {}, RatingsError, "for two coders, and there are 3"),
    ],
)
def test_bad_ratings(ratings: Any, options: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        measure("cohen_kappa", ratings, **options)


def test_unknown_coefficient_names_the_nearest() -> None:
    with pytest.raises(RatingsError, match=r"Did you mean 'cohen_kappa'\?"):
        measure("cohens_kappa", [(0, 1)])
    with pytest.raises(RatingsError, match="two categories"):
        measure("bias_index", [("a", "b"), ("c", "a")])
