"""Tables on a terminal of 80 columns: no word or figure is broken, whatever stands in them."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.cli.common import print_table

WORD = st.text("abcdefg0123456789.–()", min_size=1, max_size=24)
CELL = st.lists(WORD, min_size=1, max_size=3).map(" ".join)


class Terminal(StringIO):
    """What is printed, by a program that believes to be at a terminal."""

    def isatty(self) -> bool:
        return True


@given(
    st.integers(1, 9).flatmap(
        lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=2, max_size=5)
    )
)
def test_every_word_of_every_cell_is_whole(table: list[list[str]]) -> None:
    head, *rows = table
    out = Terminal()
    with patch.dict("os.environ", {"COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1"}), redirect_stdout(out):
        print_table(head, rows)
    shown = out.getvalue()
    assert all(len(line) <= 80 for line in shown.splitlines())
    words = shown.split()
    for row in table:
        for cell in row:
            assert all(word in words for word in cell.split())


@pytest.mark.parametrize("columns", [1, 3])
def test_what_fits_is_one_table(columns: int, capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["name"] * columns, [["a"] * columns])
    assert capsys.readouterr().out.count("─ ") == 1
