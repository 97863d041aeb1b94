"""Codes on one scale: equal spread over the talk, no lead for many or long sub-codes, and a question instead of a guess."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.codebook.model import Code, Codebook
from secondcoder.learning.comparable_scores import FEW_SEGMENTS, LEVEL_KEPT, NEAR, ComparableScores

RNG = np.random.default_rng(3)


def book(*ids: str) -> Codebook:
    """Codes without texts; `A.1` is below `A`."""
    codes = [
        Code(id=name, name=name, family="sub" if "." in name else "top", parent=name.rpartition(".")[0] or None)
        for name in ids
    ]
    return Codebook(id="b", title="t", codes=tuple(codes))


def scale(raw: np.ndarray, *ids: str) -> ComparableScores:
    return ComparableScores.fit(book(*ids), ids, raw)


def test_over_the_talk_all_codes_have_one_spread_and_their_levels_come_half_way():
    raw = RNG.normal([0, 5, -3], 2, size=(20_000, 3))
    strengths = scale(raw, "A", "B", "C")(raw)
    np.testing.assert_allclose(strengths.std(axis=0), 1, atol=0.01)
    assert np.ptp(strengths.mean(axis=0)) == pytest.approx(LEVEL_KEPT * 8 / 2, abs=0.1)


@pytest.mark.parametrize("change", [lambda raw: raw * [1, 40, 1], lambda raw: raw * [0.01, 1, 3]])
def test_a_code_gains_nothing_by_a_larger_unit(change):
    raw = RNG.normal(size=(5000, 3))
    raw -= raw.mean(axis=0)
    ids = ("A", "B", "C")
    first = scale(raw, *ids)(raw).argmax(axis=1)
    assert (scale(change(raw), *ids)(change(raw)).argmax(axis=1) == first).mean() > 0.95


def test_a_construct_with_more_sub_codes_is_not_named_more_often():
    ids = ("A", "A.1", "B", *(f"B.{number}" for number in range(1, 9)))
    raw = RNG.normal(size=(20_000, len(ids)))
    strengths = scale(raw, *ids)(raw)
    tops = strengths[:, [0, 2]]
    assert np.bincount(tops.argmax(axis=1)) / len(raw) == pytest.approx([0.5, 0.5], abs=0.04)
    largest = np.stack([raw[:, :2].max(axis=1), raw[:, 2:].max(axis=1)], axis=1).argmax(axis=1)
    assert (largest == 1).mean() > 0.75  # what the plain maximum would say


def test_a_sub_code_is_never_above_its_construct_and_keeps_its_own_order():
    ids = ("A", "A.1", "A.1.1", "A.2", "B", "B.1")
    raw = RNG.normal(size=(500, len(ids))) * [1, 5, 2, 1, 1, 9]
    strengths = scale(raw, *ids)(raw)
    for low, high in ((1, 0), (2, 1), (3, 0), (5, 4)):
        assert (strengths[:, low] <= strengths[:, high] + 1e-9).all()
    for leaf in (2, 3, 5):
        np.testing.assert_array_equal(np.argsort(strengths[:, leaf]), np.argsort(raw[:, leaf]))


def test_few_segments_change_little():
    raw = RNG.normal([0, 5], [1, 3], size=(3, 2))
    level = scale(raw, "A", "B").level[0]
    assert np.ptp(level) == pytest.approx((1 - LEVEL_KEPT) * 3 / (3 + FEW_SEGMENTS) * np.ptp(raw.mean(axis=0)))


def test_it_asks_where_two_codes_of_a_family_are_near():
    of = ComparableScores.unscaled(3)
    of = ComparableScores(of.level, of.spread, of.pooled, ~np.eye(3, dtype=bool))
    strengths = np.array([[3.0, 3.0 - NEAR / 2, 0], [3.0, 3.0 - 2 * NEAR, 0], [1.0, 3.0, 0]])
    assert of.rivals(strengths)[:, 0].tolist() == [1, -1, 1]
    assert of.rivals(strengths)[:, 1].tolist() == [0, 0, -1]


def test_a_code_is_no_rival_of_its_construct_or_of_another_kind():
    raw = RNG.normal(size=(50, 4))
    peers = scale(raw, "A", "A.1", "A.2", "B").peers
    assert [np.flatnonzero(row).tolist() for row in peers] == [[3], [2], [1], [0]]
