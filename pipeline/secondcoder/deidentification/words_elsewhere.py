"""Identifying words that stand outside the talk: in names of files and interviews, in memos, in whatever a trail keeps.

There is no talk around them that a finder could judge by, so what was found in the talk is looked for word by word. Case and accents
make no difference, and `_`, `.`, `-` count as blanks ("sarah-whitlock_2.docx"); a word that was only ever doubtful ("May", "Will")
must be written just as it was.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from secondcoder.deidentification.moves import Replacement

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_BETWEEN = re.compile(r"[^\n]{0,3}")
SHORTEST_NUMBER = 5
"""Digits of a number that identifies by itself: "92" in a file's name is nobody's age."""


class Elsewhere(NamedTuple):
    """What was found in the talk, as it stood there, and what stands there now; `sure` where any case is meant."""

    original: str
    pseudonym: str
    sure: bool = True


class _Wanted(NamedTuple):
    tokens: tuple[str, ...]
    word: Elsewhere


class WordsElsewhere:
    """Replaces them in strings; the longest match first."""

    def __init__(self, words: Iterable[Elsewhere]) -> None:
        self._by_first: dict[str, list[_Wanted]] = {}
        for word in words:
            tokens = tuple(_folded(each[0]) for each in _TOKEN.finditer(word.original))
            if tokens and _identifies(word.original):
                self._by_first.setdefault(tokens[0], []).append(_Wanted(tokens, word))
        for wanted in self._by_first.values():
            wanted.sort(key=lambda each: -len(each.tokens))

    def replace(self, string: str) -> str:
        """The string with all that was found replaced."""
        pieces, at = [], 0
        for start, end, pseudonym in self._matches(string):
            pieces += [string[at:start], _fitting(string, start, end, pseudonym)]
            at = end
        return "".join((*pieces, string[at:])) if pieces else string

    def found_in(self, string: str) -> set[str]:
        """What stands in the string, as it is written there."""
        return {string[start:end] for start, end, _ in self._matches(string)}

    def _matches(self, string: str) -> Iterator[Replacement]:
        if not self._by_first:
            return
        tokens = list(_TOKEN.finditer(string))
        number = 0
        while number < len(tokens):
            found = self._at(string, tokens, number)
            if found is None:
                number += 1
                continue
            last = number + len(found.tokens) - 1
            yield Replacement(tokens[number].start(), tokens[last].end(), found.word.pseudonym)
            number = last + 1

    def _at(self, string: str, tokens: list[re.Match[str]], number: int) -> _Wanted | None:
        for wanted in self._by_first.get(_folded(tokens[number][0]), ()):
            here = tokens[number : number + len(wanted.tokens)]
            if tuple(_folded(each[0]) for each in here) != wanted.tokens:
                continue
            gaps = (string[one.end() : other.start()] for one, other in zip(here, here[1:], strict=False))
            if not all(map(_BETWEEN.fullmatch, gaps)):
                continue
            if wanted.word.sure or string[here[0].start() : here[-1].end()] == wanted.word.original:
                return wanted
        return None


def _identifies(original: str) -> bool:
    letters, digits = (sum(map(kind, original)) for kind in (str.isalpha, str.isdigit))
    return letters > 1 or digits >= SHORTEST_NUMBER


@lru_cache(maxsize=65536)
def _folded(token: str) -> str:
    """In any case, with or without accents."""
    apart = unicodedata.normalize("NFKD", token.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _fitting(string: str, start: int, end: int, pseudonym: str) -> str:
    """The pseudonym as it is in running text; in a name without blanks, as in a file's, without blanks and brackets."""
    if any(sign.isspace() for sign in string) or ((start, end) == (0, len(string)) and string != string.lower()):
        return pseudonym
    plain = re.sub(r"[\W_]+", "-", pseudonym).strip("-")
    return plain.lower() if string == string.lower() else plain
