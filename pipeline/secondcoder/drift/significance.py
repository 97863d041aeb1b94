"""Does a transcript, a case or a wave differ from a model's training transcripts, at a stated rate of false alarms?

With 5 to 30 training transcripts ranks cannot reach 5 %, so each figure is tested by its distance from the training mean in units
of the spread between held-out training transcripts, against Student's t: the prediction interval for further observations. Cases
have a variance of their own, estimated beside that within them by analysis of variance; the degrees of freedom are Satterthwaite's
(1946, doi:10.2307/3002019). The figures are tested together by Holm's method (1979, jstor.org/stable/4615733), so that the rate
holds for a transcript (case, wave), not for each of its figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from secondcoder.domain.arrays import Floats, Rows
from secondcoder.drift.measures import SCALES, Measure, TranscriptFigures, has_cases, training_figures
from secondcoder.learning.reference import Reference

CENTRAL = (0.05, 0.95)
"""Quantiles of the training transcripts between which a figure is reported as usual."""


@dataclass(frozen=True)
class Difference:
    """A significant figure: `value` is the group's mean; `low` and `high` span nine in ten training transcripts."""

    measure: Measure
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Finding:
    """What was tested (`transcript`, `case` or `wave`), its name and transcripts, and the figures that differ, if any."""

    what: str
    name: str
    transcripts: tuple[str, ...]
    differs: tuple[Difference, ...]


@dataclass(frozen=True)
class Spread:
    """Spread of a figure over n training transcripts in c cases, on an even scale (variance components).

    Attributes:
        between, within: mean squares of an analysis of variance; both the overall variance where there are no cases, or cases
            differ no more than transcripts within one.
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
        # Without two transcripts of one case, or two cases, the two variances cannot be told apart.
        if c == n or c < 2:
            return together
        means = np.bincount(where, values) / counts
        within = max(float(((values - means[where]) ** 2).sum() / (n - c)), floor)
        between = float((counts * (means - mean) ** 2).sum() / (c - 1))
        # The component between cases would be negative: one variance for all.
        if between <= within:
            return together
        # Of unequal cases, as the analysis of variance has it; their plain mean size would be too large.
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
        df = variance**2 / sum(part**2 / part_df for part, part_df in zip(parts, self.df, strict=True))
        return variance, float(np.clip(df, self.df[0], self.n - 1))


class DriftTest:
    """The test of groups of transcripts against the training transcripts.

    Args:
        reference: a model's, of `FEWEST` transcripts at least.
        false_alarms: family-wise error rate for a transcript (case, wave), in (0, 1).
    """

    def __init__(self, reference: Reference, false_alarms: float) -> None:
        self._reference, self._rate = reference, false_alarms

    @cached_property
    def _training(self) -> dict[bool, dict[Measure, tuple[Floats, Rows]]]:
        kinds = (False, True) if has_cases(self._reference) else (False,)
        return {by_case: training_figures(self._reference, by_case) for by_case in kinds}

    @cached_property
    def _spreads(self) -> dict[tuple[bool, Measure], Spread]:
        case_of = self._reference.case_of if has_cases(self._reference) else np.arange(len(self._reference))
        return {
            (by_case, measure): Spread.of(SCALES[measure].even(values), case_of[rows], SCALES[measure].least)
            for by_case, figures in self._training.items()
            for measure, (values, rows) in figures.items()
        }

    def differences(self, group: Sequence[TranscriptFigures]) -> tuple[Difference, ...]:
        """In what the transcripts of a group differ, taken together, the most striking first."""
        shared = [measure for measure in Measure if all(measure in member.values for member in group)]
        p_values = {measure: self._p_value(measure, group) for measure in shared}
        kept = []
        for rank, measure in enumerate(sorted(p_values, key=p_values.__getitem__)):
            if (
                p_values[measure] * (len(p_values) - rank) > self._rate
            ):  # Holm: stop at the first that is not significant
                break
            values, _ = self._training[any(member.new_case for member in group)][measure]
            low, high = np.quantile(values, CENTRAL)
            value = float(np.mean([member.values[measure] for member in group]))
            kept.append(Difference(measure, value, float(low), float(high)))
        return tuple(kept)

    def _p_value(self, measure: Measure, group: Sequence[TranscriptFigures]) -> float:
        """How often a group like the training transcripts would be at least this far from their mean."""
        from scipy.stats import t as student

        scale = SCALES[measure]
        # A member of a new case was compared with whole cases held out, and is judged by such figures.
        means = np.array([self._spreads[member.new_case, measure].mean for member in group])
        values = scale.even(np.array([member.values[measure] for member in group]))
        deviation = float(np.mean(values - means))
        spread = self._spreads[any(member.new_case for member in group), measure]
        variance, df = spread.of_new(self._weight(group), _concentration(group))
        tail = student.sf(abs(deviation) if scale.both_ways else deviation, df, scale=np.sqrt(variance))
        return float(tail * (2 if scale.both_ways else 1))

    def _weight(self, group: Sequence[TranscriptFigures]) -> float:
        """Sum of the squared shares of the transcripts. One shorter than the training median has more variance: a few answers are
        on few topics, and so further from a whole interview than a long one is.
        """
        median = float(np.median(self._reference.segments))
        return sum(max(1.0, median / member.segments) for member in group) / len(group) ** 2


def compare_groups(
    transcripts: Sequence[TranscriptFigures], reference: Reference, false_alarms: float
) -> list[Finding]:
    """One finding for each transcript, and for each case and wave of several; transcripts without figures are left out.

    Args:
        reference: the model's, of `FEWEST` transcripts at least.
    """
    drift_test = DriftTest(reference, false_alarms)
    comparable = [transcript for transcript in transcripts if transcript.values]
    groups = [("transcript", transcript.transcript, [transcript]) for transcript in comparable]
    for what in ("case", "wave"):
        for name in dict.fromkeys(getattr(transcript, what) for transcript in comparable):
            members = [transcript for transcript in comparable if getattr(transcript, what) == name]
            groups += [(what, name, members)] if name else []
    return [
        Finding(what, name, tuple(member.transcript for member in group), drift_test.differences(group))
        for what, name, group in groups
        if what == "transcript" or len(group) > 1
    ]


def _concentration(group: Sequence[TranscriptFigures]) -> float:
    """Sum over cases of the squared share of the group; a transcript without a case stands for itself."""
    # "\0" keeps these apart from a case of the same name.
    _, counts = np.unique([member.case or f"\0{member.transcript}" for member in group], return_counts=True)
    return float(((counts / counts.sum()) ** 2).sum())
