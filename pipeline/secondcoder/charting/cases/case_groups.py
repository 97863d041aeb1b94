"""Cases in groups by one of their attributes: by its values, or, where these are numbers, by cuts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from secondcoder.charting.cases.counts import cases_of
from secondcoder.charting.chart_data import ChartData
from secondcoder.domain.attributes import MOST_LEVELS
from secondcoder.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

REST = "all others"
NEGATIVE = ("no", "false", "0", "none", "absent", "never")


@dataclass(frozen=True)
class CaseGroups:
    """An attribute with the group of each case.

    Attributes:
        attribute: its name. of: case -> group, "" where nobody gave a value.
        note: how numbers were cut.
    """

    attribute: str
    of: pd.Series[str]
    note: str = ""

    def pairs(self) -> list[tuple[str, str]]:
        """What is compared: both groups, or each of several with all others."""
        # Of yes and no, yes is what is spoken of.
        names = sorted({*self.of} - {""}, key=lambda name: (name.casefold() in NEGATIVE, name))
        return [(names[0], names[1])] if len(names) == 2 else [(name, REST) for name in names]

    def of_pair(self, first: str, second: str) -> tuple[list[str], list[str]]:
        """The cases of both sides of a pair."""
        others = (self.of != "") & (self.of != first) if second == REST else self.of == second
        return self.of.index[self.of == first].tolist(), self.of.index[others].tolist()


def case_groups(data: ChartData, asked: str) -> CaseGroups:
    """The groups that an attribute makes.

    Args:
        asked: the attribute's name, after which ": 3000, 5000" may name where its numbers are cut. Numbers of more than two values are
            cut at their median unless that is said.

    Raises:
        InputError: no case has the attribute, it has one value alone or too many, or a cut is no number.
    """
    name = attribute_of(data, asked)
    cuts = [] if name == asked else _cuts(name, asked.rpartition(":")[2])
    values = data.attribute(name).reindex(cases_of(data), fill_value="").fillna("").str.strip()
    found = sorted({*values} - {""})
    groups = CaseGroups(name, values)
    if cuts or (len(found) > 2 and _are_numbers(found)):
        groups = _cut(name, values, cuts)
        found = sorted({*groups.of} - {""})
    if len(found) < 2:
        there = f"only the value '{found[0]}'" if found else "no value"
        raise InputError(f"Cases are compared by an attribute that tells them apart, and '{name}' has {there}.")
    if len(found) > MOST_LEVELS:
        raise InputError(
            f"'{name}' has {len(found)} values, and at most {MOST_LEVELS} groups can be compared. Give cases an attribute that says "
            "what they have in common."
        )
    return groups


def attribute_of(data: ChartData, asked: str) -> str:
    """The attribute's name, without the cuts that may stand after it."""
    return asked if asked in data.case_attributes or ":" not in asked else asked.rpartition(":")[0].strip()


def stated_attribute(data: ChartData, asked: str) -> str:
    """The same; "" where no case has it."""
    name = attribute_of(data, asked)
    return name if name in data.case_attributes else ""


def _cuts(name: str, words: str) -> list[float]:
    cuts = [word.strip() for word in words.split(",") if word.strip()]
    if not _are_numbers(cuts):
        raise InputError(f"'{words.strip()}' says not where to cut '{name}': name numbers, as in '{name}: 3000, 5000'.")
    return sorted({float(cut) for cut in cuts})


def _are_numbers(values: Sequence[str]) -> bool:
    try:
        return bool(np.isfinite([float(value) for value in values]).all())
    except ValueError:
        return False


def _cut(name: str, values: pd.Series[str], cuts: Sequence[float]) -> CaseGroups:
    given = values[values != ""]
    if not _are_numbers(given.tolist()):
        raise InputError(f"'{name}' cannot be cut: not all of its values are numbers.")
    numbers = given.astype(float)
    at = list(cuts) or [float(numbers.median())]
    # A case on the cut belongs below it, as "up to" says.
    place = np.searchsorted(at, numbers.to_numpy(), side="left")
    note = "" if cuts else f"'{name}' is cut at its median, {at[0]:,.10g}."
    bands = dict(zip(given.index, (_band(at, int(which)) for which in place), strict=True))
    return CaseGroups(name, values.index.to_series().map(bands).fillna(""), note)


def _band(cuts: Sequence[float], which: int) -> str:
    if which == 0:
        return f"up to {cuts[0]:,.10g}"
    above = f"above {cuts[which - 1]:,.10g}"
    return above if which == len(cuts) else f"{above}, up to {cuts[which]:,.10g}"
