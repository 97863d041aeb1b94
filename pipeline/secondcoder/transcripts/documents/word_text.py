"""The text of Word's paragraphs and tables, walked in the XML.

python-docx's own `Paragraph.text` and `iter_inner_content()` pass over tracked insertions and content controls in silence,
and a transcript that somebody has corrected is full of the former. `word_left_out` has taken out what is not read.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from secondcoder.domain.figures import whole_number
from secondcoder.transcripts.documents.word_left_out import PARAGRAPH, RANGES, symbol
from secondcoder.transcripts.documents.word_package import MATH, W

TABLE, ROW, CELL = f"{W}tbl", f"{W}tr", f"{W}tc"

COMMENT = f"{W}commentReference"
PAGE = "\f"  # until the paragraph is whole; XML holds none
_WRAPPERS = frozenset(f"{W}{tag}" for tag in ("sdt", "sdtContent", "customXml", "smartTag"))
_UNREAD = frozenset(f"{W}{tag}" for tag in ("pPr", "rPr", "sdtPr", "del", "moveFrom"))
_CHARACTERS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_TEXTS = (f"{W}t", f"{MATH}t")
_PAGE_BETWEEN_WORDS = re.compile(rf"(?<=\S){PAGE}(?=\S)")
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
    return without_page_breaks("".join(text for text, _ in _pieces(element)))


def without_page_breaks(text: str) -> str:
    """The text, a newline for each `PAGE` between two words and nothing for the others."""
    return _PAGE_BETWEEN_WORDS.sub("\n", text).replace(PAGE, "")


def paragraph_pieces(element: Any) -> list[tuple[Any, int, int]]:
    """What `paragraph_text` is made of: runs, and marks of comments, which are empty, each with its [start, end) in that text."""
    pieces = list(_pieces(element))
    text = "".join(piece for piece, _ in pieces)
    kept = {match.start() for match in _PAGE_BETWEEN_WORDS.finditer(text)}
    gone = [match.start() for match in re.finditer(PAGE, text) if match.start() not in kept]
    ends = [end - bisect_left(gone, end) for end in accumulate(len(piece) for piece, _ in pieces)]
    return [(holder, start, end) for (_, holder), start, end in zip(pieces, [0, *ends], ends, strict=False)]


def _pieces(element: Any) -> Iterator[tuple[str, Any]]:
    """Text with the element that it lies in, mostly a run; '' with what marks a place."""
    for child in element:
        if child.tag in _TEXTS:
            yield child.text or "", element
        elif child.tag == f"{W}br":
            yield "\n" if child.get(f"{W}type", "textWrapping") == "textWrapping" else PAGE, element
        elif child.tag in _CHARACTERS:
            yield _CHARACTERS[child.tag], element
        elif child.tag == f"{W}sym":
            yield symbol(child) or "", element
        elif child.tag in RANGES or child.tag == COMMENT:
            yield "", child
        elif child.tag not in _UNREAD:
            yield _BETWEEN.get(child.tag, ""), element
            yield from _pieces(child)


def cell_paragraphs(cell: Any) -> Iterator[Any]:
    """The paragraphs in a cell, those of tables within it included."""
    for block in children(cell, PARAGRAPH, TABLE):
        if block.tag == PARAGRAPH:
            yield block
        else:
            cells = (within for row in children(block, ROW) for within in children(row, CELL))
            yield from (paragraph for within in cells for paragraph in cell_paragraphs(within))


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: the text of each column, paragraphs joined by newlines; None where a cell to the left reaches into the column."""

    cells: list[str | None]
    elements: Sequence[Any]  # the cells in the XML

    @property
    def by_column(self) -> dict[int, Any]:
        """The cells in the XML by the columns in which they begin."""
        return dict(zip((at for at, cell in enumerate(self.cells) if cell is not None), self.elements, strict=True))


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
        cells += [
            "\n".join(map(paragraph_text, cell_paragraphs(cell))),
            *[None] * (_number(span) - 1 if span is not None else 0),
        ]
    return cells


def _number(element: Any) -> int:
    spanned = whole_number(element.get(f"{W}val", ""))
    return 1 if spanned is None else min(spanned, 100)
