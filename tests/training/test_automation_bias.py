"""A review that agrees with the suggestions too well is seen; one that agrees as people do is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from secondcoder.configuration import load_configuration
from secondcoder.training.automation_bias import AutomationBias, automation_bias
from secondcoder.training.gate import decide
from secondcoder.training.paired_comparison import PairedScores

SETTINGS = load_configuration().retraining
ALARM = SETTINGS.alarm
CODES, LENGTH = 8, 40


def review(follows: float, seed: int, blind: float = 0.0, harder: float = 0.0, fewer: float = 1.0) -> PairedScores:
    """Eight training transcripts and four reviewed ones; suggestions are right about half of the time, transcript by transcript.

    Args:
        follows: share of wrong suggestions that are accepted.
        blind: share of the reviewed passages that were coded without suggestions.
        fewer: suggestions on the reviewed transcripts, as a share of those on the others.
        harder: how much better suggestions are on the reviewed transcripts, by nature and not by the review.
    """
    rng = np.random.default_rng(seed)
    names = np.repeat([f"t{number:02}" for number in range(12)], LENGTH)
    fresh = names >= "t08"
    right = np.clip(rng.normal(0.5, 0.08, 12), 0.1, 0.9).repeat(LENGTH) + harder * fresh
    suggested = rng.random((len(names), CODES)) < 0.1 * np.where(fresh, fewer, 1.0)[:, None]
    y = np.where(suggested, rng.random(suggested.shape) < right[:, None], rng.random(suggested.shape) < 0.05)
    led = fresh & (rng.random(len(names)) >= blind)
    y |= suggested & led[:, None] & (rng.random(y.shape) < follows)
    rests = np.broadcast_to(led[:, None], y.shape)
    p = np.where(suggested, 0.6, 0.1)
    return PairedScores(tuple("ABCDEFGH"), p, p, y, np.ones_like(y), tuple(names), ~led, fresh, suggested, rests)


def test_sound_reviews_alarm_about_as_often_as_is_stated():
    alarms = [automation_bias(review(0.0, seed), ALARM).is_alarm for seed in range(400)]
    assert np.mean(alarms) < 2 * ALARM


@pytest.mark.parametrize("fewer", [0.5, 0.2, 0.1, 0.05])
def test_a_sound_review_of_few_suggestions_alarms_no_more_often(fewer: float):
    """Of two or three suggestions all are right now and then."""
    found = [automation_bias(review(0.0, seed, fewer=fewer), ALARM) for seed in range(200)]
    assert np.mean([one.is_alarm for one in found if one]) < 2 * ALARM


@pytest.mark.parametrize("follows", [0.9, 1.0])
def test_who_follows_the_suggestions_is_seen(follows: float):
    assert np.mean([automation_bias(review(follows, seed), ALARM).is_alarm for seed in range(40)]) > 0.9


def test_some_following_is_let_pass():
    """Three in ten wrong suggestions taken for right: such a round still teaches more than it spoils (benchmarks/LEAK.md)."""
    assert np.mean([automation_bias(review(0.3, seed), ALARM).is_alarm for seed in range(200)]) < 2 * ALARM


def test_passages_coded_without_suggestions_speak_for_a_model_that_is_better_there():
    """Where suggestions are right more often, blind passages say so, and the alarm is not raised."""
    without = np.mean([automation_bias(review(0.0, seed, 0.0, 0.35), ALARM).is_alarm for seed in range(60)])
    with_blind = np.mean([automation_bias(review(0.0, seed, 0.3, 0.35), ALARM).is_alarm for seed in range(60)])
    assert without > 0.5
    assert with_blind < 0.1


def test_agreement_is_f1_over_passages_with_a_suggestion():
    y = np.array([[1, 0], [1, 1], [0, 1]] * 3, dtype=bool)
    suggested = np.array([[1, 0], [1, 0], [0, 0]] * 3, dtype=bool)
    names, fresh = np.repeat(["a", "b", "c"], 3), np.repeat([False, False, True], 3)
    p, rests = np.where(suggested, 0.9, 0.1), np.broadcast_to(fresh[:, None], y.shape)
    scores = PairedScores(("X", "Y"), p, p, y, np.ones_like(y), tuple(names), ~fresh, fresh, suggested, rests)
    # Two suggestions, both right, of three marks on those two passages; the third passage has no suggestion.
    bias = automation_bias(scores, ALARM)
    assert (bias.usual, bias.found, bias.unaided) == (pytest.approx(0.8), pytest.approx(0.8), None)


def test_without_a_review_or_two_training_transcripts_nothing_is_said():
    scores = review(0.0, 0)
    assert automation_bias(scores.take(~scores.fresh), ALARM) is None
    one = np.asarray(scores.transcript) == "t00"
    assert automation_bias(scores.take(one | scores.fresh), ALARM) is None


def test_the_gate_stops_the_round_and_says_why():
    decision = decide(None, None, (), SETTINGS, AutomationBias(0.45, 0.4, 0.93, 0.6, 4))
    assert not decision.passed
    assert "F1 0.93 on 4 new transcripts, where 0.45 was to be expected" in decision.reasons[0]
    assert decision.to_json()["automation_bias"]["found"] == 0.93
    assert decide(None, None, (), SETTINGS, AutomationBias(0.45, None, 0.55, 0.6, 4)).passed


def test_unlikely_suggestions_that_were_left_folded_are_no_following():
    """Half of the suggestions are unlikely and mostly wrong; a review that leaves those undecided agrees no better for it."""

    def folded(seed: int) -> PairedScores:
        rng = np.random.default_rng(seed)
        scores = review(0.0, seed)
        unlikely = scores.suggested & (rng.random(scores.y.shape) < 0.5)
        before = np.where(unlikely, 0.2, scores.before)
        y = scores.y & ~(unlikely & (rng.random(scores.y.shape) < 0.8))
        known = scores.known & ~(unlikely & scores.fresh[:, None])
        return replace(scores, before=before, y=y & known, known=known)

    def excess(fold: float) -> float:
        found = [automation_bias(folded(seed), ALARM, fold) for seed in range(100)]
        return float(np.mean([bias.found - bias.usual for bias in found]))

    assert excess(0.0) > 0.1
    assert abs(excess(0.35)) < 0.02
