"""May the model be the second coder? For each code: model-human beside human-human agreement, and the alternative annotator test.

Most passages carry no code at all, and there model and people tie by leaving it out: with those counted, any model would pass the
test, also one that never gives the code. So of each code only passages count to which the model or one of the people gave it. What is
left out is where nobody can have the lead, and whoever gives a code too seldom or too often is found out on the rest.

Where people share too few of their marks, the test tells nothing even so. It is therefore tried on silence first: where a model that
never gives the code would pass, nothing is said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from secondcoder.agreement.alt_test import ENOUGH, LEAST_PASSAGES, AltTest, alternative_annotator_test
from secondcoder.agreement.coefficients import coefficient_named
from secondcoder.agreement.comparison import Beside, Comparison
from secondcoder.agreement.contingency import Bools, Floats, Ints
from secondcoder.agreement.non_inferiority import (
    INFERIOR,
    NO_MARGIN,
    NOT_INFERIOR,
    NonInferiority,
    judge_non_inferiority,
)
from secondcoder.agreement.reliability_data import ReliabilityData
from secondcoder.domain.wording import counted
from secondcoder.statistics.cluster_bootstrap import Draws, draw_clusters

ALL_CODES = "(all codes)"
YES, NO, NOT_SHOWN, UNKNOWN = "yes", "no", "not shown", "cannot be said"
SILENCE = "people share so few of their marks that a model which never gives the code would pass too"


@dataclass(frozen=True, slots=True)
class SecondCoder:
    """What is known of the model as second coder on one code, or on all: agreement, the verdict by the margin, and the test."""

    beside: Beside
    verdict: NonInferiority
    test: AltTest

    @property
    def answer(self) -> str:
        """Yes: the test is passed, and the loss of agreement is within the margin, if one was stated. No: it is beyond."""
        if self.verdict.word == INFERIOR:
            return NO
        if self.test.passes is None:
            return UNKNOWN
        return YES if self.test.passes and self.verdict.word in (NO_MARGIN, NOT_INFERIOR) else NOT_SHOWN

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON; the agreement itself stands under `model_beside_humans`."""
        return {"answer": self.answer, "non_inferiority": self.verdict.word, **self.test.as_json()}


def second_coder(
    data: ReliabilityData, comparison: Comparison, *, cost_benefit: float, rounds: int, seed: int
) -> dict[str, SecondCoder]:
    """Over all passage x code cells under `ALL_CODES`, then code by code. Characters are no passages: of them there is nothing."""
    if data.kind.one == "character":
        return {}
    of = data.of([*comparison.humans, comparison.model])
    ratings = np.where(of.known, of.marks, np.nan).transpose(1, 0, 2)
    size = np.bincount(of.clusters, of.looked_at(), of.groups).astype(float)
    # Drawn once for all codes: with many interviews, drawing is what takes the time.
    draws = draw_clusters(size, size, rounds, seed)
    margin, coefficient = comparison.verdict.margin, coefficient_named(comparison.coefficient)

    def judged(ratings: Floats, clusters: Ints, beside: Beside, verdict: NonInferiority) -> SecondCoder:
        return SecondCoder(beside, verdict, _unless_silence_passes(ratings, clusters, cost_benefit, draws))

    cells = ratings.reshape(len(ratings), -1)
    found = {ALL_CODES: judged(cells, np.repeat(of.clusters, len(of.codes)), comparison.pooled, comparison.verdict)}
    for at, code in enumerate(of.codes):
        beside = comparison.codes[code]
        verdict = judge_non_inferiority(beside.difference, margin, coefficient, comparison.verdict.record)
        of_code = judged(ratings[..., at], of.clusters, beside, verdict)
        found[code] = replace(of_code, test=_with_what_is_missing(of_code.test, ratings[..., at]))
    return found


def _unless_silence_passes(ratings: Floats, clusters: Ints, cost_benefit: float, draws: Draws) -> AltTest:
    """The test of the last row of ratings (coders, n) beside the others, unless it would tell nothing."""
    outcome = _where_given(ratings, clusters, cost_benefit, draws)
    if not outcome.passes:
        return outcome
    silent = np.vstack([ratings[:-1], np.where(np.isfinite(ratings[-1:]), 0, np.nan)])
    rate = _where_given(silent, clusters, cost_benefit, draws).winning_rate
    return replace(outcome, reason=SILENCE) if rate is not None and rate >= ENOUGH else outcome


def _with_what_is_missing(test: AltTest, ratings: Floats) -> AltTest:
    """Where too few passages have the code, how many more coded twice would hold enough of them, at the present rate."""
    if test.winning_rate is not None or not 0 < test.passages < LEAST_PASSAGES:
        return test
    looked = np.isfinite(ratings[-1]) & (np.isfinite(ratings[:-1]).sum(0) > 1)
    more = math.ceil((LEAST_PASSAGES - test.passages) * int(looked.sum()) / test.passages)
    return replace(test, reason=f"{test.reason} (about {counted(more, 'more passage')} coded twice would hold them)")


def _where_given(ratings: Floats, clusters: Ints, cost_benefit: float, draws: Draws) -> AltTest:
    """On the passages to which somebody, the model among them, gave the code."""
    given: Bools = np.asarray((ratings == 1).any(0))
    people, model = ratings[:-1, given], ratings[-1, given]
    return alternative_annotator_test(people, model, cost_benefit=cost_benefit, clusters=clusters[given], draws=draws)
