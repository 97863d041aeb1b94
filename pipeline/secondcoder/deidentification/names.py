"""The parts of a person's name, as people write and say it: title, first name, surname with its particles, possessive."""

from __future__ import annotations

import re
from dataclasses import dataclass

from secondcoder.domain.names import folded


def word_set(words: str) -> frozenset[str]:
    """The words of a text between its blanks."""
    return frozenset(words.split())


TITLES = word_set(
    "dr doctor mr mister mrs missus ms miss mx master prof professor sir dame lord lady sister nurse matron midwife father fr "
    "reverend rev canon imam rabbi pastor councillor cllr captain sergeant sgt auntie aunty aunt uncle nan nana nanna gran granny "
    "grandma grandpa grandad granddad cousin"
)
"""Words before a name that are none; they stay in the text."""
PARTICLES = word_set("van von der den de da del della di dos du la le el al bin ibn bint abu ap ab mac mc o ter ten")
"""Words that belong to the surname after them."""
SUFFIXES = word_set("jr jnr senior junior snr")
_POSSESSIVE = re.compile(r"['’ʼ]s?$")
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ\-\u2010\u2011][^\W\d_]{2,})*\.?")
_SPELT = re.compile(r"[^\W\d_](?:[-. ]+[^\W\d_]){2,}\.?")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name without its title, folded: `first` is "" where only one word is there, and then `last` may be either."""

    first: str
    last: str


def person_name(written: str) -> PersonName:
    """The parts of "Dr Sarah van der Berg's": first "sarah", last "van der berg". Spelt out, as W-H-I-T, it is the word."""
    words = name_words(written)
    if not words:
        return PersonName("", folded(written))
    first = "" if len(words) == 1 or words[0] in PARTICLES else words[0]
    rest = words[1:] if first else words
    # Of several first names the first is what people are called by.
    begins = next((n for n, word in enumerate(rest) if word in PARTICLES), len(rest) - 1)
    return PersonName(first, " ".join(rest[begins:]))


def name_words(written: str) -> list[str]:
    """The folded words of a name, without titles, full stops and possessive."""
    plain = _POSSESSIVE.sub("", written.strip())
    if _SPELT.fullmatch(plain):
        return [folded(re.sub(r"[-. ]", "", plain))]
    words = [folded(word[0].rstrip(".")).replace("’", "'").replace("ʼ", "'") for word in _WORD.finditer(plain)]
    named = [word for word in words if word not in TITLES and word not in SUFFIXES]
    return named or words
