"""Names that are known beforehand, from the staff list or from another place in the study, found wherever they are said.

A person is found by full name, by first name or surname alone, and by initials; a word one letter away from a name is doubtful. A name
that is an ordinary word too ("May", "Brown") is found where it has the capital of a name, and is doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from secondcoder.deidentification.dictionary import first_names, is_english, not_names
from secondcoder.deidentification.finding import PERSON, Finding
from secondcoder.deidentification.names import name_words, person_name
from secondcoder.deidentification.rules import Stretch
from secondcoder.deidentification.words import Word, words_of

SHORTEST_MISSPELT = 5
"""Letters from which a name is found with one of them wrong."""
_BETWEEN = re.compile(r"[ \u00a0\n.,'’\-]{1,3}")
_ARTICLE = re.compile(r"^(?:the|a|an) (?=\S+ )", re.IGNORECASE)
_NOT_INITIALS = frozenset("gp it pc pm am tv bp uk us eu hr ra ot pt pa mp cd id ok ct mr dr st pe pip hca anp".split())

Phrase = tuple[tuple[str, ...], str, float, str]
"""Folded words, kind, score, found by."""


def is_ordinary(word: str) -> bool:
    """Whether a folded word is said without a name being meant."""
    return (is_english(word) and not first_names().get(word, False)) or word in not_names()


class KnownNames:
    """What is known so far; `words` are all folded words of people's names."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self._phrases: dict[str, list[Phrase]] = {}
        self._seen: set[Phrase] = set()
        self._initials: dict[str, str] = {}
        self._nearly: dict[str, str] = {}

    def add(self, name: str, kind: str, score: float, found_by: str) -> None:
        """Find this name from now on, and of a person each part of it; the parts are a little less sure."""
        if kind == PERSON:
            self._add_person(name, score, found_by)
        else:
            self._add_phrase([word.folded for word in words_of(_ARTICLE.sub("", name))], kind, score, found_by)

    def find(self, stretch: Stretch, entities: Sequence[tuple[int, int]] = ()) -> Iterator[Finding]:
        """What of them stands in a stretch; `entities` are the spans that spaCy takes for names there."""
        words = list(words_of(stretch.cased))
        for n, word in enumerate(words):
            for phrase, kind, score, by in self._phrases.get(word.folded, ()):
                part = words[n : n + len(phrase)]
                if tuple(each.folded for each in part) != phrase or not _joined(part, stretch.text):
                    continue
                if len(phrase) == 1 and kind == PERSON and is_ordinary(word.folded):
                    if not _written_as_name(word, stretch, entities):
                        continue
                    score, by = min(score, 0.45), f"{by}, an ordinary word too"
                yield Finding(word.start, part[-1].end, kind, score, by)
                break
            else:
                yield from self._alike(word)

    def _alike(self, word: Word) -> Iterator[Finding]:
        if word.text.isupper() and word.text in self._initials:
            yield Finding(word.start, word.end, PERSON, 0.5, f"initials of {self._initials[word.text]}")
        elif word.capital and len(word.text) >= SHORTEST_MISSPELT and not is_ordinary(word.folded):
            if near := next((self._nearly[each] for each in _shortened(word.folded) if each in self._nearly), ""):
                yield Finding(word.start, word.end, PERSON, 0.55, f"written like {near}")

    def _add_person(self, name: str, score: float, found_by: str) -> None:
        words = name_words(name)
        parts = person_name(name)
        self._add_phrase(words, PERSON, score, found_by)
        if parts.first:
            self._add_phrase([parts.first], PERSON, score - 0.03, found_by)
            self._add_phrase(parts.last.split(), PERSON, score - 0.03, found_by)
            initials = "".join(word[0] for word in words).upper()
            if initials.casefold() not in _NOT_INITIALS:
                self._initials.setdefault(initials, name)

    def _add_phrase(self, words: list[str], kind: str, score: float, found_by: str) -> None:
        phrase = (tuple(words), kind, score, found_by)
        if (
            not words
            or (len(words) == 1 and len(words[0]) < 2)
            or phrase[0] in {each[0] for each in self._phrases.get(words[0], ())}
        ):
            return
        same_start = self._phrases.setdefault(words[0], [])
        same_start.append(phrase)
        same_start.sort(key=lambda each: -len(each[0]))
        if kind == PERSON:
            self.words.update(words)
            for word in words:
                if len(word) >= SHORTEST_MISSPELT:
                    self._nearly |= {each: word for each in _shortened(word) if each not in self._nearly}


def _shortened(word: str) -> Iterable[str]:
    """The word, and it without one of its letters: two words one letter apart have one of these in common."""
    yield word
    yield from (word[:n] + word[n + 1 :] for n in range(len(word)))


def _joined(part: Sequence[Word], text: str) -> bool:
    return all(_BETWEEN.fullmatch(text[one.end : other.start]) for one, other in zip(part, part[1:], strict=False))


def _written_as_name(word: Word, stretch: Stretch, entities: Sequence[tuple[int, int]]) -> bool:
    seen = any(start <= word.start < end for start, end in entities)
    return word.capital and (seen or not (word.starts or stretch.lower))
