"""Evidence of several coders: against one step of Bayes' rule by hand, and their invented errors found again."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.suggestions.coder_errors import coder_evidence, several_looked

N = 60_000
SHARE = np.array([0.28])
"""Of the passages of `study` that carry the code."""


def study(
    hits: tuple[float, ...], false: tuple[float, ...], seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The truth (n, 1), probabilities that are right on average, and the coders' marks (c, n, 1)."""
    rng = np.random.default_rng(seed)
    p = np.where(rng.random((N, 1)) < 0.3, 0.7, 0.1)
    truth = rng.random((N, 1)) < p
    marks = [rng.random((N, 1)) < np.where(truth, hit, wrong) for hit, wrong in zip(hits, false, strict=True)]
    return truth, p, np.stack(marks)


def test_the_evidence_is_bayes_rule_with_the_coders_own_rates():
    hits, false = (0.9, 0.6), (0.02, 0.1)
    _, p, marks = study(hits, false)
    found = coder_evidence(p, marks, np.ones_like(marks), SHARE)[:, 0]
    for said in ((True, True), (True, False), (False, True), (False, False)):
        rows = (said == marks[:, :, 0].T).all(axis=1)
        expected = sum(
            np.log(hit / wrong) if mark else np.log((1 - hit) / (1 - wrong))
            for mark, hit, wrong in zip(said, hits, false, strict=True)
        )
        assert found[rows] == pytest.approx(expected, abs=0.15)


def test_it_tells_the_truth_from_the_marks_better_than_model_or_coders_alone():
    truth, p, marks = study((0.8, 0.8), (0.05, 0.05))
    evidence = coder_evidence(p, marks, np.ones_like(marks), SHARE)
    right = [
        (guess == truth).mean() for guess in (np.log(p / (1 - p)) + evidence > 0, p > 0.5, marks[0], marks.any(axis=0))
    ]
    assert right[0] > max(right[1:]) + 0.01


def test_who_did_not_look_says_nothing():
    _, p, marks = study((0.9, 0.6), (0.02, 0.1))
    looked = np.ones_like(marks)
    looked[1, ::2] = False
    looked[:, 0] = False
    evidence = coder_evidence(p, marks, looked, SHARE)
    assert evidence[0, 0] == 0
    changed = marks.copy()
    changed[1, ::2] ^= True
    np.testing.assert_array_equal(coder_evidence(p, changed, looked, SHARE), evidence)
    # The first coder alone: two values, whatever the other would have said.
    assert len(np.unique(evidence[2::2].round(9))) == 2


def test_the_order_of_the_coders_does_not_matter():
    _, p, marks = study((0.9, 0.6, 0.7), (0.02, 0.1, 0.05))
    one, other = (coder_evidence(p, some, np.ones_like(some), SHARE) for some in (marks, marks[::-1]))
    np.testing.assert_allclose(one, other)


def test_several_looked_only_where_two_looked_for_one_code_on_one_passage():
    looked = np.zeros((2, 3, 2), dtype=bool)
    looked[0, 0, 0] = looked[1, 1, 0] = looked[1, 0, 1] = True
    assert not several_looked(looked)
    looked[1, 0, 0] = True
    assert several_looked(looked)


def test_one_coder_alone_says_the_same_of_rare_codes_and_frequent_ones_but_for_how_rare_they_are():
    """A mark of a rare code is given in vain as much less often, so that the doubt of `slip_probability` is the same for both."""
    rng = np.random.default_rng(0)
    share = np.array([0.3, 0.03])
    p = np.broadcast_to(share, (N, 2))
    marks = (rng.random((N, 2)) < share)[None]
    evidence = coder_evidence(p, marks, np.ones_like(marks), share) + np.log(share / (1 - share))
    of_marks = [np.unique(evidence[marks[0, :, j], j].round(6)) for j in (0, 1)]
    np.testing.assert_allclose(*of_marks)
