"""How ready each code is before anything is suggested: ready, needs more examples, or not learnable from these codes.

Ready means an average precision of a half: going through the passages in suggested order, on average every second one carries the
code. Not learnable means that something is wrong with the codes themselves, or that the suggestions are not clearly better than a
random order; those suggestions are withheld. Everything between needs more examples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from secondcoder.configuration import LearningSettings
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.domain.records import Segment
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.learning_curve import LearningCurve, more_examples, with_twice
from secondcoder.statistics.classification import random_average_precision

READY = 0.5
LOOKED_ENOUGH = 150
"""Passages without the code after which it is rarer than 2 % with 95 % confidence (the rule of three: 3 / 150), and 2 % is what
would be suggested of a code that is only ranked."""
CONTRADICTED = 0.5
"""Share of the examples whose very text also stands without the code."""
TAIL, P_VALUE = 0.05, 0.1
"""Better than a random order: so many bootstrap rounds at most are not above it, and the permutation test's p value is at most this.
Together they pass 4 to 5 % of the codes with random scores; either alone passes more (benchmarks/NOTES.md)."""
FEW, A_FEW = 30, 5


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
        more: how many more examples may make it ready, at least and at most; None where that cannot be estimated.
        sound: nothing was found wrong with the codes themselves; more examples may help.
    """

    code: str
    readiness: Readiness
    examples: int
    transcripts: int
    reason: str
    more: tuple[int, int | None] | None = None
    sound: bool = True

    @property
    def withheld(self) -> bool:
        """Its suggestions are not shown unless asked for."""
        return self.readiness is Readiness.UNLEARNABLE

    def to_json(self) -> dict[str, Any]:
        """Plain values for the manifest."""
        return {
            "verdict": str(self.readiness),
            "reason": self.reason,
            "more": list(self.more) if self.more else None,
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
    """

    codes: tuple[str, ...]
    point: Floats
    draws: Floats
    p_value: Floats


def readiness_of_codes(
    segments: Sequence[Segment],
    labels: LabelMatrix,
    precisions: AveragePrecisions | None,
    curve: LearningCurve | None,
    settings: LearningSettings,
    groups: Sequence[str] | None = None,
) -> list[CodeReadiness]:
    """One for each code of `labels`, in its order; `precisions` and `curve` are of the scored codes.

    `groups` (n,) are what is held back whole, where that is not the transcript.
    """
    # As objects: an array of texts proper pads each to the length of the longest.
    texts = np.array([" ".join(segment.text.casefold().split()) for segment in segments], dtype=object)
    transcripts = np.array([segment.transcript for segment in segments], dtype=object)
    held_back = transcripts if groups is None else np.array(groups, dtype=object)
    results = []
    for j, code in enumerate(labels.codes):
        known = labels.known[:, j]
        y = labels.y[known, j]
        carriers = len(set(transcripts[known][y]))
        grade = _fault(y, len(set(held_back[known][y])), _contradicted(texts[known], y), settings)
        sound = grade is None or grade[0] is not Readiness.UNLEARNABLE
        if grade is None and precisions is not None and code in precisions.codes:
            grade = _by_quality(precisions, precisions.codes.index(code), y, curve)
        readiness, reason, more = grade or _too_few(y, carriers, settings)
        results.append(CodeReadiness(code, readiness, int(y.sum()), carriers, reason, more, sound))
    return results


Grade = tuple[Readiness, str, tuple[int, int | None] | None]
"""Readiness, the reason, and how many more examples may make the code ready."""


def _fault(y: Bools, groups: int, contradicted: int, settings: LearningSettings) -> Grade | None:
    """What is wrong with the codes themselves, if anything is: the first fault that applies."""
    n, looked = int(y.sum()), len(y)
    if looked == 0:
        return Readiness.MORE, "Nobody has looked for it yet.", None
    if n == 0 and looked >= LOOKED_ENOUGH:
        return Readiness.UNLEARNABLE, f"Nobody used it on the {looked} passages that were looked at.", None
    if n == 0:
        return Readiness.MORE, f"Nobody has used it yet; {looked} passages were looked at.", None
    reason = _fault_of_many(n, looked, groups, contradicted, settings.group) if n >= settings.min_examples else None
    return (Readiness.UNLEARNABLE, reason, None) if reason else None


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
    reason = f"{n} example{'s' if n != 1 else ''} in {carriers} transcript{'s' if carriers != 1 else ''}; " + (
        f"it is scored from {settings.min_examples} in {settings.min_transcripts} transcripts on."
    )
    return Readiness.MORE, reason + f" At least {short} more; how many make it ready cannot be estimated yet.", None


def _by_quality(precisions: AveragePrecisions, j: int, y: Bools, curve: LearningCurve | None) -> Grade:
    n, point = int(y.sum()), float(precisions.point[j])
    by_chance = random_average_precision(n, len(y))
    reached = f"Average precision {point:.2f}"
    if not _beats_chance(precisions, j, by_chance):
        advice = " More examples may change that." if n < FEW else " Is its definition one that two people read alike?"
        reason = f"{reached}, not clearly above a random order ({by_chance:.2f}), with {n} examples.{advice}"
        return Readiness.UNLEARNABLE, reason, None
    # Rounded as it is printed, so that the verdict fits the figure beside it.
    if round(point, 2) >= READY:
        return Readiness.READY, f"{reached}; a random order would give {by_chance:.2f}.", None
    more = more_examples(curve, j, READY, n) if curve is not None else None
    return Readiness.MORE, f"{reached}, ready from {READY:.2f}: {_how_many(more)}{_twice(curve, j, n)}.", more


def _beats_chance(precisions: AveragePrecisions, j: int, by_chance: float) -> bool:
    # A screening rule, no interval: one by Student's t misses more learnable codes and passes hardly fewer that are not.
    low = float(np.nanquantile(precisions.draws[:, j], TAIL))
    return low > by_chance and bool(precisions.p_value[j] <= P_VALUE)


def _how_many(more: tuple[int, int | None] | None) -> str:
    if more is None:
        return "how many more examples that takes cannot be estimated"
    low, high = more
    if high is not None:
        return f"about {low} to {high} more examples"
    return f"at least about {low} more examples" if low >= A_FEW else "a few more examples may do, or many"


def _twice(curve: LearningCurve | None, j: int, n: int) -> str:
    reached = with_twice(curve, j, n) if curve is not None else None
    return f"; twice as many may bring it to {reached[0]:.2f} to {reached[1]:.2f}" if reached else ""


def _contradicted(texts: Any, y: Bools) -> int:
    """Examples whose very text also occurs without the code."""
    without = Counter(texts[~y].tolist())
    return sum(1 for text in texts[y].tolist() if without[text])
