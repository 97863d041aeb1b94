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
from secondcoder.domain.names import folded

TREES = (
    "Alder Beech Birch Cedar Larch Maple Oak Poplar Spruce Sycamore Yew Chestnut Cypress Hawthorn Hornbeam Linden Mulberry Walnut "
    "Whitebeam Blackthorn Quince Medlar Damson Redwood Sequoia Hickory Dogwood Hemlock Acacia Banyan Baobab Buckthorn Eucalyptus "
    "Ginkgo Jacaranda Kapok Laburnum Mahogany Mangrove Osier Pecan Rosewood Sandalwood Tamarind Tamarisk Teak Tupelo Wattle"
).split()
"""Pseudonyms of people, in the order in which they are given; after the last one, "Alder 2". None is usual as a first name."""
NUMBERED = frozenset({PRACTICE, HOSPITAL, SCHOOL, ORGANISATION, PLACE})
"""Kinds that are told apart by a number: "[practice 2]"."""
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class Pseudonyms:
    """Gives pseudonyms, and keeps which it gave.

    Args:
        entries: of the key file of earlier runs.
        taken: words that no pseudonym may be: real names, codes; best all the words of the study.
        keep_years: a date becomes "[date in 2021]" where it says the year, and not "[date]".
    """

    def __init__(self, entries: Iterable[Entry] = (), taken: Iterable[str] = (), keep_years: bool = False) -> None:
        self._entries = {(entry.kind, _form(entry.kind, entry.original)): entry for entry in entries}
        self._given = {folded(entry.pseudonym) for entry in self._entries.values()}
        self._taken = {folded(word) for word in taken}
        self._keep_years = keep_years
        self.unclear: dict[str, str] = {}
        """Words that may be more than one person -> why; each has a pseudonym of its own."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """For the key file. Numbers, dates, addresses are not in it: nothing needs to bring them back."""
        return tuple(self._entries.values())

    @property
    def words(self) -> frozenset[str]:
        """The folded words of all pseudonyms that were given."""
        return frozenset(word for entry in self._entries.values() for word in folded(entry.pseudonym).split())

    def learn(self, found: Iterable[tuple[str, str]]) -> None:
        """Take note of everything that was found in the study, as (kind, words), before the first pseudonym is asked for.

        Full names come first, so that "Dr Whitlock" on page 1 is known to be the Sarah Whitlock of page 9.
        """
        people = {original for kind, original in found if kind == PERSON}
        for original in sorted(people, key=lambda each: (-len(name_words(each)), folded(each))):
            self.of(PERSON, original)

    def of(self, kind: str, original: str) -> str:
        """The pseudonym of what was found: of these words, without title and possessive."""
        if kind == DATE:
            year = _YEAR.search(original) if self._keep_years else None
            return f"[date in {year[0]}]" if year else "[date]"
        if kind == AGE:
            return "[age over 89]"
        if kind != PERSON and kind not in NUMBERED:
            return f"[{kind}]"
        known = self._entries.get((kind, _form(kind, original)))
        return known.pseudonym if known else self._give(kind, original)

    def set(self, kind: str, original: str, pseudonym: str) -> None:
        """The pseudonym that a person chose, in the staff list or on the review sheet."""
        self._entries[kind, _form(kind, original)] = Entry(kind, original, pseudonym)
        self._given.add(folded(pseudonym))

    def _give(self, kind: str, original: str) -> str:
        if kind == PERSON:
            pseudonym = self._of_same_person(original) or self._free(_trees(self._taken))
        else:
            pseudonym = self._free(f"[{kind} {number}]" for number in count(1))
        self.set(kind, original, pseudonym)
        return pseudonym

    def _free(self, names: Iterable[str]) -> str:
        return next(name for name in names if folded(name) not in self._given)

    def _of_same_person(self, original: str) -> str:
        """The pseudonym of the one person whom this name can mean among those known; "" where there is none, or more than one."""
        name = person_name(original)
        known = [(person_name(each.original), each.pseudonym) for each in self._entries.values() if each.kind == PERSON]
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


def _form(kind: str, original: str) -> str:
    return " ".join(name_words(original)) if kind == PERSON else folded(original)
