"""Which words are ordinary English, which are first names and places, and which identify nobody although they have a capital.

English is the dictionary of spaCy's packaged pipeline (the words of WordNet, with their irregular forms) and words/spoken.txt.
Places are the 678 that the public telephone numbering plan names, as kept by the package phonenumbers.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

from secondcoder.deidentification.names import word_set
from secondcoder.deidentification.pipeline import packaged_pipeline
from secondcoder.deidentification.words import words_of
from secondcoder.domain.names import folded

_ENDINGS = (
    "",
    "s",
    "es",
    "ed",
    "d",
    "er",
    "r",
    "ers",
    "est",
    "ing",
    "ly",
    "ness",
    "less",
    "ful",
    "able",
    "like",
    "wise",
)
# Stems of medicines' names in use since the WHO's recommendations on international nonproprietary names.
_MEDICINE = re.compile(
    r".+(?:pril|sartan|olol|dipine|statin|formin|gliptin|gliflozin|glutide|glitazone|prazole|tidine|oxetine|traline|pram|triptyline|azepam|"
    r"zolam|apine|peridone|profen|coxib|parin|xaban|gatran|grel|cillin|mycin|floxacin|cycline|vir|mab|nib|terol|phylline|sone|solone|"
    r"thiazide|semide|pamide|zosin|setron|triptan|gabalin|pentin|dronate|codone|morphone|caine|thyroxine|conazole|bactam|amide|arone|oxin)s?"
)


@cache
def is_english(word: str) -> bool:
    """Whether a folded word is ordinary English in any of its forms, with or without an apostrophe; a medicine counts too."""
    word = word.replace("’", "'").strip("'")
    if "'" in word or "-" in word:
        return word in _spoken() or all(map(is_english, re.split("'|-", re.sub("(?:n't|'[a-z]{1,2})$", "", word))))
    if not word or word in _english() or word in _spoken() or is_medicine(word):
        return True
    return any(stem in _english() for stem in _stems(word))


def is_abbreviation(word: str) -> bool:
    """Whether letters that are spelt out, folded and in one, are an abbreviation that people say."""
    return word in _spoken() or word in not_names()


def is_medicine(word: str) -> bool:
    """Whether a folded word is built as the names of medicines are."""
    return _MEDICINE.fullmatch(word) is not None


@cache
def first_names() -> dict[str, bool]:
    """Folded first name -> whether nothing else is spelt so."""
    return {folded(name.rstrip("*")): not name.endswith("*") for name in " ".join(_lines("first_names")).split()}


def is_sure_name(word: str) -> bool:
    """Whether a folded word is a first name or a town and hardly anything else."""
    return first_names().get(word, False) or (word in towns() and word not in ORDINARY_PLACES)


@cache
def not_names() -> frozenset[str]:
    """Folded words, and phrases of several, that identify nobody."""
    listed = (each.strip().replace("’", "'") for line in _lines("not_names") for each in line.split(","))
    written = {folded(each) for each in listed if each}
    return frozenset(written | {each.removesuffix("'s") for each in written})


ORDINARY_PLACES = word_set(
    "bath bourne cardigan chard deal derby diss duns dorking dover jersey kesh kyle martin mold reading rugby rye sale "
    "sandy settle street "
    "tongue ware wells wick worthing barry keith harris bude looe moy"
)
"""Towns that are ordinary words or names of people too: they are places where they are written as such."""


@cache
def phrases_of_no_name() -> dict[str, set[tuple[str, ...]]]:
    """First folded word -> the phrases of several words that begin with it and identify nobody."""
    split = (tuple(word.folded for word in words_of(phrase)) for phrase in not_names())
    phrases: dict[str, set[tuple[str, ...]]] = {}
    for words in split:
        if len(words) > 1:
            phrases.setdefault(words[0], set()).add(words)
    return phrases


@cache
def function_words() -> frozenset[str]:
    """Words as "the" and "yours", which are no names."""
    return frozenset(packaged_pipeline().Defaults.stop_words)


def is_compound(word: str) -> bool:
    """Whether a folded word is two English words in one, as "answerphone"; surnames are built so too."""
    return any(word[:n] in _english() and word[n:] in _english() for n in range(3, len(word) - 2))


@cache
def towns() -> frozenset[str]:
    """Folded names of places in the United Kingdom."""
    from phonenumbers.geodata import GEOCODE_DATA

    named = (names["en"] for prefix, names in GEOCODE_DATA.items() if prefix.startswith("44") and "en" in names)
    parts = (folded(re.sub(r"\(.*?\)", "", part)) for name in named for part in re.split(r"[/&,]| - ", name))
    return frozenset(part for part in parts if len(part) > 2)


def _stems(word: str) -> list[str]:
    stems = [word[: -len(ending)] for ending in _ENDINGS[1:] if word.endswith(ending) and len(word) - len(ending) >= 2]
    # "stopped" -> "stop", "carried" -> "carry"
    stems += [stem[:-1] for stem in stems if len(stem) > 2 and stem[-1] == stem[-2]]
    stems += [f"{stem[:-1]}y" for stem in stems if stem.endswith("i")]
    return [stem + ending for stem in stems for ending in ("", "e") if len(stem) > 1]


@cache
def _english() -> frozenset[str]:
    pipeline = packaged_pipeline()
    tables: Any = pipeline.get_pipe("lemmatizer").lookups
    index, irregular = tables.get_table("lemma_index"), tables.get_table("lemma_exc")
    words = {word for part in index for word in index[part]} | {word for part in irregular for word in irregular[part]}
    return frozenset(words | function_words())


@cache
def _spoken() -> frozenset[str]:
    return frozenset(folded(word) for word in " ".join(_lines("spoken")).split())


def _lines(name: str) -> list[str]:
    text = (files("secondcoder.deidentification") / "words" / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]
