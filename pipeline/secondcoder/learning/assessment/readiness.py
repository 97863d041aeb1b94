"""A verdict on each code before anything is suggested: ready, needs more examples, or not learnable from these codes.

Ready means an average precision of a half: going through the passages in suggested order, on average every second one carries the
code. Not learnable means that something is wrong with the codes themselves, or that the suggestions are no better than a draw; those
suggestions are withheld. Everything between needs more examples.
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

READY = 0.5
LOOKED_ENOUGH = 150
"""Passages without the code after which it is rarer than 2 % with 95 % confidence (the rule of three: 3 / 150), and 2 % is what
would be suggested of a code that is only ranked."""
TWINS = 0.5
LUCK = 0.1
"""Beside the draws of transcripts, a code must beat nine in ten shifts of its marks. With two or three transcripts, draws alone take
many a code dealt out at random for learnable."""
FEW, A_FEW = 30, 5


class Readiness(StrEnum):
    """What can be expected of the suggestions of a code."""

    READY = "ready"
    MORE = "needs more examples"
    UNLEARNABLE = "not learnable from these codes"


@dataclass(frozen=True)
class CodeVerdict:
    """The verdict on one code.

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
class Precision:
    """Average precision of the scored codes, out of fold: (k,) point and (rounds, k) in resamplings of transcripts.

    `luck` (k,) is as from `shifts.luck`.
    """

    codes: tuple[str, ...]
    point: Floats
    draws: Floats
    luck: Floats


def judge(
    segments: Sequence[Segment],
    labels: LabelMatrix,
    precision: Precision | None,
    curve: LearningCurve | None,
    settings: LearningSettings,
    groups: Sequence[str] | None = None,
) -> list[CodeVerdict]:
    """One verdict a code of `labels`, in its order; `precision` and `curve` are of the scored codes.

    `groups` (n,) are what is held back whole, where that is not the transcript.
    """
    texts = np.array([" ".join(segment.text.casefold().split()) for segment in segments], dtype=object)
    names = np.array([segment.transcript for segment in segments], dtype=object)
    held_back = names if groups is None else np.array(groups, dtype=object)
    verdicts = []
    for j, code in enumerate(labels.codes):
        seen = labels.known[:, j]
        y = labels.y[seen, j]
        where = sorted(set(names[seen][y]))
        found = _fault(y, len(set(held_back[seen][y])), _twins(texts[seen], y), settings)
        sound = found is None or found[0] is not Readiness.UNLEARNABLE
        if found is None and precision is not None and code in precision.codes:
            found = _by_quality(precision, precision.codes.index(code), y, curve)
        readiness, reason, more = found or _too_few(y, where, settings)
        verdicts.append(CodeVerdict(code, readiness, int(y.sum()), len(where), reason, more, sound))
    return verdicts


Found = tuple[Readiness, str, tuple[int, int | None] | None]


def _fault(y: Bools, groups: int, twins: int, settings: LearningSettings) -> Found | None:
    """What is wrong with the codes themselves, if anything is: the first fault that applies."""
    n, looked = int(y.sum()), len(y)
    many = n >= settings.min_examples
    unlearnable, more = Readiness.UNLEARNABLE, Readiness.MORE
    faults = (
        (looked == 0, more, "Nobody has looked for it yet."),
        (
            n == 0 and looked >= LOOKED_ENOUGH,
            unlearnable,
            f"Nobody used it on the {looked} passages that were looked at.",
        ),
        (n == 0, more, f"Nobody has used it yet; {looked} passages were looked at."),
        (
            many and n == looked,
            unlearnable,
            f"All {n} passages that were looked at have it, so nothing tells it apart. Is a coding pass missing?",
        ),
        (
            many and groups == 1,
            unlearnable,
            f"All {n} examples are in one {settings.group}, so nothing shows that it can be told elsewhere.",
        ),
        (
            many and twins >= TWINS * n,
            unlearnable,
            f"{twins} of {n} examples have a word-for-word twin that was looked at and not given the code.",
        ),
    )
    return next(((readiness, reason, None) for applies, readiness, reason in faults if applies), None)


def _too_few(y: Bools, where: Sequence[str], settings: LearningSettings) -> Found:
    n, short = int(y.sum()), max(settings.min_examples - int(y.sum()), 1)
    reason = f"{n} example{'s' if n != 1 else ''} in {len(where)} transcript{'s' if len(where) != 1 else ''}; " + (
        f"it is scored from {settings.min_examples} in {settings.min_transcripts} transcripts on."
    )
    return Readiness.MORE, reason + f" At least {short} more; how many make it ready cannot be estimated yet.", None


def _by_quality(precision: Precision, j: int, y: Bools, curve: LearningCurve | None) -> Found:
    n, point = int(y.sum()), float(precision.point[j])
    share, low = chance_precision(n, len(y)), float(np.nanquantile(precision.draws[:, j], 0.05))
    said = f"Average precision {point:.2f}"
    # Both, since few transcripts drawn again look surer than they are.
    if not low > share or precision.luck[j] > LUCK:
        advice = " More examples may change that." if n < FEW else " Is its definition one that two people read alike?"
        return Readiness.UNLEARNABLE, f"{said}, not surely above a draw ({share:.2f}), with {n} examples.{advice}", None
    if round(point, 2) >= READY:
        return Readiness.READY, f"{said}; a draw would give {share:.2f}.", None
    more = more_examples(curve, j, READY, n) if curve is not None else None
    return Readiness.MORE, f"{said}, ready from {READY:.2f}: {_how_many(more)}{_twice(curve, j, n)}.", more


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


def chance_precision(n: int, looked: int) -> float:
    """Expected average precision of a random order of `looked` passages of which n carry the code.

    Bestgen 2015, doi:10.1515/pralin-2015-0007.
    """
    if looked < 2:
        return float(n == looked)
    harmonic = float(np.sum(1 / np.arange(1, looked + 1)))
    return ((n - 1) / (looked - 1) * (looked - harmonic) + harmonic) / looked


def _twins(texts: Any, y: Bools) -> int:
    """Examples whose very text also occurs without the code."""
    without = Counter(texts[~y].tolist())
    return sum(1 for text in texts[y].tolist() if without[text])
