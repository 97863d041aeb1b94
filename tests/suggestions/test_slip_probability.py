"""The order for a second look: by hand, and planted slips found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from secondcoder.suggestions.slip_probability import contradicted, doubt
from support.planted import planted, settings

KNOWN = np.ones((10, 1), dtype=bool)
TWO_IN_TEN = np.array([[True], [True], *[[False]] * 8])


def test_a_mark_is_doubted_by_its_loss_less_the_mean_loss_of_the_codes_marks():
    p = np.array([[0.1], [0.4], *[[0.2]] * 7, [0.9]])
    found = doubt(p, TWO_IN_TEN, KNOWN)[:, 0]
    mean = -(np.log(0.1) + np.log(0.4)) / 2
    assert found[:2] == pytest.approx([-np.log(0.1) - mean, -np.log(0.4) - mean])
    # Two in ten carry the code: its log-odds are those of one to four.
    mean = -(7 * np.log(0.8) + np.log(0.1)) / 8
    assert found[9] == pytest.approx(-np.log(0.1) - mean + np.log(1 / 4))


def test_a_code_that_the_model_predicts_badly_is_not_doubted_as_a_whole():
    """Of two codes, the marks of one all have a low probability; the other's stand out by one that is lower than its fellows."""
    y = np.repeat(TWO_IN_TEN, 2, axis=1)
    p = np.full((10, 2), 0.05)
    p[:2] = [[0.1, 0.9], [0.1, 0.15]]
    order = doubt(p, y, np.ones_like(y))
    assert order[1, 1] > order[:2, 0].max() > order[0, 1]


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_the_more_the_model_contradicts_the_sooner_it_is_listed(one, other):
    p = np.array([[one], [other], *[[one]] * 4, *[[other]] * 4])
    marks, silences = np.split(doubt(p, TWO_IN_TEN, KNOWN)[[0, 1, 2, 9], 0], 2)
    # Losses that differ in the last digit alone may come out alike.
    assert marks[0] >= marks[1] - 1e-12 if one <= other else marks[1] >= marks[0] - 1e-12
    assert silences[1] >= silences[0] - 1e-12 if one <= other else silences[0] >= silences[1] - 1e-12
    if abs(one - other) > 1e-6:
        assert marks[0] != marks[1]
        assert silences[0] != silences[1]


def test_what_nobody_looked_at_is_never_doubted():
    known = KNOWN.copy()
    known[[0, 9]] = False
    p = np.where(TWO_IN_TEN, 0.0, 1.0)
    assert doubt(p, TWO_IN_TEN & known, known)[[0, 9], 0].tolist() == [-np.inf, -np.inf]
    assert np.isfinite(doubt(p, TWO_IN_TEN & known, known)[1:9]).all()
    assert contradicted(p, TWO_IN_TEN & known, known)[:, 0].tolist() == [False, *[True] * 8, False]


def test_contradicted_means_less_likely_than_any_passage_or_likelier_than_not():
    p = np.array([[0.19], [0.21], [0.49], [0.5], *[[0.0]] * 6])
    assert contradicted(p, TWO_IN_TEN, KNOWN)[:4, 0].tolist() == [True, False, False, True]


def test_a_mark_that_another_coder_shares_is_doubted_less_than_one_that_stands_alone():
    rng = np.random.default_rng(0)
    truth = rng.random((300, 1)) < 0.2
    marks = np.stack([truth & (rng.random((300, 1)) < 0.9) for _ in range(2)])
    marks[0, :2], marks[1, :2] = True, [[True], [False]]
    looked, p = np.ones_like(marks), np.where(truth, 0.6, 0.1)
    p[:2] = 0.3
    y = marks.any(axis=0)
    shared, alone = doubt(p, y, looked[0], (marks, looked))[:2, 0]
    assert alone > shared + 1
    assert doubt(p, y, looked[0])[0, 0] == pytest.approx(doubt(p, y, looked[0])[1, 0])


def test_of_planted_slips_most_are_listed_first():
    data, rng = planted(transcripts=8, length=20), np.random.default_rng(1)
    y = data.labels.y.copy()
    slips = np.zeros_like(y)
    slips[rng.choice(len(y), 6, replace=False), rng.integers(0, 3, 6)] = True
    spoilt = data.with_labels(y ^ slips)
    fitted = StackedKernelClassifier(4, settings().seed).fit(spoilt.features, spoilt.labels)
    order = doubt(fitted.out_of_fold_, y ^ slips, np.ones_like(y))
    first = np.argsort(-order.ravel())[:10]
    assert slips.ravel()[first].sum() >= 4  # six of 480: a draw of ten would hold one in eight times
