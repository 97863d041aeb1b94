"""Where a quotation stands in a transcript: white space aside, then also with quotation marks and dashes of any kind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from secondcoder.domain.records import Span, Transcript
from secondcoder.domain.wording import shorten

SHOWN = 60
"""Characters that a message shows of a passage."""
QUOTES = frozenset("'\"`´′″‘’‚‛“”„‟«»‹›「」『』")
DASHES = frozenset("-−﹣－")
_MARK = r"(?:'|\.\.\.|\[\.\.\.\]|\(\.\.\.\))+"
AROUND = re.compile(f"^{_MARK}|{_MARK}$")
"""What stands around a quotation and not in the text: quotation marks, and dots where it was cut; in folded signs."""
WORD = re.compile(r"\w+")


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
        bare = "".join(quoted.split())
        folded = "".join(sign for sign, _ in _folded(quoted))
        looks = ((self._bare, bare), (self._signs, folded), (self._signs, AROUND.sub("", folded)))
        return next((spans for there, signs in looks if (spans := list(self._occurrences(there, signs)))), [])

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
            line = self._text.count("\n", 0, span[0]) + 1
            return f"line {line}: '{self.shown(span)}'"
        return f"turn {number}{f', {turn.speaker}' if turn.speaker else ''}: '{self.shown(turn.span)}'"

    def shown(self, span: Span) -> str:
        """The span's first words, in one line."""
        return shorten(" ".join(self._text[slice(*span)].split()), SHOWN)

    @cached_property
    def _bare(self) -> tuple[str, list[int]]:
        return _joined((sign, place) for place, sign in enumerate(self._text) if not sign.isspace())

    @cached_property
    def _signs(self) -> tuple[str, list[int]]:
        return _joined(_folded(self._text))

    @cached_property
    def _words(self) -> list[tuple[str, Span]]:
        return [(_same_word(match[0]), match.span()) for match in WORD.finditer(self._text)]

    def _occurrences(self, there: tuple[str, list[int]], signs: str) -> Iterator[Span]:
        text, places = there
        found = text.find(signs) if signs else -1
        while found >= 0:
            start, end = places[found], places[found + len(signs) - 1] + 1
            if not self._within_word(start) and not self._within_word(end):
                yield start, end
            found = text.find(signs, found + 1)

    def _within_word(self, place: int) -> bool:
        around = self._text[max(place - 1, 0) : place + 1]
        return 0 < place < len(self._text) and (around.isalnum() or unicodedata.combining(around[1]) > 0)


def _joined(signs: Iterable[tuple[str, int]]) -> tuple[str, list[int]]:
    kept = list(signs)
    return "".join(sign for sign, _ in kept), [place for _, place in kept]


def _folded(text: str) -> Iterator[tuple[str, int]]:
    """Each folded sign with its place; of several quotation marks or dashes in a row the first."""
    before = ""
    for place, written in enumerate(text):
        for sign in _fold(written):
            if sign != before or sign not in "'-":
                yield sign, place
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
    return unicodedata.normalize("NFKD", word).casefold()
