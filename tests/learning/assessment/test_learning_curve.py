"""The curve is judged on transcripts that were not learned from."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment import learning_curve as module
from secondcoder.learning.assessment.learning_curve import (
    LearningCurve,
    _parts,
    learning_curve,
)
from secondcoder.learning.assessment.splits import group_folds
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from support.planted import planted


def _curve_of(transcripts: int, progress=None) -> LearningCurve:
    talk = planted(transcripts, length=10, seed=1)
    out_of_fold = StackedKernelClassifier(3).fit(talk.features, talk.labels).out_of_fold_
    return learning_curve(talk.features, talk.labels, out_of_fold, folds=3, seed=0, progress=progress)


@pytest.fixture(scope="module")
def learned() -> LearningCurve:
    return _curve_of(12)


def test_more_transcripts_teach_more(learned):
    assert (np.diff(learned.segments) > 0).all()
    assert (np.diff(learned.examples, axis=0) > 0).all()
    assert learned.macro[-1] > learned.macro[0]
    assert learned.precision.shape == (4, 3)


def test_the_last_point_is_the_full_model_out_of_fold():
    talk = planted(6, length=10, seed=1)
    perfect = learning_curve(talk.features, talk.labels, talk.labels.y.astype(float), folds=3, seed=0)
    assert perfect.precision[-1] == pytest.approx(1.0)


def test_a_point_is_the_average_precision_of_what_is_known():
    from sklearn.metrics import average_precision_score

    talk = planted(6, length=10, seed=1)
    known = np.random.default_rng(0).random(talk.labels.y.shape) < 0.7
    score = np.random.default_rng(1).random(known.shape)
    labels = LabelMatrix(talk.labels.codes, talk.labels.y & known, known)
    last = learning_curve(talk.features, labels, score, folds=3, seed=0).precision[-1]
    expected = [average_precision_score(labels.y[seen, j], score[seen, j]) for j, seen in enumerate(known.T)]
    assert last == pytest.approx(expected)


def test_it_is_the_same_twice_and_tells_its_progress(learned):
    told: list[tuple[int, int]] = []
    again = _curve_of(12, lambda done, total: told.append((done, total)))
    np.testing.assert_array_equal(again.precision, learned.precision)
    assert told == [(done, 9) for done in range(1, 10)]


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_a_part_holds_nothing_that_it_is_judged_on(share):
    groups = [f"t{number}" for number in range(12) for _ in range(5)]
    fold = group_folds(groups, 3, 0)
    for rows, rest in _parts(groups, fold, share, 0):
        assert not {groups[row] for row in rows} & {groups[row] for row in rest}
        assert len(rows) == round(share * 8) * 5


def test_a_part_may_hold_exactly_the_most_segments(monkeypatch):
    groups = [f"t{number}" for number in range(12) for _ in range(5)]
    fold = group_folds(groups, 3, 0)
    monkeypatch.setattr(module, "MOST_SEGMENTS", 20)
    assert _parts(groups, fold, 0.5, 0) is not None
    monkeypatch.setattr(module, "MOST_SEGMENTS", 19)
    assert _parts(groups, fold, 0.5, 0) is None


def test_two_transcripts_have_no_parts_to_learn_from():
    assert len(_curve_of(2).segments) == 1
