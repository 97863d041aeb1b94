"""Counts, shares and lists in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from secondcoder.domain.records import Coding

NAMED = 3
"""Codings that a sentence names by their places."""


def counted(count: float, singular: str, plural: str | None = None) -> str:
    """'1 segment', '1,204 segments'."""
    return f"{count:,.0f} {singular if count == 1 else plural or singular + 's'}"


def listed(words: Sequence[str]) -> str:
    """'A', 'A and B', 'A, B and C'."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))


def percent(share: float | None) -> str:
    """'45%'; a dash where there is none."""
    return "–" if share is None else f"{share:.0%}"


def shorten(text: str, most: int) -> str:
    """At most so many characters; what was cut off ends in '…'."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def unplaced_sentence(codings: Sequence[Coding], unit: str = "segment") -> str:
    """What to say of codings that reach no unit: how many, whose, of which codes, and where the first of them lie."""
    if not codings:
        return ""
    codes = Counter(coding.code for coding in codings)
    coders = listed(sorted({coding.coder for coding in codings}))
    places = [f"{one.code} in '{one.transcript}' at {one.start}-{one.end}" for one in codings[:NAMED]]
    more = f" and {len(codings) - NAMED} more" if len(codings) > NAMED else ""
    verb = "reaches" if len(codings) == 1 else "reach"
    tally = ", ".join(f"{code} {count}" for code, count in sorted(codes.items()))
    return (
        f"{counted(len(codings), 'coding')} of {coders} {verb} no {unit}, so they do not count ({tally}): {', '.join(places)}{more}. "
        f"They lie outside participants' words, as on the interviewer's, or cover too little of any {unit}."
    )
