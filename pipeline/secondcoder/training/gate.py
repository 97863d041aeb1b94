"""The gate: whether a candidate takes the place of the model in use.

Three tests. *Is the candidate worse?* On segments outside both training sets, macro average precision may not fall by more than a
margin and beyond chance, and no code's by more than its own margin. *Are the new codings consistent with the model in use?* On new
transcripts they must be about as consistent as on training transcripts out of fold (`label_consistency`). *Do they agree with it too
well?* A review may not agree with the suggestions more than people's own coding did (`automation_bias`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from secondcoder.configuration import RetrainingSettings
from secondcoder.model_store.card import was_assessed
from secondcoder.training.automation_bias import AutomationBias
from secondcoder.training.label_consistency import LabelConsistency
from secondcoder.training.paired_comparison import PairedComparison


@dataclass(frozen=True)
class GateDecision:
    """Whether the candidate passed, the reasons if not, and the figures behind the decision."""

    reasons: tuple[str, ...]
    comparison: PairedComparison | None
    label_consistency: LabelConsistency | None
    automation_bias: AutomationBias | None = None

    @property
    def passed(self) -> bool:
        """There is no reason against it."""
        return not self.reasons

    @property
    def was_assessed(self) -> bool:
        """One of the three tests had material at least."""
        return was_assessed(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "passed": self.passed,
            "reasons": list(self.reasons),
            "comparison": self.comparison and self.comparison.to_json(),
            # The name of this key in manifests that are already written.
            "bearing": self.label_consistency and self.label_consistency.to_json(),
            "automation_bias": self.automation_bias and self.automation_bias.to_json(),
        }


def decide(
    comparison: PairedComparison | None,
    consistency: LabelConsistency | None,
    lost: Sequence[str],
    settings: RetrainingSettings,
    bias: AutomationBias | None = None,
) -> GateDecision:
    """The gate's decision.

    Args:
        lost: codes that the model in use scored and the candidate does not.
    """
    reasons = [f"{code} is scored by the model in use and would no longer be." for code in lost]
    if comparison is not None:
        reasons += _falls(comparison, settings)
    if consistency is not None and consistency.is_alarm:
        reasons.append(
            f"The new codings contradict the model in use: on {consistency.transcripts} new transcripts "
            f"{consistency.found:.0%} of the marked passages are consistent with it. On held-back transcripts "
            f"{consistency.usual:.0%} were, and less than {consistency.floor:.0%} is not to be expected by chance. Look at them again "
            "before anything is learned from them (`secondcoder doubts --new`)."
        )
    if bias is not None and bias.is_alarm:
        reasons.append(
            f"The review agrees with the suggestions more than people's own coding does: F1 {bias.found:.2f} on {bias.transcripts} "
            f"new transcripts, where {bias.usual:.2f} was to be expected and more than {bias.ceiling:.2f} is beyond chance and some "
            "following. Were suggestions accepted unread? Go through the accepted ones once more, or code more "
            "passages blind (`review.blind` in secondcoder.toml)."
        )
    return GateDecision(tuple(reasons), comparison, consistency, bias)


def _falls(comparison: PairedComparison, settings: RetrainingSettings) -> list[str]:
    overall = comparison.overall
    reasons = []
    # Both: a small fall may be sure and not matter, a large one of few transcripts may be chance.
    if overall.value < -settings.margin and overall.ceiling < 0:
        reasons.append(
            f"Macro average precision falls from {overall.before:.3f} to {overall.after:.3f}, by more than the margin of "
            f"{settings.margin:g} and beyond chance."
        )
    for code, difference in comparison.codes.items():
        if difference.value < -settings.code_margin and difference.ceiling < 0:
            reasons.append(
                f"{code} falls from {difference.before:.2f} to {difference.after:.2f}, by more than the margin of "
                f"{settings.code_margin:g} and beyond chance."
            )
    return reasons
