"""The alternative annotator test: may a model stand in for one of the people who code?

Each person in turn is left out. On each passage the person left out and the model are set beside the people who remain, and whoever
agrees with these at least as well wins; both do where they tie. The model may replace the person when the share of passages that the
person wins exceeds the model's by less than ε, beyond chance; it passes when that holds for half of the people or more (Calderon,
Reichart & Dror 2025, ACL, arXiv:2501.10970). The average advantage probability is the share of passages that the model wins, mean over
people.

One thing is ours. Passages of one interview are alike, so the error of a share is that between interviews (jackknife), and Student's
t has their effective number less one as its degrees of freedom. Where each passage is by itself, this is the authors' t test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from secondcoder.agreement.contingency import Bools, Floats, Ints
from secondcoder.agreement.errors import RatingsError
from secondcoder.agreement.pairwise import draws_for
from secondcoder.agreement.results import Result
from secondcoder.domain.wording import counted
from secondcoder.statistics.classification import ratio
from secondcoder.statistics.cluster_bootstrap import (
    LEAST_CLUSTERS,
    ROUNDS,
    SEED,
    Draws,
    draw_clusters,
    effective_clusters,
    interval_of,
)
from secondcoder.statistics.jackknife import jackknife_error

COST_BENEFIT = 0.2
"""ε: the authors' rule of thumb is .2 for experts, .15 for skilled annotators, .1 for crowd workers. Who codes interviews by a
codebook of the team's own is the first kind: their time is what the model is to save."""
FALSE_DISCOVERIES = 0.05
LEAST_PASSAGES = 30
ENOUGH = 0.5
NOBODY = "there is no such passage that the model and two people looked at"
Alignment = Callable[[Floats, Floats], Floats]
"""Ratings (n,) and those of the people who remain (m - 1, n), nan where there is none -> how well they agree, (n,)."""


def share_that_agrees(ratings: Floats, others: Floats) -> Floats:
    """The share of the others' ratings that are the same: for codes and other categories."""
    return ratio((others == ratings).sum(0), np.isfinite(others).sum(0))


def negative_rmse(ratings: Floats, others: Floats) -> Floats:
    """Minus the root of the mean squared distance from the others' ratings: for scores."""
    nearness: Floats = -np.sqrt(ratio(np.nansum((others - ratings) ** 2, 0), np.isfinite(others).sum(0)))
    return nearness


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The model in the place of one person.

    Attributes:
        passages: on which the model, the person and somebody else said something.
        advantage: share of them that the model wins; `lead` the share that the person wins, less the model's.
        p: of the hypothesis that the lead is ε or more; None where it was not tested, for the `reason`.
        replaced: it was rejected, the false discovery rate over people held at 5 %.
    """

    passages: int
    advantage: float | None = None
    lead: float | None = None
    p: float | None = None
    replaced: bool = False
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON; figures to six places."""
        figures = {"advantage": self.advantage, "lead": self.lead, "p": self.p}
        rounded = {name: None if value is None else round(value, 6) for name, value in figures.items()}
        reason = {"reason": self.reason} if self.reason else {}
        return {"passages": self.passages, **rounded, "replaced": self.replaced, **reason}


@dataclass(frozen=True, slots=True)
class AltTest:
    """The outcome.

    Attributes:
        cost_benefit: ε.
        people: one for each, in their order.
        passages: on which the model and two people said something.
        winning_rate: share of the people tested whom the model may replace; None where nobody could be tested, for the `reason`.
        advantage: the average advantage probability, over the people tested.
    """

    cost_benefit: float
    people: tuple[LeftOut, ...]
    passages: int
    winning_rate: float | None
    advantage: Result
    reason: str = ""

    @property
    def passes(self) -> bool | None:
        """Whether the model may be one of the coders; None where it cannot be said."""
        return None if self.winning_rate is None or self.reason else self.winning_rate >= ENOUGH

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        reason = {"reason": self.reason} if self.reason else {}
        return {
            "passes": self.passes,
            "winning_rate": self.winning_rate,
            "advantage_probability": self.advantage.as_json(),
            "passages": self.passages,
            "people": [person.as_json() for person in self.people],
            **reason,
        }


class _Wins(NamedTuple):
    """By cluster, (clusters,): passages, and how many of them the model and the person win."""

    passages: Floats
    model: Floats
    person: Floats


def alternative_annotator_test(
    people: Floats,
    model: Floats,
    *,
    cost_benefit: float = COST_BENEFIT,
    clusters: Ints | None = None,
    alignment: Alignment = share_that_agrees,
    least: int = LEAST_PASSAGES,
    rounds: int = ROUNDS,
    seed: int = SEED,
    draws: Draws | None = None,
) -> AltTest:
    """The test on ratings, nan where somebody said nothing.

    Args:
        people: (m people, n passages); model: (n,).
        cost_benefit: ε, from 0 to below 1.
        clusters: each passage's interview, (n,); by default each passage is by itself, as in the paper.
        least: passages that a person needs to be tested.
        draws: of interviews, where several tests share them; `clusters` then numbers their columns.
    """
    check_cost_benefit(cost_benefit)
    compared = np.isfinite(people) & np.isfinite(model) & (np.isfinite(people).sum(0) > 1)
    index = np.arange(len(model)) if clusters is None else clusters
    if draws is None:
        index = np.unique(index, return_inverse=True)[1].ravel()
    groups = int(index.max(initial=-1)) + 1 if draws is None else draws.weights.shape[1]
    wins = [_wins(people, model, at, index, groups, rows, alignment) for at, rows in enumerate(compared)]
    left_out = _replaced([_tested(of_person, cost_benefit, least) for of_person in wins])
    passages = int(compared.any(0).sum())
    tested = [of_person for of_person, person in zip(wins, left_out, strict=True) if person.p is not None]
    if not tested:
        reason = max(left_out, key=lambda person: person.passages).reason if passages else NOBODY
        return AltTest(cost_benefit, left_out, passages, None, _advantage_result(None, passages, reason), reason)
    rate = float(np.mean([person.replaced for person in left_out if person.p is not None]))
    size = np.sum([of_person.passages for of_person in tested], axis=0)
    drawn = draw_clusters(size, size, rounds, seed) if draws is None else draws_for(draws, size, size)
    return AltTest(cost_benefit, left_out, passages, rate, _advantage(tested, passages, drawn))


def check_cost_benefit(value: float) -> None:
    """ε is at least 0 and below 1; RatingsError otherwise."""
    if not 0 <= value < 1:
        raise RatingsError(
            f"The cost-benefit value must be at least 0 and below 1: by how much more often a person may be nearer to the others than "
            f"the model, and the model still be preferred, such as 0.2. Got {value}."
        )


def _wins(people: Floats, model: Floats, at: int, index: Ints, groups: int, rows: Bools, alignment: Alignment) -> _Wins:
    others = np.delete(people, at, axis=0)[:, rows]
    of_model, of_person = alignment(model[rows], others), alignment(people[at, rows], others)
    counts = (np.ones(len(of_model)), of_model >= of_person, of_person >= of_model)
    return _Wins(*(np.bincount(index[rows], count, groups).astype(float) for count in counts))


def _tested(wins: _Wins, cost_benefit: float, least: int) -> LeftOut:
    taking_part = wins.passages > 0
    size, leads = wins.passages[taking_part], (wins.person - wins.model)[taking_part]
    total, passages, effective = float(size.sum()), int(size.sum()), effective_clusters(size)
    if passages < least:
        return LeftOut(passages, reason=f"there are {counted(passages, 'such passage')}, and the test needs {least}")
    if effective < LEAST_CLUSTERS:
        return LeftOut(passages, reason="nearly all such passages lie in one or two interviews")
    lead = float(leads.sum()) / total
    error = jackknife_error((leads.sum() - leads) / (total - size))
    return LeftOut(passages, float(wins.model.sum()) / total, lead, _p_value(lead - cost_benefit, error, effective - 1))


def _p_value(excess: float, error: float, freedom: float) -> float:
    """Chance of a lead so far below ε if it were ε."""
    from scipy.special import stdtr

    # Without any spread, as where model and person tie on every passage, there is nothing that chance could do.
    return float(stdtr(freedom, excess / error)) if error > 0 else float(excess >= 0)


def _replaced(left_out: list[LeftOut]) -> tuple[LeftOut, ...]:
    """With Benjamini & Yekutieli's step-up over those tested (2001, doi:10.1214/aos/1013699998)."""
    from scipy.stats import false_discovery_control

    tested = [at for at, person in enumerate(left_out) if person.p is not None]
    if tested:
        adjusted = false_discovery_control([left_out[at].p for at in tested], method="by")
        for at, p in zip(tested, adjusted, strict=True):
            left_out[at] = replace(left_out[at], replaced=bool(p <= FALSE_DISCOVERIES))
    return tuple(left_out)


def _advantage(tested: list[_Wins], passages: int, draws: Draws) -> Result:
    drawn = np.mean([ratio(draws.weights @ wins.model, draws.weights @ wins.passages) for wins in tested], axis=0)
    value = float(np.mean([wins.model.sum() / wins.passages.sum() for wins in tested]))
    result = _advantage_result(value, passages)
    return result.with_interval(interval_of(value, drawn, draws, (0.0, 1.0)))


def _advantage_result(value: float | None, passages: int, reason: str = "") -> Result:
    return Result("advantage_probability", value, n=passages, unit="passage", reason=reason)
