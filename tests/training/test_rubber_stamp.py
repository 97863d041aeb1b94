"""Rounds of review at the gate: a rubber stamp is stopped, a sound one is not, and no figure rises more than the truth does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from support.places import ROOT
from threadpoolctl import threadpool_limits

ROUNDS = 20


@pytest.fixture(name="outcomes", scope="module")
def _outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list]:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        from retraining.demonstration import demonstration
        from retraining.following import drawn

        data = demonstration(Path(tmp_path_factory.mktemp("rubber stamp")))
        with threadpool_limits(1):
            yield [one for round_ in drawn(data, 6, 3, ROUNDS, most=8) for one in round_.outcomes((0.0, 1.0))]
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))


def _of(outcomes: list, follows: float) -> list:
    own = [one for one in outcomes if one.follows == follows]
    assert len(own) == ROUNDS
    return own


@pytest.mark.slow
@pytest.mark.minutes
def test_rubber_stamped_rounds_are_seldom_promoted_and_sound_ones_seldom_stopped(outcomes: list):
    assert sum(not one.reasons for one in _of(outcomes, 1.0)) <= ROUNDS // 10
    assert sum(bool(one.reasons) for one in _of(outcomes, 0.0)) <= ROUNDS // 10


@pytest.mark.slow
def test_figures_of_hand_coded_transcripts_move_no_more_than_the_truth_does(outcomes: list):
    for follows in (0.0, 1.0):
        own = _of(outcomes, follows)
        seen = np.mean([one.seen - one.seen_before for one in own])
        true = np.mean([one.true - one.true_before for one in own])
        # Folds are drawn anew with more transcripts, which alone moves the mean of 20 rounds by a few thousandths.
        assert abs(seen) < max(abs(true), 0.01), follows
