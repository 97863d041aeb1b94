"""Consistency of codings with a model: the share is compared with codings of which so many are known to be wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit
from secondcoder.configuration import load_configuration
from secondcoder.training.gate import decide
from secondcoder.training.label_consistency import consistent_share, label_consistency
from secondcoder.training.paired_comparison import PairedScores


def talk(
    transcripts: int = 12, fresh: int = 4, length: int = 40, codes: int = 4, seed: int = 0, steep: float = 2.0
) -> PairedScores:
    """Codes drawn from the model's own probabilities, which are therefore true; the last transcripts are new to it."""
    rng = np.random.default_rng(seed)
    n = transcripts * length
    p = expit(steep * rng.normal(size=(n, codes)) - 2)
    y = rng.random(p.shape) < p
    names = np.repeat([f"t{number:02}" for number in range(transcripts)], length)
    new = names >= f"t{transcripts - fresh:02}"
    flags = np.ones(n, dtype=bool), new, p > 0.5, np.zeros_like(y)
    return PairedScores(tuple("ABCDEFGH"[:codes]), p, p, y, np.ones_like(y), tuple(names), *flags)


def shuffled(sound: PairedScores, share: float, seed: int = 1) -> PairedScores:
    """So many of the new passages given each other's codes."""
    rng, y = np.random.default_rng(seed), sound.y.copy()
    hit = rng.permutation(np.flatnonzero(sound.fresh))[: round(share * sound.fresh.sum())]
    y[hit] = y[rng.permutation(hit)]
    return replace(sound, y=y)


@pytest.mark.parametrize("wrong", [0.0, 0.2, 0.5, 0.8, 1.0])
def test_the_share_is_that_of_passages_with_their_own_codes(wrong: float):
    one = talk(transcripts=1, fresh=1, length=3000)
    assert consistent_share(shuffled(one, wrong)) == pytest.approx(1 - wrong, abs=0.06)


@given(st.lists(st.floats(-3, 3), min_size=4, max_size=4))
def test_how_frequent_the_model_thinks_a_code_does_not_matter(shift: list[float]):
    one = talk(transcripts=1, fresh=0, steep=1.0)
    other = replace(one, before=expit(logit(one.before) + shift))
    assert consistent_share(other) == pytest.approx(consistent_share(one), abs=0.03)


def test_what_is_not_known_does_not_count():
    one = talk(transcripts=1, fresh=0)
    half = np.arange(4) < 2
    hidden = replace(one, known=np.broadcast_to(half, one.y.shape).copy())
    seen = replace(one, codes=one.codes[:2], y=one.y[:, :2], known=one.known[:, :2], before=one.before[:, :2])
    assert consistent_share(hidden) == pytest.approx(consistent_share(seen))
    assert consistent_share(replace(one, known=np.zeros_like(one.known))) is None
    assert consistent_share(replace(one, y=np.zeros_like(one.y))) is None


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_model_that_is_sure_of_everything_is_no_error(value: float):
    one = talk(transcripts=1, fresh=0)
    assert 0 < consistent_share(replace(one, before=np.full_like(one.before, value))) < 1


def test_shuffled_codings_of_new_transcripts_are_an_alarm():
    found = label_consistency(shuffled(talk(), 1.0), 0.05)
    assert found.is_alarm
    assert found.found < 0.3
    decision = decide(None, found, (), load_configuration().retraining)
    assert "contradict the model in use" in decision.reasons[0]


def test_a_third_of_them_mostly_is_one_too():
    alarms = [label_consistency(shuffled(talk(seed=seed), 0.35), 0.05).is_alarm for seed in range(40)]
    assert np.mean(alarms) > 0.8


def test_sound_rounds_alarm_about_as_often_as_is_stated():
    alarms = [label_consistency(talk(10, 3, seed=seed), 0.05).is_alarm for seed in range(200)]
    assert np.mean(alarms) < 0.085  # 5 % and more than two standard errors of 200 rounds


def test_without_two_old_transcripts_or_a_new_one_nothing_is_said():
    assert label_consistency(talk(4, 0), 0.05) is None
    assert label_consistency(talk(4, 3), 0.05) is None
