"""Part of a study's charts: chosen codes and cases, as a person writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from secondcoder.charting.chart_data import ChartData
from secondcoder.domain.names import known_name
from secondcoder.errors import InputError, did_you_mean
from secondcoder.labels.code_counts import NO_CASE

if TYPE_CHECKING:
    import pandas as pd


def chosen(data: ChartData, codes: Iterable[str] = (), cases: Iterable[str] = ()) -> ChartData:
    """The same tables with these codes and cases alone, in their own order; all of what is not named.

    Args:
        codes: ids or names, in any case of letters; a construct without its sub-constructs, whose passages it counts.
        cases: "no case" for the transcripts without one.

    Raises:
        InputError: there is no such code or case.
    """
    # Ids last, so that a name that is another code's id never hides it.
    by_name = {name: code for name, code in zip(data.codes["name"], data.codes["code"], strict=True) if name}
    ids = {code: code for code in data.codes["code"]}
    known = dict.fromkeys([*data.cases["case"], *data.transcripts["case"], NO_CASE])
    return _narrowed(
        data,
        {_found(code, {**by_name, **ids}, "code") for code in codes},
        {_found(case, {name: name for name in known}, "case") for case in cases},
    )


def _narrowed(data: ChartData, codes: set[str], cases: set[str]) -> ChartData:
    if codes:
        tables = {name: getattr(data, name) for name in ("codes", "passages", "readings")}
        data = replace(data, **{name: table[table["code"].isin(codes)] for name, table in tables.items()})
    if cases:
        data = replace(data, cases=data.cases[data.cases["case"].isin(cases)])
        data = of_transcripts(data, data.transcripts["case"].isin(cases))
    return data


def of_transcripts(data: ChartData, wanted: pd.Series[bool]) -> ChartData:
    """The same of some transcripts alone; the cases stay.

    Args:
        wanted: a truth value for each row of `data.transcripts`.
    """
    talks = data.transcripts[wanted]
    tables = {name: getattr(data, name) for name in ("passages", "readings")}
    there = {name: table[table["transcript"].isin(talks["transcript"])] for name, table in tables.items()}
    return replace(data, transcripts=talks, **there)


def _found(written: str, known: Mapping[str, str], what: str) -> str:
    """The id of what a person wrote."""
    spelling = known_name(written, known)
    if spelling not in known:
        raise InputError(f"There is no {what} '{written}'.{did_you_mean(written, known)} Nothing was charted.")
    return known[spelling]
