"""Does a transcript, a case or a wave differ from a model's training transcripts, at a stated rate of false alarms?

New transcripts are exchanged with training ones, or, where cases are known, whole cases (`exchange`): the rate holds whatever
the figures' distribution. It holds for a transcript (case, wave), over all its figures together. Ranks among few cannot reach every
rate: one new transcript among 6 is the furthest out one time in 7 by chance alone. Then nothing is claimed either way; what lies
further out than any training transcript is still named, as undecided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from secondcoder.domain.arrays import Floats
from secondcoder.drift.measures import FEWEST_CASES, SCALES, Measure, TranscriptFigures, has_cases, training_figures
from secondcoder.drift.permutation import choices, least_p, outlyingness, units_needed
from secondcoder.learning.reference import Reference
from secondcoder.statistics.permutation import adjusted_p

CENTRAL = (0.05, 0.95)
"""Quantiles of the training transcripts between which a figure is reported as usual."""
SLIGHT = 2.0
"""Differences below so many least standard deviations (`measures.SCALES`) are never reported."""


@dataclass(frozen=True)
class Difference:
    """A significant figure: `value` is the group's mean; `low` and `high` span nine in ten training transcripts."""

    measure: Measure
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Undecided:
    """Too few units for the rate of false alarms.

    Attributes:
        unit: 'transcript' or 'case', what is exchanged; units: how many the model learned from; needed: how many it takes.
        chance: how often a group like the training ones would be the furthest out.
        furthest: the figures by which this group is; mostly none.
    """

    unit: str
    units: int
    needed: int
    chance: float
    furthest: tuple[Difference, ...]


@dataclass(frozen=True)
class Finding:
    """What was tested (`transcript`, `case` or `wave`), its name and transcripts, and the figures that differ, if any.

    `undecided` is None where the rate of false alarms can be kept.
    """

    what: str
    name: str
    transcripts: tuple[str, ...]
    differs: tuple[Difference, ...]
    undecided: Undecided | None = None


class DriftTest:
    """The test of groups of transcripts against the training transcripts.

    Args:
        reference: a model's, of `FEWEST` transcripts at least.
        false_alarms: family-wise error rate for a transcript (case, wave), in (0, 1).
    """

    def __init__(self, reference: Reference, false_alarms: float) -> None:
        self._reference, self._rate = reference, false_alarms

    def differences(self, group: Sequence[TranscriptFigures]) -> tuple[Difference, ...]:
        """In what the transcripts of a group differ, taken together, the most striking first."""
        return () if self.undecided(group) else self._significant(group, self._rate)

    def undecided(self, group: Sequence[TranscriptFigures]) -> Undecided | None:
        """Why the rate cannot be kept for this group, if so."""
        training, new = self._units(group)
        units, count, fewest = len(set(training)), len(set(new)), 1 if self._by_transcript(group) else FEWEST_CASES
        chance = least_p(units, count)
        if chance <= self._rate and units >= fewest:
            return None
        unit, needed = "transcript" if fewest == 1 else "case", max(fewest, units_needed(count, self._rate))
        return Undecided(unit, units, needed, chance, self._significant(group, chance))

    def _significant(self, group: Sequence[TranscriptFigures], rate: float) -> tuple[Difference, ...]:
        training, new = self._units(group)
        held_out = self._training[any(member.new_case for member in group)]
        shared = [measure for measure in held_out if all(measure in member.values for member in group)]
        scales = [SCALES[measure] for measure in shared]
        least, both_ways = np.array([scale.least for scale in scales]), np.array([scale.both_ways for scale in scales])
        values = np.column_stack([self._pool(measure, group) for measure in shared])
        weights = _choices(training, new)
        p = adjusted_p(outlyingness(weights, values, (*training, *new), least, both_ways))
        distance = np.abs(values[len(training) :].mean(axis=0) - values[: len(training)].mean(axis=0))
        striking = np.flatnonzero((p <= rate + 1e-9) & (distance >= SLIGHT * least))
        order = striking[np.argsort(p[striking], kind="stable")]
        return tuple(_difference(shared[j], group, held_out[shared[j]]) for j in order.tolist())

    @cached_property
    def _training(self) -> dict[bool, dict[Measure, Floats]]:
        """Figures that all n training transcripts have, (n,) each; by case held out where there are cases."""
        kinds = (False, True) if has_cases(self._reference) else (False,)
        return {
            by_case: {
                measure: values
                for measure, (values, rows) in training_figures(self._reference, by_case).items()
                if len(rows) == len(self._reference)
            }
            for by_case in kinds
        }

    def _by_transcript(self, group: Sequence[TranscriptFigures]) -> bool:
        """Whether single transcripts are exchanged: no cases are known, or none could differ from the training ones."""
        known, one_case = set(self._reference.cases.tolist()) - {""}, len(set(self._reference.case_of.tolist())) == 1
        # One new transcript of a known case is like any of the others.
        return not known or ((one_case or len(group) == 1) and all(member.case in known for member in group))

    def _units(self, group: Sequence[TranscriptFigures]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Unit numbers of the training transcripts and of the group, cases or transcripts; none of the group's is a training one."""
        n = len(self._reference)
        # "\0" keeps a transcript without a case apart from a case of the same name.
        names = [member.case or f"\0{member.transcript}" for member in group]
        new = tuple(n + names.index(name) for name in names)
        if self._by_transcript(group):
            return tuple(range(n)), tuple(range(n, n + len(group)))
        return tuple(self._reference.case_of.tolist()), new

    def _pool(self, measure: Measure, group: Sequence[TranscriptFigures]) -> Floats:
        """(n + m,) values of the training transcripts and the group on the measure's even scale."""
        even, by_case = SCALES[measure].even, any(member.new_case for member in group)
        training = even(self._training[by_case][measure])
        # A member of a known case was compared with single transcripts held out, and is judged beside such figures.
        shift = training.mean() - even(self._training[False][measure]).mean()
        new = even(np.array([member.values[measure] for member in group]))
        new = new + np.array([0.0 if member.new_case else shift for member in group])
        # A short transcript has more variance: a few answers are on few topics, and so further from a whole interview.
        lengths = np.concatenate([self._reference.segments, [member.segments for member in group]])
        shrink = np.sqrt(np.minimum(lengths / np.median(self._reference.segments), 1.0))
        centre = training.mean()
        return np.asarray(centre + (np.concatenate([training, new]) - centre) * shrink)


@lru_cache(maxsize=64)
def _choices(training: tuple[int, ...], new: tuple[int, ...]) -> Floats:
    # Groups of one make-up are judged by the same choices.
    return choices(training, new)


def _difference(measure: Measure, group: Sequence[TranscriptFigures], training: Floats) -> Difference:
    low, high = np.quantile(training, CENTRAL)
    value = float(np.mean([member.values[measure] for member in group]))
    return Difference(measure, value, float(low), float(high))


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
        _finding(what, name, group, drift_test)
        for what, name, group in groups
        if what == "transcript" or len(group) > 1
    ]


def _finding(what: str, name: str, group: Sequence[TranscriptFigures], drift_test: DriftTest) -> Finding:
    transcripts = tuple(member.transcript for member in group)
    return Finding(what, name, transcripts, drift_test.differences(group), drift_test.undecided(group))
