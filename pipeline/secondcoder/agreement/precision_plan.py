"""How many more passages two people would have to code before kappa of a code is known to within a wish, such as ±.10.

The error of kappa has two parts: that of the passages, which falls with their number, and that of the interviews, in which coders part
more or less often, which falls only with the number of interviews. Both are estimated from each passage's influence on kappa
(linearisation): σ² is the mean square of the influences, and ρ their correlation within an interview. With n_g passages of interview g
and n of them all, the variance of kappa is then

    σ² (n + ρ Σ n_g (n_g - 1)) / n²            design effect: this by σ² / n

One code's ρ is badly known, and where it comes out too small the plan is too short: the code's own or the mean of all codes counts,
whichever is larger. The interval to come rests on an estimated variance as well, so the plan is made for one that is not exceeded in
four of five studies, by its χ² distribution (assurance, Kelley & Rausch 2006, doi:10.1037/1082-989X.11.4.363). How often it
holds: benchmarks/PRECISION_PLAN.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from secondcoder.agreement.contingency import Floats
from secondcoder.agreement.errors import RatingsError
from secondcoder.agreement.pairwise import NEVER_SHARED
from secondcoder.agreement.reliability_data import ReliabilityData
from secondcoder.agreement.units import Kind
from secondcoder.statistics.classification import lowest_kappa
from secondcoder.statistics.cluster_bootstrap import LEAST_CLUSTERS, effective_clusters, interval_ends

ASSURANCE = 0.8
MOST_INTERVIEWS = 500
NOT_TWICE = "no passage was looked at by two people for it"
NEVER_DIFFERED = "the two never differed on it, so nothing shows how kappa varies"
FEW_INTERVIEWS = "nearly all its marks lie in one or two interviews, which cannot show how much interviews differ"
UNDEFINED = "kappa is undefined: nobody gave it, or everybody gave it everywhere"


@dataclass(frozen=True, slots=True)
class CodePlan:
    """What one code needs.

    Attributes:
        kappa: mean over pairs of people; `half_width` of its 95 % interval as it stands.
        twice: passages that two people looked at; `once`: those that only one did.
        prevalence: share of people's looks that gave the code.
        design_effect: variance of kappa by that of as many passages of as many interviews; None where it cannot be said.
        passages: how many more to code twice, drawn at random from those that only one person coded; 0 where kappa is known well
            enough, None where all of them do not suffice, for the `reason`.
        interviews: or how many more interviews, of the usual length, to code twice whole; None where it cannot be said.
        reach: half-width to expect with all that only one person coded.
    """

    code: str
    kappa: float | None = None
    half_width: float | None = None
    twice: int = 0
    once: int = 0
    prevalence: float | None = None
    design_effect: float | None = None
    passages: int | None = None
    interviews: int | None = None
    reach: float | None = None
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON; figures to six places."""
        names = [name for name in self.__dataclass_fields__ if name not in ("code", "reason")]
        values = {name: getattr(self, name) for name in names}
        rounded = {name: round(value, 6) if isinstance(value, float) else value for name, value in values.items()}
        return rounded | ({"reason": self.reason} if self.reason else {})


class Spread(NamedTuple):
    """A figure, and how the influences of passages on it vary.

    Attributes:
        figure: its value; `low` the least that it can be, 1 being the most.
        variance: σ²; `alike` is ρ, which may come out below 0.
        evenness: the effective number of clusters by marks, as a share of that by passages, at most 1.
    """

    figure: float
    low: float
    variance: float
    alike: float
    evenness: float

    def design_effect(self, passages: Floats) -> float:
        """With so many passages in each interview, (interviews,)."""
        return 1 + max(self.alike, 0.0) * _pairs(passages) / float(passages.sum())

    def half_width(self, passages: Floats, assurance: float = 0.5) -> float:
        """Of the interval that is not exceeded with the assurance; at 0.5, of the one to expect."""
        from scipy.special import chdtri

        squared = self.variance * self.design_effect(passages) / float(passages.sum())
        freedom = max(self.evenness * _kish(passages) - 1, 1.0)
        excess = float(chdtri(freedom, 1 - assurance)) / freedom if assurance > 0.5 else 1.0
        low, high = interval_ends(self.figure, float(np.sqrt(squared * excess)), freedom + 1, (self.low, 1.0))
        return (high - low) / 2


def _pairs(passages: Floats) -> float:
    return float(np.maximum(passages * (passages - 1), 0).sum())


def _kish(passages: Floats) -> float:
    return float(passages.sum() ** 2 / (passages**2).sum())


def check_wish(within: float | None, kind: Kind) -> None:
    """A half-width above 0 and below 1, for units that can be counted; RatingsError otherwise."""
    if within is not None and not 0 < within < 1:
        raise RatingsError(
            f"The plan is for a half-width of kappa's interval between 0 and 1, such as 0.1. Got {within}."
        )
    if within is not None and kind.one == "character":
        raise RatingsError("A plan counts passages, so it needs segments, turns or passages as units, not characters.")


def plan_double_coding(
    data: ReliabilityData, pairs: Sequence[tuple[str, str]], people: Sequence[str], within: float
) -> list[CodePlan]:
    """What each code of the data needs before its kappa, as the mean over these pairs of people, is known to ± `within`."""
    check_wish(within, data.kind)
    compared, length = data.of(people), len(data.marks) / data.groups
    kappa, influence = kappa_with_influence(data, pairs)
    lowest = [lowest_kappa(data.tables(*pair).sum(0)) for pair in pairs]
    low = np.mean(lowest or [np.full(len(kappa), np.nan)], axis=0)
    known = [_known(compared, at, (kappa[at], low[at]), influence[:, at]) for at in range(len(kappa))]
    usual = float(np.mean([spread.alike for _, spread in known if spread] or [0.0]))
    return [
        _planned(plan, spread._replace(alike=max(spread.alike, usual)), *_looks(compared, at), within, length)
        if spread
        else plan
        for at, (plan, spread) in enumerate(known)
    ]


def kappa_with_influence(data: ReliabilityData, pairs: Sequence[tuple[str, str]]) -> tuple[Floats, Floats]:
    """Cohen's kappa of each code, mean over pairs, (k,), and each unit's influence on it, (n, k); nan where it is undefined.

    With rates p and q, observed disagreement D and expected disagreement E = p + q - 2 p q of a pair, kappa = 1 - D / E, and a unit
    with ratings x and y moves it by [(1 - kappa) ((x - p) (1 - 2 q) + (y - q) (1 - 2 p)) - ([x ≠ y] - D)] / (n E).
    """
    if not pairs:
        return np.full(len(data.codes), np.nan), np.zeros(data.marks[:, 0].shape)
    kappas, influences = zip(*(_pair(data, *pair) for pair in pairs), strict=True)
    return np.mean(kappas, axis=0), np.mean(influences, axis=0)


def _pair(data: ReliabilityData, first: str, second: str) -> tuple[Floats, Floats]:
    left, right = data.coders.index(first), data.coders.index(second)
    both = data.known[:, left] & data.known[:, right]
    x, y = data.marks[:, left].astype(float), data.marks[:, right].astype(float)
    n = np.maximum(both.sum(0), 1)
    p, q, apart = (np.where(both, rating, 0).sum(0) / n for rating in (x, y, x != y))
    expected = p + q - 2 * p * q
    room = np.where(expected > 0, expected, np.nan)
    kappa = 1 - apart / room
    moves = (1 - kappa) * ((x - p) * (1 - 2 * q) + (y - q) * (1 - 2 * p)) - ((x != y) - apart)
    return kappa, np.where(both, moves / (n * room), 0)


def _looks(data: ReliabilityData, at: int) -> tuple[Floats, Floats]:
    """How many units of each cluster two of the coders looked at for a code, and how many only one did, each (clusters,)."""
    looks = data.known[..., at].sum(1)
    twice, once = (np.bincount(data.clusters, rows, data.groups).astype(float) for rows in (looks > 1, looks == 1))
    return twice, once


def _known(
    data: ReliabilityData, at: int, kappa: tuple[float, float], influence: Floats
) -> tuple[CodePlan, Spread | None]:
    """What is known of a code now, and how kappa varies; None, with the reason in the plan, where that cannot be said."""
    value, (twice, once) = float(kappa[0]), _looks(data, at)
    looks = float(data.known[..., at].sum())
    plan = CodePlan(
        data.codes[at],
        value if np.isfinite(value) else None,
        twice=int(twice.sum()),
        once=int(once.sum()),
        prevalence=float(data.marks[..., at].sum()) / looks if looks else None,
        reason=_nothing_known(data, at, value, twice),
    )
    return plan, None if plan.reason else _spread(data, at, kappa, influence * twice.sum())


def _planned(plan: CodePlan, spread: Spread, twice: Floats, once: Floats, within: float, length: float) -> CodePlan:
    """By how many passages of each interview two people, or only one, looked at, and the usual length of an interview."""
    now = spread.half_width(twice)
    plan = replace(plan, half_width=now, design_effect=spread.design_effect(twice))
    if now <= within:
        return replace(plan, passages=0, interviews=0)
    drawn = once / max(once.sum(), 1)

    def suffices(passages: Floats) -> bool:
        return spread.half_width(passages, ASSURANCE) <= within

    return replace(
        plan,
        passages=_least(lambda more: suffices(twice + more * drawn), int(once.sum())),
        interviews=_least(lambda more: suffices(np.append(twice, np.full(more, length))), MOST_INTERVIEWS),
        reach=spread.half_width(twice + once, ASSURANCE),
    )


def _nothing_known(data: ReliabilityData, at: int, kappa: float, twice: Floats) -> str:
    if not twice.any():
        return NOT_TWICE
    if not np.isfinite(kappa):
        return UNDEFINED
    if not ((data.marks & data.known)[..., at].sum(1) > 1).any():
        return NEVER_SHARED
    if kappa == 1:
        return NEVER_DIFFERED
    return "" if effective_clusters(_marks(data, at)) >= LEAST_CLUSTERS else FEW_INTERVIEWS


def _marks(data: ReliabilityData, at: int) -> Floats:
    """Marks of the code by cluster on what two looked at, each worth as much as the share of those who looked that gave it."""
    known = data.known[..., at]
    share = (data.marks[..., at] & known).sum(1) / np.maximum(known.sum(1), 1)
    return np.bincount(data.clusters, np.where(known.sum(1) > 1, share, 0), data.groups).astype(float)


def _spread(data: ReliabilityData, at: int, kappa: tuple[float, float], moves: Floats) -> Spread:
    """From kappa and the least that it can be, and the influences times n, (units,): 0 where no two people looked."""
    twice, _ = _looks(data, at)
    groups = int((twice > 0).sum())
    sums, whole = np.bincount(data.clusters, moves, data.groups), float((moves**2).sum())
    # The influences sum to 0, which takes one interview's worth of the sum of squares.
    covariances = groups / (groups - 1) * float((sums**2).sum()) - whole
    variance, pairs = whole / float(twice.sum()), _pairs(twice)
    evenness = min(effective_clusters(_marks(data, at)) / _kish(twice), 1.0)
    return Spread(
        float(kappa[0]), float(kappa[1]), variance, covariances / pairs / variance if pairs else 0.0, evenness
    )


def _least(suffices: Callable[[int], bool], most: int) -> int | None:
    """The least number from 1 to `most` that suffices; None where `most` does not."""
    if most < 1 or not suffices(most):
        return None
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if suffices(middle) else (middle, high)
    return high
