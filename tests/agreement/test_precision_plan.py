"""How much more to code twice: the variance of kappa, interviews that differ, and what is said of each code."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from secondcoder.agreement import RatingsError
from secondcoder.agreement.pairwise import agreement_of
from secondcoder.agreement.precision_plan import CodePlan, _least, kappa_with_influence, plan_double_coding
from secondcoder.agreement.reliability_data import ReliabilityData
from secondcoder.agreement.report.page import page
from secondcoder.agreement.report.second_coder_text import plan_sentences
from secondcoder.agreement.set_alpha import SetSums
from sklearn.metrics import cohen_kappa_score
from support.agreement_checks import STEADY, reliability_data_of
from support.second_coder_checks import report

PEOPLE = ("c0", "c1")


def fleiss_cohen_everitt(table: NDArray[np.float64]) -> float:
    """The large-sample variance of kappa (Fleiss, Cohen & Everitt 1969, doi:10.1037/h0028106), from a table of counts."""
    n = table.sum()
    p = table / n
    rows, columns = p.sum(1), p.sum(0)
    agreed, chance = np.trace(p), float(rows @ columns)
    kappa = (agreed - chance) / (1 - chance)
    same = sum(p[i, i] * (1 - (rows[i] + columns[i]) * (1 - kappa)) ** 2 for i in range(2))
    apart = sum(p[i, j] * (columns[i] + rows[j]) ** 2 for i in range(2) for j in range(2) if i != j)
    within = same + (1 - kappa) ** 2 * apart - (kappa - chance * (1 - kappa)) ** 2
    return float(within / ((1 - chance) ** 2 * n))


def study(
    interviews: int = 20, length: int = 40, read: int = 15, varies: float = 0.0, seed: int = 1, codes: int = 1
) -> ReliabilityData:
    """One person coded all, a second the first `read` passages of each interview; how far they part varies between interviews."""
    rng = np.random.default_rng(seed)
    n = interviews * length
    belongs = rng.random((n, codes)) < 0.3
    whose = np.repeat(np.arange(interviews), length)
    slips = np.clip(0.12 + varies * rng.standard_normal(interviews), 0.01, 0.6)[whose]
    marks = belongs[:, None] ^ (rng.random((n, 2, codes)) < slips[:, None, None])
    known = np.ones_like(marks)
    known[:, 1] = (np.arange(n) % length < read)[:, None]
    return reliability_data_of(marks & known, known, whose)


@given(counts=st.lists(st.integers(1, 60), min_size=4, max_size=4))
@STEADY
def test_squared_influences_sum_to_the_published_variance(counts: list[int]) -> None:
    cells = [(1, 1), (1, 0), (0, 1), (0, 0)]
    ratings = np.array([cell for cell, count in zip(cells, counts, strict=True) for _ in range(count)], dtype=bool)
    kappa, influence = kappa_with_influence(reliability_data_of(ratings[..., None]), [PEOPLE])
    assert kappa[0] == pytest.approx(cohen_kappa_score(*ratings.T))
    both, first, second, neither = counts
    expected = fleiss_cohen_everitt(np.array([[neither, second], [first, both]], dtype=float))
    assert float((influence**2).sum()) == pytest.approx(expected)
    assert float(influence.sum()) == pytest.approx(0, abs=1e-9)


def test_a_passage_has_the_influence_that_leaving_it_out_shows() -> None:
    data = study(interviews=30, read=40)
    kappa, influence = kappa_with_influence(data, [PEOPLE])
    for at in (0, 7, 100):
        without = data.where(np.arange(len(data.marks)) != at)
        left_out, _ = kappa_with_influence(without, [PEOPLE])
        assert kappa[0] - left_out[0] == pytest.approx(influence[at, 0], rel=0.02, abs=2e-6)


def half_width(data: ReliabilityData) -> float:
    sums = SetSums.of(data.marks, data.known.all(2), clusters=data.clusters, groups=data.groups, weights=data.weights)
    interval = agreement_of(data, PEOPLE, sums, rounds=2000).codes["k0"]["cohen_kappa"].interval
    assert interval is not None
    assert interval.ends is not None
    return (interval.ends[1] - interval.ends[0]) / 2


def plan(data: ReliabilityData, within: float = 0.1) -> CodePlan:
    return plan_double_coding(data, [PEOPLE], PEOPLE, within)[0]


@pytest.mark.parametrize("varies", [0.0, 0.12])
def test_the_width_now_is_that_of_the_interval_in_the_report(varies: float) -> None:
    data = study(interviews=40, read=20, varies=varies)
    assert plan(data).half_width == pytest.approx(half_width(data), rel=0.12)


def test_a_narrower_wish_takes_more() -> None:
    plans = [plan(study(), within) for within in (0.5, 0.11, 0.1, 0.09, 0.02)]
    assert [plans[0].passages, plans[0].interviews] == [0, 0]
    for wide, narrow in pairwise(plans[:4]):
        assert 0 <= (wide.passages or 0) < (narrow.passages or 0) <= 20 * 25
        assert 0 <= (wide.interviews or 0) < (narrow.interviews or 0)
    # All that one person coded would not do.
    assert plans[4].passages is None
    assert plans[4].reach is not None
    assert plans[4].reach > 0.02


def test_coded_as_the_plan_says_kappa_is_known_as_well_as_was_asked() -> None:
    """In most of 30 studies, for passages; benchmarks/PRECISION_PLAN.md has more studies and other kinds."""
    kept = []
    for seed in range(30):
        data = study(read=15, seed=seed)
        more = plan(data).passages
        if more:
            unread = np.flatnonzero(~data.known[:, 1, 0])
            drawn = np.random.default_rng(seed).permutation(unread)[:more]
            full = study(read=40, seed=seed)
            known = data.known.copy()
            known[drawn, 1] = True
            kept.append(half_width(replace(full, known=known, marks=full.marks & known)) <= 0.1)
    assert len(kept) > 20
    assert np.mean(kept) > 0.6


def test_where_interviews_differ_they_are_what_is_needed() -> None:
    alike, apart = study(read=40, varies=0.0, seed=5), study(read=40, varies=0.25, seed=5)
    assert (plan(apart).design_effect or 0) > 3
    assert (plan(alike).design_effect or 9) < 1.6
    assert (plan(apart).passages, plan(apart).once) == (None, 0)
    assert (plan(apart, 0.06).interviews or 0) > 2 * (plan(alike, 0.06).interviews or 0) > 0


def test_passages_told_thrice_over_have_the_design_effect_of_three() -> None:
    data = study(interviews=300, length=1, read=1)
    thrice = reliability_data_of(np.repeat(data.marks, 3, axis=0), clusters=np.repeat(np.arange(300), 3))
    assert plan(thrice).design_effect == pytest.approx(3, abs=0.05)


def test_a_code_of_which_nothing_is_known_is_said_to_be_so() -> None:
    data = study()
    first = (np.arange(2) == 0)[:, None]
    one_looked = replace(data, known=data.known & first, marks=data.marks & first)
    # The first gives it to even passages, the second to odd ones.
    never_shared = replace(data, marks=data.known & (np.arange(800)[:, None] % 2 == np.arange(2))[..., None])
    same = replace(data, marks=data.marks[:, :1] & data.known)
    in_two = replace(data, marks=data.marks & (data.clusters < 2)[:, None, None])
    reasons = [plan(each) for each in (one_looked, never_shared, same, in_two, replace(data, marks=data.marks & False))]
    for each, words in zip(
        reasons, ("by two people", "never gave", "never differed", "one or two", "nobody"), strict=True
    ):
        assert words in each.reason
        assert each.passages is each.interviews is each.half_width is None


def test_three_people_have_the_mean_over_their_pairs() -> None:
    rng = np.random.default_rng(2)
    truth = rng.random((400, 1, 1)) < 0.3
    data = reliability_data_of(truth ^ (rng.random((400, 3, 1)) < 0.1), clusters=np.repeat(np.arange(20), 20))
    pairs = [("c0", "c1"), ("c0", "c2"), ("c1", "c2")]
    made = plan_double_coding(data, pairs, ("c0", "c1", "c2"), 0.05)[0]
    ratings = data.marks[..., 0].T
    each = [cohen_kappa_score(ratings[i], ratings[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
    assert made.kappa == pytest.approx(np.mean(each))
    # Three pairs tell more than one.
    alone = plan_double_coding(data, pairs[:1], ("c0", "c1"), 0.05)[0]
    assert made.half_width < alone.half_width  # type: ignore[operator]


def test_the_report_has_the_plan_in_sentences_and_in_json() -> None:
    made = report(plan_within=0.1)
    coherence, monitoring = plan_sentences(made)
    assert coherence.startswith("Kappa for COH") or coherence.startswith("Code ")
    assert "cannot be said" in monitoring
    data = json.loads(json.dumps(made.to_json()))["plan"]
    assert data["within"] == 0.1
    assert data["codes"]["COH"]["twice"] == 96
    assert coherence in page(made)
    assert coherence not in page(report())


def test_each_outcome_reads_as_it_should() -> None:
    base = CodePlan("CP", 0.6, 0.16, twice=90, once=200, reach=0.08, passages=38, interviews=4)
    known, now = "kappa for CP is known to within 0.10", "now 0.60, to within 0.16"
    outcomes = [
        (base, f"Code 38 more passages twice, and {known} ({now}); or 4 more transcripts coded twice whole."),
        (
            replace(base, passages=0, interviews=0, half_width=0.09),
            "Kappa for CP is known to within 0.10 already (0.60, to within 0.09).",
        ),
        (
            replace(base, passages=None, reach=0.12, interviews=None),
            f"K{known[1:]} after more than 500 transcripts coded twice whole ({now}; all 200 passages that one person coded, coded "
            "twice, bring it to within 0.12 only).",
        ),
        (
            replace(base, passages=None, once=0, interviews=1),
            f"K{known[1:]} after 1 more transcript coded twice whole ({now}; two people have looked at every passage).",
        ),
    ]
    made = report(plan_within=0.1)
    for outcome, words in outcomes:
        assert next(plan_sentences(replace(made, plan=(outcome,)))) == words
    command = list(plan_sentences(replace(made, plan=(base, replace(base, passages=12)))))[-1]
    assert "sheet make SHEET.xlsx --twice 76 --coder NAME (half" in command


@pytest.mark.parametrize(("within", "units"), [(0.0, "segment"), (1.0, "segment"), (0.1, "character")])
def test_a_wish_that_cannot_be_planned_for_is_refused(within: float, units: str) -> None:
    with pytest.raises(RatingsError, match="plan"):
        report(plan_within=within, units=units)


@pytest.mark.parametrize("enough", [1, 2, 7, 20, 21])
def test_no_smaller_number_would_do(enough: int) -> None:
    assert _least(lambda number: number >= enough, 20) == (enough if enough <= 20 else None)
