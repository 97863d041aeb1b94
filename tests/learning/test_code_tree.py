"""No code is likelier than the one that it counts for, and nothing is moved further than that takes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.code_tree import below_parents, codes_and_above
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from sklearn.isotonic import IsotonicRegression
from support.planted import planted

DEEP = np.array([-1, 0, 0, 2, -1])  # 0 over 1 and 2; 2 over 3; 4 alone
FLAT = np.array([-1, 0, 0, 0, -1])
VALUES = st_numpy.arrays(np.float64, (3, 5), elements=st.floats(-20, 20))
WEIGHTS = st_numpy.arrays(np.float64, 5, elements=st.floats(0.1, 50))


def _in_order(values: np.ndarray, parent: np.ndarray) -> bool:
    below = parent >= 0
    return bool((values[:, below] <= values[:, parent[below]]).all())


@given(VALUES, WEIGHTS, st.sampled_from([DEEP, FLAT]))
def test_no_code_is_above_its_parent_and_what_is_in_order_stays(values, weight, parent):
    found = below_parents(values, parent, weight)
    assert _in_order(found, parent)
    np.testing.assert_allclose(below_parents(found, parent, weight), found, atol=1e-9)
    np.testing.assert_array_equal(found[:, 4], values[:, 4])


@given(VALUES, VALUES, WEIGHTS)
def test_nothing_in_order_is_nearer(values, other, weight):
    """The projection onto a convex cone: no direction into it leads back towards the values."""
    found, inside = below_parents(values, FLAT, weight), below_parents(other, FLAT, weight)
    towards = ((values - found) * (inside - found) * weight).sum(axis=1)
    assert (towards <= 1e-6 * (1 + np.abs(values).max() * np.abs(other).max() * weight.sum())).all()


@given(st_numpy.arrays(np.float64, 2, elements=st.floats(-20, 20)), st.floats(0.1, 10), st.floats(0.1, 10))
def test_of_one_child_it_is_scikit_learns_isotonic_regression(values, first, second):
    parent, weight = np.array([1, -1]), np.array([first, second])
    expected = IsotonicRegression().fit([0, 1], values, sample_weight=weight).predict([0, 1])
    np.testing.assert_allclose(below_parents(values[None], parent, weight)[0], expected, atol=1e-9)


def _family() -> LabelMatrix:
    labels = planted().labels
    y = np.column_stack([labels.y, labels.y.any(axis=1)])
    return LabelMatrix((*labels.codes, "above"), y, np.ones_like(y), rolled_up=np.array([3, 3, 3, -1]))


def test_a_sub_construct_is_suggested_only_with_its_construct():
    talk, unseen = planted(), planted(transcripts=5, seed=9).features
    model = StackedKernelClassifier(4).fit(talk.features, _family())
    probability = model.predict_proba(unseen)
    assert (probability[:, :3] <= probability[:, 3:]).all()
    suggested = probability >= model.thresholds_
    assert suggested[:, :3].any()
    assert not (suggested[:, :3] & ~suggested[:, 3:]).any()


def test_a_model_from_before_says_what_it_said():
    talk = planted()
    model = StackedKernelClassifier(4).fit(talk.features, _family())
    state = {name: array for name, array in model.state().items() if name != "ordered"}
    earlier = StackedKernelClassifier().restore(state).predict_proba(talk.features)
    assert (earlier[:, :3] > earlier[:, 3:]).any()
    model.ordered_ = np.full(4, -1)
    np.testing.assert_allclose(model.predict_proba(talk.features), earlier, atol=1e-6)


def test_codes_side_by_side_are_as_they_were():
    talk, labels = planted(), _family()
    alone = StackedKernelClassifier(4).fit(talk.features, replace(labels, rolled_up=None))
    values = np.log(alone.out_of_fold_)
    np.testing.assert_array_equal(below_parents(values, np.full(4, -1)), values)


def test_an_example_of_a_code_is_one_of_those_above_it():
    expected = [[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [1, 0, 1, 0, 0], [1, 0, 1, 1, 0], [0, 0, 0, 0, 1]]
    np.testing.assert_array_equal(codes_and_above(DEEP), expected)
    # A child that stands before its parent, and chains upwards.
    np.testing.assert_array_equal(codes_and_above(np.array([1, 2, -1])), [[1, 1, 1], [0, 1, 1], [0, 0, 1]])
