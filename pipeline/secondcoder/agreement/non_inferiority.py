"""Whether the model is inferior to a second human coder by more than a margin.

The model is called not inferior when the lower end of the difference's interval lies above minus the margin. That end is a
one-sided 97.5% bound, so a model that is worse by just the margin is called not inferior in 2.5% of studies: if the margin was
chosen before the figures were seen (Piaggio et al. 2012, doi:10.1001/jama.2012.87802). Whether it was is what `MarginRecord` says;
without a margin there is no verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from secondcoder.agreement.coefficients import Coefficient
from secondcoder.agreement.errors import RatingsError
from secondcoder.agreement.results import Result

NOT_INFERIOR, INFERIOR, OPEN = "not inferior", "inferior", "not decided"
NO_MARGIN, NO_INTERVAL = "no margin was stated", "no interval"
NO_VERDICT = "so there is no verdict on non-inferiority"
SENTENCES = {
    NOT_INFERIOR: "The model agrees with the humans not less than they agree with each other, within the margin",
    INFERIOR: "The model agrees with the humans less than they agree with each other, by more than the margin",
    OPEN: "Whether the model stays within the margin cannot be decided from these transcripts",
}


class MarginRecord(NamedTuple):
    """What the records hold of a margin: was it stated before the first figure of agreement was shown, and that in words."""

    beforehand: bool
    words: str


@dataclass(frozen=True, slots=True)
class NonInferiority:
    """Whether the model is inferior to a second human by more than a margin.

    Attributes:
        margin: largest loss of agreement that the team would accept, above 0; None when none was stated.
        bound: one-sided 97.5% lower bound of the difference.
        word: one of the words above; `sentence` says it in full.
        record: what the audit trail holds of the margin; None where there is no trail.
    """

    margin: float | None
    bound: float | None
    word: str
    sentence: str
    record: MarginRecord | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        stated = {"stated_beforehand": self.record.beforehand} if self.record else {}
        return {
            "margin": self.margin,
            "lower_bound": self.bound,
            "verdict": self.word,
            "sentence": self.sentence,
            **stated,
        }


def check_margin(margin: float | None) -> None:
    """A margin is a loss of agreement above 0 and below 1; RatingsError otherwise."""
    if margin is not None and not 0 < margin < 1:
        raise RatingsError(
            f"The margin must be between 0 and 1: the largest loss of agreement that you would accept, such as 0.1. Got {margin}."
        )


def judge_non_inferiority(
    difference: Result, margin: float | None, coefficient: Coefficient, record: MarginRecord | None = None
) -> NonInferiority:
    """The verdict on a difference for a margin, with what the audit trail holds of the margin."""
    ends = difference.interval.ends if difference.interval else None
    if margin is None:
        bound = ends[0] if ends else None
        return NonInferiority(None, bound, NO_MARGIN, f"No margin was stated, {NO_VERDICT}.")
    if ends is None:
        why = difference.reason or (difference.interval.reason if difference.interval else "")
        return NonInferiority(
            margin, None, NO_INTERVAL, f"The interval of the difference cannot be said ({why}), {NO_VERDICT}.", record
        )
    low, high = ends
    # Inferior only where the whole interval lies below: anything between the two is not decided.
    word = NOT_INFERIOR if low > -margin else INFERIOR if high < -margin else OPEN
    stated = f"margin {margin:g}{f', {record.words}' if record else ''}"
    against = f"{coefficient.title}; {stated}; one-sided 97.5% lower bound of the difference {low:+.3f}"
    return NonInferiority(margin, low, word, f"{SENTENCES[word]} ({against}).", record)
