"""The level of pooled kappa at chance: against shuffled marks, and where it must be 0."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from secondcoder.agreement.chance_level import pooled_kappa_at_chance, pooled_kappa_at_chance_where_coded
from secondcoder.agreement.contingency import Contingency
from secondcoder.agreement.formulas import cohen_kappa, krippendorff_alpha, scott_pi
from secondcoder.agreement.pairwise import ALL, CODED
from sklearn.metrics import cohen_kappa_score
from support.agreement_checks import STEADY, agreement, reliability_data_of, simulated

Marks = NDArray[np.bool_]
RATES = np.array([0.5, 0.2, 0.05, 0.01])


def coders_at_random(rng: np.random.Generator, n: int, rates: NDArray[np.float64] = RATES) -> Marks:
    """Two coders' marks, (n, 2, k), of whom the second gives each code a little more often."""
    return rng.random((n, 2, len(rates))) < np.stack([rates, np.minimum(1, rates * 1.3)])


def tables_of(marks: Marks) -> NDArray[np.float64]:
    return reliability_data_of(marks, clusters=[0] * len(marks)).tables("c0", "c1").sum(0)


def test_it_is_the_mean_kappa_of_shuffled_marks() -> None:
    rng = np.random.default_rng(5)
    marks = coders_at_random(rng, 300)
    kappas = []
    for _ in range(400):
        shuffled = rng.permuted(marks[:, 1], axis=0)
        kappas.append(cohen_kappa_score(marks[:, 0].ravel(), shuffled.ravel()))
    closed = pooled_kappa_at_chance(tables_of(marks))
    assert closed > 0.2  # not 0: these codes differ much in how frequent they are
    assert closed == pytest.approx(np.mean(kappas), abs=4 * np.std(kappas) / np.sqrt(400))


def test_it_is_the_printed_formula() -> None:
    marks = coders_at_random(np.random.default_rng(1), 500)
    p, q = marks.mean(0)
    printed = 2 * np.cov(p, q, bias=True)[0, 1] / (p.mean() + q.mean() - 2 * p.mean() * q.mean())
    assert pooled_kappa_at_chance(tables_of(marks)) == pytest.approx(printed)


@STEADY
@given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_for_one_code_it_is_nought(cells: list[int]) -> None:
    table = np.array(cells, dtype=float).reshape(1, 2, 2)
    level = pooled_kappa_at_chance(table)
    if np.isfinite(cohen_kappa(Contingency.of_table(table[0])).value):
        assert level == pytest.approx(0, abs=1e-9)
    else:
        assert np.isnan(level)


def test_over_coded_units_it_is_below_nought_as_simulated() -> None:
    rng = np.random.default_rng(7)
    marks = coders_at_random(rng, 60_000, np.array([0.12, 0.08, 0.03]))
    known = rng.random((len(marks), 3)) < 0.8  # where both looked, in a part only
    data = reliability_data_of(marks & known[:, None], np.repeat(known[:, None], 2, 1), clusters=[0] * len(marks))
    chosen = data.where(data.coded())
    seen = float(cohen_kappa(Contingency.of_table(chosen.tables("c0", "c1").sum((0, 1)))).value)
    level = pooled_kappa_at_chance_where_coded(data.tables("c0", "c1").sum(0), known, np.ones(len(marks)))
    assert level < -0.1
    assert level == pytest.approx(seen, abs=0.01)


def test_it_stands_beside_pooled_kappa_of_two() -> None:
    data = simulated(codes=3)
    everywhere, coded = agreement(data, ("A", "B")), agreement(data, ("A", "B"), CODED)
    tables = data.tables("A", "B").sum(0)
    assert everywhere.pooled["cohen_kappa"].at_chance == pytest.approx(pooled_kappa_at_chance(tables))
    assert (coded.pooled["cohen_kappa"].at_chance or 0) < 0
    assert "at_chance" in everywhere.pooled["cohen_kappa"].as_json()
    assert "at_chance" not in everywhere.pooled["gwet_ac1"].as_json()
    assert "krippendorff_alpha" in agreement(simulated(("A", "B", "C")), ("A", "B", "C")).pooled


@STEADY
@given(st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)).filter(lambda cells: sum(cells) > 1))
def test_where_nobody_left_a_unit_alone_kappa_and_pi_cannot_exceed_nought(cells: tuple[int, int, int]) -> None:
    both, first, second = cells
    contingency = Contingency.of_table(np.array([[0, second], [first, both]], dtype=float))
    for formula in (cohen_kappa, scott_pi):
        value = float(formula(contingency).value)
        assert np.isnan(value) or value <= 1e-9
    # Krippendorff's correction for finite samples adds at most 1 / 2n.
    alpha = float(krippendorff_alpha(contingency).value)
    assert np.isnan(alpha) or alpha <= 1 / (2 * sum(cells)) + 1e-9


def test_a_single_code_on_coded_units_is_withheld_with_the_reason() -> None:
    one = agreement(simulated(codes=1), ("A", "B"), CODED)
    assert one.macro_kappa is not None
    held = {name for name, result in one.codes["k0"].items() if result.is_withheld}
    assert held == {"cohen_kappa", "scott_pi", "krippendorff_alpha"}
    for result in (one.pooled["cohen_kappa"], one.macro_kappa, *one.sets.values()):
        assert (result.value, result.interval) == (None, None)
        assert "cannot exceed 0" in result.reason
        assert result.as_json()["withheld"] is True
    assert agreement(simulated(codes=1), ("A", "B"), ALL).pooled["cohen_kappa"].value is not None
    several = agreement(simulated(codes=4), ("A", "B"), CODED)
    assert not any(result.is_withheld for result in several.pooled.values())
