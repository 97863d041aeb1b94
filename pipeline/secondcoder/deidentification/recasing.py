"""Capitals for text that has none, as some speech recognition writes it, so that a recogniser trained on print can read it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from secondcoder.deidentification.dictionary import first_names, function_words, is_compound, is_english, is_sure_name
from secondcoder.deidentification.names import TITLES
from secondcoder.deidentification.words import Word, words_of

MEDICAL = re.compile(r"(?:itis|osis|aemia|ectomy|ostomy|otomy|plasty|oscopy|ology|graphy|therapy|phobia|algia)s?$")
"""Endings of medical words that dictionaries lack."""


def recased(text: str, names: Collection[str] = ()) -> str:
    """A text without capitals with a capital on every word that may be a name; any other text as it is. The length is the same.

    Args:
        names: folded words that are names in this study, ordinary ones among them.
    """
    words = list(words_of(text))
    if _has_capitals(words):
        return text
    letters = list(text)
    for word in words:
        if word.folded in names or word.folded in TITLES or word.text == "i" or _may_be_name(word.folded):
            for n in range(word.start, word.end):
                if n == word.start or letters[n - 1] == "-":
                    letters[n] = letters[n].upper() if len(letters[n].upper()) == 1 else letters[n]
    return "".join(letters)


def _has_capitals(words: Sequence[Word]) -> bool:
    begins = [word.text[0].isupper() for word in words if word.starts]
    return any(word.capital and len(word.text) > 1 and not word.starts for word in words) or 2 * sum(begins) > len(
        begins
    )


def _may_be_name(word: str) -> bool:
    if word in first_names() and word not in function_words():
        return True  # "grace" and "bill": what reads the text says whether they are names there
    return is_sure_name(word) or not (is_english(word) or is_compound(word) or MEDICAL.search(word))
