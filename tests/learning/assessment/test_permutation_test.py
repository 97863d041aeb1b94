"""The permutation test: its size is what it states, and scores that know where the marks are have a small p value."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.learning.assessment.permutation_test import SHIFTS, permutation_p_value, permutation_p_values
from secondcoder.learning.out_of_fold import OutOfFold
from sklearn.metrics import average_precision_score


def _held(score: np.ndarray, y: np.ndarray, transcripts: int, known: np.ndarray | None = None) -> OutOfFold:
    n = len(y)
    group = np.repeat(np.arange(transcripts), n // transcripts)
    places = tuple((f"t{number}", at, at + 1) for at, number in enumerate(group.tolist()))
    seen = np.ones((n, 1), dtype=bool) if known is None else known[:, None]
    return OutOfFold(score[:, None], y[:, None], seen, group, np.ones(n, dtype=np.intp), places)


def _runs(rng: np.random.Generator, transcripts: int, length: int = 40) -> np.ndarray:
    """Marks in runs of four, more in one transcript than in another."""
    y = np.zeros(transcripts * length, dtype=bool)
    for number in range(transcripts):
        for start in rng.integers(0, length - 4, rng.integers(1, 4)):
            y[number * length + start : number * length + start + 4] = True
    return y


def test_scores_that_know_the_marks_are_not_permutation_p_values():
    y = _runs(np.random.default_rng(0), 2)
    assert permutation_p_values(_held(y + 0.0, y, 2), 0)[0] <= 0.02


def test_a_shift_keeps_the_number_of_marks_and_equal_scores_are_one_threshold():
    # Where all scores are equal, every labelling has the same average precision: the share of marks.
    y = _runs(np.random.default_rng(0), 3)
    assert permutation_p_values(_held(np.zeros(120), y, 3), 0)[0] == 1


@pytest.mark.parametrize("transcripts", [2, 5])
def test_under_the_null_hypothesis_p_values_are_small_as_often_as_stated(transcripts):
    """Also where they come in waves, and are higher in the transcripts that have more marks."""
    rng, p_values = np.random.default_rng(0), []
    for _ in range(300):
        y = _runs(rng, transcripts)
        waves = np.convolve(rng.normal(size=len(y)), np.ones(5), mode="same")
        share = y.reshape(transcripts, -1).mean(axis=1).repeat(40)
        p_values.append(permutation_p_values(_held(waves + 3 * share, y, transcripts), 1)[0])
    assert np.mean(np.array(p_values) <= 0.1) == pytest.approx(0.1, abs=0.05)


def test_only_what_was_looked_at_counts_and_without_marks_there_is_no_answer():
    rng = np.random.default_rng(0)
    y, score, known = _runs(rng, 2), rng.random(80), rng.random(80) < 0.7
    flipped = np.where(known, y, ~y)
    assert permutation_p_values(_held(score, y, 2, known), 0) == permutation_p_values(
        _held(score, flipped, 2, known), 0
    )
    assert np.isnan(permutation_p_values(_held(score, y & False, 2), 0)[0])


@pytest.mark.parametrize("decimals", [1, 6])
def test_the_p_value_is_that_of_labels_that_are_really_shifted(decimals: int) -> None:
    """Against labellings made one by one, and average precision of each."""
    rng = np.random.default_rng(4)
    transcript = rng.permutation(np.repeat(np.arange(5), [1, 3, 9, 30, 17]))
    score, y = rng.random(60).round(decimals), rng.random(60) < 0.15
    drawn, labellings = np.random.default_rng(9), [y] + [np.zeros(60, dtype=bool) for _ in range(SHIFTS)]
    for number in range(5):
        rows = np.flatnonzero(transcript == number)
        for labelling, by in zip(labellings[1:], drawn.integers(0, len(rows), SHIFTS).tolist(), strict=True):
            labelling[rows] = np.roll(y[rows], -by)
    precision = np.array([average_precision_score(labelling, score) for labelling in labellings])
    expected = np.mean(precision >= precision[0] - 1e-12)
    assert permutation_p_value(score, y, transcript, np.random.default_rng(9)) == expected


def test_comments_of_one_passage_each_are_shifted_together():
    rng = np.random.default_rng(5)
    y, alone = rng.random(120) < 0.2, np.arange(120)
    assert permutation_p_value(y + rng.normal(0, 0.3, 120), y, alone, np.random.default_rng(1)) < 0.03
    by_chance = [permutation_p_value(rng.random(120), y, alone, np.random.default_rng(n)) for n in range(200)]
    assert 0.01 <= np.mean(np.array(by_chance) <= 0.05) <= 0.10
