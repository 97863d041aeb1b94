"""What a project says of a suggestion: whose it is, how likely, and why."""

from __future__ import annotations

from secondcoder.domain.model_coder import SUGGESTED_BY, model_coder
from secondcoder.domain.records import Suggestion, Transcript
from secondcoder.domain.wording import shorten

LONGEST = 511
"""Characters of a selection's description that MAXQDA keeps."""


def description_of(suggestion: Suggestion, transcript: Transcript) -> str:
    """'Suggested by secondcoder m0003 with probability 0.84, mostly for: "..."', in one line."""
    text = " ".join(f"{head_of(suggestion)}{_reason(suggestion, transcript)}".split())
    # Cut for programs that count an emoji as two.
    return shorten(text, LONGEST - sum(sign > "\uffff" for sign in text[:LONGEST]))


def head_of(suggestion: Suggestion) -> str:
    """How the description begins: whose suggestion it is, and how likely."""
    how = f"with probability {suggestion.score:.2f}" if suggestion.calibrated else "by rank, without a probability"
    return f"{SUGGESTED_BY}{model_coder(suggestion.model)} {how}"


def _reason(suggestion: Suggestion, transcript: Transcript) -> str:
    """The sentences that say most for it, where they are not all of the passage; else the nearest one that people coded so."""
    if suggestion.carrying and suggestion.carrying != (suggestion.span,):
        words = " [...] ".join(transcript.text[start:end] for start, end in suggestion.carrying)
        return f", mostly for: “{words}”"
    if suggestion.nearest:
        return f", as people coded: “{suggestion.nearest[0].text}”"
    return "."
