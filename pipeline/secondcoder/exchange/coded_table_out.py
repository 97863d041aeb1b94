"""Human codings as a coded table of spans: `read_coded_table` reads it back to the same codings and passes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Coding, CodingPass, Transcript

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("transcript", "start", "end", "text", "codes", "coder", "valence", "origin", "looked_for", "memo")


def coded_table(
    transcripts: Mapping[str, Transcript], codings: Iterable[Coding], passes: Iterable[CodingPass], book: Codebook
) -> pd.DataFrame:
    """One row a coding, and one with empty `codes` a coding pass, ordered by transcript, coder and place.

    A pass names in `looked_for` the codes that were looked for, nothing for all of the codebook's. Since the column is there, no row
    says more than itself: a coder whose rows are all codings looked through nothing that is known.
    """
    import pandas as pd

    looked = dict.fromkeys(one for one in passes if one.codes)
    rows = [_pass_row(one, book) for one in looked] + [_coding_row(transcripts, one) for one in codings]
    order = ("transcript", "coder", "start", "end", "codes", "origin", "looked_for")
    rows.sort(key=lambda row: (row["transcript"], row["coder"], bool(row["codes"]), *(row[name] for name in order[2:])))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _coding_row(transcripts: Mapping[str, Transcript], one: Coding) -> dict[str, Any]:
    text = transcripts[one.transcript].text[one.start : one.end]
    own = {"text": text, "codes": one.code, "valence": one.valence or "", "looked_for": "", "memo": one.memo}
    return _place(one) | own


def _pass_row(one: CodingPass, book: Codebook) -> dict[str, Any]:
    """Without the text: it would repeat the interview."""
    looked_for = "" if one.codes == book.ids else "|".join(one.codes)
    return _place(one) | {"text": "", "codes": "", "valence": "", "looked_for": looked_for, "memo": ""}


def _place(one: Coding | CodingPass) -> dict[str, Any]:
    return {
        "transcript": one.transcript,
        "start": one.start,
        "end": one.end,
        "coder": one.coder,
        "origin": one.origin.value,
    }
