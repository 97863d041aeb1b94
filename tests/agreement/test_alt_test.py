"""The alternative annotator test: the authors' published figures, another implementation, hand-worked cases, and interviews."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import ttest_1samp
from secondcoder.agreement.alt_test import (
    AltTest,
    alternative_annotator_test,
    negative_rmse,
    share_that_agrees,
)
from secondcoder.agreement.errors import RatingsError
from support.agreement_checks import STEADY

SCORES = Path(__file__).parents[1] / "support" / "lesion_scores.csv"
NAN = float("nan")
# Printed by alt_test_example.ipynb of github.com/nitaytech/AltTest: winning rate, average advantage probability; ε is .15.
PUBLISHED = {
    "gemini_flash": (0.17, 0.71),
    "gemini_pro": (1.00, 0.81),
    "gpt-4o": (0.00, 0.62),
    "gpt-4o-mini": (0.67, 0.73),
}


def lesion_scores() -> dict[str, NDArray[np.float64]]:
    """Annotator -> scores, five for each image, nan where there is none."""
    with SCORES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return {
        name: np.array([NAN if digit == "-" else float(digit) for row in rows for digit in row[name]])
        for name in rows[0]
        if name != "image"
    }


@pytest.mark.parametrize("model", PUBLISHED)
def test_the_authors_example_comes_out(model: str) -> None:
    scores = lesion_scores()
    people = np.stack([given for name, given in scores.items() if name.startswith("student")])
    outcome = alternative_annotator_test(people, scores[model], cost_benefit=0.15, alignment=negative_rmse)
    assert people.shape == (6, 500)
    assert outcome.winning_rate is not None
    assert outcome.advantage.value is not None
    assert (round(outcome.winning_rate, 2), round(outcome.advantage.value, 2)) == PUBLISHED[model]
    assert outcome.passes == (PUBLISHED[model][0] >= 0.5)


def by_loops(
    people: Sequence[Sequence[float]], model: Sequence[float], epsilon: float, *, scores: bool, least: int
) -> tuple[float | None, float | None, list[float | None]]:
    """Winning rate, advantage and p-values, passage by passage and by SciPy's t test."""

    def fit(rating: float, others: list[float]) -> float:
        if scores:
            return -float(np.sqrt(np.mean([(rating - other) ** 2 for other in others])))
        return sum(rating == other for other in others) / len(others)

    p_values: list[float | None] = []
    advantages = []
    for at, person in enumerate(people):
        leads, wins = [], []
        for place, rating in enumerate(person):
            others = [row[place] for row in (*people[:at], *people[at + 1 :]) if row[place] == row[place]]
            if rating != rating or model[place] != model[place] or not others:
                continue
            of_model, of_person = fit(model[place], others), fit(rating, others)
            wins.append(of_model >= of_person)
            leads.append(int(of_person >= of_model) - int(of_model >= of_person))
        if len(leads) < least:
            p_values.append(None)
        elif len(set(leads)) == 1:
            p_values.append(0.0 if leads[0] < epsilon else 1.0)
        else:
            p_values.append(float(ttest_1samp(leads, epsilon, alternative="less").pvalue))
        if p_values[-1] is not None:
            advantages.append(sum(wins) / len(wins))
    tested = sorted(p for p in p_values if p is not None)
    if not tested:
        return None, None, p_values
    harmonic = sum(1 / rank for rank in range(1, len(tested) + 1))
    below = [rank for rank, p in enumerate(tested, 1) if p <= rank / len(tested) * 0.05 / harmonic]
    return max(below, default=0) / len(tested), sum(advantages) / len(advantages), p_values


@given(
    seed=st.integers(0, 10_000),
    people=st.integers(2, 5),
    epsilon=st.sampled_from([0.0, 0.1, 0.2, 0.5]),
    scores=st.booleans(),
    slips=st.floats(0.02, 0.5),
)
@STEADY
def test_it_is_the_procedure_of_the_paper(seed: int, people: int, epsilon: float, scores: bool, slips: float) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, 60)
    raters = np.where(rng.random((people + 1, 60)) < slips, rng.integers(0, 4, (people + 1, 60)), truth).astype(float)
    raters[rng.random(raters.shape) < 0.2] = np.nan
    outcome = alternative_annotator_test(
        raters[:-1],
        raters[-1],
        cost_benefit=epsilon,
        alignment=negative_rmse if scores else share_that_agrees,
        least=35,
        rounds=20,
    )
    rate, advantage, p_values = by_loops(raters[:-1].tolist(), raters[-1].tolist(), epsilon, scores=scores, least=35)
    assert outcome.winning_rate == (None if rate is None else pytest.approx(rate))
    assert outcome.advantage.value == (None if advantage is None else pytest.approx(advantage))
    assert [person.p for person in outcome.people] == [
        None if p is None else pytest.approx(p, abs=1e-9) for p in p_values
    ]


def test_of_two_people_the_lead_is_their_agreement_less_the_models() -> None:
    """40 passages: the people agree on 36; the model agrees with the first on 30, with the second on 28."""
    first = np.array([1.0] * 20 + [0.0] * 20)
    second = np.where(np.arange(40) < 4, 1 - first, first)
    model = np.where((np.arange(40) < 3) | (np.arange(40) >= 33), 1 - first, first)
    agreed = [float(np.mean(one == other)) for one, other in ((first, second), (model, second), (model, first))]
    outcome = alternative_annotator_test(np.stack([first, second]), model)
    assert agreed == [36 / 40, 32 / 40, 30 / 40]
    # The first left out: both are set beside the second.
    assert outcome.people[0].lead == pytest.approx(agreed[0] - agreed[1])
    assert outcome.people[1].lead == pytest.approx(agreed[0] - agreed[2])
    assert (outcome.passages, outcome.people[0].passages) == (40, 40)


def twelve_interviews(slips: float, seed: int = 3) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """60 passages, three people and a model with as many slips each as the model."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, 60)
    raters = np.where(rng.random((4, 60)) < [[0.1], [0.1], [0.1], [slips]], 1 - truth, truth).astype(float)
    return raters[:3], raters[3]


def test_the_same_passage_told_three_times_over_proves_no_more() -> None:
    people, model = twelve_interviews(0.15)
    once = alternative_annotator_test(people, model)
    whose = np.repeat(np.arange(60), 3)
    thrice = alternative_annotator_test(np.repeat(people, 3, axis=1), np.repeat(model, 3), clusters=whose)
    believed = alternative_annotator_test(np.repeat(people, 3, axis=1), np.repeat(model, 3))
    for one, three, too_sure in zip(once.people, thrice.people, believed.people, strict=True):
        assert three.p == pytest.approx(one.p)
        assert too_sure.p is not None
        assert one.p is not None
        assert too_sure.p < one.p
    assert thrice.advantage.interval is not None
    assert once.advantage.interval is not None
    assert thrice.advantage.interval.ends == pytest.approx(once.advantage.interval.ends)


def test_it_is_wrong_as_seldom_as_it_states_where_interviews_differ() -> None:
    """The lead is ε on average, and varies between 12 interviews: a test that took passages for independent would reject far more."""
    rng = np.random.default_rng(1)
    rejected = {"by interview": 0, "by passage": 0}
    for _ in range(300):
        # Of two people who always agree, each leads the model wherever it errs: in 20 % of passages, up and down by interview.
        errs = np.repeat(np.clip(0.2 + 0.15 * rng.standard_normal(12), 0, 1), 20)
        model = (rng.random(240) < errs).astype(float)
        people, whose = np.zeros((2, 240)), np.repeat(np.arange(12), 20)
        for name, clusters in (("by interview", whose), ("by passage", None)):
            outcome = alternative_annotator_test(people, model, clusters=clusters, rounds=2)
            assert outcome.people[0].p is not None
            rejected[name] += outcome.people[0].p < 0.05
    assert rejected["by interview"] / 300 < 0.09 < rejected["by passage"] / 300


def reason(people: object, model: object, **options: object) -> str:
    outcome: AltTest = alternative_annotator_test(np.asarray(people, float), np.asarray(model, float), **options)  # type: ignore[arg-type]
    assert outcome.passes is outcome.winning_rate is outcome.advantage.value is None
    return outcome.reason


def test_where_it_cannot_be_said_the_reason_stands() -> None:
    people, model = twelve_interviews(0.1)
    assert reason(people[:, :29], model[:29]) == "there are 29 such passages, and the test needs 30"
    assert (
        reason(people, model, clusters=np.repeat([0, 1], 30)) == "nearly all such passages lie in one or two interviews"
    )
    assert "two people" in reason(np.where(np.arange(3)[:, None] == 0, people, np.nan), model)
    assert "two people" in reason(people, np.full(60, np.nan))
    assert "two people" in reason(np.zeros((2, 0)), [])


def test_who_coded_too_little_is_left_out_of_the_rate_not_of_the_others() -> None:
    people, model = twelve_interviews(0.1)
    people[2, 20:] = np.nan
    outcome = alternative_annotator_test(people, model)
    assert [person.p is None for person in outcome.people] == [False, False, True]
    assert outcome.winning_rate in (0.0, 0.5, 1.0)
    assert "20 such passages" in outcome.people[2].reason


@pytest.mark.parametrize("epsilon", [-0.1, 1.0, NAN])
def test_an_impossible_epsilon_is_refused(epsilon: float) -> None:
    people, model = twelve_interviews(0.1)
    with pytest.raises(RatingsError, match="cost-benefit"):
        alternative_annotator_test(people, model, cost_benefit=epsilon)
