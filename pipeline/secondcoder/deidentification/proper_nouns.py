"""Names by their capital letter: what spaCy's named entity recogniser sees, and whatever is written as a name and is no English word.

In text without capitals, words that English does not have, first names and known places are given one first (`recased`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from secondcoder.deidentification.dictionary import ORDINARY_PLACES, first_names, is_english, not_names, towns
from secondcoder.deidentification.finding import ADDRESS, ORGANISATION, PERSON, PLACE, Finding
from secondcoder.deidentification.names import PARTICLES, TITLES
from secondcoder.deidentification.pipeline import ENTITIES
from secondcoder.deidentification.rules import Rule, Stretch
from secondcoder.deidentification.words import Word, words_of

_EPONYM = re.compile(
    r"['’]?s? (?:[^\W\d_]+ )?(?:scales?|scores?|index|test|protocol|criteria|syndrome|disease|palsy|sign|manoeuvre|effect|method|chart|grade|model|theory|"
    r"questionnaire|inventory|framework|bun|pudding|terrier|catheter|frame)\b"
)
_MEDICAL = re.compile(
    r"(?:itis|osis|aemia|ectomy|ostomy|otomy|plasty|oscopy|ology|pathy|gram|graphy|therapy|phobia|algia|uria|oma)s?$"
)


def _sure_word(word: str) -> bool:
    """A folded word that is hardly anything but a name."""
    return first_names().get(word, False) or (word in towns() and word not in ORDINARY_PLACES)


def recased(text: str, names: Collection[str] = ()) -> str:
    """A text without capitals with a capital on every word that may be a name; any other text as it is.

    Args:
        names: folded words that are names in this study, ordinary ones among them.
    """
    words = list(words_of(text))
    if any(word.capital and len(word.text) > 1 and not word.starts for word in words) or sum(
        w.capital and len(w.text) > 1 for w in words
    ) * 12 > len(words):
        return text
    letters = list(text)
    for word in words:
        known = word.folded in names or _sure_word(word.folded)
        if (
            (known or not is_english(word.folded))
            and not _MEDICAL.search(word.folded)
            or word.folded in TITLES
            or word.text == "i"
        ):
            letters[word.start] = _capital(letters[word.start])
            for n in range(word.start + 1, word.end):
                if letters[n - 1] == "-":
                    letters[n] = _capital(letters[n])
    return "".join(letters)


def _capital(letter: str) -> str:
    return letter.upper() if len(letter.upper()) == 1 else letter


def proper_nouns(stretch: Stretch) -> Iterator[Finding]:
    """Runs of words that are written as names, each of the kind that spaCy gives it, or that its words have."""
    run: list[Word] = []
    entities = _entities(stretch)
    for word in [*words_of(stretch.cased), None]:
        joined = word and run and re.fullmatch(r"[ ]|\. ?", stretch.cased[run[-1].end : word.start])
        if run and not (joined and (_is_name(word, entities, stretch) or _particle(word))):
            while run and _particle(run[-1]):
                run.pop()
            if run:
                yield _finding(run, entities, stretch)
            run = []
        if word and (run or _is_name(word, entities, stretch)):
            run.append(word)


def _particle(word: Word | None) -> bool:
    return word is not None and word.folded in PARTICLES and not word.text[0].isupper()


def _entities(stretch: Stretch) -> dict[int, str]:
    return {
        n: ENTITIES[each.label_]
        for each in stretch.doc.ents
        if each.label_ in ENTITIES
        for n in range(each.start_char, each.end_char)
    }


def _is_name(word: Word | None, entities: dict[int, str], stretch: Stretch) -> bool:
    if word is None or not word.capital or len(word.text) < 2 or word.folded in not_names() or word.folded in TITLES:
        return False
    if _EPONYM.match(stretch.cased, word.end):
        return False
    if not is_english(word.folded) or _sure_word(word.folded):
        return not _MEDICAL.search(word.folded)
    if word.starts:
        return word.start in entities and word.folded in first_names()
    return not stretch.lower or word.start in entities


def _finding(run: list[Word], entities: dict[int, str], stretch: Stretch) -> Finding:
    seen = [entities[word.start] for word in run if word.start in entities]
    words = [word.folded for word in run]
    place = " ".join(words) in towns() or words[-1] in towns()
    person = any(first_names().get(word, False) for word in words)
    unknown = any(not is_english(word) for word in words)
    kind = PLACE if place and not person else PERSON if person or not seen else seen[0]
    if person:
        return Finding(run[0].start, run[-1].end, kind, 0.8, "first name")
    if seen and unknown:
        return Finding(run[0].start, run[-1].end, kind, 0.62, "spaCy, and no English word")
    return Finding(
        run[0].start,
        run[-1].end,
        kind,
        0.5 if seen else 0.4,
        "spaCy" if seen else "capital letter" if not stretch.lower else "no English word",
    )


def finder(names: Callable[[], Collection[str]]) -> Callable[[str], str]:
    """`recased` with the names that are known when it is called."""
    return lambda text: recased(text, names())


RULES = (Rule("proper nouns", (PERSON, PLACE, ORGANISATION, ADDRESS), proper_nouns),)
