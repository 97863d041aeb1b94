"""The framework matrix: what each case, participant or transcript says on each code (Ritchie & Spencer 1994; Gale 2013,
doi:10.1186/1471-2288-13-117).

A cell is "not read", and its counts are missing, where nobody looked for the code in all that was said in any of its transcripts and
nobody found it: silence there is no absence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from secondcoder.charting.chart_data import WHOLE, ChartData, RowKind
from secondcoder.charting.choice import chosen
from secondcoder.domain.records import Valence

if TYPE_CHECKING:
    import pandas as pd

SIDES = (*map(str, Valence), "no_valence")
COUNTS = ("passages", "transcripts", "participants", *SIDES)
CELLS = (
    *("row", "code", "passages", "transcripts", "transcripts_read", "transcripts_in_row", "share", "participants"),
    *(*SIDES, "balance", "suggested", "summary", "light", "note"),
)
NO_TRANSCRIPTS, NOBODY_READ = "no transcripts", "not read"


class Said(Protocol):
    """What a researcher says of a cell."""

    @property
    def summary(self) -> str:
        """In their own words."""

    @property
    def light(self) -> str:
        """Their judgement: "green", "amber", "red" or ""."""


def cells(
    data: ChartData,
    kind: RowKind,
    codes: Iterable[str] = (),
    cases: Iterable[str] = (),
    notes: Mapping[tuple[str, str, str, str], Said] | None = None,
) -> pd.DataFrame:
    """Every cell of the matrix, row by row, codes in the codebook's order.

    Args:
        codes, cases: those to show; all by default.
        notes: what researchers say, by row kind, row, code and wave; those of no wave stand in the matrix.

    Returns:
        row, code, passages, transcripts (with the code), transcripts_read (with it, or looked through wholly for it),
        transcripts_in_row, share (transcripts / transcripts_read), participants, promotes, inhibits, mixed, no_valence, balance
        ((promotes - inhibits) / passages with a valence), suggested (passages that are only suggested), summary, light, note ("not
        read", "read in 2 of 3 transcripts", "no transcripts", or ""). Counts (Int64) are <NA> where nothing was read, share and
        balance NaN where there is nothing to divide by.

    Raises:
        InputError: no such code or case.
    """
    import pandas as pd

    data = chosen(data, codes, cases)
    index = pd.MultiIndex.from_product([data.row_names(kind), data.codes["code"]], names=["row", "code"])
    counts = _counts(data, kind).reindex(index).fillna(0).astype("Int64")
    in_row = data.rows(kind).value_counts()
    table = counts.assign(
        transcripts_read=transcripts_read(data, data.rows(kind)).reindex(index, fill_value=0),
        transcripts_in_row=in_row.reindex(index.get_level_values("row"), fill_value=0).to_numpy(),
        suggested=_by_cell(data.suggested, data.rows(kind)).size().reindex(index, fill_value=0),
    )
    table.loc[table["transcripts_read"] == 0, list(COUNTS)] = pd.NA
    with_valence = table["promotes"] + table["inhibits"] + table["mixed"]
    table["share"] = _ratio(table["transcripts"], table["transcripts_read"])
    table["balance"] = _ratio(table["promotes"] - table["inhibits"], with_valence)
    table["note"] = [_note(*cell) for cell in zip(table["transcripts_read"], table["transcripts_in_row"], strict=True)]
    said = [(notes or {}).get((kind, row, code, "")) for row, code in index]
    table["summary"] = [note.summary if note else "" for note in said]
    table["light"] = [note.light if note else "" for note in said]
    told: pd.DataFrame = table.reset_index()[list(CELLS)]
    return told


def with_code_or_read(data: ChartData) -> pd.DataFrame:
    """(transcript, code) of which it is known whether the code is there: `found`, or looked through wholly in vain."""
    import pandas as pd

    whole = data.readings[data.readings["read"] == WHOLE][["transcript", "code"]].assign(found=False)
    found = data.counted[["transcript", "code"]].assign(found=True)
    return pd.concat([found, whole]).drop_duplicates(["transcript", "code"])


def transcripts_read(data: ChartData, row_of: pd.Series[str]) -> pd.Series[int]:
    """(row, code) -> transcripts with the code or read for it; rows of transcripts by `row_of`."""
    counts: pd.Series[int] = _by_cell(with_code_or_read(data), row_of).size()
    return counts


def _counts(data: ChartData, kind: RowKind) -> pd.DataFrame:
    """COUNTS of each cell with a passage."""
    people = data.transcripts.set_index("transcript")["participant"]
    passages = data.counted.assign(participant=data.counted["transcript"].map(people))
    for valence in Valence:
        passages[valence.value] = passages["valence"] == valence.value
    passages["no_valence"] = passages["valence"] == ""
    groups = _by_cell(passages, data.rows(kind))
    sums = groups[[*SIDES]].sum()
    distinct = groups[["transcript", "participant"]].nunique()
    counts: pd.DataFrame = sums.assign(passages=groups.size())
    return counts.assign(transcripts=distinct["transcript"], participants=distinct["participant"])


def _by_cell(table: pd.DataFrame, row_of: pd.Series[str]) -> Any:
    return table.assign(row=table["transcript"].map(row_of)).groupby(["row", "code"], sort=False)


def _ratio(part: pd.Series[int], whole: pd.Series[int]) -> pd.Series[float]:
    """Missing where there is nothing to divide by."""
    return part.astype("Float64").div(whole.astype("Float64").where(whole > 0)).astype(float)


def _note(read: int, there: int) -> str:
    if not there:
        return NO_TRANSCRIPTS
    if not read:
        return NOBODY_READ
    return "" if read == there else f"read in {read} of {there} transcripts"
