"""Counts, shares and lists in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding

_NUMBER = re.compile(r"\d[\d,]*")
NAMED = 3
"""Codings that a sentence names by their places."""


def counted(count: float, singular: str, plural: str | None = None) -> str:
    """'1 segment', '1,204 segments'."""
    return f"{count:,.0f} {singular if count == 1 else plural or singular + 's'}"


def listed(words: Sequence[str]) -> str:
    """'A', 'A and B', 'A, B and C'."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))


def first_of(words: Sequence[str], most: int) -> str:
    """'A, B and C' of few words; of more than `most` the first and how many there are besides: 'A, B and 1,204 more'."""
    return listed(words if len(words) <= most else [*words[:most], f"{len(words) - most:,} more"])


def percent(share: float | None) -> str:
    """'45%'; a dash where there is none."""
    return "–" if share is None else f"{share:.0%}"


def shorten(text: str, most: int) -> str:
    """At most so many characters; what was cut off ends in '…'."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def reasons_in_short(reasons: Mapping[str, str]) -> list[tuple[list[str], str]]:
    """The codes of each reason; codes that nobody used stand together, in however many passages they were looked for.

    Args:
        reasons: by code.
    """

    def form(code: str) -> str:
        return _NUMBER.sub("{}", reasons[code]) if reasons[code].startswith("Nobody") else reasons[code]

    short = []
    for pattern, codes in group_by(reasons, form).items():
        numbers = sorted({int(number.replace(",", "")) for code in codes for number in _NUMBER.findall(reasons[code])})
        same = len({reasons[code] for code in codes}) == 1
        short.append((codes, reasons[codes[0]] if same else pattern.format(f"{numbers[0]} to {numbers[-1]}")))
    return short


def unplaced_sentence(codings: Sequence[Coding], unit: str = "segment") -> str:
    """What to say of codings that reach no unit: how many, whose, of which codes, and where the first of them lie."""
    if not codings:
        return ""
    codes = Counter(coding.code for coding in codings)
    coders = listed(sorted({coding.coder for coding in codings}))
    places = [f"{each.code} in '{each.transcript}' at {each.start}-{each.end}" for each in codings]
    one = len(codings) == 1
    reach, they_do, lie = ("reaches", "it does", "It lies") if one else ("reach", "they do", "They lie")
    tally = ", ".join(f"{code} {count}" for code, count in sorted(codes.items()))
    head = f"{counted(len(codings), 'coding')} of {coders} {reach} no {unit}, so {they_do} not count ({tally})"
    return (
        f"{head}: {first_of(places, NAMED)}. "
        f"{lie} outside participants' words, as on the interviewer's, or cover{'s' * one} too little of any {unit}."
    )
