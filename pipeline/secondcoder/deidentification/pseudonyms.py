"""What stands in place of each identifying word: the same for the same person or place, in all transcripts and all runs.

A person becomes a tree, whatever form of the name is said: "Dr Whitlock", "Sarah" and "Sarah Whitlock's" become "Dr Alder", "Alder"
and "Alder's". Titles stay, since they are no part of a finding; the sex of a first name is never guessed. Forms of a name are one
person where that is the only reading: a surname that two people share becomes a tree of its own and is named in `unclear`. Places and
institutions get a number, and everything else only says what stood there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count

from secondcoder.deidentification.finding import AGE, DATE, HOSPITAL, ORGANISATION, PERSON, PLACE, PRACTICE, SCHOOL
from secondcoder.deidentification.key_file import Entry
from secondcoder.deidentification.names import PersonName, name_words, person_name
from secondcoder.deidentification.staff_list import Listed
from secondcoder.deidentification.words import words_of
from secondcoder.domain.names import folded

_TREES = (
    "Alder Beech Birch Cedar Larch Maple Oak Poplar Spruce Sycamore Yew Chestnut Cypress Hawthorn Hornbeam Linden Mulberry Walnut "
    "Whitebeam Blackthorn Quince Medlar Damson Redwood Sequoia Hickory Dogwood Hemlock Acacia Banyan Baobab Buckthorn Eucalyptus "
    "Ginkgo Jacaranda Kapok Laburnum Mahogany Mangrove Osier Pecan Rosewood Sandalwood Tamarind Tamarisk Teak Tupelo Wattle"
)
TREES = tuple(_TREES.split())
"""Pseudonyms of people, in the order in which they are given; after the last one, "Alder 2". None is usual as a first name."""
NUMBERED = frozenset({PRACTICE, HOSPITAL, SCHOOL, ORGANISATION, PLACE})
"""Kinds that are told apart by a number: "[practice 2]"."""
_ARTICLE = re.compile(r"^the ", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class Pseudonyms:
    """Gives pseudonyms, and keeps which it gave.

    Args:
        entries: of the key file of earlier runs.
        taken: texts with words that no pseudonym may be: best all the texts of the study, and its codes.
        keep_years: a date becomes "[date in 2021]" where it says the year, and not "[date]".
    """

    def __init__(self, entries: Iterable[Entry] = (), taken: Iterable[str] = (), keep_years: bool = False) -> None:
        self._known = {_place(entry.kind, entry.original): entry for entry in entries}
        self._used = set(self._known)
        self._given = {folded(entry.pseudonym) for entry in self._known.values()}
        self._taken = {word.folded for text in taken for word in words_of(text)}
        self._keep_years = keep_years
        self.unclear: dict[str, str] = {}
        """Words that may be more than one person -> why; each has a pseudonym of its own."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """For the key file: what was asked for. Numbers, dates, addresses are not in it: nothing needs to bring them back."""
        return tuple(self._known[place] for place in self._known if place in self._used)

    def is_pseudonym(self, words: str) -> bool:
        """Whether these words are a pseudonym of the study, as the Finder finds them where names were replaced before."""
        return folded(words) in self._given

    def learn(self, found: Iterable[tuple[str, str]]) -> None:
        """Take note of everything that was found in the study, as (kind, words), before the first pseudonym is asked for.

        Full names come first, so that "Dr Whitlock" on page 1 is known to be the Sarah Whitlock of page 9.
        """
        people = {original for kind, original in found if kind == PERSON}
        for original in sorted(people, key=lambda each: (-len(name_words(each)), folded(each))):
            self.of(PERSON, original)

    def add_listed(self, listed: Iterable[Listed]) -> None:
        """The people and places of the staff list: all names of a row are one, with the pseudonym that the row chose."""
        rows = list(listed)
        self._taken |= {word.folded for row in rows for name in row.names for word in words_of(name)}
        for row in rows:
            if row.kind == PERSON or row.kind in NUMBERED:
                place = _place(row.kind, row.name)
                known = self._known[place].pseudonym if place in self._known else ""
                pseudonym = row.pseudonym or known or self._new(row.kind)
                for name in row.names:
                    self._keep(row.kind, name, pseudonym)

    def of(self, kind: str, original: str) -> str:
        """The pseudonym of what was found: of these words, without title and possessive."""
        if kind == DATE:
            year = _YEAR.search(original) if self._keep_years else None
            return f"[date in {year[0]}]" if year else "[date]"
        if kind == AGE:
            return "[age over 89]"
        if kind != PERSON and kind not in NUMBERED:
            return f"[{kind}]"
        place = _place(kind, original)
        if place not in self._known:
            same = self._of_same_person(original) if kind == PERSON else ""
            self._keep(kind, original, same or self._new(kind))
        self._used.add(place)
        return self._known[place].pseudonym

    def set(self, kind: str, original: str, pseudonym: str) -> None:
        """The pseudonym that a person chose on the review sheet."""
        self._keep(kind, original, pseudonym)
        self._used.add(_place(kind, original))

    def _keep(self, kind: str, original: str, pseudonym: str) -> None:
        self._known[_place(kind, original)] = Entry(kind, original, pseudonym)
        self._given.add(folded(pseudonym))

    def _new(self, kind: str) -> str:
        return self._free(_trees(self._taken) if kind == PERSON else (f"[{kind} {number}]" for number in count(1)))

    def _free(self, names: Iterable[str]) -> str:
        return next(name for name in names if folded(name) not in self._given)

    def _of_same_person(self, original: str) -> str:
        """The pseudonym of the one person whom this name can mean among those known; "" where there is none, or more than one."""
        name = person_name(original)
        known = [(person_name(each.original), each.pseudonym) for each in self._known.values() if each.kind == PERSON]
        alike = {pseudonym for other, pseudonym in known if _may_be(name, other)}
        if name.first:  # a lone word was taken for somebody else of that name
            alike -= {pseudonym for other, pseudonym in known if other.first and not _may_be(name, other)}
        if len(alike) > 1:
            self.unclear[original] = f"may be any of {', '.join(sorted(alike))}"
        return alike.pop() if len(alike) == 1 else ""


def _trees(taken: set[str]) -> Iterator[str]:
    free = [tree for tree in TREES if folded(tree) not in taken] or ["Person"]
    yield from free
    yield from (f"{tree} {number}" for number in count(2) for tree in free)


def _may_be(one: PersonName, other: PersonName) -> bool:
    """Whether two names can be one person's: the same, with an initial for the first name, or one of them in part."""
    if one.first and other.first:
        shorter, longer = sorted((one.first, other.first), key=len)
        return one.last == other.last and (shorter == longer or (len(shorter) == 1 and longer.startswith(shorter)))
    lone, full = (one, other) if other.first else (other, one)
    return lone.last in (full.first, full.last)


def _place(kind: str, original: str) -> tuple[str, str]:
    """Under what a name is known: its kind and its folded words."""
    return kind, " ".join(name_words(original)) if kind == PERSON else folded(_ARTICLE.sub("", original))
