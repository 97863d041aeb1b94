"""Human codings as a coded table of spans: `read_coded_table` reads it back to the same codings and passes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from secondcoder.records import Coding, CodingPass, Origin, Transcript

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("transcript", "start", "end", "text", "codes", "coder", "valence", "origin", "memo")


def coded_table(
    transcripts: Mapping[str, Transcript], codings: Iterable[Coding], passes: Iterable[CodingPass]
) -> pd.DataFrame:
    """One row a coding, and one with empty `codes` an independent coding pass, ordered by transcript, coder and place.

    What was only looked through with suggestions on screen has no row: an empty cell would say "independently, and nothing".
    """
    import pandas as pd

    looked = [one for one in passes if one.origin is Origin.INDEPENDENT]
    rows = [_row(transcripts, one, "") for one in looked] + [_row(transcripts, one, one.code) for one in codings]
    rows.sort(
        key=lambda row: (row["transcript"], row["coder"], bool(row["codes"]), row["start"], row["end"], row["codes"])
    )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(transcripts: Mapping[str, Transcript], one: Coding | CodingPass, code: str) -> dict[str, Any]:
    """A pass shows no text: it would repeat the interview."""
    marked = isinstance(one, Coding)
    return {
        "transcript": one.transcript,
        "start": one.start,
        "end": one.end,
        "text": transcripts[one.transcript].text[one.start : one.end] if marked else "",
        "codes": code,
        "coder": one.coder,
        "valence": (one.valence or "") if isinstance(one, Coding) else "",
        "origin": one.origin.value if isinstance(one, Coding) else "",
        "memo": one.memo if isinstance(one, Coding) else "",
    }
