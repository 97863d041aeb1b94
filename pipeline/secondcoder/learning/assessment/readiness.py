"""How ready each code is before anything is suggested: ready, needs more examples, or not learnable from these codes.

Ready means an average precision of a half with confidence: going through the passages in suggested order, on average every second one
carries the code, and the lower end of a one-sided 80 % interval over transcripts says so, not the figure alone, which changes with the
division into folds. Not learnable means that something is wrong with the codes themselves, or that the suggestions are not clearly
better than a random order. Everything between needs more examples. Suggestions are withheld where a code is not learnable, and where
fewer than one in ten would be right. How far these words hold on transcripts that nobody had touched: benchmarks/VERDICTS.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from secondcoder.configuration import LearningSettings
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.domain.records import Segment
from secondcoder.domain.wording import counted
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.cross_validation import groups_needed
from secondcoder.statistics.classification import random_average_precision
from secondcoder.statistics.cluster_bootstrap import LEAST_CLUSTERS, effective_clusters, interval_from

READY, CONFIDENCE = 0.5, 0.8
"""Average precision from which a code is ready, and the confidence with which it must be reached."""
LEAST_PRECISION = 0.1
"""Share of right ones among the suggestions below which they are withheld: nine looks in ten would be wasted. Not higher, because a
small share out of fold says little of new transcripts where a code has few examples (benchmarks/VERDICTS.md)."""
LOOKED_ENOUGH = 150
"""Passages without the code after which it is rarer than 2 % with 95 % confidence (the rule of three: 3 / 150), and 2 % is what
would be suggested of a code that is only ranked."""
CONTRADICTED = 0.5
"""Share of the examples whose very text also stands without the code."""
P_VALUE = 0.05
"""Better than a random order: the permutation test's p value is at most this. That the bootstrap over transcripts agrees was once
asked for too; it let no fewer codes with random scores pass, and fewer learnable ones (benchmarks/VERDICTS.md)."""
FEW = 30
TWICE_LEVEL, TWICE_KEPT = 0.9, "8 of 10"
"""What a code reaches with twice the transcripts lies in this interval of what it reaches now in at least so many cases; learning
from more adds to the doubt that an interval states, so that its nominal level is higher (benchmarks/VERDICTS.md)."""


class Readiness(StrEnum):
    """What can be expected of the suggestions of a code."""

    READY = "ready"
    MORE = "needs more examples"
    UNLEARNABLE = "not learnable from these codes"


@dataclass(frozen=True)
class CodeReadiness:
    """How ready one code is.

    Attributes:
        examples, transcripts: human-coded segments with the code, and the transcripts that hold them.
        reason: one sentence for the person who codes.
        sound: nothing was found wrong with the codes themselves; more examples may help.
        imprecise: fewer than `LEAST_PRECISION` of its suggestions would be right.
    """

    code: str
    readiness: Readiness
    examples: int
    transcripts: int
    reason: str
    sound: bool = True
    imprecise: bool = False

    @property
    def withheld(self) -> bool:
        """Its suggestions are not shown unless asked for."""
        return self.readiness is Readiness.UNLEARNABLE or self.imprecise

    def to_json(self) -> dict[str, Any]:
        """Plain values for the manifest."""
        return {
            "verdict": str(self.readiness),
            "reason": self.reason,
            "more": None,  # how many more examples make a code ready cannot be foretold; the key stays for readers of manifests
            "withheld": self.withheld,
            "sound": self.sound,
            "transcripts": self.transcripts,
        }


@dataclass(frozen=True)
class AveragePrecisions:
    """Of the k scored codes, out of fold.

    Attributes:
        point: (k,). draws: (rounds, k), the same in bootstrap rounds over transcripts.
        p_value: (k,) of the permutation test.
        of_suggestions: (k,) share of right ones among the passages suggested, nan where nothing was; None: not known.
    """

    codes: tuple[str, ...]
    point: Floats
    draws: Floats
    p_value: Floats
    of_suggestions: Floats | None = None


def readiness_of_codes(
    segments: Sequence[Segment],
    labels: LabelMatrix,
    precisions: AveragePrecisions | None,
    settings: LearningSettings,
    groups: Sequence[str] | None = None,
) -> list[CodeReadiness]:
    """One for each code of `labels`, in its order; `precisions` are of the scored codes.

    `groups` (n,) are what is held back whole, where that is not the transcript. The learning curve has no say: on real sets, what a
    code gained with twice the transcripts did not go with the slope of the curve so far (benchmarks/NOTES.md).
    """
    # As objects: an array of texts proper pads each to the length of the longest.
    texts = np.array([" ".join(segment.text.casefold().split()) for segment in segments], dtype=object)
    transcripts = np.array([segment.transcript for segment in segments], dtype=object)
    held_back = np.unique(transcripts if groups is None else np.array(groups, dtype=object), return_inverse=True)[1]
    results = []
    for j, code in enumerate(labels.codes):
        known = labels.known[:, j]
        y = labels.y[known, j]
        carriers = len(set(transcripts[known][y].tolist()))
        grade = _fault(y, len(set(held_back[known][y])), _contradicted(texts[known], y), settings)
        sound, right = grade is None or grade[0] is not Readiness.UNLEARNABLE, np.nan
        if grade is None and precisions is not None and code in precisions.codes:
            at = precisions.codes.index(code)
            grade = _by_quality(precisions, at, y, held_back[known], settings)
            right = np.nan if precisions.of_suggestions is None else float(precisions.of_suggestions[at])
        readiness, reason = grade or _too_few(y, carriers, settings)
        imprecise = bool(round(right, 2) < LEAST_PRECISION)  # nan, where nothing was suggested, is not below
        if imprecise and readiness is not Readiness.UNLEARNABLE:
            reason += f" Withheld: {right:.0%} of its suggestions were right, fewer than {LEAST_PRECISION:.0%}."
        results.append(CodeReadiness(code, readiness, int(y.sum()), carriers, reason, sound, imprecise))
    return results


Grade = tuple[Readiness, str]
"""Readiness and the reason."""


def _fault(y: Bools, groups: int, contradicted: int, settings: LearningSettings) -> Grade | None:
    """What is wrong with the codes themselves, if anything is: the first fault that applies."""
    n, looked = int(y.sum()), len(y)
    if looked == 0:
        return Readiness.MORE, "Nobody has looked for it yet."
    if n == 0 and looked >= LOOKED_ENOUGH:
        return Readiness.UNLEARNABLE, f"Nobody used it on the {looked} passages that were looked at."
    if n == 0:
        return Readiness.MORE, f"Nobody has used it yet; {counted(looked, 'passage was', 'passages were')} looked at."
    reason = _fault_of_many(n, looked, groups, contradicted, settings.group) if n >= settings.min_examples else None
    return (Readiness.UNLEARNABLE, reason) if reason else None


def _fault_of_many(n: int, looked: int, groups: int, contradicted: int, unit: str) -> str | None:
    """The same where there are examples enough to score the code."""
    if n == looked:
        return f"All {n} passages that were looked at have it, so nothing tells it apart. Is a coding pass missing?"
    if groups == 1:
        return f"All {n} examples come from one {unit}, so nothing shows that it can be told elsewhere."
    if contradicted >= CONTRADICTED * n:
        return f"{contradicted} of {n} examples have a word-for-word twin that was looked at and not given the code."
    return None


def _too_few(y: Bools, carriers: int, settings: LearningSettings) -> Grade:
    n, short = int(y.sum()), max(settings.min_examples - int(y.sum()), 1)
    reason = f"{counted(n, 'example')} in {counted(carriers, 'transcript')}; "
    if n >= settings.min_examples and carriers >= settings.min_transcripts:
        needed = groups_needed(settings.folds)
        return (
            Readiness.MORE,
            f"{reason}how good its suggestions are cannot be measured yet, which takes {needed} {settings.group}s coded without "
            "suggestions.",
        )
    reason += f"it is scored from {settings.min_examples} in {counted(settings.min_transcripts, 'transcript')} on."
    return Readiness.MORE, reason + f" At least {short} more; how many make it ready cannot be estimated yet."


def _by_quality(precisions: AveragePrecisions, j: int, y: Bools, groups: Rows, settings: LearningSettings) -> Grade:
    n, point = int(y.sum()), float(precisions.point[j])
    by_chance = f"{random_average_precision(n, len(y)):.2f}"
    reached = f"Average precision {point:.2f}"
    if not precisions.p_value[j] <= P_VALUE:
        advice = " More examples may change that." if n < FEW else " Is its definition one that two people read alike?"
        return (
            Readiness.UNLEARNABLE,
            f"{reached}, not clearly above a random order ({by_chance}), with {n} examples.{advice}",
        )
    # In the order in which they come, as sums of other orders may differ in the last digit.
    within, first = np.unique(groups, return_index=True)
    marks = np.bincount(groups[y], minlength=int(within.max()) + 1)[within[np.argsort(first)]].astype(np.float64)
    sure = _interval(precisions, j, marks, 2 * CONFIDENCE - 1)
    least = f", at least {sure[0]:.2f} with {CONFIDENCE:.0%} confidence" if sure else ""
    # Rounded as it is printed, so that the verdict fits the figure beside it.
    if sure and round(sure[0], 2) >= READY:
        return Readiness.READY, f"{reached}{least}; a random order would give {by_chance}."
    why = least or f", in too few {settings.group}s to tell how sure that is"
    return Readiness.MORE, f"{reached}{why}; ready when that is {READY:.2f}.{_with_twice(precisions, j, marks)}"


def _with_twice(precisions: AveragePrecisions, j: int, marks: Floats) -> str:
    ends = _interval(precisions, j, marks, TWICE_LEVEL)
    return f" With twice as many examples {ends[0]:.2f} to {ends[1]:.2f}, in {TWICE_KEPT} cases." if ends else ""


def _interval(precisions: AveragePrecisions, j: int, marks: Floats, level: float) -> tuple[float, float] | None:
    """Two-sided, over the groups, which hold `marks` (g,) of the code; None where they are too few to show how much they vary."""
    point, drawn = float(precisions.point[j]), precisions.draws[:, j]
    if len(marks) >= LEAST_CLUSTERS and np.nanmin(drawn) == np.nanmax(drawn):
        return point, point  # told without a fault in every group
    return interval_from(point, drawn, len(marks), effective_clusters(marks), (0.0, 1.0), level=level).ends


def _contradicted(texts: Any, y: Bools) -> int:
    """Examples whose very text also occurs without the code."""
    without = Counter(texts[~y].tolist())
    return sum(1 for text in texts[y].tolist() if without[text])
