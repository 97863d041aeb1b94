"""What a comparison of groups of cases says, in plain words, and what it must not be taken for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from secondcoder.charting.cases.case_groups import REST
from secondcoder.domain.wording import listed

if TYPE_CHECKING:
    import pandas as pd

ALPHA = 0.05
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
UNITS = {
    "balance": "balance {:+.2f}",
    "share of transcripts": "{:.0%} of the interviews",
    "passages per 1,000 words": "{:.1f} passages per 1,000 words",
}
SIZES = {"balance": "{:.2f}", "share of transcripts": "{:.0%}", "passages per 1,000 words": "{:.1f}"}
SAID, SMALLEST = 5, 0.005
"""Codes named in the summary, and the difference below which it would read 0.00."""


def sentence(row: Mapping[str, Any]) -> str:
    """Both values, and what so many cases can say of their difference.

    Args:
        row: of `charting.comparison.comparison`.
    """
    first, second = where(row["attribute"], row["first"], row["second"])
    values = f"{row['name']}: {_value(row, 'first')} {first}, {_value(row, 'second')} {second}."
    if np.isnan(row["difference"]):
        return f"{values} There is nothing to compare."
    return f"{values} {_what_it_says(row)}"


def where(attribute: str, first: str, second: str) -> tuple[str, str]:
    """'where integration is full', 'where it is partial'."""
    return f"where {attribute} is {first}", "in all other cases" if second == REST else f"where it is {second}"


def _value(row: Mapping[str, Any], side: str) -> str:
    value, cases = row[f"{side}_value"], row[f"{side}_cases"]
    return "not known" if np.isnan(value) else f"{UNITS[row['measure']].format(value)} ({cases_in_words(cases)})"


def _what_it_says(row: Mapping[str, Any]) -> str:
    cases = row["first_cases"] + row["second_cases"]
    if row["smallest_p"] > ALPHA:
        return describes_only(cases)
    limits = SIZES[row["measure"]]
    between = (
        "no interval can be given"
        if np.isnan(row["low"])
        else f"95% interval {limits.format(row['low'])} to {limits.format(row['high'])}"
    )
    figures = f"({between}; {p_in_words(row['p'])}, for all codes together {p_in_words(row['p_adjusted'])})"
    size = limits.format(abs(row["difference"]))
    if row["p_adjusted"] <= ALPHA:
        return f"A difference of {size} that chance alone would seldom bring about {figures}."
    if row["p"] <= ALPHA:
        return f"A difference of {size} {figures}: among so many codes one such difference can come about by chance."
    return f"A difference of {size} {figures}: not more than chance could bring about."


def describes_only(cases: int) -> str:
    """The honest sentence where no division of so few cases could be significant."""
    return f"These numbers describe {cases_in_words(cases)}; they cannot test a difference."


def cases_in_words(cases: int) -> str:
    """'seven cases', '1 case' as 'one case', '23 cases'."""
    number = NUMBERS[cases] if cases < len(NUMBERS) else f"{cases:,}"
    return f"{number} case{'' if cases == 1 else 's'}"


def p_in_words(p: float) -> str:
    """'p = .057', 'p < .001'."""
    return "p < .001" if p < 0.001 else f"p = {p:.3f}".replace("0.", ".")


def in_short(table: pd.DataFrame, codes: Sequence[str] = ()) -> str:
    """The comparison in two or three sentences: which codes' talk leans furthest to the one side, and what that is worth.

    Args:
        table: of `charting.comparison.comparison`. codes: those to speak of, such as the factors.
    """
    of_balance = table[(table["measure"] == "balance") & table["difference"].notna()]
    told = of_balance[of_balance["code"].isin(codes)] if len(codes) else of_balance
    if told.empty:
        return "No code was spoken of with a valence on both sides, so that nothing can be compared."
    first, second = told.iloc[0]["first"], told.iloc[0]["second"]
    told = told[(told["first"] == first) & (told["second"] == second)]
    here, there = where(told.iloc[0]["attribute"], first, second)
    parts = [
        f"Talk {leans} {here} than {there} (difference in balance): {listed(names)}"
        for leans, names in (("promotes more", _names(told, 1)), ("promotes less", _names(told, -1)))
        if names
    ]
    whole = table[(table["first"] == first) & (table["second"] == second)]
    cases = int((whole["first_cases"] + whole["second_cases"]).max())
    claim = (
        f" {describes_only(cases)} The smallest two-sided p that they can give is {p_in_words(whole['smallest_p'].min())[4:]}."
        if whole["smallest_p"].min() > ALPHA
        else _claims(told)
    )
    return ". ".join(parts or [f"Talk leans alike {here} and {there}"]) + "." + claim


def _names(table: pd.DataFrame, side: int) -> list[str]:
    there = table[side * table["difference"] >= SMALLEST].head(SAID)
    return [f"{name} {value:+.2f}" for name, value in zip(there["name"], there["difference"], strict=True)]


def _claims(table: pd.DataFrame) -> str:
    names = table.loc[table["p_adjusted"] <= ALPHA, "name"].tolist()
    return (
        f" Beyond chance, all codes taken together: {listed(names)}."
        if names
        else " None of these differences is beyond what chance brings about when all codes are taken together."
    )
