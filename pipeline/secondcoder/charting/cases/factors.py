"""Implementation factors by case: was the condition there, missing, or both?

A factor's codings say by their valence whether the condition was there (promotes) or wanting (inhibits). A case is *mixed* where both
make up a fair part of what was said: the share of promoting passages (mixed ones half) lies between 1 - CLEAR and CLEAR.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from secondcoder.charting.cases.counts import (
    VALENCES,
    case_counts,
    cases_of,
    names_of,
    promoting,
    rows_of,
    transcript_counts,
    valenced,
)
from secondcoder.charting.chart_data import ChartData
from secondcoder.configuration import ChartingSettings
from secondcoder.domain.wording import listed
from secondcoder.errors import InputError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

CLEAR = 0.75
"""From this share on a factor counts as present, up to 1 less it as absent."""
PRESENT, ABSENT, MIXED = "present", "absent", "mixed"
NO_VALENCE, NOT_SPOKEN_OF, NOT_READ = "spoken of without valence", "not spoken of", "not read"
COLUMNS = (
    "case",
    "code",
    "name",
    "presence",
    "share_promoting",
    "passages",
    *VALENCES,
    "transcripts",
    "transcripts_read",
)


def factor_codes(data: ChartData, settings: ChartingSettings) -> list[str]:
    """The codes of the family `charting.factors`; InputError where the codebook has none."""
    codes = data.codes
    if found := codes.loc[codes["family"] == settings.factors, "code"].tolist():
        return found
    families = sorted({family for family in codes["family"] if family})
    there = f"Its families are {listed(families)}." if families else "Its codes belong to no family."
    raise InputError(
        f"No code of the codebook belongs to the family '{settings.factors}' (`charting.factors` in secondcoder.toml)."
        f"{did_you_mean(settings.factors, families)} {there} Without factors there is no table of them."
    )


def factors(data: ChartData, settings: ChartingSettings, codes: Sequence[str] = ()) -> pd.DataFrame:
    """A row a case and factor.

    Columns: case, code, name, presence (one of the six words above), share_promoting (mixed ones half), passages, promotes, inhibits,
    mixed, transcripts, transcripts_read.

    Args:
        codes: others than those of the family of factors.

    Raises:
        InputError: no cases, or no such codes.
    """
    wanted = list(codes) or factor_codes(data, settings)
    table = case_counts(transcript_counts(data, wanted), cases_of(data), wanted)
    table["name"] = table["code"].map(names_of(data))
    table["share_promoting"] = promoting(table) / valenced(table).where(lambda passages: passages > 0)
    table["presence"] = [_presence(row) for row in rows_of(table)]
    return table[[*COLUMNS]]


def _presence(row: Mapping[str, Any]) -> str:
    share = row["share_promoting"]
    if not np.isnan(share):
        return PRESENT if share >= CLEAR else ABSENT if share <= 1 - CLEAR else MIXED
    return NO_VALENCE if row["passages"] else NOT_SPOKEN_OF if row["transcripts_read"] else NOT_READ


def by_group(table: pd.DataFrame, groups: pd.Series[str]) -> pd.DataFrame:
    """In how many cases of each group a factor is present, mixed, absent and not known, and the cases' names.

    Args:
        table: of `factors`.
        groups: case -> its group.

    Columns: code, name, group, cases, present, mixed, absent, unknown (numbers of cases), present_in, mixed_in, absent_in (names).
    """
    import pandas as pd

    with_group = table.assign(group=table["case"].map(groups).fillna(""))
    return pd.DataFrame(
        [row for _, part in with_group.groupby(["code", "group"], sort=False) for row in _group_row(part)]
    )


def _group_row(part: pd.DataFrame) -> Iterator[dict[str, Any]]:
    names = {word: part.loc[part["presence"] == word, "case"].tolist() for word in (PRESENT, MIXED, ABSENT)}
    first = part.iloc[0]
    row = {"code": first["code"], "name": first["name"], "group": first["group"], "cases": len(part)}
    row |= {word: len(cases) for word, cases in names.items()}
    row["unknown"] = len(part) - sum(map(len, names.values()))
    yield row | {f"{word}_in": ", ".join(cases) for word, cases in names.items()}
