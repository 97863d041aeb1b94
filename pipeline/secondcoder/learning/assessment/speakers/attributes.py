"""By which attributes errors are compared, and what is exchanged to test each: whole cases, whole participants, or transcripts.

People of one practice are alike, and so are the interviews of one person. So what is the same throughout each case is exchanged among
whole cases, what is the same throughout each participant's interviews among whole participants. What differs between the interviews
of one participant, as the wave may, is exchanged between these and among participants with as many interviews.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from secondcoder.corpus import Corpus
from secondcoder.domain.arrays import Rows
from secondcoder.domain.attributes import MOST_LEVELS, OF_CASES, attributes_of

PEOPLE = ("role", "case", "wave")
"""Attributes that every transcript may have; their values are never taken as numbers."""
Values = Mapping[str, str]
"""Transcript -> its value; without those that have none."""


@dataclass(frozen=True)
class Attribute:
    """An attribute with 2 to `MOST_LEVELS` values.

    Attributes:
        values: their names. cut: they are the halves of numbers, at the median.
        unit: what is exchanged: "case", "participant" or "transcript"; units: how many there are.
        row: (t,) the row of each of t transcripts, -1 where it has no value; transcripts that always go together share a row.
        value, cluster: (r,) number of the value and of the unit of each row.
    """

    name: str
    values: tuple[str, ...]
    cut: bool
    unit: str
    row: Rows
    value: Rows
    cluster: Rows

    @property
    def units(self) -> int:
        """How many units carry the attribute."""
        return len(np.unique(self.cluster))


class Units(NamedTuple):
    """What is exchanged: its name, and which of them each transcript belongs to; `whole` where all of one have the same value."""

    name: str
    of: Mapping[str, str]
    whole: bool = True


def attributes_to_compare(corpus: Corpus, transcripts: Sequence[str]) -> tuple[list[Attribute], dict[str, str]]:
    """The attributes of t transcripts that can be compared, and of the others why not."""
    people = Units(corpus.grouping("participant"), corpus.groups("participant"))
    in_cases = corpus.groups("case")
    cases = Units("case", {one: in_cases[one] if corpus.case_of[one] else f"\0{people.of[one]}" for one in transcripts})
    described = attributes_of((corpus.by_id[one] for one in transcripts), corpus.cases)
    described["case"] = {one: case for one in transcripts if (case := corpus.case_of[one])}
    compared, left_out = [], {}
    for name in (*PEOPLE, *(name for name in described if name not in PEOPLE)):
        if known := described.get(name):
            units = _units(name, known, cases, people)
            named, cut = (known, False) if name in PEOPLE else _in_halves(known, units)
            if reason := _why_not(named):
                left_out[name] = reason
            else:
                compared.append(_attribute(name, named, cut, units, transcripts))
    return compared, left_out


def _units(name: str, known: Values, cases: Units, people: Units) -> Units:
    """The largest units within which all known values are the same; of people where not even a participant's are."""

    def within(units: Units) -> tuple[int, bool]:
        groups = {units.of[one] for one in known}
        return len(groups), len({(units.of[one], value) for one, value in known.items()}) == len(groups)

    (n_cases, same_in_cases), (n_people, same_in_people) = within(cases), within(people)
    # Which case it is, is asked of the people in it; cases of one participant each are called participants.
    of_cases = name.startswith(OF_CASES) or n_cases < n_people
    return cases if same_in_cases and of_cases and name != "case" else people._replace(whole=same_in_people)


def _attribute(name: str, named: Values, cut: bool, units: Units, transcripts: Sequence[str]) -> Attribute:
    values = {value: number for number, value in enumerate(sorted(set(named.values())))}
    carriers = [one for one in transcripts if one in named]
    numbers = {group: number for number, group in enumerate(dict.fromkeys(units.of[one] for one in carriers))}
    clusters = [numbers[units.of[one]] for one in carriers]
    rows = clusters if units.whole else [*range(len(carriers))]
    of_row = {row: (values[named[one]], at) for row, one, at in zip(rows, carriers, clusters, strict=True)}
    value, cluster = np.array([of_row[row] for row in range(len(of_row))], dtype=np.intp).T
    row_of = dict(zip(carriers, rows, strict=True))
    row = np.array([row_of.get(one, -1) for one in transcripts], dtype=np.intp)
    return Attribute(name, tuple(values), cut, units.name, row, value, cluster)


def _why_not(named: Values) -> str:
    values = sorted(set(named.values()))
    if len(values) == 1:
        return f"'{values[0]}' alone"
    return f"{len(values)} values, more than {MOST_LEVELS}" if len(values) > MOST_LEVELS else ""


def _in_halves(known: Values, units: Units) -> tuple[Values, bool]:
    """More than two values that are all numbers become halves, cut at the median of the units; and whether that was done."""
    numbers = {value: number for value in known.values() if (number := _number(value)) is not None}
    if len(numbers) < len(set(known.values())) or len(set(numbers.values())) <= 2:
        return known, False
    # Once a unit, so that a participant of many interviews counts once.
    once = {units.of[one] if units.whole else one: numbers[value] for one, value in known.items()}
    middle = float(np.median([*once.values()]))
    # Where the median is the largest number, it stands with the upper half.
    above = {value for value in numbers if numbers[value] > middle} or {
        value for value in numbers if numbers[value] >= middle
    }
    low, high = max(set(numbers) - above, key=numbers.__getitem__), min(above, key=numbers.__getitem__)
    return {one: f"{high} or more" if value in above else f"{low} or less" for one, value in known.items()}, True


def _number(value: str) -> float | None:
    with suppress(ValueError):
        return number if math.isfinite(number := float(value)) else None
    return None
