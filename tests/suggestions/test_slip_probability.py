"""The order for a second look: Bayes' rule by hand, and planted slips found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from secondcoder.suggestions.slip_probability import SLIPS, chance_of_slip, contradicted
from support.planted import planted, settings

KNOWN = np.ones((10, 1), dtype=bool)
TWO_IN_TEN = np.array([[True], [True], *[[False]] * 8])


def test_bayes_by_hand():
    # Two of ten passages are marked. A tenth of the marks are missing, and as many too many: 0.1 * 0.2 / 0.8 of the others.
    p = np.full((10, 1), 0.3)
    found = chance_of_slip(p, TWO_IN_TEN, KNOWN)
    too_many = 0.1 * 0.2 / 0.8
    assert found[0, 0] == pytest.approx(0.7 * too_many / (0.7 * too_many + 0.3 * 0.9))
    assert found[9, 0] == pytest.approx(0.3 * 0.1 / (0.3 * 0.1 + 0.7 * (1 - too_many)))
    assert pytest.approx(0.1) == SLIPS


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_the_more_the_model_contradicts_the_sooner_it_is_listed(one, other):
    p = np.array([[one], [other], *[[one]] * 4, *[[other]] * 4])
    marks, silences = np.split(chance_of_slip(p, TWO_IN_TEN, KNOWN)[[0, 1, 2, 9], 0], 2)
    # Chances that differ in the last digit alone may come out alike.
    assert marks[0] >= marks[1] - 1e-12 if one <= other else marks[1] >= marks[0] - 1e-12
    assert silences[1] >= silences[0] - 1e-12 if one <= other else silences[0] >= silences[1] - 1e-12
    if abs(one - other) > 1e-6:
        assert marks[0] != marks[1]
        assert silences[0] != silences[1]


def test_what_nobody_looked_at_is_never_doubted():
    known = KNOWN.copy()
    known[[0, 9]] = False
    p = np.where(TWO_IN_TEN, 0.0, 1.0)
    assert chance_of_slip(p, TWO_IN_TEN & known, known)[[0, 9], 0].tolist() == [-np.inf, -np.inf]
    assert contradicted(p, TWO_IN_TEN & known, known)[:, 0].tolist() == [False, *[True] * 8, False]


def test_contradicted_means_less_likely_than_any_passage_or_likelier_than_not():
    p = np.array([[0.19], [0.21], [0.49], [0.5], *[[0.0]] * 6])
    assert contradicted(p, TWO_IN_TEN, KNOWN)[:4, 0].tolist() == [True, False, False, True]


def test_of_planted_slips_most_are_listed_first():
    data, rng = planted(transcripts=8, length=20), np.random.default_rng(1)
    y = data.labels.y.copy()
    slips = np.zeros_like(y)
    slips[rng.choice(len(y), 6, replace=False), rng.integers(0, 3, 6)] = True
    spoilt = data.with_labels(y ^ slips)
    fitted = StackedKernelClassifier(4, settings().seed).fit(spoilt.features, spoilt.labels)
    order = chance_of_slip(fitted.out_of_fold_, y ^ slips, np.ones_like(y))
    first = np.argsort(-order.ravel())[:10]
    assert slips.ravel()[first].sum() >= 4  # six of 480: a draw of ten would hold one in eight times
