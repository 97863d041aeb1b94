"""Small charts made by hand: the five tables of `ChartData` from short rows, without a study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from secondcoder.charting.chart_data import CODES, DESCRIBING, NOT_READ, PASSAGES, READINGS, WHOLE, ChartData


def talk(
    name: str, case: str = "", participant: str = "", role: str = "", wave: str = "", words: int = 100
) -> tuple[Any, ...]:
    """A transcript."""
    return name, case or "no case", participant or name, role, wave, words


def mark(transcript: str, code: str, start: int, end: int = 0, **more: Any) -> dict[str, Any]:
    """A passage, of one character without an end."""
    return {"transcript": transcript, "code": code, "start": start, "end": end or start + 1, **more}


def chart(
    talks: Sequence[tuple[Any, ...]],
    codes: Iterable[str],
    passages: Iterable[Mapping[str, Any]] = (),
    read: Mapping[tuple[str, str], str] | str = WHOLE,
    cases: Sequence[Mapping[str, str]] = (),
    roll_up: bool = True,
) -> ChartData:
    """The tables.

    Args:
        codes: "A", or "A1<A" for one below another.
        read: how much of each (transcript, code) was read, else not; or of all alike.
    """
    tree = [code.partition("<")[::2] for code in codes]
    plain = {
        "own": True,
        "valence": "",
        "origin": "independent",
        "counts": True,
        "coders": "Ana",
        "text": "",
        "where": "",
        "turn": 1,
    }
    given = [{"passage": number, **plain, **row} for number, row in enumerate(passages, start=1)]
    found = [
        (name, code, read if isinstance(read, str) else read.get((name, code), NOT_READ))
        for name, *_ in talks
        for code, _ in tree
    ]
    named = dict.fromkeys(case for _, case, *_ in talks if case != "no case")
    return ChartData(
        pd.DataFrame(list(talks), columns=list(DESCRIBING)),
        pd.DataFrame(list(cases) or [{"case": case} for case in named], columns=None if cases else ["case"]),
        pd.DataFrame([(code, f"name of {code}", parent, "", 0, "", "") for code, parent in tree], columns=list(CODES)),
        pd.DataFrame(given, columns=list(PASSAGES)).astype({"counts": bool, "own": bool}),
        pd.DataFrame(found, columns=list(READINGS)),
        roll_up,
    )
