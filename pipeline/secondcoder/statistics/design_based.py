"""Shares of all passages where people coded those that were drawn: the model's suggestions, corrected by what people said.

Each passage is of a *kind* that is known for all: the code was suggested there, other codes were, or none. Of the passages of a
kind that nobody coded, those drawn give the rate of the code, each counting for 1 / its probability π of being drawn, and all are
counted with it:

    θ = (Σ_coded y + Σ_kinds N_k r_k) / N        r_k = Σ_drawn (y / π) / Σ_drawn (1 / π)

This is design-based supervised learning, or prediction-powered inference, mean of f + (R / π)(y - f), in its post-stratified
form: for f stands the rate of its kind, the best that any rescaling of the suggestions does (as the λ of power tuning), so that
worthless suggestions cost next to nothing (Egami 2023, arXiv:2306.04746; Angelopoulos 2023, doi:10.1126/science.adi6000 and
arXiv:2311.01453).

The truth has two readings, with an interval each. *These*: what people would have coded in these very transcripts; chance is in
the draw alone. Where few misses were drawn, or none, the usual variance is too small or 0, and t misses the long tail. So each
rate has Jeffreys limits (Brown 2001, doi:10.1214/ss/1009213286) for as many passages as its draws are worth,

    n_k = (Σ_drawn 1 / π)² / Σ_drawn (1 - π) / π²

and these are put together by their distances from the rates (MOVER; Zou & Donner 2008, doi:10.1002/sim.3095). *Such*: the share
among transcripts of which these are a sample. The variance between transcripts, linearised, is added by Student's t on the logit
scale; in a difference of groups that of both, by Welch's t (1947, doi:10.1093/biomet/34.1-2.28). benchmarks/CORRECTED_COUNTS.md
shows how often both cover.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.statistics.proportions import TAIL

IGNORANCE = 0.5
"""Rate of a kind of which nothing was drawn anywhere: the middle of its limits, 0 and 1."""


@dataclass(frozen=True)
class Limits:
    """An estimate with its lower and upper 95% limits."""

    value: float
    low: float
    high: float

    @property
    def below(self) -> float:
        """From the lower limit to the estimate."""
        return self.value - self.low

    @property
    def above(self) -> float:
        """From the estimate to the upper limit."""
        return self.high - self.value

    def minus(self, other: Limits) -> Limits:
        """The difference from an independent estimate (MOVER)."""
        value = self.value - other.value
        return Limits(
            value, value - float(np.hypot(self.below, other.above)), value + float(np.hypot(self.above, other.below))
        )


@dataclass(frozen=True)
class CorrectedShare:
    """A share, or a difference of two, in `these` transcripts, and the same with limits for transcripts `such` as these.

    Attributes:
        such: None where a single transcript says nothing of others.
        between: variance between transcripts, without that of the draw, with its degrees of `freedom`.
    """

    these: Limits
    such: Limits | None
    between: float = 0.0
    freedom: float = 0.0

    def minus(self, other: CorrectedShare) -> CorrectedShare:
        """The difference from the share of other transcripts."""
        from scipy.special import stdtrit

        these, both = self.these.minus(other.these), (self, other)
        if self.such is None or other.such is None:
            return CorrectedShare(these, None)
        between, freedom = self.between + other.between, min(one.freedom for one in both)
        if between > 0:
            freedom = between**2 / sum(one.between**2 / one.freedom for one in both)
        step = float(stdtrit(freedom, 1 - TAIL) * np.sqrt(between))
        such = _limits(these.value, float(np.hypot(these.below, step)), float(np.hypot(these.above, step)), lowest=-1)
        return CorrectedShare(these, such, between, freedom)


@dataclass(frozen=True)
class DrawnUnits:
    """n passages, some of them coded by people.

    Attributes:
        cluster: (n,) number of the transcript.
        kind: (n,) number of the kind, below `kinds`.
        probability: (n,) of being drawn, above 0; 1 where all was coded.
        y: (n,) 1 or 0 where a person coded the passage for this; nan elsewhere.
    """

    cluster: Rows
    kind: Rows
    probability: Floats
    y: Floats
    kinds: int

    def take(self, rows: Rows | Bools) -> DrawnUnits:
        """The same for some passages."""
        return DrawnUnits(self.cluster[rows], self.kind[rows], self.probability[rows], self.y[rows], self.kinds)

    @cached_property
    def coded(self) -> Bools:
        """(n,) coded without a draw."""
        return np.asarray(~np.isnan(self.y) & (self.probability >= 1))

    @cached_property
    def drawn(self) -> Bools:
        """(n,) drawn, and coded."""
        return np.asarray(~np.isnan(self.y) & (self.probability < 1))

    @cached_property
    def clusters(self) -> int:
        """How many transcripts there are."""
        return int(np.count_nonzero(np.bincount(self.cluster)))

    @cached_property
    def left(self) -> Floats:
        """(kinds,) passages that are not coded, or only because they were drawn."""
        return np.bincount(self.kind[~self.coded], minlength=self.kinds).astype(np.float64)

    @cached_property
    def weight(self) -> Floats:
        """1 / π of those drawn."""
        return np.asarray(1 / self.probability[self.drawn])

    @cached_property
    def stand_for(self) -> Floats:
        """(kinds,) how many passages the drawn ones stand for: the sum of their weights."""
        return self._of_drawn(self.weight)

    def _of_drawn(self, values: Floats) -> Floats:
        """(kinds,) sums over the drawn ones."""
        return np.bincount(self.kind[self.drawn], values, self.kinds).astype(np.float64)

    def rates(self, otherwise: Floats | None = None) -> Floats:
        """(kinds,) rate of each kind; where nothing was drawn, that of `otherwise`."""
        found, some = self._of_drawn(self.weight * self.y[self.drawn]), self.stand_for > 0
        instead = np.full(self.kinds, IGNORANCE) if otherwise is None else otherwise
        return np.where(some, found / np.where(some, self.stand_for, 1), instead)

    def worth(self) -> Floats:
        """(kinds,) how many independent passages of a large number the draws are worth; 0 without any."""
        spread, some = self._of_drawn(self.weight * (self.weight - 1)), self.stand_for > 0
        return np.where(some, self.stand_for**2 / np.where(some, spread, 1), 0.0)


def corrected_share(units: DrawnUnits, otherwise: Floats | None = None) -> CorrectedShare:
    """The share of all passages that carry the code.

    Args:
        otherwise: (kinds,) rates for kinds of which nothing was drawn here, as those of the whole study; their limits are 0 and 1.
    """
    rate, left = units.rates(otherwise), units.left / len(units.y)
    value = float(units.y[units.coded].sum() / len(units.y) + left @ rate)
    low, high = jeffreys(rate, units.worth())
    below, above = (float(np.sqrt(((left * distance) ** 2).sum())) for distance in (rate - low, high - rate))
    these, freedom = _limits(value, below, above), units.clusters - 1
    if freedom < 1:
        return CorrectedShare(these, None)
    between = _between(units, rate, value)
    return CorrectedShare(these, _such(these, between, freedom), between, freedom)


def jeffreys(rate: Floats, size: Floats) -> tuple[Floats, Floats]:
    """Limits of shares of so many passages, which need not be whole numbers; 0 and 1 for none."""
    from scipy.special import betaincinv

    found, missing = rate * size + 0.5, (1 - rate) * size + 0.5
    low = np.where(found > 0.5, betaincinv(found, missing, TAIL), 0.0)
    high = np.where(missing > 0.5, betaincinv(found, missing, 1 - TAIL), 1.0)
    # Less than one passage may leave a quantile on the wrong side of the rate.
    return np.where(size > 0, np.minimum(low, rate), 0.0), np.where(size > 0, np.maximum(high, rate), 1.0)


def _such(these: Limits, between: float, freedom: float) -> Limits:
    """The limits, with the variance between transcripts added."""
    from scipy.special import expit, logit, stdtrit

    spread = these.value * (1 - these.value)
    if spread <= 0:
        return these
    centre, step = logit(these.value), stdtrit(freedom, 1 - TAIL) * np.sqrt(between) / spread
    below, above = these.value - expit(centre - step), expit(centre + step) - these.value
    return _limits(these.value, float(np.hypot(these.below, below)), float(np.hypot(these.above, above)))


def _between(units: DrawnUnits, rate: Floats, share: float) -> float:
    """Variance of the share between transcripts, without that of the draw: what all deviations show less what the draw explains, or
    what the known kinds show, whichever is more; at least that of passages without any transcripts."""
    n, drawn = len(units.y), units.drawn
    expected = np.where(units.coded, units.y, rate[units.kind])
    # So that the weights of a kind sum to its passages, as they do in the estimate.
    weight = units.weight * (units.left / np.where(units.stand_for > 0, units.stand_for, 1))[units.kind[drawn]]
    surprise = (units.y - expected)[drawn] * weight
    known = np.bincount(units.cluster, expected - share)
    seen = known + np.bincount(units.cluster[drawn], surprise, len(known))
    by_draw = float((surprise**2 * (1 - units.probability[drawn])).sum())
    more = units.clusters / (units.clusters - 1)
    found = max(more * float(seen @ seen) - by_draw, more * float(known @ known))
    return max(found / n**2, share * (1 - share) / n)


def _limits(value: float, below: float, above: float, lowest: float = 0.0) -> Limits:
    return Limits(value, max(value - below, lowest), min(value + above, 1.0))
