"""Pairs, groups, the model beside the humans, and levels of attributes."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from secondcoder.agreement import COEFFICIENTS, RatingsError, measure
from secondcoder.agreement.attributes import compare_levels
from secondcoder.agreement.coefficients import COEFFICIENTS as REGISTRY
from secondcoder.agreement.coefficients import coefficients_for
from secondcoder.agreement.comparison import compare_with_model
from secondcoder.agreement.non_inferiority import (
    INFERIOR,
    NO_INTERVAL,
    NO_MARGIN,
    NOT_INFERIOR,
    OPEN,
    MarginRecord,
    judge_non_inferiority,
)
from secondcoder.agreement.pair_means import mean_over_pairs
from secondcoder.agreement.pairwise import (
    CODED,
    pairs_that_overlap,
)
from secondcoder.agreement.reliability_data import ReliabilityData
from secondcoder.agreement.results import Result
from secondcoder.agreement.units import Unit
from secondcoder.domain.attributes import attributes_of
from secondcoder.domain.records import Case, Transcript
from secondcoder.statistics.cluster_bootstrap import Interval
from support.agreement_checks import agreement, reliability_data_of, simulated


def test_every_coefficient_of_a_pair_equals_measure() -> None:
    data = simulated()
    one = agreement(data, ("A", "B"))
    for at, code in enumerate(data.codes):
        ratings = data.marks[:, :, at].astype(int)
        assert set(one.codes[code]) == {one.name for one in coefficients_for(2)}
        for name, result in one.codes[code].items():
            assert result.value == pytest.approx(measure(name, ratings).value), (code, name)
    flat = data.marks.transpose(0, 2, 1).reshape(-1, 2).astype(int)
    for name, result in one.pooled.items():
        assert result.value == pytest.approx(measure(name, flat).value), name
    assert one.macro_kappa is not None
    assert one.macro_kappa.value == pytest.approx(
        np.mean([own["cohen_kappa"].value or 0 for own in one.codes.values()])
    )


def test_a_group_equals_measure_and_leaves_out_what_only_one_looked_at() -> None:
    data = simulated(("A", "B", "C"))
    known = np.random.default_rng(2).random(data.known.shape) < 0.7
    data = reliability_data_of(data.marks & known, known, data.clusters, data.coders)
    one = agreement(data, ("A", "B", "C"))
    for at, code in enumerate(data.codes):
        rows = known[:, :, at].sum(1) > 1
        ratings = np.where(known[:, :, at], data.marks[:, :, at].astype(float), np.nan)[rows].astype(object)
        assert set(one.codes[code]) == {one.name for one in coefficients_for(3)}
        for name, result in one.codes[code].items():
            assert result.value == pytest.approx(measure(name, ratings).value), (code, name)
            assert result.n == rows.sum()
    assert one.macro_kappa is None


def test_the_scope_of_coded_units_leaves_out_what_neither_coded() -> None:
    data = simulated()
    everywhere, coded = agreement(data, ("A", "B")), agreement(data, ("A", "B"), CODED)
    assert everywhere.n_units == len(data.marks)
    assert coded.n_units == data.marks.any((1, 2)).sum()
    for code in data.codes:
        before, after = (one.codes[code]["cohen_kappa"].counts for one in (everywhere, coded))
        assert {name: before[name] for name in ("both", "first", "second")} == {
            name: after[name] for name in ("both", "first", "second")
        }
        assert after["neither"] < before["neither"]


def test_weights_and_gaps_in_a_pair() -> None:
    marks = np.array([[[1], [1]], [[1], [0]], [[0], [0]], [[1], [1]]], dtype=bool)
    known = np.ones_like(marks)
    known[3, 1] = False
    one = agreement(reliability_data_of(marks & known, known, weights=[2, 1, 5, 9]), ("c0", "c1"))
    assert dict(one.codes["k0"]["cohen_kappa"].counts) == {"both": 2, "first": 1, "second": 0, "neither": 5}
    assert one.n_units == 8


def test_an_unused_code_is_undefined_and_leaves_the_mean() -> None:
    data = simulated()
    data.marks[:, :, 0] = False
    one = agreement(data, ("A", "B"))
    assert one.codes["k0"]["cohen_kappa"].value is None
    assert one.codes["k0"]["positive_agreement"].reason == "neither coder used the code"
    assert one.macro_kappa is not None
    assert dict(one.macro_kappa.counts) == {"codes": 3, "codes_undefined": 1}


def test_a_code_never_shared_has_no_interval() -> None:
    data = simulated()
    data.marks[:, 1, 0] &= ~data.marks[:, 0, 0]
    one = agreement(data, ("A", "B"))
    interval = one.codes["k0"]["cohen_kappa"].interval
    assert interval is not None
    assert interval.low is None
    assert "never gave the code to the same unit" in interval.reason
    assert one.codes["k0"]["gwet_ac1"].interval is not None
    assert one.codes["k0"]["gwet_ac1"].interval.low is not None


def test_the_mean_over_one_pair_is_the_pair() -> None:
    data = simulated()
    pooled, macro = mean_over_pairs(data, [("A", "B")], rounds=200)
    one = agreement(data, ("A", "B"))
    assert pooled.value == pytest.approx(one.pooled["cohen_kappa"].value)
    assert pooled.interval is not None
    assert one.pooled["cohen_kappa"].interval is not None
    assert pooled.interval.low == pytest.approx(one.pooled["cohen_kappa"].interval.low)
    assert one.macro_kappa is not None
    assert macro.value == pytest.approx(one.macro_kappa.value)


def test_the_mean_over_pairs_is_the_mean() -> None:
    data = simulated(("A", "B", "C"), finds=(0.9, 0.8, 0.5))
    pairs = pairs_that_overlap(data, data.coders)
    pooled, _ = mean_over_pairs(data, pairs, rounds=200)
    kappas = [agreement(data, pair).pooled["cohen_kappa"].value or 0 for pair in pairs]
    assert len(pairs) == 3
    assert pooled.value == pytest.approx(np.mean(kappas))


def test_coders_who_never_meet_are_no_pair() -> None:
    data = simulated(("A", "B", "C"))
    known = np.ones_like(data.known)
    known[:210, 1], known[210:, 2] = False, False
    data = reliability_data_of(data.marks & known, known, data.clusters, data.coders)
    assert pairs_that_overlap(data, data.coders) == [("A", "B"), ("A", "C")]


# -- the model beside the humans ----------------------------------------------------------------------------------------


def test_the_model_is_compared_on_the_same_cells() -> None:
    data = simulated(("A", "B", "m"), finds=(0.85, 0.85, 0.5))
    known = np.ones_like(data.known)
    known[:60, 2] = False
    data = reliability_data_of(data.marks & known, known, data.clusters, data.coders)
    one = compare_with_model(data, "m", [("A", "B")], rounds=300)
    assert one is not None
    assert one.n_cells == (len(known) - 60) * 4
    rest = data.where(np.arange(len(known)) >= 60)
    assert one.pooled.human_human.value == pytest.approx(agreement(rest, ("A", "B")).pooled["cohen_kappa"].value)
    beside = [agreement(rest, ("m", human)).pooled["cohen_kappa"].value or 0 for human in "AB"]
    assert one.pooled.model_human.value == pytest.approx(np.mean(beside))
    difference = one.pooled.difference
    assert difference.value == pytest.approx(np.mean(beside) - (one.pooled.human_human.value or 0))
    assert difference.interval is not None
    assert difference.interval.high is not None
    assert difference.interval.high < 0
    assert one.verdict.word == NO_MARGIN


def test_a_model_that_is_a_third_human_differs_by_little() -> None:
    data = simulated(("A", "B", "m"), clusters=30)
    one = compare_with_model(data, "m", [("A", "B")], margin=0.15, rounds=300)
    assert one is not None
    assert one.verdict.word == NOT_INFERIOR
    assert set(one.codes) == set(data.codes)
    paired = one.pooled.difference.interval
    apart = one.pooled.human_human.interval
    assert paired is not None
    assert apart is not None


def test_the_model_needs_two_humans_who_looked_where_it_did() -> None:
    data = simulated(("A", "B", "m"))
    known = np.ones_like(data.known)
    known[:, 2] = False
    data = reliability_data_of(data.marks & known, known, data.clusters, data.coders)
    assert compare_with_model(data, "m", [("A", "B")]) is None
    assert compare_with_model(data, "m", []) is None


@pytest.mark.parametrize(
    ("low", "high", "margin", "word"),
    [
        (-0.05, 0.03, 0.1, NOT_INFERIOR),
        (-0.3, -0.15, 0.1, INFERIOR),
        (-0.2, 0.02, 0.1, OPEN),
        (-0.05, 0.03, None, NO_MARGIN),
    ],
)
def test_verdicts(low: float, high: float, margin: float | None, word: str) -> None:
    difference = Result("difference", (low + high) / 2, interval=Interval(low, high))
    verdict = judge_non_inferiority(difference, margin, REGISTRY["cohen_kappa"])
    assert verdict.word == word
    assert verdict.bound == low
    assert "beforehand" not in verdict.sentence  # nothing is known of when the margin was stated
    record = MarginRecord(True, "stated beforehand")
    recorded = judge_non_inferiority(difference, margin, REGISTRY["cohen_kappa"], record).sentence
    assert ("margin 0.1, stated beforehand;" in recorded) is (margin is not None)
    for judging in ("correct", "incorrect", "error", "wrong"):
        assert judging not in verdict.sentence


def test_without_an_interval_there_is_no_verdict() -> None:
    difference = Result("difference", 0.1, interval=Interval(None, None, reason="2 clusters"))
    assert judge_non_inferiority(difference, 0.1, REGISTRY["cohen_kappa"]).word == NO_INTERVAL
    assert (
        judge_non_inferiority(Result("difference", None, reason="undefined"), 0.1, REGISTRY["cohen_kappa"]).word
        == NO_INTERVAL
    )


@pytest.mark.parametrize("margin", [0, -0.1, 1, 10])
def test_a_margin_is_a_loss_between_nought_and_one(margin: float) -> None:
    with pytest.raises(RatingsError, match="between 0 and 1"):
        compare_with_model(simulated(("A", "B", "m")), "m", [("A", "B")], margin=margin)


def test_another_coefficient_may_be_compared() -> None:
    data = simulated(("A", "B", "m"))
    one = compare_with_model(data, "m", [("A", "B")], coefficient="positive_agreement", rounds=100)
    assert one is not None
    assert one.pooled.human_human.value == pytest.approx(agreement(data, ("A", "B")).pooled["positive_agreement"].value)


@pytest.mark.slow
def test_the_verdict_errs_at_its_stated_rate() -> None:
    # The margin is the true loss, so "not inferior" is what the verdict should hardly ever say: 2.5%, at most 5% of 400.
    finds = (0.8, 0.8, 0.6)
    large = compare_with_model(simulated(("A", "B", "m"), 1500, finds, seed=99), "m", [("A", "B")], rounds=10)
    assert large is not None
    margin = -(large.pooled.difference.value or 0)
    words = []
    for seed in range(400):
        data = simulated(("A", "B", "m"), 16, finds, seed=seed)
        one = compare_with_model(data, "m", [("A", "B")], margin=margin, rounds=300, seed=seed)
        words.append(one is not None and one.verdict.word == NOT_INFERIOR)
    assert np.mean(words) <= 0.05


# -- by attribute -------------------------------------------------------------------------------------------------------


def with_units(data: ReliabilityData) -> ReliabilityData:
    units = tuple(Unit(f"t{cluster}", ((at, at + 1),)) for at, cluster in enumerate(data.clusters.tolist()))
    return ReliabilityData(
        data.marks,
        data.known,
        data.weights,
        data.clusters,
        data.coders,
        data.codes,
        data.cluster_names,
        data.kind,
        units,
    )


def test_a_model_that_misses_more_for_some_roles_is_seen() -> None:
    data = simulated(("A", "B", "m"), clusters=24, finds=(0.9, 0.9, 0.9))
    reception = data.clusters % 2 == 0
    data.marks[reception, 2] &= np.random.default_rng(1).random((reception.sum(), 4)) < 0.5
    roles = {f"t{at}": "reception" if at % 2 == 0 else "gp" for at in range(24)}
    levels, notes = compare_levels(with_units(data), "m", ("A", "B"), {"role": roles}, rounds=300)
    assert notes == []
    by_level = {level.level: level for level in levels}
    missed = by_level["reception"].differences["not_suggested"]
    assert missed.value == pytest.approx(0.4, abs=0.1)
    assert missed.interval is not None
    assert missed.interval.low is not None
    assert missed.interval.low > 0.2
    humans = by_level["reception"].differences["not_shared"].interval
    assert humans is not None
    assert humans.low is not None
    assert humans.high is not None
    assert humans.low < 0 < humans.high
    assert by_level["gp"].n_transcripts == 12
    assert by_level["gp"].as_json()["attribute"] == "role"


def test_a_rate_is_the_share_that_it_says() -> None:
    marks = np.zeros((10, 2, 1), dtype=bool)
    marks[:6, 0], marks[4:8, 1] = True, True  # the human 6, the model 4, both 2
    data = with_units(reliability_data_of(marks, clusters=[0] * 5 + [1] * 5, coders=("A", "m")))
    levels, _ = compare_levels(data, "m", ("A",), {"wave": {"t0": "early", "t1": "late"}}, rounds=50)
    early, late = levels
    assert early.rates["not_suggested"].value == pytest.approx(4 / 5)
    assert late.rates["not_coded"].value == pytest.approx(2 / 3)
    assert "not_shared" not in early.rates


def test_attributes_with_one_level_or_very_many_are_left_out() -> None:
    data = with_units(simulated(("A", "m"), clusters=12))
    one_level, many = {f"t{at}": "gp" for at in range(12)}, {f"t{at}": str(at) for at in range(12)}
    levels, notes = compare_levels(data, "m", ("A",), {"role": one_level, "list size": many}, rounds=50)
    assert levels == []
    assert notes == ["'list size' has 12 levels, more than 8, so it was not compared."]


def test_attributes_come_from_transcripts_and_cases() -> None:
    transcripts = [
        Transcript("t0", "", (), case="c", role="gp", wave="early", attributes={"sex": "f"}),
        Transcript("t1", "", (), case="d"),
    ]
    found = attributes_of(transcripts, [Case("c", {"integration": "full"})])
    assert found == {
        "role": {"t0": "gp"},
        "wave": {"t0": "early"},
        "sex": {"t0": "f"},
        "case: integration": {"t0": "full"},
    }


def test_the_registry_serves_pairs_and_groups() -> None:
    assert {one.name for one in coefficients_for(2)} | {one.name for one in coefficients_for(3)} == set(COEFFICIENTS)
    assert len(list(combinations(coefficients_for(3), 2))) == 10
