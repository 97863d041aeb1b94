"""From the elements of an OpenDocument text to paragraphs and tables, with a count of what is not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from secondcoder.transcripts.documents.document_parts import Cell, Paragraph, Table
from secondcoder.transcripts.documents.left_out import (
    BOXES,
    CHANGES,
    COMMENTS,
    FOOTNOTES,
    FORMULAS,
    HIDDEN,
    NUMBERS,
    OBJECTS,
    PICTURES,
    READINGS,
    STRUCK,
    left_out_notes,
)
from secondcoder.transcripts.documents.marked_up_line import Line
from secondcoder.transcripts.documents.odt_package import DRAW, FORMAT, OFFICE, STYLE, TABLE, TEXT, OpenDocument

MOST_REPEATED = 100  # of a column or blank that the file says to repeat
PARAGRAPHS = (f"{TEXT}p", f"{TEXT}h")
_ROWS = tuple(f"{TABLE}table-{kind}" for kind in ("header-rows", "rows", "row-group"))
_CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
_COUNTED = {
    f"{TEXT}note": FOOTNOTES,
    f"{OFFICE}annotation": COMMENTS,
    f"{TEXT}ruby-text": READINGS,
    f"{TEXT}hidden-text": HIDDEN,
    f"{TEXT}hidden-paragraph": HIDDEN,
}
_SILENT = frozenset(
    f"{TEXT}{tag}"
    for tag in ("tracked-changes", "sequence-decls", "variable-decls", "user-field-decls", "note-citation")
) | {f"{OFFICE}forms"}
_CHANGES = (
    f"{TEXT}change-start",
    f"{TEXT}change",
)  # the beginning of what was inserted, and where something was deleted


@dataclass(frozen=True, slots=True)
class _Style:
    """What a style does to words, as far as it says."""

    hidden: bool = False
    struck: bool = False
    shows: bool = False  # bold, italics, underlined


class _Reading:
    def __init__(self, document: OpenDocument) -> None:
        self.styles = dict(_styles(document.styles))
        self.left_out = Counter[str]()

    def style(self, element: Element) -> _Style:
        return self.styles.get(element.get(f"{TEXT}style-name", ""), _Style())

    def blocks(self, parent: Element, numbered: bool = False) -> Iterator[Paragraph | Table]:
        """Paragraphs and tables within an element; `numbered`: they are the items of a list."""
        for element in parent:
            if element.tag in PARAGRAPHS:
                yield from self._paragraph(element, numbered)
            elif element.tag == f"{TABLE}table":
                yield Table([self._row(row) for row in _rows(element)])
            elif element.tag == f"{TEXT}section" and element.get(f"{TEXT}display") == "none":
                self.left_out[HIDDEN] += _has_words(element)
            elif element.tag.startswith(DRAW):
                self._count_drawing(element)
            elif element.tag not in _SILENT:
                yield from self.blocks(element, numbered or element.tag == f"{TEXT}list")

    def _paragraph(self, element: Element, numbered: bool) -> Iterator[Paragraph]:
        style = self.style(element)
        if style.hidden:
            self.left_out[HIDDEN] += _has_words(element)
            return
        self.left_out[NUMBERS] += numbered and _has_words(element)
        line = Line()
        self._add_words(line, element, style)
        yield line.paragraph()

    def _add_words(self, line: Line, element: Element, style: _Style) -> None:
        line.add_text(element.text or "", style.shows)
        for child in element:
            self._add_child(line, child, style)
            line.add_text(child.tail or "", style.shows)

    def _add_child(self, line: Line, child: Element, style: _Style) -> None:
        if child.tag == f"{TEXT}s":
            line.add(" " * _number(child, f"{TEXT}c"), style.shows)
        elif child.tag == f"{TEXT}tab":
            line.add("\t", style.shows)
        elif child.tag == f"{TEXT}line-break":
            line.add("\n", style.shows)
        elif child.tag in _COUNTED:
            self.left_out[_COUNTED[child.tag]] += 1
        elif child.tag.startswith(DRAW) and child.tag != f"{DRAW}a":
            self._count_drawing(child)
        elif child.tag in _CHANGES:
            self.left_out[CHANGES] += 1
        elif child.tag not in _SILENT:
            self._add_span(line, child, style)

    def _add_span(self, line: Line, child: Element, style: _Style) -> None:
        own = self.style(child) if child.tag == f"{TEXT}span" else style
        if own.hidden:
            self.left_out[HIDDEN] += _has_words(child)
            return
        self.left_out[STRUCK] += own.struck and not style.struck and _has_words(child)
        both = _Style(False, own.struck or style.struck, own.shows or style.shows)
        self._add_words(line, child, both)

    def _count_drawing(self, drawing: Element) -> None:
        """Frames hold a picture, an object or a text of their own, and may hold each other."""
        boxes = sum(_has_words(box) for box in drawing.iter(f"{DRAW}text-box"))
        self.left_out[BOXES] += boxes or (drawing.tag != f"{DRAW}frame" and _has_words(drawing))
        objects = sum(1 for _ in drawing.iter(f"{DRAW}object"))
        self.left_out[FORMULAS if objects else OBJECTS] += objects or sum(1 for _ in drawing.iter(f"{DRAW}object-ole"))
        self.left_out[PICTURES] += 0 if boxes or objects else sum(1 for _ in drawing.iter(f"{DRAW}image"))

    def _row(self, row: Element) -> list[Cell]:
        cells: list[Cell] = []
        covered = 0  # cells into which the one to the left reaches
        for element in row:
            if element.tag not in _CELLS:
                continue
            repeated = _number(element, f"{TABLE}number-columns-repeated")
            if element.tag == _CELLS[1] and covered:
                covered -= repeated
                continue
            wide = _number(element, f"{TABLE}number-columns-spanned")
            cells += [Cell(list(self.blocks(element)), wide)] * repeated
            covered = wide - 1
        return cells


def body_of(document: OpenDocument) -> tuple[list[Paragraph | Table], tuple[str, ...]]:
    """The paragraphs and tables of a document, and notes on what is not read."""
    reading = _Reading(document)
    blocks = list(reading.blocks(document.body))
    margins = any(
        any(character.isalpha() for character in "".join(margin.itertext()))
        for root in document.styles
        for page in root.iter(f"{STYLE}master-page")
        for margin in page
        if margin.tag.startswith((f"{STYLE}header", f"{STYLE}footer"))
    )
    return blocks, left_out_notes(reading.left_out, margins)


def _styles(roots: Iterable[Element]) -> Iterator[tuple[str, _Style]]:
    """Every style by its name, with what it takes from the styles above it."""
    elements = {
        element.get(f"{STYLE}name", ""): element
        for root in reversed([*roots])
        for element in root.iter(f"{STYLE}style")
    }
    for name in elements:
        chain: dict[str, Element] = {}
        at = name
        while at in elements and at not in chain:
            chain[at] = elements[at]
            at = elements[at].get(f"{STYLE}parent-style-name", "")
        said: dict[str, str] = {}
        for element in reversed(chain.values()):
            for properties in element.iterfind(f"{STYLE}text-properties"):
                said |= properties.attrib
        yield name, _style(said)


def _style(said: dict[str, str]) -> _Style:
    underlined = said.get(f"{STYLE}text-underline-style", "none") != "none"
    bold = said.get(f"{FORMAT}font-weight", "normal") not in ("normal", "100", "200", "300", "400")
    italic = said.get(f"{FORMAT}font-style", "normal") != "normal"
    struck = said.get(f"{STYLE}text-line-through-style", "none") != "none"
    return _Style(said.get(f"{TEXT}display") == "none", struck, bold or italic or underlined)


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == f"{TABLE}table-row":
            yield child
        elif child.tag in _ROWS:
            yield from _rows(child)


def _number(element: Element, attribute: str) -> int:
    value = element.get(attribute, "1")
    return min(int(value), MOST_REPEATED) if value.isdecimal() and len(value) < 10 else 1


def _has_words(element: Element) -> bool:
    return bool("".join(element.itertext()).strip())
