"""Probabilities, decisions and durations in words, for people."""

from __future__ import annotations

from collections.abc import Sequence

from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Decision, Suggestion
from secondcoder.labels.decisions import PARTICIPLES

EVEN = 0.6
"""From here on something is likely rather than not."""
LIKELY = (
    (0.05, "very unlikely"),
    (0.2, "unlikely"),
    (0.4, "rather unlikely"),
    (EVEN, "about even"),
    (0.8, "rather likely"),
    (0.95, "likely"),
    (1.01, "very likely"),  # above 1, so that a probability of 1 finds its words
)


def likelihood(suggestion: Suggestion) -> str:
    """A probability in two or three words; a code that is only ranked has none."""
    if not suggestion.calibrated:
        choice = choice_of_codes(suggestion)
        return f"ranked, not scored · {choice}" if choice else "ranked, not scored"
    return next(words for limit, words in LIKELY if suggestion.score < limit)


def choice_of_codes(suggestion: Suggestion) -> str:
    """'CO or CP: read both definitions', where rank cannot tell the two apart; else ''."""
    return f"{suggestion.code} or {suggestion.alternative}: read both definitions" if suggestion.alternative else ""


def beside_suggestion(suggestion: Suggestion) -> str:
    """'likely (84 in 100)'; below even the number alone, since "suggested, unlikely" reads as a contradiction."""
    words, number = likelihood(suggestion), f"{round(100 * suggestion.score)} in 100"
    if not suggestion.calibrated:
        return words
    return number if "unlikely" in words else f"{words} ({number})"


def valence_hint(suggestion: Suggestion) -> str:
    """'likely promotes (84 in 100)'; '' where no valence is suggested. It chooses nothing for the person."""
    probability = suggestion.valence_probability
    if suggestion.valence is None or probability is None:
        return ""
    words = next(words for limit, words in LIKELY if probability < limit)
    return f"{'perhaps' if probability < EVEN else words} {suggestion.valence} ({round(100 * probability)} in 100)"


def probability_meaning(suggestion: Suggestion, purpose: str) -> str:
    """What the number means, and for what purpose the threshold was put."""
    if not suggestion.calibrated:
        return (
            "Too few passages carry this code yet to learn it. The passage was ranked by its similarity to the code's definition "
            "and examples; that is no probability."
            + (f" {suggestion.alternative} fits it as well or nearly so." if suggestion.alternative else "")
        )
    here, limit = round(100 * suggestion.score), round(100 * suggestion.threshold)
    return (
        f"Of 100 passages that the model scores like this one, about {here} carry the code. It suggests this code from {limit} "
        f"in 100 upwards (the study's setting learning.purpose: '{purpose}')."
    )


def participle(decision: Decision | None) -> str:
    """What was decided as a past participle, 'undecided' for none."""
    return PARTICIPLES[decision.verdict] if decision else "undecided"


def duration(seconds: float | None) -> str:
    """Seconds as '12 s' or '3 min', '–' for none."""
    if seconds is None:
        return "–"
    if seconds < 1:
        return "under 1 s"
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def described(decisions: Sequence[Decision]) -> str:
    """'CP, CP.ENR accepted; F2 rejected': what was decided, the codes of one action together."""
    by_action = group_by(decisions, participle)
    codes = {
        action: ", ".join(code for decision in members if (code := decision.suggested or decision.code))
        for action, members in by_action.items()
    }
    return "; ".join(f"{named} {action}" if named else action for action, named in codes.items())
