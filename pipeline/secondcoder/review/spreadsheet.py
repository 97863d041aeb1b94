"""The review as a spreadsheet, for those who prefer it: suggestions out, decisions back in.

A row is a suggestion, in the order of the text. The coder chooses a decision from the drop-down; the sheet is read back against the
passages and suggestions as they stand. Passages that are to be coded blind are not in the sheet: a sheet cannot hold anything back.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from secondcoder.domain.records import Decision, ReviewAction, Suggestion, Valence
from secondcoder.domain.times import cell, time_at
from secondcoder.errors import DecisionError, TableError
from secondcoder.exchange.tables.rows import read_rows
from secondcoder.labels.new_decision import ActionRequest
from secondcoder.labels.review_sample import Passage
from secondcoder.reports.spreadsheet import (
    NOTHING_TAKEN,
    OTHER_CODE,
    Choice,
    Row,
    Spreadsheet,
    choice_faults,
    chosen,
    code_typed,
    id_of,
    other_code_faults,
    typed,
)
from secondcoder.review.session import ReviewSession
from secondcoder.review.wording import likelihood, valence_hint

DECISIONS = ("accept", "change", "reject", "unsure")
SHEET = Spreadsheet(
    title="review",
    fixed=("transcript", "start", "end", "code", "text"),
    filled=("decision", OTHER_CODE, "valence", "memo"),
    source="this review's",
    widths={
        "id": 18,
        "question": 40,
        "text": 70,
        "name": 26,
        "memo": 40,
        "likelihood": 18,
        "likely valence": 28,
        "time": 9,
    },
)
SHOWN = ("id", "transcript", "start", "end", "question", "text", "code", "name", "likelihood", "probability")
LIKELY_VALENCE, TIME = "likely valence", "time"
COLUMNS = (*SHOWN, *SHEET.filled)
CHOICES = (Choice("decision", DECISIONS), Choice("valence", tuple(Valence)), Choice(OTHER_CODE))
Suggested = tuple[Passage, Suggestion]


@dataclass(frozen=True)
class ImportedDecisions:
    """What came back: decisions taken in, and rows left empty."""

    decisions: int
    empty: int


def write_sheet(review: ReviewSession, coder: str, path: Path) -> int:
    """Write the suggestions that wait for this coder, with drop-downs and the codebook; how many there are.

    Raises:
        InputError: the file is no `.xlsx`; StudyError: it cannot be written.
    """
    rows = [_cells(review, *waiting) for waiting in _waiting(review, coder)]
    # Only where something is said in them.
    further = [column for column in (LIKELY_VALENCE, TIME) if any(row[column] for row in rows)]
    SHEET.write(path, (*SHOWN, *further, *SHEET.filled), rows, CHOICES, review.book)
    return len(rows)


def _waiting(review: ReviewSession, coder: str) -> Iterator[Suggested]:
    progress = review.progress_of(coder)
    for passage in review.passages:
        if not passage.is_blind or progress.state(passage.place).revealed:
            for suggestion in passage.suggestions:
                if progress.is_open(passage, suggestion.code):
                    yield passage, suggestion


def left_for_the_page(review: ReviewSession, coder: str) -> int:
    """Passages that this coder has still to code before the suggestions are seen; no sheet holds them."""
    progress = review.progress_of(coder)
    return sum(passage.is_blind and not progress.state(passage.place).revealed for passage in review.passages)


def row_id(suggestion: Suggestion) -> str:
    """A short name of the suggestion that changes when its model, place or code does."""
    # Not the row number in the store, which may be another when the same suggestions are made anew.
    place = (suggestion.model, *suggestion.place, suggestion.code)
    return f"s{hashlib.sha256(chr(0x1F).join(map(str, place)).encode()).hexdigest()[:12]}"


def _cells(review: ReviewSession, passage: Passage, suggestion: Suggestion) -> dict[str, Any]:
    return {
        "id": row_id(suggestion),
        "transcript": suggestion.transcript,
        "start": suggestion.start,
        "end": suggestion.end,
        "question": passage.segment.question,
        "text": passage.segment.text,
        "code": suggestion.code,
        "name": review.book[suggestion.code].name,
        "likelihood": likelihood(suggestion),
        "probability": suggestion.score if suggestion.calibrated else None,
        LIKELY_VALENCE: valence_hint(suggestion),
        TIME: cell(time_at(review.transcripts[suggestion.transcript].turns, suggestion.start)),
    }


def read_sheet(review: ReviewSession, coder: str, path: Path) -> ImportedDecisions:
    """Take a filled sheet in as this coder's decisions, all or none.

    Reading the same sheet twice takes nothing the second time.

    Raises:
        TableError: every row that was changed, stands twice, is unknown, or cannot be used.
    """
    rows = read_rows(path)
    # All and not only those that wait: some may have been decided on since the sheet was written.
    known = {
        row_id(suggestion): (passage, suggestion) for passage in review.passages for suggestion in passage.suggestions
    }
    SHEET.check(
        path, rows, known, lambda item: _cells(review, *item), lambda row, item: _faults(review, coder, row, item[0])
    )
    filled = [(row, known[id_of(row)]) for row in rows if chosen(row, "decision")]
    new = [
        decision for decision in _decisions(review, coder, path, filled) if not _is_recorded(review, coder, decision)
    ]
    review.write(new)
    return ImportedDecisions(len(new), len(rows) - len(filled))


def _faults(review: ReviewSession, coder: str, row: Row, passage: Passage) -> Iterator[str]:
    """What is wrong with what a person filled in."""
    if passage.is_blind and not review.progress_of(coder).state(passage.place).revealed:
        yield f"{row.place}: this passage is to be coded before its suggestions are seen; do that on the page."
    yield from choice_faults(row, "decision", DECISIONS)
    yield from other_code_faults(row, "decision", "change", review.book)
    for column in ("valence", "memo"):
        if row[column].strip() and not chosen(row, "decision"):
            yield f"{row.place}: '{column}' is filled, but the decision is empty."
    yield from choice_faults(row, "valence", tuple(Valence))


def _decisions(
    review: ReviewSession, coder: str, path: Path, filled: Sequence[tuple[Row, Suggested]]
) -> list[Decision]:
    """The rows as decisions; TableError with every one that the review refuses."""
    decisions, faults = list[Decision](), list[str]()
    for row, suggested in filled:
        try:
            decisions.append(_decision(review, coder, row, *suggested))
        except DecisionError as error:
            faults.append(f"{row.place}: {str(error).removesuffix(' Nothing was recorded.')}")
    if faults:
        raise TableError(path.name, faults, NOTHING_TAKEN)
    return decisions


def _decision(review: ReviewSession, coder: str, row: Row, passage: Passage, suggestion: Suggestion) -> Decision:
    valence = chosen(row, "valence")
    action = ActionRequest(
        ReviewAction(chosen(row, "decision")),
        passage.key,
        # New each time, since somebody may change their mind and back; `_is_recorded` knows what was read before.
        f"sheet-{secrets.token_urlsafe(12)}",
        suggested=suggestion.code,
        code=code_typed(row, review.book),
        valence=Valence(valence) if valence else None,
        memo=typed(row, "memo"),
    )
    return replace(review.prepare(coder, action), seconds=None)


def _is_recorded(review: ReviewSession, coder: str, decision: Decision) -> bool:
    """The coder's latest decision on the suggestion is this one already."""
    last = review.progress_of(coder).state(decision.place).decision_on(decision.suggested or "")
    fields = ("verdict", "code", "valence", "memo")
    return last is not None and all(getattr(last, name) == getattr(decision, name) for name in fields)
