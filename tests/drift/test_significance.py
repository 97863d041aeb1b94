"""What is said to differ, what is left open, and what is no drift."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from secondcoder.drift.measures import Measure, TranscriptFigures
from secondcoder.drift.reference import reference_of
from secondcoder.drift.significance import DriftTest, compare_groups
from support.drift_checks import profile

ENOUGH = 24
"""Training transcripts with which one new transcript can be judged at 5 %; 19 is the least."""


def alike(n: int, case: str = "") -> list:
    rng = np.random.default_rng(0)
    return [
        replace(
            profile(f"t{i}", {1: 90, 2: 6, 10 + i: int(rng.integers(3, 6))}, case, rng.normal([1.0, 0.0], 0.02)),
            answers=float(np.log(30) + 0.2 * rng.normal()),
            asked=0.2 + 0.02 * float(rng.normal()),
        )
        for i in range(n)
    ]


def measured(name: str, **values: float) -> TranscriptFigures:
    usual = {"meaning": 0.0, "words": 0.04, "answers": 30.0, "speakers": 0.2}
    return TranscriptFigures(
        name, "G", "late", "", 20, False, {Measure(key): value for key, value in (usual | values).items()}
    )


def test_what_differs_is_named_and_what_does_not_is_not():
    drift_test = DriftTest(reference_of(alike(ENOUGH)), 0.05)
    assert drift_test.differences([measured("x")]) == ()
    (one,) = drift_test.differences([measured("x", words=0.3)])
    assert (one.measure, one.value) == (Measure.WORDS, 0.3)
    assert 0.02 < one.low < one.high < 0.07
    assert {one.measure for one in drift_test.differences([measured("x", answers=3.0, speakers=0.9)])} == {
        Measure.ANSWERS,
        Measure.SPEAKERS,
    }


def test_fewer_unseen_words_and_a_nearer_meaning_are_no_drift():
    assert DriftTest(reference_of(alike(ENOUGH)), 0.05).differences([measured("x", words=0.0, meaning=0.0)]) == ()


def test_a_case_is_judged_by_all_its_transcripts_together():
    seen = reference_of(alike(8))
    some = [measured(f"x{i}", answers=54.0) for i in range(6)]
    found = compare_groups(some, seen, 0.05)
    assert [one.what for one in found] == ["transcript"] * 6 + ["case", "wave"]
    assert not any(one.differs for one in found[:6])
    assert [[part.measure for part in one.differs] for one in found[6:]] == [[Measure.ANSWERS]] * 2
    assert [one.undecided is None for one in found] == [False] * 6 + [True] * 2


def test_what_ranks_among_few_cannot_reach_is_left_open_and_said():
    drift_test = DriftTest(reference_of(alike(8)), 0.05)
    assert drift_test.differences([measured("x", answers=300.0)]) == ()
    why = drift_test.undecided([measured("x", answers=300.0)])
    assert (why.unit, why.units, why.needed, why.chance) == ("transcript", 8, 19, pytest.approx(1 / 9))
    assert [one.measure for one in why.furthest] == [Measure.ANSWERS]
    assert drift_test.undecided([measured("x")]).furthest == ()
    # One in nine keeps to a rate of one in five, and three of eleven can be chosen in 165 ways.
    assert DriftTest(reference_of(alike(8)), 0.2).undecided([measured("x")]) is None
    assert drift_test.undecided([measured(f"x{i}") for i in range(3)]) is None


def cases(number: int) -> list:
    return [replace(one, case=f"c{i // 3}") for i, one in enumerate(alike(3 * number))]


def test_whole_cases_are_judged_by_the_number_of_cases():
    seen = reference_of(cases(7))
    of_one_new_case = [replace(measured(f"x{i}", answers=300.0), new_case=True) for i in range(3)]
    why = DriftTest(seen, 0.05).undecided(of_one_new_case)
    assert (why.unit, why.units, why.needed, why.chance) == ("case", 7, 19, pytest.approx(1 / 8))
    assert [one.measure for one in why.furthest] == [Measure.ANSWERS]
    of_three = [replace(one, case=f"new{i}") for i, one in enumerate(of_one_new_case)]
    assert [one.measure for one in DriftTest(seen, 0.05).differences(of_three)] == [Measure.ANSWERS]


def test_one_transcript_of_a_known_case_is_judged_by_the_number_of_transcripts():
    drift_test = DriftTest(reference_of(cases(7)), 0.05)
    known = replace(measured("x", answers=300.0), case="c1")
    assert drift_test.undecided([known]) is None
    assert [one.measure for one in drift_test.differences([known])] == [Measure.ANSWERS]
    assert drift_test.undecided([replace(known, case="", new_case=True)]).unit == "case"


def test_from_two_cases_nothing_is_said_of_new_ones_and_within_a_single_case_transcripts_are_judged():
    new_ones = [replace(measured(f"x{i}", words=0.9), case=f"new{i}") for i in range(6)]
    why = DriftTest(reference_of(cases(2)), 0.05).undecided(new_ones)
    assert (why.unit, why.units, why.needed) == ("case", 2, 3)
    assert DriftTest(reference_of(cases(2)), 0.05).differences(new_ones) == ()
    one_case = reference_of([replace(one, case="G") for one in alike(8)])
    assert DriftTest(one_case, 0.05).undecided([measured(f"x{i}") for i in range(3)]) is None
    assert DriftTest(one_case, 0.05).undecided(new_ones[:3]).unit == "case"


def test_transcripts_of_one_new_case_count_once_also_where_each_training_case_has_one():
    seen = reference_of([replace(one, case=f"c{i}") for i, one in enumerate(alike(8))])
    of_one = [replace(measured(f"x{i}", answers=300.0), new_case=True) for i in range(3)]
    assert DriftTest(seen, 0.05).undecided(of_one).chance == pytest.approx(1 / 9)


def test_one_transcript_makes_no_group_and_one_without_figures_is_not_judged():
    seen = reference_of(alike(8))
    silent = TranscriptFigures("silent", "G", "late", "", 0, False, {})
    assert [(one.what, one.name) for one in compare_groups([measured("x"), silent], seen, 0.05)] == [
        ("transcript", "x")
    ]


def test_the_more_false_alarms_are_allowed_the_more_is_said():
    # Two of the training transcripts are further out, so that p is 3 in 25.
    usual = alike(ENOUGH)
    seen = reference_of([*usual[:-2], *(replace(one, answers=float(np.log(200.0))) for one in usual[-2:])])
    one = [measured("x", answers=150.0)]
    assert not DriftTest(seen, 0.1).differences(one)
    assert DriftTest(seen, 0.13).differences(one)


def test_a_short_transcript_is_as_far_out_only_by_more():
    seen = reference_of([replace(one, answers=float(np.log(30.0) + 0.04 * i)) for i, one in enumerate(alike(ENOUGH))])
    long_one, short_one = measured("x", answers=100.0), replace(measured("x", answers=100.0), segments=8)
    assert DriftTest(seen, 0.05).differences([long_one])
    assert not DriftTest(seen, 0.05).differences([short_one])


def test_transcripts_all_alike_do_not_make_a_slight_difference_an_alarm():
    seen = reference_of([profile(f"t{i}", {1: 90, 2: 6}) for i in range(ENOUGH)])
    assert DriftTest(seen, 0.05).differences([measured("x", answers=31.0, words=0.0, speakers=0.21)]) == ()
    assert DriftTest(seen, 0.05).differences([measured("x", answers=60.0, words=0.0, speakers=0.21)])


@pytest.mark.slow
@pytest.mark.parametrize("new", [1, 3])
def test_the_rate_holds_for_transcripts_with_heavy_tails(new: int):
    rng, alarms, rounds = np.random.default_rng(0), 0, 1000
    for _ in range(rounds):
        lengths, shares = np.exp(3 + rng.standard_t(3, ENOUGH + new)), rng.beta(0.3, 3, ENOUGH + new)
        drawn = zip(alike(ENOUGH), lengths, shares, strict=False)
        seen = reference_of([replace(one, answers=float(np.log(a)), asked=float(s)) for one, a, s in drawn])
        # Neither meaning nor words differ.
        group = [
            measured(f"x{i}", words=0.0, answers=float(lengths[ENOUGH + i]), speakers=float(shares[ENOUGH + i]))
            for i in range(new)
        ]
        alarms += bool(DriftTest(seen, 0.05).differences(group))
    assert 0.02 <= alarms / rounds <= 0.06
