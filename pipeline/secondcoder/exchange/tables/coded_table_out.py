"""Human codings as a coded table of spans: `coded_table.read` reads it back to the same codings and passes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Coding, CodingPass, Transcript
from secondcoder.domain.times import cell, time_at
from secondcoder.exchange.registry import CodedData
from secondcoder.exchange.tables.missing_cells import guarded, guarded_word

if TYPE_CHECKING:
    import pandas as pd

TIME = "time"  # when the turn begins, h:mm:ss, in a table of which any row has one
COLUMNS = ("transcript", "start", "end", "text", "codes", "coder", "valence", "origin", "looked_for", "memo")


def coded_table(data: CodedData, book: Codebook) -> pd.DataFrame:
    """One row a coding, and one with empty `codes` a coding pass, ordered by transcript, coder and place.

    A pass names in `looked_for` the codes that were looked for, nothing for all of the codebook's. Since the column is there, no row
    says more than itself: a coder whose rows are all codings looked through nothing that is known.
    """
    import pandas as pd

    transcripts = {transcript.id: transcript for transcript in data.transcripts}
    # A pass of no codes would come back as one of all: that is what an empty `looked_for` says.
    looked = dict.fromkeys(coding_pass for coding_pass in data.passes if coding_pass.codes)
    rows = [_pass_row(coding_pass, book) for coding_pass in looked]
    rows += [_coding_row(transcripts, coding) for coding in data.codings]
    order = ("transcript", "coder", "start", "end", "codes", "origin", "looked_for")
    rows.sort(key=lambda row: (row["transcript"], row["coder"], bool(row["codes"]), *(row[name] for name in order[2:])))
    timed = [TIME] if any(row.get(TIME) for row in rows) else []
    return pd.DataFrame([_guarded(row) for row in rows], columns=[*COLUMNS, *timed])


def _guarded(row: dict[str, Any]) -> dict[str, Any]:
    """A coder, a transcript or a code that is called NA comes back as what it is, and not as an empty cell."""
    names = {column: guarded(row[column]) for column in ("transcript", "codes", "coder", "looked_for")}
    return row | names | {"memo": guarded_word(row["memo"])}


def _coding_row(transcripts: Mapping[str, Transcript], coding: Coding) -> dict[str, Any]:
    transcript = transcripts[coding.transcript]
    said = {"text": transcript.text[coding.start : coding.end], TIME: cell(time_at(transcript.turns, coding.start))}
    marks = {"codes": coding.code, "valence": coding.valence or "", "looked_for": "", "memo": coding.memo}
    return _span(coding) | said | marks


def _pass_row(coding_pass: CodingPass, book: Codebook) -> dict[str, Any]:
    """Without the text, which would repeat the interview, and without a time."""
    looked_for = "" if coding_pass.codes == book.ids else "|".join(coding_pass.codes)
    return _span(coding_pass) | {"text": "", "codes": "", "valence": "", "looked_for": looked_for, "memo": "", TIME: ""}


def _span(mark: Coding | CodingPass) -> dict[str, Any]:
    return {
        "transcript": mark.transcript,
        "start": mark.start,
        "end": mark.end,
        "coder": mark.coder,
        "origin": mark.origin.value,
    }
