"""docs/limits.md, docs/comparison.md: a figure in a row that links to a page of benchmarks/ stands there, letter by letter."""

from __future__ import annotations

import re

import pytest
from support.places import ROOT

ROW = re.compile(r"^\| ([^|]*) \| ([^|]*) \| \[[^\]]*\]\(\.\./(benchmarks/[A-Z_]+\.md)\) \|$", re.MULTILINE)
NUMBER = re.compile(r"[+-]?\d*\.?\d+%?")
ROWS = [
    (page, *row) for page in ("limits", "comparison") for row in ROW.findall((ROOT / f"docs/{page}.md").read_text())
]


@pytest.mark.parametrize(("page", "what", "figures", "source"), ROWS)
def test_figures_stand_where_the_row_says(page: str, what: str, figures: str, source: str) -> None:
    there = set(NUMBER.findall((ROOT / source).read_text(encoding="utf-8")))
    quoted = set(NUMBER.findall(figures))
    assert quoted, f"{page}: no figure in the row '{what}'"
    assert quoted <= there, f"{page}: {quoted - there} not in {source}"


def test_there_are_such_rows() -> None:
    assert {page for page, *_ in ROWS} == {"limits", "comparison"}
