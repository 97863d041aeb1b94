"""The curve is judged on transcripts that were not learned from, and extrapolated with its doubt."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.learning.assessment import learning_curve as module
from secondcoder.learning.assessment.learning_curve import (
    LearningCurve,
    _parts,
    learning_curve,
    more_examples,
    with_twice,
)
from secondcoder.learning.assessment.splits import group_folds
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from support.planted import planted

SIZES = np.array([10.0, 20.0, 30.0, 40.0])


def _lawful(limit: float, loss: float, rate: float, noise: float = 0.0, sizes: np.ndarray = SIZES) -> LearningCurve:
    """A curve of one code that follows the law."""
    precision = limit - loss * sizes**-rate
    draws = precision + noise * np.random.default_rng(0).normal(size=(50, len(sizes)))
    return LearningCurve(10 * sizes, sizes[:, None].copy(), precision[:, None], draws[:, :, None])


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
    assert learned.draws.shape == (50, 4, 3)


def test_the_last_point_is_the_full_model_out_of_fold():
    talk = planted(6, length=10, seed=1)
    perfect = learning_curve(talk.features, talk.labels, talk.labels.y.astype(float), folds=3, seed=0)
    assert perfect.precision[-1] == pytest.approx(1.0)


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


@pytest.mark.parametrize("rate", [0.25, 0.5, 1.0])
def test_a_lawful_curve_says_how_many_more(rate):
    curve = _lawful(0.9, 0.8, rate)
    needed = (0.8 / 0.4) ** (1 / rate)
    present = round(needed / 2)
    assert more_examples(curve, 0, 0.5, present) == pytest.approx((needed - present,) * 2, abs=1.5)
    low, high = with_twice(curve, 0, present)
    assert low == pytest.approx(0.9 - 0.8 * (2 * present) ** -rate, abs=1e-6)
    assert high == pytest.approx(low)


def test_a_curve_that_flattens_below_the_target_cannot_say():
    assert more_examples(_lawful(0.4, 0.8, 1.0), 0, 0.5, 40) is None


def test_a_far_target_is_not_estimated():
    assert more_examples(_lawful(0.55, 1.0, 0.5), 0, 0.5, 40) is None  # 400 examples


def test_noise_opens_the_range():
    quiet, loud = (more_examples(_lawful(0.7, 1.5, 0.5, noise), 0, 0.5, 45) for noise in (0.0, 0.02))
    assert quiet is not None
    assert loud is not None
    assert loud[0] < quiet[0]
    assert loud[1] is None or loud[1] > quiet[1]


def test_a_code_seen_at_two_sizes_only_cannot_say():
    curve = _lawful(0.9, 0.8, 0.5)
    curve.precision[:2] = np.nan
    assert more_examples(curve, 0, 0.5, 40) is None
    assert with_twice(curve, 0, 40) is None


def test_a_part_without_the_code_is_passed_over():
    curve = _lawful(0.9, 0.8, 0.5)
    curve.examples[0] = 0
    assert with_twice(curve, 0, 40) is not None


def test_one_example_is_enough_for_a_size_to_count():
    curve = _lawful(0.9, 0.8, 0.5, sizes=np.array([1.0, 10.0, 20.0]))
    assert with_twice(curve, 0, 20) is not None


def test_at_least_one_more_example_is_asked_for():
    assert more_examples(_lawful(0.9, 0.8, 0.5), 0, 0.5, 4) == (1, 1)  # the law is there already


def test_a_limit_above_one_is_brought_down():
    low, high = with_twice(_lawful(1.4, 1.4, 0.25), 0, 4000)
    assert high <= 1
    assert low > 0
