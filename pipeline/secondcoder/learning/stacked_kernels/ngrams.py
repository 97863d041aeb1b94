"""TF-IDF of word or character n-grams, as scikit-learn's TfidfVectorizer has it to the last bit, of many texts at once.

A text is a row of numbered units, characters or words. The vocabulary is a tree: a prefix's place among those of its length, and the
unit that follows, make the number under which the longer prefix is looked up. So nothing is hashed, and no two n-grams share a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Floats, Rows

WORD = re.compile(r"\w+")
BLOCK = 128
"""Texts at once: what they take stays in the processor's cache."""
Numbers = npt.NDArray[np.int64]


class _Level(NamedTuple):
    """Prefixes of one length: where each number stands (a pandas Index), and the column of each that is a term, else -1."""

    places: Any
    columns: Rows


class NgramTable:
    """A vocabulary with its weights.

    Args:
        terms: t terms in the order of columns. idf: (t,) their weights. characters: n-grams of 3 to 5 characters within words and the
            blanks beside them (scikit-learn's `char_wb`), not of words.
    """

    def __init__(self, terms: Sequence[str], idf: Floats, characters: bool) -> None:
        self.terms, self.idf = tuple(terms), np.asarray(idf, dtype=np.float64)
        self._characters, self._shortest = characters, 3 if characters else 1

    def transform(self, texts: Sequence[str]) -> Any:
        """(n, t) sparse TF-IDF with sublinear counts, rows of length 1, or 0 where no term is in the text."""
        from scipy import sparse

        nothing = sparse.csr_matrix((0, len(self.terms)))
        return sparse.vstack([nothing, *self._blocks(texts)], format="csr")

    def weighted(self, texts: Sequence[str], weights: Floats) -> Floats:
        """(n, k) products of the TF-IDF with (t, k) weights."""
        products = [block @ weights for block in self._blocks(texts)]
        return np.concatenate([np.zeros((0, weights.shape[1])), *products])

    def _blocks(self, texts: Sequence[str]) -> Iterator[Any]:
        return (self._transform(texts[at : at + BLOCK]) for at in range(0, len(texts), BLOCK))

    def _transform(self, texts: Sequence[str]) -> Any:
        from scipy import sparse

        units, owners = self._of_characters(texts) if self._characters else self._of_words(texts)
        found = [owners[at] * len(self.terms) + columns for at, columns in self._occurrences(units)]
        # Sorted by text and column, so that what a text has of one term stands together and is counted.
        places = np.sort(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
        first = np.flatnonzero(np.diff(places, prepend=-1))
        rows, columns = np.divmod(places[first], max(len(self.terms), 1))
        weights = (np.log(np.diff(first, append=len(places))) + 1.0) * self.idf[columns]
        length = np.sqrt(np.bincount(rows, weights**2, minlength=len(texts)))
        starts = np.searchsorted(rows, np.arange(len(texts) + 1))
        return sparse.csr_matrix((weights / length[rows], columns, starts), shape=(len(texts), len(self.terms)))

    def _occurrences(self, units: Numbers) -> Iterator[tuple[Rows, Rows]]:
        """For each length, the places at which terms begin and their columns; units are 0 where no term has them."""
        at = np.flatnonzero(units)
        number = units[at]
        # Behind the end stand units of no term.
        units = np.concatenate([units, np.zeros(len(self._levels) + self._shortest, dtype=np.int64)])
        for length in range(1, self._shortest + len(self._levels)):
            if length > 1:
                following = units[at + length - 1]
                goes_on = following > 0
                at, number = at[goes_on], (number * self._base + following)[goes_on]
            if length >= self._shortest:
                places, columns = self._levels[length - self._shortest]
                number = places.get_indexer(number)
                at, number = at[number >= 0], number[number >= 0]
                term = columns[number]
                yield at[term >= 0], term[term >= 0]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """Unit -> its number, from 1."""
        units = {unit for term in self.terms for unit in self._units(term)}
        return {unit: number for number, unit in enumerate(sorted(units), start=1)}

    @cached_property
    def _base(self) -> int:
        return len(self._numbers) + 1

    def _units(self, term: str) -> Sequence[str]:
        return term if self._characters else term.split(" ")

    @cached_property
    def _levels(self) -> list[_Level]:
        """From the shortest length to the longest."""
        import pandas as pd

        longest = max((len(self._units(term)) for term in self.terms), default=0)
        places: list[dict[int, int]] = [{} for _ in range(self._shortest, longest + 1)]
        columns: list[list[int]] = [[] for _ in places]
        for column, term in enumerate(self.terms):
            number = 0
            for length, unit in enumerate(self._units(term), start=1):
                number = number * self._base + self._numbers[unit]
                if length >= self._shortest:
                    level = length - self._shortest
                    number = places[level].setdefault(number, len(places[level]))
                    columns[level] += [-1] * (len(places[level]) - len(columns[level]))
            columns[level][number] = column
        return [
            _Level(pd.Index(list(place), dtype=np.int64), np.array(column, dtype=np.int64))
            for place, column in zip(places, columns, strict=True)
        ]

    def _of_characters(self, texts: Sequence[str]) -> tuple[Numbers, Rows]:
        """Units of all texts, and the text that each is in."""
        # Lower case and white space as scikit-learn has them: a word is what stands between blanks, and no term has one inside.
        spaced = [f" {' '.join(text.lower().split())} " for text in texts]
        owners = np.repeat(np.arange(len(texts)), [len(text) for text in spaced])
        # "surrogatepass", as a text may hold a lone surrogate.
        points = np.frombuffer("".join(spaced).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        return self._letters[np.minimum(points, len(self._letters) - 1)], owners

    @cached_property
    def _letters(self) -> Numbers:
        """Number of each character by its code point; the last, beyond all that are known, is 0."""
        letters = np.zeros(max(map(ord, self._numbers), default=0) + 2, dtype=np.int64)
        letters[[ord(character) for character in self._numbers]] = list(self._numbers.values())
        return letters

    def _of_words(self, texts: Sequence[str]) -> tuple[Numbers, Rows]:
        """Units of all texts, each text ended by one of no term, and the text that each is in."""
        number = self._numbers.get
        said = [[*(number(word, 0) for word in WORD.findall(text.lower())), 0] for text in texts]
        owners = np.repeat(np.arange(len(texts)), [len(units) for units in said])
        return np.array([unit for units in said for unit in units], dtype=np.int64), owners


def ngram_table(vectoriser: Any) -> NgramTable:
    """The table of a fitted TfidfVectorizer, which may have found no term."""
    terms = sorted(vectoriser.vocabulary_, key=vectoriser.vocabulary_.__getitem__)
    return NgramTable(terms, vectoriser.idf_ if terms else np.zeros(0), vectoriser.analyzer == "char_wb")
