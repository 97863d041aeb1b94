"""Where a quotation stands in a transcript: white space aside, then with signs written otherwise, then with small differences."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from itertools import accumulate

from secondcoder.domain.records import Span, Transcript
from secondcoder.domain.wording import shorten
from secondcoder.exchange.tables.alike_words import AlikeWords

SHOWN = 60
"""Characters that a message shows of a passage."""
QUOTES = frozenset("'\"`´′″‘’‚‛“”„‟«»‹›「」『』")
DASHES = frozenset("-−﹣－")
_MARK = r"(?:'|\.\.\.|\[\.\.\.\]|\(\.\.\.\))+"
AROUND = re.compile(f"^{_MARK}|{_MARK}$")
"""What stands around a quotation and not in the text: quotation marks, and dots where it was cut; in folded signs."""
WORD, FILLED = re.compile(r"\w+"), re.compile(r"\S+")
PLAIN = re.compile(r"[!#-&(-,./0-_a-~]{2,}|\S")
"""Letters and signs of ASCII that are never written otherwise, in a row; anything else alone."""
LEFT_OUT = re.compile(r"\s*[\[(]?(?:\.{3,}|…)[\])]?\s*")
"""Dots for what a quotation leaves out."""
MOST_LEFT_OUT = 2000
"""Characters; what lies further apart is no one quotation."""
FEWEST_BESIDE = 8
"""Characters of each part of a quotation that leaves something out."""


class QuotedText:
    """One transcript's text, made ready for being looked through many times."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self._text = transcript.text

    def spans(self, quoted: str) -> list[Span]:
        """Every place of a quotation, at the edges of words.

        It stands there as it is but for white space; or else with other quotation marks, dashes, ligatures and forms of accents; or
        else without the quotation marks and dots around it.
        """
        if spans := self.exact(quoted):
            return spans
        folded = "".join(piece for piece, _ in _folded(quoted))
        looks = (folded, AROUND.sub("", folded))
        return next((spans for signs in looks if (spans := list(self._occurrences(self._signs, signs)))), [])

    def exact(self, quoted: str) -> list[Span]:
        """Every place where a quotation stands as it is but for white space."""
        return list(self._occurrences(self._bare, "".join(quoted.split())))

    def alike(self, quoted: str) -> list[Span]:
        """The passages that a quotation means which stands nowhere: it left out something between dots, or some words differ."""
        words = [_same_word(word) for word in WORD.findall(quoted)]
        return self._around_gaps(quoted) or (self._alike.spans(words) if len(words) > 1 else [])

    def _around_gaps(self, quoted: str) -> list[Span]:
        """From the first part of a quotation to its last, where the parts follow each other."""
        parts = [part for part in LEFT_OUT.split(quoted.strip()) if part]
        if len(parts) < 2 or min(map(len, parts)) < FEWEST_BESIDE:
            return []
        found = self.spans(parts[0])
        for part in parts[1:]:
            # Of several beginnings before one end, the last.
            by_end = {
                end: start
                for start, before in found
                for nearest, end in self.spans(part)
                if before <= nearest <= before + MOST_LEFT_OUT
            }
            found = [(start, end) for end, start in by_end.items()]
            shortest = {start: min(end for begin, end in found if begin == start) for start, _ in found}
            found = sorted(shortest.items())
        return found

    def nearest(self, quoted: str) -> Span | None:
        """The passage with the longest run of the quotation's words, as long as the quotation; None where only one word is there."""
        words = [_same_word(word) for word in WORD.findall(quoted)]
        there = [word for word, _ in self._words]
        run = SequenceMatcher(None, there, words, autojunk=False).find_longest_match()
        if run.size < min(2, len(words)) or not run.size:
            return None
        first = max(run.a - run.b, 0)
        last = min(first + len(words), len(there)) - 1
        return self._words[first][1][0], self._words[last][1][1]

    def described(self, span: Span) -> str:
        """`turn 4, R: 'We all sat down ...'`: where a person finds a span, with the first words of its turn."""
        turns = enumerate(self.transcript.turns, start=1)
        number, turn = next(((at, turn) for at, turn in turns if turn.start <= span[0] < turn.end), (0, None))
        if turn is None:
            return f"line {self.line(span[0])}: '{self.shown(span)}'"
        return f"turn {number}{f', {turn.speaker}' if turn.speaker else ''}: '{self.shown(turn.span)}'"

    def line(self, place: int) -> int:
        """The line in which a place lies, counted from 1."""
        return bisect_left(self._line_ends, place) + 1

    def shown(self, span: Span) -> str:
        """The span's first words, in one line."""
        return shorten(" ".join(self._text[slice(*span)].split()), SHOWN)

    @cached_property
    def _bare(self) -> _Reduced:
        return _Reduced((match[0], match.start()) for match in FILLED.finditer(self._text))

    @cached_property
    def _signs(self) -> _Reduced:
        return _Reduced(_folded(self._text))

    @cached_property
    def _words(self) -> list[tuple[str, Span]]:
        return [(_same_word(match[0]), match.span()) for match in WORD.finditer(self._text)]

    @cached_property
    def _line_ends(self) -> list[int]:
        return [at for at, sign in enumerate(self._text) if sign == "\n"]

    @cached_property
    def _alike(self) -> AlikeWords:
        return AlikeWords(self._words)

    def _occurrences(self, there: _Reduced, signs: str) -> Iterator[Span]:
        found = there.text.find(signs) if signs else -1
        while found >= 0:
            start, end = there.place(found), there.place(found + len(signs) - 1) + 1
            if not self._within_word(start) and not self._within_word(end):
                yield start, end
            found = there.text.find(signs, found + 1)

    def _within_word(self, place: int) -> bool:
        around = self._text[max(place - 1, 0) : place + 1]
        return 0 < place < len(self._text) and (around.isalnum() or unicodedata.combining(around[1]) > 0)


class _Reduced:
    """Pieces of a text without what lies between them, and where each sign of it stood in the text."""

    def __init__(self, pieces: Iterable[tuple[str, int]]) -> None:
        kept = list(pieces)
        self.text = "".join(piece for piece, _ in kept)
        self._begins = [0, *accumulate(len(piece) for piece, _ in kept)]
        self._places = [place for _, place in kept]

    def place(self, at: int) -> int:
        """Where the sign at this place of the reduced text stood."""
        piece = bisect_right(self._begins, at) - 1
        return self._places[piece] + at - self._begins[piece]


def _folded(text: str) -> Iterator[tuple[str, int]]:
    """Pieces in folded signs, each with its place; of several quotation marks or dashes in a row the first."""
    before = ""
    for match in PLAIN.finditer(text):
        if len(match[0]) > 1:
            before = ""
            yield match[0], match.start()
            continue
        for sign in _fold(match[0]):
            if sign != before or sign not in "'-":
                yield sign, match.start()
            before = sign


@lru_cache(maxsize=4096)
def _fold(sign: str) -> str:
    """The signs that all ways to write this one have in common; '' for white space and what nobody sees."""
    kind = unicodedata.category(sign)
    if sign in QUOTES:
        return "'"
    if sign in DASHES or kind == "Pd":
        return "-"
    return "" if sign.isspace() or kind in ("Cc", "Cf") else "".join(unicodedata.normalize("NFKD", sign).split())


def _same_word(word: str) -> str:
    return word.lower() if word.isascii() else unicodedata.normalize("NFKD", word).casefold()
