"""Names by their capital letter: what spaCy's named entity recogniser sees, and what is written as a name and is no English word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from secondcoder.deidentification.dictionary import (
    first_names,
    function_words,
    is_english,
    is_medicine,
    not_names,
    phrases_of_no_name,
    towns,
)
from secondcoder.deidentification.finding import ADDRESS, ORGANISATION, PERSON, PLACE, Finding
from secondcoder.deidentification.known_names import CALLED_AFTER, MONTHS, is_ordinary, written_as_name
from secondcoder.deidentification.names import PARTICLES, TITLES, word_set
from secondcoder.deidentification.pipeline import ENTITIES
from secondcoder.deidentification.recasing import MEDICAL
from secondcoder.deidentification.rules import Rule, Stretch
from secondcoder.deidentification.words import Word, in_phrases, words_of

_TOPOGRAPHIC = word_set(
    "bridge green hill end moor wells bay cross heath common vale head mouth island isle marsh ford fell dale moss beach sands"
)
_BEFORE_PLACE = re.compile(
    r"\b(?:(?:in|at|near|outside|around|round|via|into|towards|from)|(?:went|go|goes|going|gone|moved|been|back|over|"
    r"off|up|down|trip|bus|train) to) $",
    re.IGNORECASE,
)
_BEFORE_THING = re.compile(r"\b(?:the|a|an|of|some|any|no|my|your|this|that|to) $", re.IGNORECASE)
_OWNS = re.compile(r"['’]s? [^\W\d_]")
PERHAPS = 0.05
"""Score of what counts only where the same word is a name elsewhere."""
Entities = dict[int, str]
"""Offset of a character in a name that spaCy sees -> its kind."""


def proper_nouns(stretch: Stretch) -> Iterator[Finding]:
    """Runs of words that are written as names, each of the kind that its words have, or spaCy gives it."""
    entities = _entities(stretch)
    words = list(words_of(stretch.cased))
    nobody = in_phrases(words, phrases_of_no_name())
    run: list[Word] = []
    for word in words:
        joined = bool(run) and _joined(run[-1], word, stretch)
        name = word.start not in nobody and _is_name(word, entities, stretch)
        if run and not (joined and (name or _goes_on(run[-1], word, stretch))):
            yield from _findings(run, entities, stretch)
            run = []
        if run or name:
            run.append(word)
    yield from _findings(run, entities, stretch)
    yield from _at_starts(words, stretch)


def _at_starts(words: list[Word], stretch: Stretch) -> Iterator[Finding]:
    """Ordinary words that begin a sentence as a name does ("Wren's shift"): names where the word is one elsewhere in the study."""
    for word in words:
        begins = word.starts and word.capital and not stretch.lower and is_ordinary(word.folded)
        if begins and word.folded not in not_names() and (_OWNS.match(stretch.text, word.end) or _acts(word, stretch)):
            yield Finding(word.start, word.end, PERSON, PERHAPS, "begins a sentence, and is a name elsewhere")


def meant_as_name(word: Word, stretch: Stretch) -> bool:
    """Whether an ordinary word that is somebody's name too is written or used as the name."""
    seen = any(each.start_char <= word.start < each.end_char and each.label_ in ENTITIES for each in stretch.doc.ents)
    return word.capital and (written_as_name(word, stretch) or seen or (word.starts and _acts(word, stretch, "")))


def _entities(stretch: Stretch) -> Entities:
    named = ((each, ENTITIES[each.label_]) for each in stretch.doc.ents if each.label_ in ENTITIES)
    return {n: kind for each, kind in named for n in range(each.start_char, each.end_char)}


def _joined(before: Word, word: Word, stretch: Stretch) -> bool:
    between = stretch.cased[before.end : word.start]
    return between == " " or (len(before.text) == 1 and between in (". ", "."))


def _goes_on(before: Word, word: Word, stretch: Stretch) -> bool:
    """Whether a word without a capital goes on with the name before it: a particle, "of", or in lower case the "bridge" of a place."""
    return (
        _particle(word)
        or word.folded == "of"
        or (stretch.lower and word.folded in _TOPOGRAPHIC and not is_english(before.folded))
    )


def _particle(word: Word) -> bool:
    return word.folded in PARTICLES and not word.text[0].isupper()


def _is_name(word: Word, entities: Entities, stretch: Stretch) -> bool:
    if not word.capital:  # a slip of the typist's, where it is a first name and no English word
        return not stretch.lower and not is_english(word.folded) and first_names().get(word.folded, False)
    if word.folded in not_names():
        return word.folded in MONTHS and written_as_name(word, stretch) and _acts(word, stretch)
    if _is_none(word) or CALLED_AFTER.match(stretch.cased, word.end):
        return False
    if not is_ordinary(word.folded):
        return not MEDICAL.search(word.folded)
    return _ordinary_is_name(word, entities, stretch)


def _is_none(word: Word) -> bool:
    """Whether a word is a title, a medicine, a function word or a single letter."""
    short = len(word.text) < 2 and word.text != "Ó" and word.text.isascii()
    function = word.folded in function_words() and word.folded not in first_names()
    return short or function or word.folded in TITLES or is_medicine(word.folded)


def _ordinary_is_name(word: Word, entities: Entities, stretch: Stretch) -> bool:
    if word.starts:
        return _acts(word, stretch, "NNP") or (word.folded in first_names() and word.start in entities)
    if stretch.lower:
        return entities.get(word.start) == PERSON and not _BEFORE_THING.search(stretch.text, 0, word.start)
    return written_as_name(word, stretch)


def _acts(word: Word, stretch: Stretch, tag: str = "NN") -> bool:
    """Whether spaCy's tags make a word the subject of the verb after it: "Rose does the bank run", at the start of a sentence."""
    span = stretch.doc.char_span(word.start, word.end, alignment_mode="expand")
    after = stretch.doc[span.end].tag_ if span.end < len(stretch.doc) else ""
    return str(span[-1].tag_).startswith(tag) and after in ("VBZ", "VBD", "MD")


def _findings(run: list[Word], entities: Entities, stretch: Stretch) -> Iterator[Finding]:
    while run and (_particle(run[-1]) or run[-1].text == "of"):
        run = run[:-1]
    if run:
        yield Finding(run[0].start, run[-1].end, *_kind(run, entities, stretch))


def _kind(run: list[Word], entities: Entities, stretch: Stretch) -> tuple[str, float, str]:
    """Kind, score, and what it was found by."""
    words = [word.folded for word in run]
    seen = [entities[word.start] for word in run if word.start in entities]
    if any(first_names().get(word, False) for word in words):
        return PERSON, 0.8, "first name"
    place = " ".join(words) in towns() or words[-1] in towns() or (len(words) > 1 and words[-1] in _TOPOGRAPHIC)
    kind = PLACE if place else seen[0] if seen else PERSON
    if (
        len([word for word in run if len(word.text) > 1]) == 1
        and not place
        and not _BEFORE_PLACE.search(stretch.text, max(0, run[0].start - 16), run[0].start)
    ):
        kind = PERSON  # spaCy takes many first names for places and firms, where nothing says so
    if seen and not all(map(is_english, words)):
        return kind, 0.62, "spaCy, and no English word"
    return (kind, 0.5, "spaCy") if seen else (kind, 0.4, "no English word" if stretch.lower else "capital letter")


RULES = (Rule("proper nouns", (PERSON, PLACE, ORGANISATION, ADDRESS), proper_nouns),)
