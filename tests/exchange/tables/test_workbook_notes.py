"""What a workbook holds beside its cells: comments are named, and so are rows and columns that nobody sees."""

from __future__ import annotations

from collections.abc import Callable
from errno import EACCES
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from secondcoder.errors import InputError
from secondcoder.exchange.tables.rows import read_table
from secondcoder.study.study import Study

HEADER = ("transcript", "order", "speaker", "text", "codes", "coder")
UNSEEN = "the workbook hides rows or columns; those of the sheet that was read were read too."


def notes(folder: Path, change: Callable[[Any], object]) -> tuple[str, ...]:
    book = Workbook()
    sheet = book.active
    for row in (HEADER, ("t1", 1, "I", "How?", None, None), ("t1", 2, "R", "So.", "hope", "Ada")):
        sheet.append(row)
    change(sheet)
    book.save(folder / "codes.xlsx")
    table = read_table(folder / "codes.xlsx", ("transcript", "text", "codes"))
    assert [(row["text"], row["codes"], row["coder"]) for row in table.rows] == [
        ("How?", "", ""),
        ("So.", "hope", "Ada"),
    ]
    return table.notes


def hide_row(sheet: Any) -> None:
    sheet.row_dimensions[3].hidden = True


def hide_column(sheet: Any) -> None:
    sheet.column_dimensions["F"].hidden = True


def filter_rows(sheet: Any) -> None:
    sheet.auto_filter.ref = "A1:F3"
    hide_row(sheet)


def comment(sheet: Any) -> None:
    sheet["E3"].comment = Comment("also fear", "Ben")
    sheet["E2"].comment = Comment("?", "Ben")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (hide_row, (UNSEEN,)),
        (hide_column, (UNSEEN,)),
        (filter_rows, (UNSEEN,)),
        (comment, ("2 comments on cells not read.",)),
        (lambda sheet: None, ()),
    ],
    ids=["row", "column", "filter", "comments", "nothing"],
)
def test_what_lies_beside_the_cells_is_named(
    tmp_path: Path, change: Callable[[Any], object], expected: tuple[str, ...]
) -> None:
    assert notes(tmp_path, change) == expected


@pytest.mark.parametrize("charts", [1, 2])
def test_a_sheet_of_a_chart_that_is_empty_is_no_hindrance(tmp_path: Path, charts: int) -> None:
    def add(sheet: Any) -> None:
        for _ in range(charts):
            sheet.parent.create_chartsheet()

    assert notes(tmp_path, add) == ()


@pytest.mark.parametrize("name", ["codes.xlsx", "codes.csv", "codes.jsonl", "talk.txt", "talk.docx", "talk.vtt"])
def test_a_file_that_may_not_be_read_is_named_so(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    study = Study.create(tmp_path / "study", "npt")
    (tmp_path / name).write_bytes(b"PK\x03\x04")

    def locked(self: Path) -> bytes:
        raise PermissionError(EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", locked)
    with pytest.raises(InputError, match=rf"{name}: cannot be read \(Permission denied\)"):
        study.import_files([tmp_path / name])
    study.close()
