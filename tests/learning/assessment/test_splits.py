"""Folds keep a transcript, or a case, whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.errors import InputError
from secondcoder.learning.assessment.splits import group_folds, train_and_test

names = st.lists(st.sampled_from("abcdefghij"), min_size=2, max_size=80).filter(lambda groups: len(set(groups)) > 1)


@given(groups=names, folds=st.integers(2, 8), seed=st.integers(0, 5))
def test_a_group_is_never_split_and_every_fold_is_used(groups, folds, seed):
    fold = group_folds(groups, folds, seed)
    of_group = {}
    for name, number in zip(groups, fold.tolist(), strict=True):
        assert of_group.setdefault(name, number) == number
    assert set(fold.tolist()) == set(range(min(folds, len(set(groups)))))


@given(groups=names, seed=st.integers(0, 5))
def test_training_and_held_back_rows_share_no_group_and_miss_no_row(groups, seed):
    for train, rest in train_and_test(group_folds(groups, 3, seed)):
        assert len(train)
        assert len(rest)
        assert sorted([*train, *rest]) == list(range(len(groups)))
        assert not {groups[row] for row in train} & {groups[row] for row in rest}


@given(groups=names, data=st.data())
def test_a_group_keeps_its_fold_whatever_the_order_of_rows(groups, data):
    order = data.draw(st.permutations(range(len(groups))))
    fold = group_folds(groups, 4, 0)
    shuffled = group_folds([groups[row] for row in order], 4, 0)
    np.testing.assert_array_equal(shuffled, fold[order])


def test_same_input_same_folds_and_another_seed_others():
    groups = [f"t{number}" for number in range(20)]
    assert group_folds(groups, 5, 7).tolist() == group_folds(groups, 5, 7).tolist()
    assert group_folds(groups, 5, 7).tolist() != group_folds(groups, 5, 8).tolist()


def test_fewer_groups_than_folds_are_a_fold_each():
    assert sorted(set(group_folds(["a", "b", "b", "c"], 5, 0).tolist())) == [0, 1, 2]


@pytest.mark.parametrize("groups", [["only"], ["only"] * 9])
def test_one_transcript_is_refused_with_what_is_needed(groups):
    with pytest.raises(InputError, match="at least two"):
        group_folds(groups, 5, 0)
