"""Counts, shares and lists in words."""

from __future__ import annotations

from collections.abc import Sequence


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
