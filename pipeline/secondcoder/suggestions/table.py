"""Suggestions as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Segment, Suggestion, Transcript

if TYPE_CHECKING:
    import pandas as pd


def suggestion_table(
    suggestions: Sequence[Suggestion],
    segments: Sequence[Segment],
    transcripts: Mapping[str, Transcript],
    book: Codebook,
) -> pd.DataFrame:
    """One row a suggestion, by transcript and place, the likeliest code of a segment first.

    `probability` is empty where the code is only ranked; `rank_score` is empty where it has a probability.
    """
    import pandas as pd

    place = {(segment.transcript, segment.start, segment.end): segment for segment in segments}
    rows = [
        _row(one, place[one.transcript, one.start, one.end], transcripts[one.transcript], book) for one in suggestions
    ]
    rows.sort(key=lambda row: (row["transcript"], row["start"], -(row["probability"] or 0), -(row["rank_score"] or 0)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


COLUMNS = (
    *("transcript", "case", "participant", "role", "wave", "segment", "start", "end", "speaker", "question", "text"),
    *("code", "code_name", "probability", "rank_score", "threshold", "kind", "model", "carrying"),
    *("nearest_1", "nearest_2", "nearest_3"),
)


def _row(one: Suggestion, segment: Segment, transcript: Transcript, book: Codebook) -> dict[str, Any]:
    nearest = [f"{passage.transcript} ({passage.similarity:.2f}): {passage.text}" for passage in one.nearest]
    return {
        "transcript": one.transcript,
        "case": transcript.case,
        "participant": transcript.participant,
        "role": transcript.role,
        "wave": transcript.wave,
        "segment": segment.order,
        "start": one.start,
        "end": one.end,
        "speaker": segment.speaker,
        "question": segment.question,
        "text": segment.text,
        "code": one.code,
        "code_name": book[one.code].name,
        "probability": one.score if one.calibrated else None,
        "rank_score": None if one.calibrated else one.score,
        "threshold": one.threshold,
        "kind": "probability" if one.calibrated else "ranked from the codebook",
        "model": one.model,
        "carrying": " [...] ".join(transcript.text[start:end] for start, end in one.carrying),
        **{f"nearest_{n}": nearest[n - 1] if n <= len(nearest) else "" for n in (1, 2, 3)},
    }
