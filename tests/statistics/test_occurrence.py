"""In how many transcripts a code occurs: certain where all was seen, as likely as the rates say elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.statistics.design_based import DrawnUnits
from secondcoder.statistics.occurrence import occurrence


def study(rng: np.random.Generator, transcripts: int, rate: float, spread: float, drawn: int) -> tuple[DrawnUnits, int]:
    """Transcripts of 40 passages, from each of which so many are drawn; and in how many the code occurs."""
    rates = rng.beta(rate * spread, (1 - rate) * spread, transcripts)
    y = rng.random((transcripts, 40)) < rates[:, None]
    known = np.where(np.arange(40) < drawn, y, np.nan).ravel()
    cluster = np.repeat(np.arange(transcripts), 40)
    units = DrawnUnits(cluster, np.zeros(len(cluster), dtype=int), np.full(len(cluster), drawn / 40), known, 1)
    return units, int(y.any(axis=1).sum())


def test_where_all_was_seen_the_number_is_certain() -> None:
    y = np.array([1, 0, 0, 0, 0, 1], dtype=float)
    units = DrawnUnits(np.repeat(np.arange(3), 2), np.zeros(6, dtype=int), np.ones(6), y, 1)
    for group, number in ((np.arange(3), 2), (np.array([0, 0, 1]), 2), (np.array([0, 1, 0]), 1)):
        found, estimate = occurrence(units, group)
        assert (found, estimate.value, estimate.low, estimate.high) == (number,) * 4


def test_there_are_never_fewer_than_people_found_nor_more_than_there_are() -> None:
    rng = np.random.default_rng(5)
    for rate in (0.002, 0.05, 0.5):
        units, _ = study(rng, 12, rate, 10, 6)
        found, estimate = occurrence(units, np.arange(12) // 2)
        assert found <= estimate.low <= estimate.value <= estimate.high <= 6


def test_many_draws_give_the_number_that_their_rate_implies() -> None:
    """With a rate that 4000 draws have settled, the expected number is that of independent passages."""
    rng = np.random.default_rng(6)
    units, _ = study(rng, 400, 0.01, 1e6, 10)
    seen = np.nansum(units.y.reshape(400, 40), axis=1) > 0
    rate = np.nanmean(units.y)
    found, estimate = occurrence(units, np.arange(400))
    assert found == seen.sum()
    assert estimate.value == pytest.approx(found + (~seen).sum() * (1 - (1 - rate) ** 30), rel=0.1)


def test_the_same_study_gives_the_same_answer() -> None:
    units, _ = study(np.random.default_rng(7), 10, 0.05, 5, 5)
    assert occurrence(units, np.arange(10)) == occurrence(units, np.arange(10))


@pytest.mark.parametrize(("rate", "spread"), [(0.02, 30), (0.1, 3)])
def test_the_interval_covers(rate: float, spread: float) -> None:
    """Also where transcripts differ much, and most have none."""
    rng, held = np.random.default_rng(9), []
    for _ in range(120):
        units, truth = study(rng, 12, rate, spread, 5)
        limits = occurrence(units, np.arange(12))[1]
        held.append(limits.low <= truth <= limits.high)
    assert np.mean(held) > 0.89  # 95 % less three standard errors
