"""Figures in words, for people."""

from __future__ import annotations

from secondcoder.domain.records import Decision, Suggestion, Verdict

LIKELY = (
    (0.05, "very unlikely"),
    (0.2, "unlikely"),
    (0.4, "rather unlikely"),
    (0.6, "about even"),
    (0.8, "rather likely"),
    (0.95, "likely"),
    (1.01, "very likely"),
)
SAID = {
    Verdict.ACCEPT: "accepted",
    Verdict.CHANGE: "changed",
    Verdict.REJECT: "rejected",
    Verdict.UNSURE: "unsure",
    Verdict.ADD: "added",
    Verdict.REMOVE: "removed",
    Verdict.LOOKED: "looked through",
    Verdict.UNDO: "taken back",
}


def likelihood(suggestion: Suggestion) -> str:
    """A probability in two or three words; a code that is only ranked has none."""
    if not suggestion.calibrated:
        return "ranked, not scored"
    return next(words for limit, words in LIKELY if suggestion.score < limit)


def probability_meaning(suggestion: Suggestion) -> str:
    """What the number means, in a sentence."""
    if not suggestion.calibrated:
        return (
            "Too few passages carry this code yet to learn it. The passage was ranked by its likeness to the code's definition "
            "and examples; that is no probability."
        )
    here, limit = round(100 * suggestion.score), round(100 * suggestion.threshold)
    return (
        f"Of 100 passages that the model scores like this one, about {here} carry the code. It suggests this code from {limit} "
        "in 100 upwards."
    )


def said(decision: Decision | None) -> str:
    """The past participle of a decision, 'undecided' for none."""
    return SAID[decision.verdict] if decision else "undecided"


def duration(seconds: float | None) -> str:
    """Seconds as '12 s' or '3 min', '–' for none."""
    if seconds is None:
        return "–"
    if seconds < 1:
        return "under 1 s"
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def counted(n: int, one: str, many: str | None = None) -> str:
    """'1 passage', '2 passages'."""
    return f"{n} {one if n == 1 else many or one + 's'}"
