"""Suggestions as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Segment, Suggestion, Transcript
from secondcoder.domain.times import cell, time_at

if TYPE_CHECKING:
    import pandas as pd


def suggestion_table(
    suggestions: Sequence[Suggestion],
    segments: Sequence[Segment],
    transcripts: Mapping[str, Transcript],
    book: Codebook,
    valence: bool = False,
) -> pd.DataFrame:
    """One row a suggestion, by transcript and place, the likeliest code of a segment first.

    `probability` is empty where the code is only ranked; `rank_score` is empty where it has a probability.
    `alternative` is there where a ranked passage fits another code of the family as well, and `time`, h:mm:ss, where a transcript
    says when its turns begin.

    Args:
        valence: the model suggests it; with two columns more, empty where no valence is likelier than not.
    """
    rows = SuggestionRows(transcripts, book)
    rows.add(suggestions, segments)
    return rows.table(valence)


class SuggestionRows:
    """Rows of a table of suggestions, gathered some transcripts at a time.

    Args:
        transcripts: by id.
    """

    def __init__(self, transcripts: Mapping[str, Transcript], book: Codebook) -> None:
        self._transcripts, self._book = transcripts, book
        # Cells by column: a dictionary a row would take several times the memory.
        self._cells: dict[str, list[Any]] = {name: [] for name in (*COLUMNS, *VALENCE, *ALTERNATIVE, *TIME)}
        # Passages are shown again and again: one string for all cells that say the same.
        self._said: dict[str, str] = {}

    def add(self, suggestions: Sequence[Suggestion], segments: Sequence[Segment]) -> None:
        """Suggestions on segments of transcripts whose ids come after those added before."""
        rows = suggestion_rows(suggestions, segments, self._transcripts, self._book)
        # Stable: what ties keeps the model's order of codes, so that the same run gives the same bytes.
        rows.sort(
            key=lambda row: (row["transcript"], row["start"], -(row["probability"] or 0), -(row["rank_score"] or 0))
        )
        for name, cells in self._cells.items():
            cells += [self._said.setdefault(row[name], row[name]) if name in NEAREST else row[name] for row in rows]

    def table(self, valence: bool = False) -> pd.DataFrame:
        """As `suggestion_table` has it."""
        import pandas as pd

        further = [name for name in (*ALTERNATIVE, *TIME) if any(self._cells[name])]
        columns = [*COLUMNS, *(VALENCE if valence else ()), *further]
        return pd.DataFrame({name: self._cells[name] for name in columns}, columns=columns)


def suggestion_rows(
    suggestions: Sequence[Suggestion],
    segments: Sequence[Segment],
    transcripts: Mapping[str, Transcript],
    book: Codebook,
) -> list[dict[str, Any]]:
    """The rows of the table in the order of the suggestions, each with all columns that one may have."""
    place = {segment.place: segment for segment in segments}
    return [_row(suggestion, place[suggestion.place], transcripts, book) for suggestion in suggestions]


NEAREST = ("nearest_1", "nearest_2", "nearest_3")
COLUMNS = (
    *("transcript", "case", "participant", "role", "wave", "segment", "start", "end", "speaker", "question", "text"),
    *("code", "code_name", "probability", "rank_score", "threshold", "kind", "model", "carrying"),
    *NEAREST,
)
VALENCE = ("valence", "valence_probability")
ALTERNATIVE = ("alternative",)
TIME = ("time",)


def _row(
    suggestion: Suggestion, segment: Segment, transcripts: Mapping[str, Transcript], book: Codebook
) -> dict[str, Any]:
    transcript = transcripts[suggestion.transcript]
    nearest = [f"{passage.transcript} ({passage.similarity:.2f}): {passage.text}" for passage in suggestion.nearest]
    return {
        "transcript": suggestion.transcript,
        "case": transcript.case,
        "participant": transcript.participant,
        "role": transcript.role,
        "wave": transcript.wave,
        "segment": segment.order,
        "start": suggestion.start,
        "end": suggestion.end,
        "speaker": segment.speaker,
        "question": segment.question,
        "text": segment.text,
        "code": suggestion.code,
        "code_name": book[suggestion.code].name,
        "probability": suggestion.score if suggestion.calibrated else None,
        "rank_score": None if suggestion.calibrated else suggestion.score,
        "threshold": suggestion.threshold,
        "kind": "probability" if suggestion.calibrated else "ranked from the codebook",
        "model": suggestion.model,
        "valence": suggestion.valence and suggestion.valence.value,
        "valence_probability": suggestion.valence_probability,
        "alternative": suggestion.alternative,
        "time": cell(time_at(transcript.turns, suggestion.start)),
        "carrying": " [...] ".join(transcript.text[start:end] for start, end in suggestion.carrying),
        **{f"nearest_{n}": nearest[n - 1] if n <= len(nearest) else "" for n in (1, 2, 3)},
    }
