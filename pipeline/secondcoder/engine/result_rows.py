"""The rows of a batch run's result: the table of suggestions, and before it where each came from, so that it can be joined back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Segment, Suggestion
from secondcoder.engine.reading import Talk
from secondcoder.suggestions.suggester import Suggested
from secondcoder.suggestions.table import ALTERNATIVE, COLUMNS, TIME, VALENCE, suggestion_rows

if TYPE_CHECKING:
    import pyarrow

SOURCE = ("input", "row", "id")
"""The file or table; the table's row, from 1; and what the row's own column `id` holds."""
WHOLE = ("row", "segment", "start", "end")
NUMBERS = ("probability", "rank_score", "threshold", "valence_probability")


@cache
def schema() -> pyarrow.Schema:
    """The columns, the same whatever is in them."""
    import pyarrow

    kinds = {**dict.fromkeys(WHOLE, pyarrow.int64()), **dict.fromkeys(NUMBERS, pyarrow.float64())}
    names = (*SOURCE, *COLUMNS, *VALENCE, *ALTERNATIVE, *TIME)
    return pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in names])


def result_rows(talks: Sequence[Talk], suggested: Suggested, book: Codebook) -> list[dict[str, Any]]:
    """What was suggested for some transcripts, in the order of the input, the likeliest code of a segment first."""
    by_id = {talk.transcript.id: talk for talk in talks}
    place = {talk.transcript.id: number for number, talk in enumerate(talks)}
    segments = {segment.place: segment for segment in suggested.segments}
    transcripts = {talk.transcript.id: talk.transcript for talk in talks}
    rows = [
        {**_source(suggestion, by_id, segments), **row}
        for suggestion, row in zip(
            suggested.suggestions,
            suggestion_rows(suggested.suggestions, suggested.segments, transcripts, book),
            strict=True,
        )
    ]
    # Stable: what ties keeps the model's order of codes.
    rows.sort(
        key=lambda row: (
            place[row["transcript"]],
            row["row"] or 0,
            row["start"],
            -(row["probability"] or 0),
            -(row["rank_score"] or 0),
        )
    )
    return rows


def _source(
    suggestion: Suggestion, by_id: Mapping[str, Talk], segments: Mapping[tuple[str, int, int], Segment]
) -> dict[str, Any]:
    talk = by_id[suggestion.transcript]
    row, own = talk.units[segments[suggestion.place].turn] if talk.units else (None, None)
    return {"input": talk.input, "row": row, "id": own}


def result_table(rows: Sequence[Mapping[str, Any]]) -> pyarrow.Table:
    """The rows as they are kept."""
    import pyarrow

    return pyarrow.Table.from_pylist(list(rows), schema=schema())
