"""Recall that is promised is kept, on average over new transcripts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from secondcoder.learning.assessment.recall_control import control, recall_plan, transcripts_needed
from secondcoder.learning.out_of_fold import OutOfFold, out_of_fold_state, restore_out_of_fold


def _marks(rng: np.random.Generator, transcripts: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores of marks in transcripts that differ in how many they have and how hard they are."""
    sizes = rng.integers(1, 15, transcripts)
    ease = rng.normal(0, 1.5, transcripts)
    group = np.repeat(np.arange(transcripts), sizes)
    return rng.normal(ease[group], 1), group


def _missed(score: np.ndarray, group: np.ndarray, threshold: float) -> float:
    return float((np.bincount(group, score < threshold) / np.bincount(group)).mean())


@pytest.mark.parametrize(("target", "transcripts"), [(0.9, 9), (0.9, 20), (0.8, 12)])
def test_the_promise_holds_on_average_over_new_transcripts(target, transcripts):
    rng = np.random.default_rng(7)
    missed = []
    for _ in range(1500):
        threshold, promised = control(*_marks(rng, transcripts), target)
        assert promised
        missed.append(_missed(*_marks(rng, 20), threshold))
    error = 3 * np.std(missed) / np.sqrt(len(missed))
    assert np.mean(missed) <= 1 - target + error
    assert np.mean(missed) >= 1 - target - 2 / (transcripts + 1) - error  # and no more is read than the promise asks


def test_resampling_passages_as_if_they_were_alone_would_break_it():
    rng = np.random.default_rng(7)
    missed = []
    for _ in range(600):
        score, _group = _marks(rng, 9)
        threshold, _ = control(score, np.arange(len(score)), 0.9)
        missed.append(_missed(*_marks(rng, 20), threshold))
    assert np.mean(missed) > 0.115


@pytest.mark.parametrize(("target", "needed"), [(0.5, 1), (0.8, 4), (0.9, 9), (0.95, 19), (0.99, 99)])
def test_fewer_transcripts_than_that_promise_nothing(target, needed):
    assert transcripts_needed(target) == needed
    score = np.linspace(0.1, 0.9, needed)
    assert control(score, np.arange(needed), target)[1]
    if needed > 1:
        assert not control(score[1:], np.arange(needed - 1), target)[1]


def test_without_a_promise_the_target_is_kept_on_what_was_coded():
    score, group = np.array([0.9, 0.8, 0.2, 0.7, 0.1]), np.array([0, 0, 0, 1, 1])
    threshold, promised = control(score, group, 0.5)
    assert (threshold, promised) == (pytest.approx(0.2), True)  # one of three transcript shares may be lost, not more
    threshold, promised = control(score, group, 0.75)
    assert not promised
    assert 1 - _missed(score, group, threshold) >= 0.75


def _held(transcripts: int = 20, seed: int = 0) -> OutOfFold:
    rng = np.random.default_rng(seed)
    n = transcripts * 20
    y = rng.random((n, 3)) < np.array([0.3, 0.1, 0.0])
    probability = np.clip(0.5 * y + 0.5 * rng.random((n, 3)), 0, 1)
    known = np.ones_like(y)
    group = np.repeat(np.arange(transcripts), 20)
    places = tuple((f"t{number}", at, at + 1) for at, number in enumerate(group.tolist()))
    return OutOfFold(probability, y, known, group, rng.integers(5, 50, n), places)


def test_a_plan_counts_what_it_costs_to_read():
    held = _held()
    plan = recall_plan(held, ("a", "b", "c"), 0.9)
    above = held.probability >= plan.thresholds
    np.testing.assert_allclose(plan.passages, above.mean(axis=0))
    rows = above.any(axis=1)
    assert plan.read_passages == pytest.approx(rows.mean())
    assert plan.read_words == pytest.approx(held.words[rows].sum() / held.words.sum())
    assert (plan.recall[:2] >= 0.9).all()
    assert plan.promised.tolist() == [True, True, False]
    assert plan.transcripts.tolist()[2] == 0
    assert np.isnan(plan.recall[2])
    assert plan.passages[2] == 0  # nothing to find, nothing to read


def test_a_higher_target_never_reads_less():
    held = _held()
    costs = [recall_plan(held, ("a", "b", "c"), target).passages[:2] for target in (0.5, 0.8, 0.9)]
    assert (np.diff(np.stack(costs), axis=0) >= 0).all()


def test_unknown_segments_neither_count_nor_cost():
    held = _held()
    known = held.known.copy()
    known[:40] = False
    plan = recall_plan(replace(held, known=known), ("a", "b", "c"), 0.9)
    arrays = (held.probability, held.y, held.known, held.group, held.words)
    rest = OutOfFold(*(part[40:] for part in arrays), held.places[40:])
    other = recall_plan(rest, ("a", "b", "c"), 0.9)
    np.testing.assert_array_equal(plan.thresholds[:2], other.thresholds[:2])
    assert plan.read_words == pytest.approx(other.read_words)


def test_it_comes_back_from_its_arrays():
    held = _held()
    again = restore_out_of_fold(out_of_fold_state(held))
    for name in ("probability", "y", "known", "group", "words"):
        np.testing.assert_array_equal(getattr(again, name), getattr(held, name))
    assert again.places == held.places
    np.testing.assert_array_equal(again.unprompted, held.unprompted)


def test_marks_that_only_a_review_found_make_no_promise():
    """In a review of suggestions what the model misses is mostly not looked at: the marks that are known are the easy ones."""
    rng, missed = np.random.default_rng(0), {"all count": [], "by hand alone": []}
    for _ in range(300):
        score, group = _marks(rng, 40)
        own = group < 10
        seen = own | (score > 1)  # of the other thirty, what was suggested
        held = OutOfFold(
            *(score[seen, None], np.ones((seen.sum(), 1), dtype=bool), np.ones((seen.sum(), 1), dtype=bool)),
            *(group[seen], np.ones(seen.sum(), dtype=np.intp), tuple(("t", at, at + 1) for at in range(seen.sum()))),
        )
        new = _marks(rng, 20)
        for name, by_hand in (("all count", None), ("by hand alone", own[seen])):
            plan = recall_plan(replace(held, by_hand=by_hand), ("a",), 0.9)
            assert plan.promised[0]
            missed[name].append(_missed(*new, plan.thresholds[0]))
    assert np.mean(missed["by hand alone"]) < 0.1
    assert np.mean(missed["all count"]) > 0.15


def test_too_few_by_hand_promise_nothing_and_cost_is_counted_where_all_was_looked_at():
    held = replace(_held(), by_hand=np.repeat(np.arange(20) < 5, 20))
    plan = recall_plan(held, ("a", "b", "c"), 0.9, "case")
    assert not plan.promised.any()
    assert plan.transcripts.max() <= 5
    assert plan.unit == "case"
    above = (held.probability >= plan.thresholds)[:100]
    np.testing.assert_allclose(plan.passages, above.mean(axis=0))
    assert (plan.recall[:2] >= 0.9).all()


@pytest.mark.parametrize(("target", "transcripts"), [(0.5, 1), (0.8, 4), (0.9, 9)])
def test_a_plan_promises_with_exactly_the_transcripts_that_are_needed(target, transcripts):
    y = np.ones((transcripts, 1), dtype=bool)
    places = tuple((f"t{at}", 0, 1) for at in range(transcripts))
    held = OutOfFold(np.linspace(0.2, 0.9, transcripts)[:, None], y, y, np.arange(transcripts), y[:, 0] + 0, places)
    plan = recall_plan(held, ("a",), target)
    assert (plan.promised[0], plan.transcripts[0], plan.needed) == (True, transcripts, transcripts)
    one_less = replace(held, by_hand=np.arange(transcripts) > 0)
    assert not recall_plan(one_less, ("a",), target).promised[0]


def test_a_passage_at_the_threshold_is_found():
    held = _held()
    plan = recall_plan(held, ("a", "b", "c"), 0.8)
    for j in range(2):
        assert plan.thresholds[j] in held.probability[held.y[:, j], j]
        shares = [
            np.mean(held.probability[rows, j] >= plan.thresholds[j])
            for number in range(20)
            if len(rows := np.flatnonzero(held.y[:, j] & (held.group == number)))
        ]
        assert plan.recall[j] == pytest.approx(np.mean(shares))
