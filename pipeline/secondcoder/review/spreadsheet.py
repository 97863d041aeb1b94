"""The review as a spreadsheet, for those who prefer it: suggestions out, decisions back in.

A row is a suggestion, in the order of the talk. The coder chooses a decision from the drop-down; the sheet is read back against
the passages and suggestions as they stand. A row whose text, place, code or id was changed is refused, all faults are reported
together, and then nothing is taken in. Passages that are to be coded blind are not in the sheet: a sheet cannot hold anything back.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from secondcoder.agreement.adjudication import cell_text
from secondcoder.domain.records import Decision, Suggestion, Valence, Verdict
from secondcoder.errors import DecisionError, TableError, did_you_mean
from secondcoder.exchange.rows import Row, ids_twice, read_rows, squeezed
from secondcoder.labels.new_decision import ActionRequest
from secondcoder.labels.review_sample import Passage
from secondcoder.reports.tables import plain_cell
from secondcoder.review.session import ReviewSession
from secondcoder.review.wording import likelihood

DECISIONS = ("accept", "change", "reject", "unsure")
FIXED = ("id", "transcript", "start", "end", "code")
SHOWN = ("question", "text", "name", "likelihood", "probability")
FILLED = ("decision", "other code", "valence", "memo")
COLUMNS = ("id", "transcript", "start", "end", "question", "text", "code", "name", "likelihood", "probability", *FILLED)
WIDTHS = {"id": 18, "question": 40, "text": 70, "name": 26, "memo": 40, "likelihood": 18}
NOTHING_TAKEN = "Nothing was taken in."


@dataclass(frozen=True)
class Taken:
    """What came back: decisions taken in, and rows left empty."""

    decisions: int
    empty: int


def write_sheet(review: ReviewSession, coder: str, path: Path) -> int:
    """Write the suggestions that wait for this coder, with drop-downs and the codebook; how many there are."""
    from openpyxl import Workbook

    rows = list(_waiting(review, coder))
    book = Workbook()
    sheet = book.active
    sheet.title = "review"
    sheet.append(COLUMNS)
    for passage, suggestion in rows:
        cells = _cells(review, passage, suggestion)
        sheet.append([cells[column] for column in COLUMNS])
    codes = book.create_sheet("codes")
    codes.append(["code", "name", "definition"])
    for code in review.book.codes:
        codes.append([cell_text(word) for word in (code.id, code.name, code.definition)])
    _add_choices(sheet, len(rows) + 1, len(review.book.codes) + 1)
    _lay_out(sheet)
    book.save(path)
    return len(rows)


def _waiting(review: ReviewSession, coder: str) -> Iterator[tuple[Passage, Suggestion]]:
    progress = review.progress_of(coder)
    for passage in review.passages:
        if not passage.is_blind or progress.state(passage.place).revealed:
            for one in passage.suggestions:
                if progress.is_open(passage, one.code):
                    yield passage, one


def left_for_the_page(review: ReviewSession, coder: str) -> int:
    """Passages that this coder has still to code before the suggestions are seen; no sheet holds them."""
    progress = review.progress_of(coder)
    return sum(one.is_blind and not progress.state(one.place).revealed for one in review.passages)


def row_id(suggestion: Suggestion) -> str:
    """A short name of the suggestion that changes when its model, place or code does."""
    place = (suggestion.model, suggestion.transcript, suggestion.start, suggestion.end, suggestion.code)
    return hashlib.sha256("\x1f".join(map(str, place)).encode()).hexdigest()[:12]


def _cells(review: ReviewSession, passage: Passage, one: Suggestion) -> dict[str, Any]:
    segment = passage.segment
    texts = {"id": f"s{row_id(one)}", "transcript": one.transcript, "question": segment.question, "text": segment.text}
    texts |= {"code": one.code, "name": review.book[one.code].name, "likelihood": likelihood(one)}
    plain = {column: cell_text(text) for column, text in texts.items()}
    probability = one.score if one.calibrated else None
    return {**plain, "start": one.start, "end": one.end, "probability": probability, **dict.fromkeys(FILLED, "")}


def _add_choices(sheet: Any, rows: int, codes: int) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    choices = {
        "decision": '"' + ",".join(DECISIONS) + '"',
        "valence": '"' + ",".join(Valence) + '"',
        "other code": f"codes!$A$2:$A${codes}",
    }
    for column, formula in choices.items():
        letter = get_column_letter(COLUMNS.index(column) + 1)
        choice = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
        choice.error = "Choose one of the list, or leave the cell empty."
        sheet.add_data_validation(choice)
        choice.add(f"{letter}2:{letter}{max(rows, 2)}")


def _lay_out(sheet: Any) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.freeze_panes = "B2"
    for at, column in enumerate(COLUMNS, start=1):
        cell = sheet.cell(1, at)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = WIDTHS.get(column, 13)
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(cell.value, str):
                cell.data_type = "s"


def read_sheet(review: ReviewSession, coder: str, path: Path) -> Taken:
    """Take a filled sheet in as this coder's decisions, all or none.

    Reading the same sheet twice takes nothing the second time.

    Raises:
        TableError: every row that was changed, stands twice, is unknown, or cannot be used.
    """
    rows = read_rows(path)
    missing = [f"row 1: column '{name}' is missing." for name in (*FIXED, "text", *FILLED) if name not in rows[0].cells]
    if missing:
        raise TableError(path.name, missing, NOTHING_TAKEN)
    known = {f"s{row_id(one)}": (passage, one) for passage in review.passages for one in passage.suggestions}
    faults = [*ids_twice(rows), *(fault for row in rows for fault in _faults(review, coder, row, known))]
    decisions: list[Decision] = []
    for row in rows if not faults else ():
        if _word(row, "decision"):
            try:
                decisions.append(_decision(review, coder, row, *known[row["id"].strip()]))
            except DecisionError as error:
                faults.append(f"{row.place}: {str(error).removesuffix(' Nothing was recorded.')}")
    if faults:
        raise TableError(path.name, faults, NOTHING_TAKEN)
    new = [one for one in decisions if not _is_said(review, coder, one)]
    review.write(new)
    return Taken(len(new), sum(not _word(row, "decision") for row in rows))


def _word(row: Row, column: str) -> str:
    return row[column].strip().casefold()


def _faults(review: ReviewSession, coder: str, row: Row, known: dict[str, tuple[Passage, Suggestion]]) -> Iterator[str]:
    found = known.get(row["id"].strip())
    if found is None:
        yield f"{row.place}: id '{row['id']}' is none of this review's.{did_you_mean(row['id'], known)}"
        return
    written = _cells(review, *found)
    for column in ("transcript", "start", "end", "code", "text"):
        if squeezed(row[column]) != squeezed(str(written[column])):
            yield f"{row.place}: the {column} was changed; it read '{' '.join(str(written[column]).split())[:60]}'."
    if found[0].is_blind and not review.progress_of(coder).state(found[0].place).revealed:
        yield f"{row.place}: this passage is to be coded before its suggestions are seen; do that on the page."
    yield from _filled_faults(review, row)


def _filled_faults(review: ReviewSession, row: Row) -> Iterator[str]:
    decision, other, valence = _word(row, "decision"), _other(row), _word(row, "valence")
    if decision and decision not in DECISIONS:
        near = did_you_mean(decision, DECISIONS)
        yield f"{row.place}: decision '{row['decision']}' is none of {', '.join(DECISIONS)}.{near}"
    if other and review.book.find(other) is None:
        yield f"{row.place}: {review.book.lacks(other)}"
    if decision == "change" and not other:
        yield f"{row.place}: the decision is 'change', but 'other code' is empty."
    if other and decision != "change":
        yield f"{row.place}: 'other code' is filled, but the decision is '{decision or 'empty'}', not 'change'."
    for column in ("valence", "memo"):
        if not decision and row[column].strip():
            yield f"{row.place}: '{column}' is filled, but the decision is empty."
    if valence and valence not in tuple(Valence):
        yield f"{row.place}: valence '{row['valence']}' is none of {', '.join(Valence)}.{did_you_mean(valence, Valence)}"


def _decision(review: ReviewSession, coder: str, row: Row, passage: Passage, one: Suggestion) -> Decision:
    valence = _word(row, "valence")
    said = ActionRequest(
        Verdict(_word(row, "decision")),
        passage.key,
        f"sheet-{secrets.token_urlsafe(12)}",
        suggested=one.code,
        code=_other(row) or None,
        valence=Valence(valence) if valence else None,
        memo=plain_cell(row["memo"]),
    )
    return replace(review.prepare(coder, said), seconds=None)


def _is_said(review: ReviewSession, coder: str, one: Decision) -> bool:
    """The coder's last word on the suggestion is this one already."""
    place = one.transcript, one.start, one.end
    last = review.progress_of(coder).state(place).decision_on(one.suggested or "")
    fields = ("verdict", "code", "valence", "memo")
    return last is not None and all(getattr(last, name) == getattr(one, name) for name in fields)


def _other(row: Row) -> str:
    return plain_cell(row["other code"].strip())
