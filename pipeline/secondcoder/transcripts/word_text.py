"""The text of Word's paragraphs and tables, walked in the XML.

python-docx's own `Paragraph.text` and `iter_inner_content()` pass over tracked insertions and content controls in silence,
and a transcript that somebody has corrected is full of the former. `word_left_out` has taken out what is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from secondcoder.transcripts.word_left_out import PARAGRAPH, symbol
from secondcoder.transcripts.word_package import MATH, W

TABLE, ROW, CELL = f"{W}tbl", f"{W}tr", f"{W}tc"

PAGE = "\f"  # until the paragraph is whole; XML holds none
_WRAPPERS = frozenset(f"{W}{tag}" for tag in ("sdt", "sdtContent", "customXml", "smartTag"))
_UNREAD = frozenset(f"{W}{tag}" for tag in ("pPr", "rPr", "sdtPr", "del", "moveFrom"))
_CHARACTERS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_TEXTS = (f"{W}t", f"{MATH}t")
# What stands between the parts of an equation when it is written in a line.
_BETWEEN = {f"{MATH}den": "/", f"{MATH}sup": "^", f"{MATH}sub": "_"}


def children(element: Any, *tags: str) -> Iterator[Any]:
    """The children with one of these tags, in order, looked for through content controls too."""
    for child in element:
        if child.tag in tags:
            yield child
        elif child.tag in _WRAPPERS:
            yield from children(child, *tags)


def paragraph_text(element: Any) -> str:
    """The text of a paragraph, line breaks as newlines and tabs as tabs; page breaks give none, but between two words a newline."""
    return without_page_breaks("".join(_pieces(element)))


def without_page_breaks(text: str) -> str:
    """The text, a newline for each `PAGE` between two words and nothing for the others."""
    return re.sub(rf"(?<=\S){PAGE}(?=\S)", "\n", text).replace(PAGE, "")


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in _TEXTS:
            yield child.text or ""
        elif child.tag == f"{W}br":
            yield "\n" if child.get(f"{W}type", "textWrapping") == "textWrapping" else PAGE
        elif child.tag in _CHARACTERS:
            yield _CHARACTERS[child.tag]
        elif child.tag == f"{W}sym":
            yield symbol(child) or ""
        elif child.tag not in _UNREAD:
            yield _BETWEEN.get(child.tag, "")
            yield from _pieces(child)


def cell_paragraphs(cell: Any) -> Iterator[str]:
    """The text of each paragraph in a cell, those of tables within it included."""
    for block in children(cell, PARAGRAPH, TABLE):
        if block.tag == PARAGRAPH:
            yield paragraph_text(block)
        else:
            yield from (text for row in table_rows(block) for text in row.cells if text is not None)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: the text of each column, paragraphs joined by newlines; None where a cell to the left reaches into the column."""

    cells: list[str | None]
    elements: Sequence[Any]  # the cells in the XML


def table_rows(table: Any) -> list[TableRow]:
    """The rows of a table, all as wide as the widest."""
    rows = [TableRow(_columns(row), list(children(row, CELL))) for row in children(table, ROW)]
    width = max((len(row.cells) for row in rows), default=0)
    return [TableRow(row.cells + [None] * (width - len(row.cells)), row.elements) for row in rows]


def _columns(row: Any) -> list[str | None]:
    before = row.find(f"{W}trPr/{W}gridBefore")
    cells: list[str | None] = [None] * (_number(before) if before is not None else 0)
    for cell in children(row, CELL):
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        # A cell merged across columns stands once in the XML; python-docx's `row.cells` repeats it.
        cells += ["\n".join(cell_paragraphs(cell)), *[None] * (_number(span) - 1 if span is not None else 0)]
    return cells


def _number(element: Any) -> int:
    value = element.get(f"{W}val", "")
    return min(int(value), 100) if value.isdecimal() else 1
