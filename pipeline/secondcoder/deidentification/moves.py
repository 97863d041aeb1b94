"""How text and spans move when words of it are replaced by others, longer or shorter.

Offsets count code points, end exclusive. A span that begins or ends inside a replaced word covers what stands there now as a whole, so
that nothing quotes half a pseudonym; all other ends stay between the characters that they stood between.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate, pairwise
from typing import NamedTuple

from secondcoder.domain.records import Span


class Replacement(NamedTuple):
    """`[start, end)` of a text, and what stands there instead."""

    start: int
    end: int
    words: str


class Moves:
    """Replacements in one text, in order.

    Args:
        replacements: (start, end, words), none of them empty, which may touch but not overlap.

    Raises:
        ValueError: two overlap, or one is empty.
    """

    def __init__(self, replacements: Iterable[tuple[int, int, str]]) -> None:
        self.replacements = tuple(sorted(Replacement(*each) for each in replacements))
        if any(not (0 <= each.start < each.end and each.words) for each in self.replacements):
            raise ValueError("A replacement has a place and words.")
        if any(before.end > after.start for before, after in pairwise(self.replacements)):
            raise ValueError("Replacements overlap.")
        self._starts = [each.start for each in self.replacements]
        self._ends = [each.end for each in self.replacements]
        grown = (len(each.words) - (each.end - each.start) for each in self.replacements)
        self._shifts = [0, *accumulate(grown)]

    def __bool__(self) -> bool:
        """Whether anything is replaced."""
        return bool(self.replacements)

    def text(self, text: str) -> str:
        """The new text."""
        pieces, at = [], 0
        for start, end, words in self.replacements:
            pieces += [text[at:start], words]
            at = end
        return "".join((*pieces, text[at:]))

    def span(self, start: int, end: int) -> Span:
        """Where a span that is not empty lies in the new text; it is not empty there either."""
        return self._start(start), self._end(end)

    def _start(self, at: int) -> int:
        before = bisect_right(self._ends, at)  # replacements that end at or before it
        inside = before < len(self._starts) and self._starts[before] < at
        return (self._starts[before] if inside else at) + self._shifts[before]

    def _end(self, at: int) -> int:
        before = bisect_left(self._starts, at)  # replacements that begin before it
        inside = bool(before) and self._ends[before - 1] > at
        return (self._ends[before - 1] if inside else at) + self._shifts[before]
