"""Digits as people write, space and say them: "943 476 5919", "nine four three", "oh seven seven double oh"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SAID = {
    **dict(zip(_DIGITS, "0123456789", strict=True)),
    **{"oh": "0", "o": "0", "nought": "0", "naught": "0", "nil": "0"},
}
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_WORD = "|".join(sorted({*_SAID, *_TIMES}, key=len, reverse=True))
# A run: numerals and digit words with little between them. A comma parts numerals ("1,200") but not spoken digits.
_GAP = r"(?:[ \u00a0\u202f\u2009.\-\u2010-\u2014()]{0,3}|,[ ])"
_PIECE = rf"(?:\d|\b(?:{_WORD})\b(?:[ ]hundred\b)?)"
_RUN = re.compile(rf"(?<![\d.,])(?:\+|\b00)?\(?{_PIECE}(?:{_GAP}{_PIECE})+(?![\d])", re.IGNORECASE)
_PIECES = re.compile(rf"\d|(?:{_WORD})|hundred|,", re.IGNORECASE)
"""What a run is made of."""


@dataclass(frozen=True, slots=True)
class DigitRun:
    """`[start, end)` of the text says `digits`; `spoken` where words say some of them."""

    start: int
    end: int
    digits: str
    spoken: bool


def digit_runs(text: str) -> Iterator[DigitRun]:
    """Every stretch of two digits or more, in order."""
    for match in _RUN.finditer(text):
        digits, times, spoken = "", 1, False
        for piece in (found[0].casefold() for found in _PIECES.finditer(match[0])):
            if piece in _TIMES:
                times = _TIMES[piece]
            elif piece == "hundred":
                digits += "00"
            elif piece != ",":
                digits += _SAID.get(piece, piece) * times
                spoken, times = spoken or piece in _SAID, 1
        yield DigitRun(match.start(), match.end(), digits, spoken)
