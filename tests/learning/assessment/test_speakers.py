"""Errors by who speaks: exact by hand, found where planted, silent where not, and said where they cannot be told."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from secondcoder.learning.assessment.speakers.errors import differences, on_one_scale
from secondcoder.learning.assessment.speakers.report import COLUMNS, errors_in_words, errors_report, errors_table
from secondcoder.statistics.permutation import exchange
from secondcoder.statistics.proportions import Proportion
from support.speaker_checks import Person, errors_of, invented_people

ROLES = ["GP"] * 6 + ["nurse"] * 5 + ["manager"] * 3 + ["receptionist"] * 4
CASES = {
    f"case {at}": {"integration": "full" if at < 3 else "partial", "list_size": str(2000 + 700 * at)} for at in range(7)
}


def person(missed: int, role: str | None = None, case: str | None = None, false: int = 2, **about: str) -> Person:
    """One interview with ten marks of one code and forty looks that gave none."""
    return Person((((10, missed, 40, false),),), role, case, attributes=about)


def said(people: list[Person], cases: dict[str, dict[str, str]] | None = None) -> str:
    return " ".join(errors_in_words(errors_report(errors_of(people, cases))))


def p_by_hand(missed: list[int], false: list[int], chosen: tuple[int, ...]) -> float:
    """Of all groups of cases as large as the chosen one, the share whose figure, in standard deviations, is as large."""
    figures = []
    for errors, looks in ((np.array(missed), 10), (np.array(false), 40)):
        rate = errors.sum() / (looks * len(errors))
        residual, variance = errors - looks * rate, looks * rate * (1 - rate)
        groups = [np.isin(np.arange(len(errors)), group) for group in combinations(range(len(errors)), len(chosen))]
        figure = [sum(residual[g].sum() ** 2 / (variance * g.sum()) for g in (own, ~own)) ** (1 / 3) for own in groups]
        figures.append((figure - np.mean(figure)) / np.std(figure))
    observed = [*combinations(range(len(missed)), len(chosen))].index(chosen)
    return float(np.mean(np.max(figures, axis=0) >= figures[0][observed] - 1e-9))


@pytest.mark.parametrize("missed", [[9, 8, 9, 2, 3, 1, 2], [5, 8, 2, 6, 3, 4, 7], [1, 2, 3, 4, 5, 6, 7]])
def test_p_of_seven_cases_is_that_of_every_group_of_three(missed: list[int]):
    false = [3, 1, 4, 1, 5, 9, 2]
    people = [person(missed[at], case=f"c{at}", false=false[at]) for at in range(7)]
    about = {f"c{at}": {"integration": "full" if at < 3 else "partial"} for at in range(7)}
    of_case = {one.name: one for one in errors_of(people, about).attributes}["case: integration"]
    assert of_case.p[0] == pytest.approx(p_by_hand(missed, false, (0, 1, 2)))
    assert of_case.least_p == pytest.approx(1 / 35)
    assert (of_case.unit, of_case.units) == ("case", 7)


def test_the_furthest_of_thirty_five_groups_has_the_smallest_p():
    people = [person(9 if at < 3 else 1, case=f"c{at}") for at in range(7)]
    about = {f"c{at}": {"integration": "full" if at < 3 else "partial"} for at in range(7)}
    of_case = {one.name: one for one in errors_of(people, about).attributes}["case: integration"]
    assert of_case.p[0] == pytest.approx(1 / 35)


def test_mirror_images_count_in_the_smallest_p():
    """Three against three: the opposite group is as far out, so that no p is below 2 in 20, and nothing can be said."""
    people = [person(9 if at < 3 else 1, case=f"c{at}") for at in range(6)]
    about = {f"c{at}": {"integration": "full" if at < 3 else "partial"} for at in range(6)}
    of_case = {one.name: one for one in errors_of(people, about).attributes}["case: integration"]
    assert (of_case.least_p, of_case.p) == (pytest.approx(0.1), None)
    assert "by integration (of the case) it cannot be said with 6 cases (smallest possible p = 0.10)" in said(
        people, about
    )


def test_counts_and_intervals_are_those_of_the_value():
    people = [person(at % 4 + 1, "GP" if at < 5 else "nurse", false=at % 3) for at in range(12)]
    (role,) = errors_of(people).attributes
    gp, nurse = role.values
    own = [(at % 4 + 1, 10) for at in range(5)]
    assert (gp.value, gp.clusters, gp.missed.share.part, gp.missed.share.of) == ("GP", 5, 11, 50)
    assert gp.missed.share.interval == Proportion.by_cluster(own).interval
    assert nurse.false.share == Proportion(sum(at % 3 for at in range(5, 12)), 280)
    assert gp.missed.expected == pytest.approx(50 * sum(at % 4 + 1 for at in range(12)) / 120)


def test_all_missed_of_receptionists_is_found():
    rng = np.random.default_rng(3)
    people = invented_people(rng, ROLES)
    every = [
        Person(
            tuple(tuple((m, m, looks, false) for m, _, looks, false in one) for one in each.counts),
            each.role,
            each.case,
        )
        if each.role == "receptionist"
        else each
        for each in people
    ]
    found = {one.name: one for one in errors_of(every, CASES).attributes}["role"]
    assert found.p[0] < 0.05 < found.p[1]
    first = next(iter(errors_in_words(errors_report(errors_of(every, CASES)))))
    assert first.startswith("By role, p ")
    assert "'receptionist' had" in first


def test_a_group_that_speaks_of_what_is_hard_is_not_charged_for_it():
    """Nurses speak of a code that is always missed, GPs of one that is never missed: all told, codes differ and people do not."""
    people = [Person((((2, 0, 40, 2), (8, 8, 40, 2)),), "nurse") for _ in range(6)]
    people += [Person((((8, 0, 40, 2), (2, 2, 40, 2)),), "GP") for _ in range(6)]
    (role,) = errors_of(people).attributes
    assert [value.missed.share.value for value in role.values] == [0.2, 0.8]
    assert [value.missed.expected for value in role.values] == [12, 48]
    assert role.p == (1, 1)


def test_one_role_and_nothing_else_is_said_plainly():
    people = [person(at % 3, "GP") for at in range(8)]
    sentence = said(people)
    assert sentence.startswith("Nothing to compare: no role, case, wave or other attribute")
    assert "(role: 'GP' alone)" in sentence
    assert errors_table(errors_report(errors_of(people))).shape == (0, len(COLUMNS))
    assert "Nothing to compare" in said([person(2) for _ in range(5)])


def test_numbers_are_cut_at_the_median_of_the_cases_and_many_names_are_left_out():
    people = [person(at % 5, case=f"c{at % 7}", street=f"street {at}") for at in range(21)]
    sizes = {f"c{at}": {"list_size": str(1000 * (at + 1) ** 2)} for at in range(7)}
    errors = errors_of(people, sizes)
    size = {one.name: one for one in errors.attributes}["case: list_size"]
    assert size.cut
    assert [(value.value, value.clusters) for value in size.values] == [("16000 or less", 4), ("25000 or more", 3)]
    assert errors.left_out == {"street": "21 values, more than 8"}
    assert (
        "Numbers were cut at their median: list_size (of the case). Not compared: street: 21 values, more than 8."
        in said(people, sizes)
    )


def test_a_participant_of_many_interviews_counts_once_in_the_median():
    ages, heard = ("20", "30", "40", "60"), (1, 1, 1, 5)
    people = [Person((((10, 1, 40, 2),),) * n, attributes={"age": a}) for a, n in zip(ages, heard, strict=True)]
    (age,) = errors_of(people).attributes
    assert [(value.value, value.clusters) for value in age.values] == [("30 or less", 2), ("40 or more", 2)]


def test_attributes_of_two_values_and_of_seven_reach_far_out_as_often():
    """Or those of few values would hide what is found by one of many."""
    rng = np.random.default_rng(0)
    drawn, variance = rng.normal(size=(42, 1)), np.ones((42, 1))
    errors = drawn - drawn.mean()
    far = [
        np.quantile(on_one_scale(differences(exchange(np.arange(42) % values, np.arange(42)), errors, variance)), 0.99)
        for values in (2, 7)
    ]
    assert far[0] == pytest.approx(far[1], rel=0.15)


def test_most_of_the_cases_at_the_largest_number_stand_in_the_upper_half():
    people = [person(1, case=f"c{at}") for at in range(7)]
    sizes = {f"c{at}": {"list_size": ["1", "2", "5", "5", "5", "5", "5"][at]} for at in range(7)}
    size = {one.name: one for one in errors_of(people, sizes).attributes}["case: list_size"]
    assert [(value.value, value.clusters) for value in size.values] == [("2 or less", 2), ("5 or more", 5)]


def test_what_is_the_same_throughout_a_case_is_exchanged_by_case():
    """Six interviews early in three cases, six late in three others: three against three, whatever twelve people would say."""
    people = [Person(((((10, 9, 40, 2),) if at < 6 else ((10, 1, 40, 2),)),), None, f"c{at % 6}") for at in range(12)]
    waves = [
        Person(each.counts, None, f"c{at // 2}", ("early",) if at < 6 else ("late",)) for at, each in enumerate(people)
    ]
    wave = {one.name: one for one in errors_of(waves).attributes}["wave"]
    assert (wave.unit, wave.units, wave.p) == ("case", 6, None)


def test_a_wave_that_differs_within_people_is_exchanged_within_them():
    """All are heard twice, and each is missed more of late: each person alone decides, so the p is that of eight coins."""
    base = [0, 1, 2, 3, 4, 5, 6, 7]
    people = [Person((((10, one, 40, 2),), ((10, one + 2, 40, 2),)), waves=("early", "late")) for one in base]
    (wave,) = errors_of(people).attributes
    assert wave.unit == "participant"
    assert wave.p[0] == pytest.approx(2 / 2**8)


def test_the_table_has_a_row_a_value_and_says_the_same_as_the_sentences():
    rng = np.random.default_rng(5)
    report = errors_report(errors_of(invented_people(rng, ROLES), CASES))
    table = errors_table(report)
    assert tuple(table.columns) == COLUMNS
    assert len(table) == sum(len(one["values"]) for one in report["attributes"]) == 4 + 7 + 2 + 2 + 2
    np.testing.assert_allclose(table.miss_rate, table.missed / table.marks, atol=1e-4)
    np.testing.assert_allclose(table.false_rate, table.false / table.looked, atol=1e-4)
    for _, own in table.groupby("attribute"):
        assert own.expected_missed.sum() == pytest.approx(own.missed.sum(), abs=0.05)
    shown = table[table.low.notna()]
    assert ((shown.low <= shown.miss_rate) & (shown.miss_rate <= shown.high)).all()
    assert table.sentence.str.contains("marks missed").all()


@pytest.mark.slow
def test_where_nothing_is_planted_false_alarms_come_at_the_rate_at_most():
    studies, alarms = 200, 0
    for seed in range(studies):
        people = invented_people(np.random.default_rng([11, seed]), ROLES)
        tested = [one.p for one in errors_of(people, CASES).attributes if one.p]
        alarms += min(map(min, tested)) <= 0.05
    assert alarms / studies <= 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / studies)


@pytest.mark.slow
def test_a_role_of_which_much_more_is_missed_is_mostly_found():
    found = 0
    for seed in range(40):
        people = invented_people(np.random.default_rng([12, seed]), ROLES, {"receptionist": 4.0})
        found += {one.name: one for one in errors_of(people, CASES).attributes}["role"].p[0] <= 0.05
    assert found >= 32
