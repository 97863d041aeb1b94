"""The text of Word's paragraphs and tables, walked in the XML.

python-docx's own `Paragraph.text` and `iter_inner_content()` pass over tracked insertions and content controls in silence,
and a transcript that somebody has corrected is full of the former. Here insertions are read and deletions are not, as if all
changes were accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PARAGRAPH, TABLE, ROW, CELL = f"{W}p", f"{W}tbl", f"{W}tr", f"{W}tc"
TEXT_BOX = f"{W}txbxContent"
CHANGES = (f"{W}ins", f"{W}del", f"{W}moveFrom", f"{W}moveTo")

_WRAPPERS = frozenset(f"{W}{tag}" for tag in ("sdt", "sdtContent", "customXml", "smartTag"))
# `moveFrom` is where moved text stood before, `rt` the reading above East Asian characters.
_UNREAD = frozenset(
    f"{W}{tag}" for tag in ("pPr", "rPr", "sdtPr", "del", "moveFrom", "txbxContent", "rt", "pict", "object")
)
_CHARACTERS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


def children(element: Any, *tags: str) -> Iterator[Any]:
    """The children with one of these tags, in order, looked for through content controls too."""
    for child in element:
        if child.tag in tags:
            yield child
        elif child.tag in _WRAPPERS:
            yield from children(child, *tags)


def paragraph_text(element: Any) -> str:
    """The text of a paragraph, line breaks as newlines and tabs as tabs; page breaks, pictures and text boxes give none."""
    return "".join(_pieces(element))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag == f"{W}br":
            yield "\n" if child.get(f"{W}type", "textWrapping") == "textWrapping" else ""
        elif child.tag in _CHARACTERS:
            yield _CHARACTERS[child.tag]
        # lxml gives comments a function for a tag. AlternateContent holds a thing twice, once for older Word.
        elif isinstance(child.tag, str) and child.tag not in _UNREAD and not child.tag.endswith("}AlternateContent"):
            yield from _pieces(child)


def cell_paragraphs(cell: Any) -> Iterator[str]:
    """The text of each paragraph in a cell, those of tables within it included."""
    for block in children(cell, PARAGRAPH, TABLE):
        if block.tag == PARAGRAPH:
            yield paragraph_text(block)
        else:
            for row in table_rows(block):
                yield from row


def table_rows(table: Any) -> list[list[str]]:
    """The cells of a table, row by row, paragraphs of a cell joined by newlines."""
    # A cell merged across columns stands once in the XML; python-docx's `row.cells` repeats it.
    return [["\n".join(cell_paragraphs(cell)) for cell in children(row, CELL)] for row in children(table, ROW)]


def remarks(body: Any) -> tuple[str, ...]:
    """What a person should know was decided or left out: tracked changes, text boxes."""
    changed = any(next(body.iter(tag), None) is not None for tag in CHANGES)
    boxes = next(body.iter(TEXT_BOX), None) is not None
    accepted = ("tracked changes read as if all were accepted",) if changed else ()
    return (*accepted, "text boxes were not read") if boxes else accepted
