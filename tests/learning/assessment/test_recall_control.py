"""Recall that is promised is kept, on average over new transcripts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from secondcoder.learning.assessment.recall_control import NEEDED, any_code, control, recall_plan
from secondcoder.learning.out_of_fold import OutOfFold, out_of_fold_state, restore_out_of_fold


def _marks(rng: np.random.Generator, transcripts: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores of marks in transcripts that differ in how many they have and how hard they are."""
    sizes = rng.integers(1, 15, transcripts)
    ease = rng.normal(0, 1.5, transcripts)
    group = np.repeat(np.arange(transcripts), sizes)
    return rng.normal(ease[group], 1), group


def _missed(score: np.ndarray, group: np.ndarray, threshold: float) -> float:
    return float((np.bincount(group, score < threshold) / np.bincount(group)).mean())


@pytest.mark.parametrize(("target", "transcripts"), [(0.8, NEEDED), (0.9, 8), (0.9, 20), (0.8, 12)])
def test_the_promise_holds_on_average_over_new_transcripts(target, transcripts):
    rng = np.random.default_rng(7)
    missed = []
    for _ in range(1500):
        threshold, _ = control(*_marks(rng, transcripts), target)
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


def _by_definition(score: np.ndarray, group: np.ndarray, target: float) -> float:
    """The highest threshold with (sum of losses + largest loss) / (n + 1) <= 1 - target, tried one by one."""
    names, kept = sorted(set(group.tolist())), []
    for threshold in sorted(set(score.tolist())):
        losses = [np.mean(score[group == name] < threshold) for name in names]
        if (sum(losses) + max(losses)) / (len(names) + 1) <= 1 - target + 1e-12:
            kept.append(threshold)
    return max(kept)


@pytest.mark.parametrize("target", [0.5, 0.7, 0.9])
def test_the_threshold_is_the_highest_that_the_rule_allows(target):
    rng = np.random.default_rng(3)
    for transcripts in (1, 2, 5, 9):
        score, group = _marks(rng, transcripts)
        assert control(score, group, target) == (_by_definition(score, group, target), transcripts)


def test_equal_scores_are_one_threshold():
    score, group = np.array([0.2, 0.5, 0.5, 0.5]), np.array([0, 0, 1, 1])
    assert control(score, group, 0.6)[0] == 0.5  # above it nothing: half of one transcript is missed, (.5 + .5) / 3
    assert control(score, group, 0.7)[0] == 0.2


def test_a_passage_carries_any_of_the_codes():
    np.testing.assert_allclose(any_code(np.array([[0.5, 0.5], [0.0, 0.2], [1.0, 0.3]])), [0.75, 0.2, 1.0])


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
    read = any_code(held.probability) >= plan.threshold
    assert plan.read_passages == pytest.approx(read.mean())
    assert plan.read_words == pytest.approx(held.words[read].sum() / held.words.sum())
    assert (plan.promised, plan.transcripts) == (True, 20)
    found = held.y & read[:, None]
    assert plan.marks == pytest.approx(found.sum() / held.y.sum())
    shares = [found[rows].sum() / held.y[rows].sum() for rows in (held.group == number for number in range(20))]
    assert plan.recall == pytest.approx(np.mean(shares))
    assert plan.recall >= 0.9
    np.testing.assert_allclose(plan.of_codes[:2], (found.sum(axis=0) / held.y.sum(axis=0).clip(1))[:2])
    assert np.isnan(plan.of_codes[2])  # nobody used it


def test_the_mean_of_transcripts_shares_is_not_the_share_of_marks():
    """One long transcript whose marks are hard, nine short ones whose marks are easy."""
    group = np.repeat(np.arange(10), [91] + [1] * 9)
    score = np.where(group == 0, 0.1, 0.9)[:, None]
    y = np.ones_like(score, dtype=bool)
    places = tuple((f"t{number}", at, at + 1) for at, number in enumerate(group.tolist()))
    plan = recall_plan(OutOfFold(score, y, y, group, np.ones(100, dtype=np.intp), places), ("a",), 0.8)
    assert (plan.recall, plan.marks) == (pytest.approx(0.9), pytest.approx(0.09))


def test_a_higher_target_never_reads_less():
    costs = [recall_plan(_held(), ("a", "b", "c"), target).read_passages for target in (0.5, 0.8, 0.9)]
    assert costs == sorted(costs)
    assert costs[0] < costs[-1]


def test_nothing_to_find_is_nothing_to_read():
    held = _held().columns([2])
    plan = recall_plan(held, ("c",), 0.9)
    assert (plan.promised, plan.transcripts, plan.read_passages) == (False, 0, 0)
    assert np.isnan(plan.recall)


def test_unknown_segments_neither_count_nor_cost():
    held = _held()
    known = held.known.copy()
    known[:40] = False
    plan = recall_plan(replace(held, known=known), ("a", "b", "c"), 0.9)
    arrays = (held.probability, held.y, held.known, held.group, held.words)
    rest = OutOfFold(*(part[40:] for part in arrays), held.places[40:])
    other = recall_plan(rest, ("a", "b", "c"), 0.9)
    assert (plan.threshold, plan.transcripts) == (other.threshold, other.transcripts)
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
            assert plan.promised
            missed[name].append(_missed(*new, plan.threshold))
    assert np.mean(missed["by hand alone"]) < 0.1
    assert np.mean(missed["all count"]) > 0.15


@pytest.mark.parametrize(("by_hand", "promised"), [(NEEDED - 1, False), (NEEDED, True)])
def test_a_promise_takes_transcripts_coded_by_hand_and_cost_is_counted_there(by_hand, promised):
    held = replace(_held(), by_hand=np.repeat(np.arange(20) < by_hand, 20))
    plan = recall_plan(held, ("a", "b", "c"), 0.9, "case")
    assert (plan.promised, plan.transcripts, plan.needed, plan.unit) == (promised, by_hand, NEEDED, "case")
    read = (any_code(held.probability) >= plan.threshold)[: 20 * by_hand]
    assert plan.read_passages == pytest.approx(read.mean())
    assert plan.recall >= 0.9


def test_nothing_by_hand_promises_nothing():
    plan = recall_plan(replace(_held(), by_hand=np.zeros(400, dtype=bool)), ("a", "b", "c"), 0.9)
    assert (plan.promised, plan.transcripts) == (False, 0)
    assert plan.recall >= 0.9


def test_labels_that_rest_on_suggestions_make_no_promise():
    held = _held()
    rests = np.zeros_like(held.y)
    rests[np.repeat(np.arange(20) >= NEEDED - 1, 20)] = True
    plan = recall_plan(replace(held, rests=rests), ("a", "b", "c"), 0.9)
    assert (plan.promised, plan.transcripts) == (False, NEEDED - 1)
