"""The list of staff and places as people write it."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.deidentification.finding import PERSON, PRACTICE
from secondcoder.deidentification.staff_list import Listed, read_staff_list
from secondcoder.errors import ReadError, TableError


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "staff.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_name_is_enough(tmp_path: Path) -> None:
    text = "\ufeffName,Kind,Pseudonym,Also\nDr Siân Price,,,Shan; Dr P\n\nHawthorn Surgery,Practice,[practice X],\n"
    assert read_staff_list(written(tmp_path, text)) == [
        Listed("Dr Siân Price", PERSON, "", ("Shan", "Dr P")),
        Listed("Hawthorn Surgery", PRACTICE, "[practice X]"),
    ]


def test_bad_rows_are_all_named(tmp_path: Path) -> None:
    with pytest.raises(
        TableError, match=r"(?s)line 2: the name is empty.*line 3: kind 'practise'.*Did you mean 'practice'"
    ):
        read_staff_list(written(tmp_path, "name,kind\n,person\nHawthorn,practise\n"))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("who\nSam\n", "no column is called 'name'"),
        ("", "no column is called 'name'"),
        (b"name\nS\xe9an\n", "no UTF-8"),
        ('name\n"Sam', "no CSV"),
        (b"name\n" + b"x" * (5 * 2**20), "larger than"),
        ("name,name\nSam,Tom\n", "two columns"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: str | bytes, fault: str) -> None:
    with pytest.raises(ReadError, match=fault):
        read_staff_list(written(tmp_path, content))
