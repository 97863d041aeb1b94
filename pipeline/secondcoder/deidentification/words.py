"""The words of a stretch, and where its sentences begin."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from secondcoder.domain.names import folded

_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:['’ʼ\-\u2010\u2011][^\W\d_]+)*(?!\w)")
_POSSESSIVE = re.compile(r"(?:['’ʼ](?:s|ll|d|ve|re|m)|['’ʼ])$", re.IGNORECASE)
_BEFORE_START = re.compile(r"(?:^|[.?!…:;\n\t\"“”‘—–\-(\[>\])]['’]?)\s*$")


@dataclass(frozen=True, slots=True)
class Word:
    """`[start, end)` of the text, without possessive or short form of a verb ("Tom's", "Tom'll"); `starts` a sentence or quotation."""

    start: int
    end: int
    text: str
    starts: bool

    @property
    def folded(self) -> str:
        """In any case, with a straight apostrophe."""
        return folded(self.text).replace("’", "'").replace("ʼ", "'")

    @property
    def capital(self) -> bool:
        """Whether it is written as a name: with a capital, and not all in capitals; letters that have no capitals count."""
        first = self.text[0]
        return first.upper() == first and (not self.text.isupper() or len(self.text) == 1)


def in_phrases(words: Sequence[Word], phrases: Mapping[str, Collection[tuple[str, ...]]]) -> set[int]:
    """The starts of the words that stand in one of these phrases, which are given by their first word."""
    return {
        each.start
        for n, word in enumerate(words)
        for phrase in phrases.get(word.folded, ())
        if tuple(each.folded for each in words[n : n + len(phrase)]) == phrase
        for each in words[n : n + len(phrase)]
    }


def words_of(text: str) -> Iterator[Word]:
    """The words, in order."""
    for match in _WORD.finditer(text):
        word = _POSSESSIVE.sub("", match[0])
        if word:
            starts = _BEFORE_START.search(text, max(0, match.start() - 6), match.start()) is not None
            yield Word(match.start(), match.start() + len(word), word, starts)
