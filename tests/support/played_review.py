"""A researcher who knows an interview's marks decides on its suggestions, in the review's spreadsheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Coding, Valence
from secondcoder.domain.spans import share_text
from secondcoder.review.session import ReviewSession
from secondcoder.review.spreadsheet import read_sheet, write_sheet
from secondcoder.study.study import Study

CODER = "Ada"


def decide_by(study: Study, marks: Sequence[Coding], sheet: Path) -> Counter[str]:
    """Accept each suggestion on whose passage its code, or one below it, was marked, with the valence of the marks; reject all others.

    Nothing is added that was not suggested. Returns how many suggestions were accepted, and rejected.
    """
    review = ReviewSession(study)
    write_sheet(review, CODER, sheet)
    workbook = load_workbook(sheet)
    rows = workbook["review"]
    columns = {cell.value: cell.column for cell in rows[1]}
    decided: Counter[str] = Counter()
    for number in range(2, rows.max_row + 1):
        row = {name: rows.cell(number, column).value for name, column in columns.items()}
        there = [mark for mark in marks if _says(mark, row, review.book)]
        decision = "accept" if there else "reject"
        decided[decision] += 1
        rows.cell(number, columns["decision"], decision)
        if valence := _common([mark.valence for mark in there if mark.valence]):
            rows.cell(number, columns["valence"], valence)
    workbook.save(sheet)
    read_sheet(review, CODER, sheet)
    return decided


def _common(valences: Sequence[Valence]) -> str:
    return "" if not valences else valences[0].value if len(set(valences)) == 1 else Valence.MIXED.value


def _says(mark: Coding, row: dict[str, Any], book: Codebook) -> bool:
    same = row["code"] in (mark.code, *book.ancestors(mark.code))
    return same and mark.transcript == row["transcript"] and share_text(mark.span, (row["start"], row["end"]))
