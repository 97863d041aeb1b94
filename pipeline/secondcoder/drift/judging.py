"""Does a transcript, a case or a wave differ from what a model saw, at a stated rate of false alarms?

With 5 to 30 training transcripts ranks cannot reach 5 %, so each figure is judged by its distance from the training mean in units
of the spread between held-back training transcripts, against Student's t: the prediction interval for further observations. Cases
have a variance of their own, estimated beside that within them by analysis of variance; the degrees of freedom are Satterthwaite's
(1946, doi:10.2307/3002019). The figures are judged together by Holm's method (1979, jstor.org/stable/4615733), so that the rate
holds for a transcript (case, wave), not for each of its figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from secondcoder.domain.arrays import Floats, Rows
from secondcoder.drift.measures import SCALES, Measure, Measured, has_cases, usual
from secondcoder.learning.reference import Reference

CENTRAL = (0.05, 0.95)
"""Quantiles of the training transcripts that are called usual."""


@dataclass(frozen=True)
class Difference:
    """A figure outside what is usual: `value` is the group's mean; `low` and `high` span nine in ten training transcripts."""

    measure: Measure
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Finding:
    """What was judged (`transcript`, `case` or `wave`), its name and transcripts, and in what it differs; in nothing, mostly."""

    what: str
    name: str
    transcripts: tuple[str, ...]
    differs: tuple[Difference, ...]


@dataclass(frozen=True)
class Spread:
    """Of n training transcripts on an even scale, in cases.

    Attributes:
        between, within: mean squares of an analysis of variance; both the variance of all where cases play no part, or differ no
            more than transcripts of one case do.
        df: their degrees of freedom.
        size: transcripts in an average case.
        concentration: sum over cases of the squared share of transcripts.
    """

    mean: float
    n: int
    between: float
    within: float
    df: tuple[int, int]
    size: float
    concentration: float

    @classmethod
    def of(cls, values: Floats, case_of: Rows, least: float) -> Spread:
        """Of (n,) values with the case of each; no smaller than `least`."""
        n, mean, floor = len(values), float(values.mean()), least**2
        _, where, counts = np.unique(case_of, return_inverse=True, return_counts=True)
        c, concentration = len(counts), float(((counts / n) ** 2).sum())
        all_alike = max(float(values.var(ddof=1)), floor)
        together = cls(mean, n, all_alike, all_alike, (n - 1, n - 1), n / c, concentration)
        if c == n or c < 2:
            return together
        means = np.bincount(where, values) / counts
        within = max(float(((values - means[where]) ** 2).sum() / (n - c)), floor)
        between = float((counts * (means - mean) ** 2).sum() / (c - 1))
        if between <= within:
            return together
        size = float((n - (counts**2).sum() / n) / (c - 1))
        return cls(mean, n, between, within, (c - 1, n - c), size, concentration)

    def of_new(self, weight: float, concentration: float) -> tuple[float, float]:
        """Variance of the mean of new transcripts less the training mean, and its degrees of freedom.

        Args:
            weight: sum of the squared shares of the new transcripts; `concentration` the same of their cases.
        """
        all_of, of_cases = weight + 1 / self.n, (concentration + self.concentration) / self.size
        if self.between == self.within:
            return all_of * self.within, self.df[1]
        parts = of_cases * self.between, (all_of - of_cases) * self.within
        variance = sum(parts)
        df = variance**2 / sum(part**2 / own for part, own in zip(parts, self.df, strict=True))
        return variance, float(np.clip(df, self.df[0], self.n - 1))


class Yardstick:
    """What is usual among the training transcripts.

    Args:
        seen: what a model saw, of `FEWEST` transcripts at least.
        false_alarms: how often a transcript (case, wave) like the training ones may be said to differ.
    """

    def __init__(self, seen: Reference, false_alarms: float) -> None:
        self._seen, self._rate = seen, false_alarms

    @cached_property
    def _usual(self) -> dict[bool, dict[Measure, tuple[Floats, Rows]]]:
        kinds = (False, True) if has_cases(self._seen) else (False,)
        return {by_case: usual(self._seen, by_case) for by_case in kinds}

    @cached_property
    def _spreads(self) -> dict[tuple[bool, Measure], Spread]:
        case_of = self._seen.case_of if has_cases(self._seen) else np.arange(len(self._seen))
        return {
            (by_case, measure): Spread.of(SCALES[measure].even(values), case_of[rows], SCALES[measure].least)
            for by_case, found in self._usual.items()
            for measure, (values, rows) in found.items()
        }

    def differences(self, group: Sequence[Measured]) -> tuple[Difference, ...]:
        """In what the transcripts of a group differ, taken together, the most striking first."""
        chances = {one: self._chance(one, group) for one in Measure if all(one in member.values for member in group)}
        kept = []
        for place, measure in enumerate(sorted(chances, key=chances.__getitem__)):
            if chances[measure] * (len(chances) - place) > self._rate:
                break
            values, _ = self._usual[any(member.new_case for member in group)][measure]
            low, high = np.quantile(values, CENTRAL)
            value = float(np.mean([member.values[measure] for member in group]))
            kept.append(Difference(measure, value, float(low), float(high)))
        return tuple(kept)

    def _chance(self, measure: Measure, group: Sequence[Measured]) -> float:
        """How often a group like the training transcripts would be this far out."""
        from scipy.stats import t as student

        scale = SCALES[measure]
        kinds = [self._spreads[member.new_case, measure] for member in group]
        values = scale.even(np.array([member.values[measure] for member in group]))
        deviation = float(np.mean(values - np.array([one.mean for one in kinds])))
        variance, df = self._spread_for(group, measure).of_new(self._weight(group), _concentration(group))
        tail = student.sf(abs(deviation) if scale.both_ways else deviation, df, scale=np.sqrt(variance))
        return float(tail * (2 if scale.both_ways else 1))

    def _weight(self, group: Sequence[Measured]) -> float:
        """Sum of the squared shares of the transcripts. One shorter than the middle of the training ones weighs more: a few answers
        are on few matters, and so further from a whole interview than a longer talk would be.
        """
        middle = float(np.median(self._seen.segments))
        return sum(max(1.0, middle / member.segments) for member in group) / len(group) ** 2

    def _spread_for(self, group: Sequence[Measured], measure: Measure) -> Spread:
        return self._spreads[any(member.new_case for member in group), measure]


def judge(measured: Sequence[Measured], seen: Reference, false_alarms: float) -> list[Finding]:
    """One finding for each transcript, and for each case and wave of several; transcripts without figures are left out.

    Args:
        seen: what the model saw, of `FEWEST` transcripts at least.
    """
    yardstick = Yardstick(seen, false_alarms)
    fit = [one for one in measured if one.values]
    groups = [("transcript", one.transcript, [one]) for one in fit]
    for what in ("case", "wave"):
        names = dict.fromkeys(getattr(one, what) for one in fit)
        groups += [(what, name, [one for one in fit if getattr(one, what) == name]) for name in names if name]
    return [
        Finding(what, name, tuple(one.transcript for one in group), yardstick.differences(group))
        for what, name, group in groups
        if what == "transcript" or len(group) > 1
    ]


def _concentration(group: Sequence[Measured]) -> float:
    """Sum over cases of the squared share of the group; a transcript without a case stands for itself."""
    _, counts = np.unique([one.case or f"\0{one.transcript}" for one in group], return_counts=True)
    return float(((counts / counts.sum()) ** 2).sum())
