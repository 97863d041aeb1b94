"""Where a text has the words of a quotation with small differences: a word mistyped, left out or put in.

Each word of the quotation votes for where the quotation would begin; what has most votes is looked at word by word.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher

from secondcoder.domain.records import Span

FEWEST = 5
"""Words of a quotation that may differ from the text at all; shorter ones must have the same words."""
SHARE = 0.85
"""Of the words of quotation and passage that must be the same: one edit in seven words."""
MOST_PLACES = 200
"""A word that stands more often does not say where."""
SHIFT = 4
"""Words by which a place may move within a quotation, where some were left out or put in."""


class AlikeWords:
    """The words of one text, each with its place."""

    def __init__(self, words: Sequence[tuple[str, Span]]) -> None:
        self._words = [word for word, _ in words]
        self._places = [span for _, span in words]
        self._found: dict[str, list[int]] = defaultdict(list)
        for at, word in enumerate(self._words):
            self._found[word].append(at)

    def spans(self, quoted: Sequence[str]) -> list[Span]:
        """The passages with the words of a quotation that are most alike, all that are equally so; none where none is."""
        scored: dict[tuple[int, int], float] = {}
        for begin in self._begins(quoted):
            first, last, share = self._compared(quoted, begin)
            if share >= (SHARE if len(quoted) >= FEWEST else 1):
                scored[first, last] = share
        best = max(scored.values(), default=0.0)
        most = sorted(place for place, share in scored.items() if share == best)
        return [(self._places[first][0], self._places[last - 1][1]) for first, last in most]

    def _begins(self, quoted: Sequence[str]) -> list[int]:
        """Where the quotation may begin: the starts with enough votes, of neighbouring ones the best."""
        votes: Counter[int] = Counter()
        for at, word in enumerate(quoted):
            places = self._found.get(word, ())
            if len(places) <= MOST_PLACES:
                votes.update(place - at for place in places)
        enough = max(votes.values(), default=0) / 2
        kept: list[int] = []
        for begin, count in sorted(votes.items(), key=lambda each: (-each[1], each[0])):
            if count >= enough and all(abs(begin - other) > SHIFT for other in kept):
                kept.append(begin)
        return kept

    def _compared(self, quoted: Sequence[str], begin: int) -> tuple[int, int, float]:
        """The passage about there, in words, and the share of its and the quotation's words that are the same."""
        low = max(begin - SHIFT, 0)
        window = self._words[low : begin + len(quoted) + SHIFT]
        blocks = SequenceMatcher(None, window, quoted, autojunk=False).get_matching_blocks()
        blocks = [block for block in blocks if block.size]
        if not blocks:
            return 0, 0, 0.0
        first, last = blocks[0].a, blocks[-1].a + blocks[-1].size
        # A word at either end that was mistyped is part of the passage.
        lead, tail = blocks[0].b, len(quoted) - blocks[-1].b - blocks[-1].size
        while lead and first and _mistyped(window[first - 1], quoted[lead - 1]):
            first, lead = first - 1, lead - 1
        while tail and last < len(window) and _mistyped(window[last], quoted[-tail]):
            last, tail = last + 1, tail - 1
        same = sum(block.size for block in blocks)
        return low + first, low + last, same / max(len(quoted), last - first)


def _mistyped(word: str, other: str) -> bool:
    return SequenceMatcher(None, word, other, autojunk=False).ratio() >= 0.6
