"""Automation bias: whether people agreed with the suggestions more than they would have without them.

Who accepts what is suggested unread makes a model look perfect, and the next one learns its mistakes. It cannot show in average
precision: labels that rest on suggestions are no evidence of it. It shows in how well a review agrees with the suggestions, beside how
well people's own coding agreed with what would have been suggested to them (out of fold, and on passages that were coded blind).
Called automation bias in the literature (Parasuraman & Manzey 2010, doi:10.1177/0018720810376055).

Agreement is F1 between suggested and given codes over passages with a suggestion: the others are only sampled in a review.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from secondcoder.domain.arrays import Floats
from secondcoder.training.label_consistency import prediction_reach
from secondcoder.training.paired_comparison import PairedScores

TOLERATED = 0.3
"""Share of the way from the usual agreement to accepting everything that is let pass: who follows wrong suggestions in three of ten
cases still teaches more than they spoil (benchmarks/LEAK.md)."""
UNAIDED_COUNTS = 10.0
"""Suggestions on new passages coded without them that weigh as much as all training transcripts together."""


@dataclass(frozen=True)
class AutomationBias:
    """Agreement with the suggestions of the model in use, F1 in [0, 1].

    Attributes:
        usual: of people's own coding: mean over training transcripts, out of fold, moved towards `unaided`.
        unaided: of passages of the new transcripts that were coded before suggestions were seen; None without any.
        found: mean over the new transcripts of what was decided with suggestions on screen.
        ceiling: above it, `found` is an alarm.
        transcripts: how many new ones.
    """

    usual: float
    unaided: float | None
    found: float
    ceiling: float
    transcripts: int

    @property
    def is_alarm(self) -> bool:
        """People agreed with the suggestions beyond what their own coding, some following and chance explain."""
        return self.found > self.ceiling

    def to_json(self) -> dict[str, Any]:
        """For the manifest."""
        shares = {name: getattr(self, name) for name in ("usual", "unaided", "found", "ceiling")}
        rounded = {name: None if share is None else round(share, 4) for name, share in shares.items()}
        return rounded | {"transcripts": self.transcripts}


def automation_bias(unseen: PairedScores, alarm: float, fold: float = 0.0) -> AutomationBias | None:
    """Agreement in review beside the usual one; None with fewer than two training transcripts or nothing reviewed that is new.

    Args:
        alarm: share of rounds with as much following as is tolerated that may be stopped; of sound ones fewer are.
        fold: suggestions less likely were left undecided in the review, so they are left out of people's own coding too.
    """
    from scipy.special import ndtri

    unlikely = unseen.suggested & (unseen.before < fold)
    unseen = replace(unseen.only(~unlikely), suggested=unseen.suggested & ~unlikely)
    own = unseen.only(~unseen.rests)
    before, review = own.take(~unseen.fresh), unseen.only(unseen.rests).take(unseen.fresh)
    usual, found = _by_transcript(before), _by_transcript(review)
    if len(usual) < 2 or not len(found):
        return None
    expected = float(usual.mean())
    # With fewer suggestions than in the transcripts before, agreement varies more, as a share of so few does.
    excess = max(_one_over_suggestions(review) - _one_over_suggestions(before), 0.0) * expected * (1 - expected)
    reach = float(np.hypot(prediction_reach(usual, len(found), alarm), ndtri(1 - alarm) * np.sqrt(excess / len(found))))
    counts = _counts(own.take(unseen.fresh & unseen.unaided))
    share = _f1(counts)
    if share is not None:
        expected += (share - expected) * counts[1] / (counts[1] + UNAIDED_COUNTS)
    # No agreement is above 1: where the usual one is near it, accepting everything is nothing strange.
    ceiling = min(expected + TOLERATED * (1 - expected) + reach, 1.0)
    return AutomationBias(expected, share, float(found.mean()), ceiling, len(found))


def _by_transcript(scores: PairedScores) -> Floats:
    """(m,) agreement of each transcript with a suggestion."""
    names = np.asarray(scores.transcript)
    found = [_f1(_counts(scores.take(names == name))) for name in sorted(set(scores.transcript))]
    return np.array([share for share in found if share is not None])


def _one_over_suggestions(scores: PairedScores) -> float:
    """Mean over transcripts with suggestions of 1 over their number, to which the variance of a share is proportional."""
    names = np.asarray(scores.transcript)
    counts = np.array([_counts(scores.take(names == name))[1] for name in sorted(set(scores.transcript))])
    return float((1 / counts[counts > 0]).mean())


def _counts(scores: PairedScores) -> tuple[int, int, int]:
    """Suggestions accepted, suggestions, and marks, on passages with a suggestion, where the label is known."""
    suggested = scores.suggested & scores.known
    marked = scores.y & scores.known & np.asarray(suggested.any(axis=1))[:, None]
    return int((suggested & marked).sum()), int(suggested.sum()), int(marked.sum())


def _f1(counts: tuple[int, int, int]) -> float | None:
    both, suggested, marked = counts
    return 2 * both / (suggested + marked) if suggested else None
