"""Names that are known beforehand, from the staff list or from another place in the study, found wherever they are said.

A person is found by full name, by first name or surname alone, and by initials; a word one letter away from a name is doubtful. A name
that is an ordinary word too ("May", "Brown") is found where it has the capital of a name, and is doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from secondcoder.deidentification.dictionary import is_english, is_sure_name, not_names, phrases_of_no_name
from secondcoder.deidentification.finding import PERSON, Finding
from secondcoder.deidentification.names import name_words, person_name, word_set
from secondcoder.deidentification.rules import Stretch
from secondcoder.deidentification.words import Word, in_phrases, words_of

MISSPELT_FROM = 5
"""Letters from which a name is found with one of them wrong."""
VOUCHED_FOR = 0.9
"""Score of names of the staff list, speakers and participants: they have initials, and "the Whitlock scale" is theirs."""
CALLED_AFTER = re.compile(
    r"['’]?s? (?:[^\W\d_]+ )?(?:scales?|scores?|index|test|protocol|criteria|syndrome|disease|palsy|sign|manoeuvre|effect|method|"
    r"chart|grade|model|theory|questionnaire|inventory|framework|bun|pudding|terrier|catheter|frame|trees?|leaf|bush)\b"
)
"""What is called after people and places without being theirs."""
_BETWEEN = re.compile(r"[ \u00a0\n.,'’\-]{1,3}")
_ARTICLE = re.compile(r"^(?:the|a|an) (?=\S+ )", re.IGNORECASE)
_NOT_INITIALS = word_set("gp it pc pm am tv bp uk us eu hr ra ot pt pa mp cd id ok ct mr dr st pe pip hca anp")
MONTHS = word_set("january april may june august")
"""Months that are first names too."""
_BEFORE_MONTH = re.compile(
    r"\b(?:in|since|by|until|till|last|next|this|of|during|from|through|every|early|late|mid|end|before|after|around|to|was|for) $",
    re.IGNORECASE,
)

Phrase = tuple[tuple[str, ...], str, float, str]
"""Folded words, kind, score, found by."""


def is_ordinary(word: str) -> bool:
    """Whether a folded word is said without a name being meant."""
    return word in not_names() or (is_english(word) and not is_sure_name(word))


def written_as_name(word: Word, stretch: Stretch) -> bool:
    """Whether a word has the capital of a name: not that of a sentence's start, nor a month's ("in May")."""
    month = word.folded in MONTHS and _BEFORE_MONTH.search(stretch.text, max(0, word.start - 12), word.start)
    return word.capital and not (word.starts or stretch.lower or month)


class KnownNames:
    """What is known so far; `words` are all folded words of people's names."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self._phrases: dict[str, list[Phrase]] = {}
        self._initials: dict[str, str] = {}
        self._nearly: dict[str, str] = {}

    def add(self, name: str, kind: str, score: float, found_by: str) -> None:
        """Find this name from now on, and of a person each part of it; the parts are a little less sure."""
        if kind == PERSON:
            self._add_person(name, score, found_by)
        else:
            self._add_phrase([word.folded for word in words_of(_ARTICLE.sub("", name))], kind, score, found_by)

    def find(self, stretch: Stretch, meant: Callable[[Word, Stretch], bool] = written_as_name) -> Iterator[Finding]:
        """What of them stands in a stretch; `meant` says whether an ordinary word is a name there."""
        words = list(words_of(stretch.cased))
        nobody = in_phrases(words, phrases_of_no_name())
        for n, word in enumerate(words):
            if word.start in nobody:
                continue
            if found := next(self._phrases_at(words, n, stretch, meant), None) or self._alike(word):
                yield found

    def _phrases_at(
        self, words: Sequence[Word], n: int, stretch: Stretch, meant: Callable[[Word, Stretch], bool]
    ) -> Iterator[Finding]:
        for phrase, kind, score, by in self._phrases.get(words[n].folded, ()):
            part = words[n : n + len(phrase)]
            if tuple(each.folded for each in part) != phrase or not _joined(part, stretch.text):
                continue
            if score < VOUCHED_FOR and CALLED_AFTER.match(stretch.text, part[-1].end):
                continue
            if len(phrase) > 1 or kind != PERSON or not is_ordinary(words[n].folded):
                yield Finding(part[0].start, part[-1].end, kind, score, by)
            elif meant(words[n], stretch):
                yield Finding(part[0].start, part[-1].end, kind, min(score, 0.45), f"{by}, an ordinary word too")

    def _alike(self, word: Word) -> Finding | None:
        if word.text.isupper() and word.text in self._initials:
            return Finding(word.start, word.end, PERSON, 0.5, f"initials of {self._initials[word.text]}")
        known = word.folded in self.words or is_ordinary(word.folded)
        if known or not word.capital or len(word.text) < MISSPELT_FROM:
            return None
        near = next((self._nearly[each] for each in _shortened(word.folded) if each in self._nearly), "")
        return Finding(word.start, word.end, PERSON, 0.55, f"written like {near}") if near else None

    def _add_person(self, name: str, score: float, found_by: str) -> None:
        words, parts = name_words(name), person_name(name)
        self._add_phrase(words, PERSON, score, found_by)
        if not parts.first:
            return
        for part in ([parts.first], parts.last.split()):
            self._add_phrase(part, PERSON, score - 0.03, found_by)
        initials = "".join(word[0] for word in words)
        if score >= VOUCHED_FOR and initials not in _NOT_INITIALS:
            self._initials.setdefault(initials.upper(), name)

    def _add_phrase(self, words: list[str], kind: str, score: float, found_by: str) -> None:
        if not words or len("".join(words)) < 2:
            return
        same_start = self._phrases.setdefault(words[0], [])
        if tuple(words) in {each[0] for each in same_start}:
            return
        same_start.append((tuple(words), kind, score, found_by))
        same_start.sort(key=lambda each: -len(each[0]))
        if kind == PERSON:
            self._remember(words)

    def _remember(self, words: Sequence[str]) -> None:
        self.words.update(words)
        for word in words:
            if len(word) >= MISSPELT_FROM:
                for each in _shortened(word):
                    self._nearly.setdefault(each, word)


def _shortened(word: str) -> Iterable[str]:
    """The word, and it without one of its letters: two words one letter apart have one of these in common."""
    yield word
    yield from (word[:n] + word[n + 1 :] for n in range(len(word)))


def _joined(part: Sequence[Word], text: str) -> bool:
    pairs = zip(part, part[1:], strict=False)
    return all(_BETWEEN.fullmatch(text, one.end, other.start) is not None for one, other in pairs)
