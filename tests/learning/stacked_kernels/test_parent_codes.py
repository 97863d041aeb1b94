"""A parent code's score is informed by its children's, by the arithmetic of probabilities, and only where they count as it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from scipy.special import expit, logit
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.labels.parents import parents_among
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from secondcoder.learning.stacked_kernels.parent_codes import parent_scores
from sklearn.metrics import average_precision_score
from support.planted import Planted, planted

# 0 over 1 and 2; 2 over 3; 4 alone.
PARENT = np.array([-1, 0, 0, 2, -1])
ODDS = st_numpy.arrays(np.float64, (3, 5), elements=st.floats(-20, 20))


def _at_least_one(*chances: np.ndarray) -> np.ndarray:
    return 1 - np.prod([1 - chance for chance in chances], axis=0)


@given(ODDS)
def test_a_parents_log_odds_are_the_mean_of_its_own_and_its_childrens_union(odds):
    scores = parent_scores(odds, PARENT)
    np.testing.assert_array_equal(scores[:, [1, 3, 4]], odds[:, [1, 3, 4]])
    np.testing.assert_allclose(scores[:, 2], (odds[:, 2] + odds[:, 3]) / 2, atol=1e-6)
    # Where chances are not too near to 0 or 1 to be told from them, in plain arithmetic.
    plain = np.abs(odds).max(axis=1) < 12
    below = _at_least_one(expit(odds[plain, 1]), expit(scores[plain, 2]))
    np.testing.assert_allclose(scores[plain, 0], (odds[plain, 0] + logit(below)) / 2, atol=1e-4)


@given(ODDS, st.integers(1, 3))
def test_more_in_a_sub_construct_is_never_less_in_its_construct(odds, column):
    more = odds.copy()
    more[:, column] += 1
    assert (parent_scores(more, PARENT)[:, 0] >= parent_scores(odds, PARENT)[:, 0]).all()


def test_codes_side_by_side_stay_as_they_are():
    odds = np.linspace(-900, 900, 15).reshape(3, 5)
    scores = parent_scores(odds, np.full(5, -1))
    np.testing.assert_array_equal(scores, np.clip(odds, -35, 35))
    assert np.isfinite(parent_scores(odds, PARENT)).all()


@pytest.mark.parametrize(
    ("kept", "expected"), [([0, 1, 2, 3, 4], [-1, 0, 0, 2, -1]), ([4, 3, 0], [-1, 2, -1]), ([1, 3], [-1, -1]), ([], [])]
)
def test_a_code_whose_parent_is_left_out_lies_under_the_next_one_above(kept, expected):
    np.testing.assert_array_equal(parents_among(PARENT, kept), expected)


def _family(talk: Planted) -> LabelMatrix:
    """The planted codes, and a construct above them that is there wherever any of them is."""
    y = np.column_stack([talk.labels.y, talk.labels.y.any(axis=1)])
    k = y.shape[1] - 1
    return LabelMatrix((*talk.labels.codes, "above"), y, np.ones_like(y), rolled_up=np.array([k] * k + [-1]))


def _precision_above(seed: int) -> tuple[float, float]:
    """Of the construct, with its sub-constructs' help and without, from few transcripts coded with many slips."""
    talk, unseen = planted(transcripts=4, length=12, share=0.1, seed=seed), planted(seed=100 + seed, share=0.15)
    slips = np.random.default_rng(seed).random(talk.labels.y.shape) < 0.25
    together = _family(talk.with_labels(talk.labels.y ^ slips))
    models = [
        StackedKernelClassifier(4).fit(talk.features, one) for one in (together, replace(together, rolled_up=None))
    ]
    truth = unseen.labels.y.any(axis=1)
    helped, alone = (average_precision_score(truth, model.predict_proba(unseen.features)[:, -1]) for model in models)
    return float(helped), float(alone)


def test_a_construct_of_unlike_sub_constructs_is_told_better_with_them():
    helped, alone = np.mean([_precision_above(seed) for seed in range(4)], axis=0)
    assert helped > alone + 0.02


def test_a_model_restored_hears_it_too():
    talk, unseen = planted(), planted(transcripts=3, seed=5).features
    model = StackedKernelClassifier().fit(talk.features, _family(talk))
    restored = StackedKernelClassifier().restore(model.state())
    np.testing.assert_allclose(restored.predict_proba(unseen), model.predict_proba(unseen), atol=1e-6)
    restored.parents_ = np.full(4, -1)
    assert not np.allclose(restored.predict_proba(unseen)[:, -1], model.predict_proba(unseen)[:, -1], atol=1e-3)


def test_columns_keep_their_family_and_the_rows_too():
    labels = _family(planted())
    assert labels.columns(["above", "room"]).take(np.arange(3)).parents.tolist() == [-1, 0]
    assert labels.columns(["room", "sense"]).parents.tolist() == [-1, -1]
