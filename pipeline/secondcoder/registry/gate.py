"""The gate: whether a candidate takes the place of the model in use.

It asks two things. *Is the candidate worse?* On segments that neither had seen when it scored them, macro average precision may
not fall by more than a margin and beyond chance, and no code's by more than its own. *Can the new codings be believed?* A
learner this robust gains from new transcripts even when a third of their labels are wrong, so the first question alone would let a
spoilt round through. The second one asks whether the model in use tells what people marked on transcripts that are new to it about as
well as it did on transcripts held back in training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from secondcoder.configuration import RetrainingSettings
from secondcoder.learning.arrays import Floats
from secondcoder.registry.comparison import Comparison, Unseen

USUAL_SPREAD, USUAL_COUNTS = 0.06, 6.0
"""Transcripts usually differ this much in how well their codes are told; it counts like so many degrees of freedom beside the
study's own transcripts, of which there are few."""


@dataclass(frozen=True)
class Bearing:
    """How well the model in use told the marks of transcripts that it had not seen.

    The measure is the chance that a marked passage outranks an unmarked one of the same transcript and code (area under the ROC
    curve, codes weighed by their marks).

    Attributes:
        usual: mean over the transcripts held back when it was trained.
        found: mean over the new ones.
        floor: below it, `found` is an alarm.
        transcripts: how many new ones.
    """

    usual: float
    found: float
    floor: float
    transcripts: int

    @property
    def is_alarm(self) -> bool:
        """The new codings contradict the model more than held-back ones did."""
        return self.found < self.floor

    def to_json(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "usual": round(self.usual, 4),
            "found": round(self.found, 4),
            "floor": round(self.floor, 4),
            "transcripts": self.transcripts,
        }


@dataclass(frozen=True)
class Verdict:
    """Whether the candidate passed, with what speaks against it if not, and what it was judged by."""

    reasons: tuple[str, ...]
    comparison: Comparison | None
    bearing: Bearing | None

    @property
    def passed(self) -> bool:
        """Nothing speaks against it."""
        return not self.reasons

    def to_json(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "passed": self.passed,
            "reasons": list(self.reasons),
            "comparison": self.comparison and self.comparison.to_json(),
            "bearing": self.bearing and self.bearing.to_json(),
        }


def judge(
    comparison: Comparison | None, bearing: Bearing | None, lost: Sequence[str], settings: RetrainingSettings
) -> Verdict:
    """The gate's word.

    Args:
        lost: codes that the model in use scored and the candidate does not.
    """
    reasons = [f"{code} is scored by the model in use and would no longer be." for code in lost]
    if comparison is not None:
        reasons += _falls(comparison, settings)
    if bearing is not None and bearing.is_alarm:
        reasons.append(
            f"The new codings contradict the model in use: on {bearing.transcripts} new transcripts a marked passage outranks "
            f"an unmarked one in {bearing.found:.0%} of pairs. On held-back transcripts it was {bearing.usual:.0%}, and less than "
            f"{bearing.floor:.0%} is not to be expected by chance. Look at them again before anything is learned from them: "
            "secondcoder doubts"
        )
    return Verdict(tuple(reasons), comparison, bearing)


def _falls(comparison: Comparison, settings: RetrainingSettings) -> list[str]:
    overall = comparison.overall
    reasons = []
    if overall.value < -settings.margin and overall.ceiling < 0:
        reasons.append(
            f"Macro average precision falls from {overall.before:.3f} to {overall.after:.3f}, by more than the margin of "
            f"{settings.margin:g} and beyond chance."
        )
    for code, one in comparison.codes.items():
        if one.value < -settings.code_margin and one.ceiling < 0:
            reasons.append(
                f"{code} falls from {one.before:.2f} to {one.after:.2f}, by more than the margin of {settings.code_margin:g} and "
                "beyond chance."
            )
    return reasons


def bearing(unseen: Unseen, alarm: float) -> Bearing | None:
    """The new transcripts' codings beside the held-back ones; None with fewer than two held-back transcripts or no new one.

    Args:
        alarm: share of sound rounds that may be stopped by mistake.
    """
    from scipy.stats import t as student

    usual, found = (_by_transcript(unseen.take(rows)) for rows in (~unseen.fresh, unseen.fresh))
    if len(usual) < 2 or not len(found):
        return None
    # Few transcripts tell little of how much transcripts differ, so their spread is drawn to a usual one (Smyth 2004,
    # doi:10.2202/1544-6115.1027), and a new round's mean is held against a prediction interval.
    free = len(usual) - 1
    spread = np.sqrt((free * usual.var(ddof=1) + USUAL_COUNTS * USUAL_SPREAD**2) / (free + USUAL_COUNTS))
    reach = student.ppf(alarm, free + USUAL_COUNTS) * spread * np.sqrt(1 / len(usual) + 1 / len(found))
    return Bearing(float(usual.mean()), float(found.mean()), float(usual.mean() + reach), len(found))


def _by_transcript(unseen: Unseen) -> Floats:
    """The measure for each transcript that has a code marked and unmarked."""
    names = np.asarray(unseen.transcript)
    found = [outranked(unseen.take(names == name)) for name in sorted(set(unseen.transcript))]
    return np.array([value for value in found if value is not None])


def outranked(one: Unseen) -> float | None:
    """Share of pairs, a marked and an unmarked segment for the same code, that the model in use ranks so; codes weigh by marks."""
    from scipy.stats import rankdata

    right = marks = 0.0
    for j, seen in enumerate(one.known.T):
        y, p = one.y[seen, j], one.before[seen, j]
        yes, no = int(y.sum()), int((~y).sum())
        if yes and no:
            right += (rankdata(p)[y].sum() - yes * (yes + 1) / 2) / no
            marks += yes
    return right / marks if marks else None
