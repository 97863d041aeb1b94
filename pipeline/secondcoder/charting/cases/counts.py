"""Passages that count, by transcript and by case: how many, of which valence, and in how much of the talk their code was looked for.

A code is known of a transcript that has it, or that somebody read whole for it: of any other, its absence means nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from secondcoder.charting.chart_data import WHOLE, ChartData
from secondcoder.charting.matrix import cells
from secondcoder.domain.arrays import Floats
from secondcoder.domain.records import Valence
from secondcoder.errors import InputError
from secondcoder.labels.code_counts import NO_CASE

if TYPE_CHECKING:
    import pandas as pd

VALENCES = tuple(map(str, Valence))
SUMMED = ("passages", *VALENCES, "transcripts", "transcripts_read")


def cases_of(data: ChartData) -> list[str]:
    """All cases, also those without transcripts; InputError where there is none."""
    cases = [case for case in data.row_names("case") if case != NO_CASE]
    if not cases:
        raise InputError(
            "No transcript belongs to a case, so there are no cases to describe. Say whose each is: secondcoder transcript edit NAME "
            "--case CASE, or a manifest (docs/transcripts.md)."
        )
    return cases


def transcript_counts(data: ChartData, codes: Sequence[str]) -> pd.DataFrame:
    """A row a transcript and code, codes in the order given: transcript, case, code, passages, promotes, inhibits, mixed, transcripts
    (1 with the code), transcripts_read (1 where it is known), words (of a transcript that was read whole for the code), passages_read
    (in such a one)."""
    import pandas as pd

    keys = ["transcript", "code"]
    every = pd.MultiIndex.from_product([data.transcripts["transcript"], codes], names=keys)
    found = cells(data, "transcript", codes).rename(columns={"row": "transcript"}).set_index(keys)
    # A count is missing there where nobody looked; here such a transcript adds nothing to its case.
    table = found[[*SUMMED]].reindex(every).fillna(0).astype(int)
    whole = data.readings.set_index(keys)["read"].reindex(every).eq(WHOLE)
    talks = data.transcripts.set_index("transcript").reindex(every.get_level_values("transcript"))
    table["words"] = talks["words"].to_numpy() * whole
    table["passages_read"] = table["passages"] * whole
    table.insert(0, "case", talks["case"].to_numpy())
    return table.reset_index()


def case_counts(counts: pd.DataFrame, cases: Iterable[str], codes: Sequence[str]) -> pd.DataFrame:
    """The same summed: a row a case and code in the order given, also of cases without transcripts."""
    import pandas as pd

    every = pd.MultiIndex.from_product([list(cases), codes], names=["case", "code"])
    columns = [*SUMMED, "words", "passages_read"]
    return counts.groupby(["case", "code"])[columns].sum().reindex(every, fill_value=0).reset_index()


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Each row by its columns' names."""
    return [dict(zip(map(str, table.columns), row, strict=True)) for row in table.itertuples(index=False, name=None)]


def valenced(table: pd.DataFrame) -> pd.Series[int]:
    """Passages with a valence."""
    return table[list(VALENCES)].sum(axis=1)


def promoting(table: pd.DataFrame) -> pd.Series[float]:
    """Those that promote; a mixed one is half one."""
    return table["promotes"] + table["mixed"] / 2


def names_of(data: ChartData) -> dict[str, str]:
    """Code -> its name."""
    return dict(zip(data.codes["code"], data.codes["name"], strict=True))


def ratio(part: Floats, of: Floats) -> Floats:
    """part / of, nan where there is nothing."""
    return np.asarray(np.divide(part, of, out=np.full(np.shape(part), np.nan), where=of > 0))
