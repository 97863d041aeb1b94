"""Tables on a terminal of 80 columns: no word or figure is broken, whatever stands in them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from typing import Any
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


def test_words_stand_left_and_figures_right(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["code", "name", "share"], [["CO", "Coherence", "9.5%"], ["CA.CI", "Room", "10.2%"], ["F", None, None]])
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert [line.split("  ")[0].strip() for line in lines[2:]] == ["CO", "CA.CI", "F"]
    assert len({line.index(word) for line, word in zip(lines[2:], ("Coherence", "Room", "–"), strict=True)}) == 1
    assert len({len(line) for line in lines[2:]}) == 1


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_running_text_is_no_wider_than_the_terminal(columns: int, run_cli: Callable[..., Any]) -> None:
    with patch.dict("os.environ", {"COLUMNS": str(columns)}):
        _, shown, _ = run_cli("glossary", "kappa")
    assert max(map(len, shown.splitlines())) in range(min(columns, 100) - 15, min(columns, 100) + 1)
