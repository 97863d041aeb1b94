"""From the tags of a web page to paragraphs and tables, with a count of what is not read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from secondcoder.errors import ReadError
from secondcoder.transcripts.documents.document_draft import refuse_endless
from secondcoder.transcripts.documents.document_parts import Cell, Paragraph, Table
from secondcoder.transcripts.documents.left_out import (
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

MOST_TAGS = 500_000  # and stretches of text; an hour's interview as Word writes it has about 40,000
DEEPEST, DEEPEST_TABLE = 1000, 20
MOST_COLUMNS = 100
_BLOCK_TAGS = """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary table td th tr ul
"""
_NEVER_SHOWN = "datalist head noembed noframes noscript option rp script select style template textarea title"
_BLOCKS, _UNSHOWN = frozenset(_BLOCK_TAGS.split()), frozenset(_NEVER_SHOWN.split())
_NOT_READ = {"rt": READINGS, "math": FORMULAS, "svg": PICTURES, "canvas": PICTURES} | dict.fromkeys(
    ("audio", "video", "object", "iframe", "embed"), OBJECTS
)
_SHOWING, _STRUCK = frozenset(("b", "strong", "i", "em", "u")), frozenset(("s", "strike", "del"))
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Element:
    """What an open element does to the words in it."""

    tag: str = ""
    skipped: bool = False
    hidden: bool = False
    shows: bool = False
    struck: bool = False
    kept: bool = False  # its white space


@dataclass
class _OpenTable:
    rows: list[list[Cell]] = field(default_factory=list)
    cell: list[Paragraph | Table] | None = None
    columns: int = 1


class _Page:
    """A page under way: lxml calls it for each tag and each stretch of text (`target` of its parser)."""

    def __init__(self, name: str) -> None:
        self.name, self.tags, self.paragraphs = name, 0, 0
        self.open = [_Element()]
        self.tables: list[_OpenTable] = []
        self.blocks: list[Paragraph | Table] = []
        self.line = Line()
        self.left_out = Counter[str]()
        self.marked = frozenset[str]()  # how the last words are marked

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self._count_tag()
        tag = tag.lower() if isinstance(tag, str) else ""
        outer = self.open[-1]
        self.open.append(self._element(tag, attributes, outer))
        if outer.skipped:
            return
        self.left_out[_NOT_READ.get(tag, "")] += tag in _NOT_READ
        if not self.open[-1].skipped:
            self._begin(tag, attributes)

    def _count_tag(self) -> None:
        self.tags += 1
        if self.tags > MOST_TAGS or len(self.open) > DEEPEST:
            fault = f"over {MOST_TAGS:,} tags" if self.tags > MOST_TAGS else f"tags within {DEEPEST:,} others"
            raise ReadError(f"{self.name}: {fault}, which no transcript has. Nothing was imported.")

    def _element(self, tag: str, attributes: Mapping[str, str], outer: _Element) -> _Element:
        hidden = "hidden" in attributes or bool(_INVISIBLE.search(attributes.get("style") or ""))
        return replace(
            outer,
            tag=tag,
            skipped=outer.skipped or tag in _UNSHOWN or tag in _NOT_READ,
            hidden=outer.hidden or hidden,
            shows=outer.shows or tag in _SHOWING,
            struck=outer.struck or tag in _STRUCK,
            kept=outer.kept or tag == "pre",
        )

    def _begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _BLOCKS:
            self._end_line()
        if tag == "br":
            self.line.add("\n", shows=True, blank=True)
        elif tag == "img":
            self.left_out[PICTURES] += 1
        elif tag == "table":
            if len(self.tables) >= DEEPEST_TABLE:
                raise ReadError(f"{self.name}: tables nest over {DEEPEST_TABLE} deep. Nothing was imported.")
            self.tables.append(_OpenTable())
        elif self.tables and tag == "tr":
            self._end_cell()
            self.tables[-1].rows.append([])
        elif self.tables and tag in ("td", "th"):
            self._end_cell()
            self.tables[-1].cell, self.tables[-1].columns = [], _columns(attributes.get("colspan") or "1")

    def end(self, tag: str) -> None:
        """An element ends; the parser ends those within it first."""
        element = self.open.pop() if len(self.open) > 1 else self.open[0]
        if element.skipped:
            return
        if element.tag in _BLOCKS:
            self._end_line(of_list=element.tag == "li")
        if self.tables and element.tag in ("td", "th", "tr"):
            self._end_cell()
        elif self.tables and element.tag == "table":
            self._end_table()

    def data(self, text: str) -> None:
        """Words, or white space between tags."""
        self._count_tag()
        element = self.open[-1]
        if element.skipped:
            return
        if text.strip():
            self._count_marks(element)
        if element.hidden:
            return
        if element.kept:
            self.line.add(text.replace("\r\n", "\n").replace("\r", "\n"), element.shows)
        else:
            self.line.add_text(text, element.shows)

    def _count_marks(self, element: _Element) -> None:
        """Words that are hidden or struck through count once for each stretch of them."""
        marks = ((HIDDEN, element.hidden), (STRUCK, element.struck))
        marked = frozenset(what for what, is_on in marks if is_on)
        self.left_out.update(marked - self.marked)
        self.marked = marked

    def close(self) -> tuple[list[Paragraph | Table], tuple[str, ...]]:
        """The page as a whole."""
        while self.tables:
            self._end_table()
        self._end_line()
        del self.left_out[""]
        return self.blocks, left_out_notes(self.left_out, margins=False)

    def _end_table(self) -> None:
        self._end_cell()
        rows = [row for row in self.tables.pop().rows if row]
        self._into().extend([Table(rows)] * bool(rows))

    def _into(self) -> list[Paragraph | Table]:
        """Where a line or a table goes: the cell that is open, or the page."""
        cells = (table.cell for table in reversed(self.tables) if table.cell is not None)
        return next(cells, self.blocks)

    def _end_line(self, of_list: bool = False) -> None:
        paragraph = self.line.paragraph()
        self.line = Line()
        if paragraph.text.strip():
            self.paragraphs += 1
            refuse_endless(self.name, self.paragraphs)
            self.left_out[NUMBERS] += of_list
            self._into().append(replace(paragraph, text=paragraph.text.strip("\n")))

    def _end_cell(self) -> None:
        self._end_line()
        table = self.tables[-1]
        if table.cell is not None:
            table.rows = table.rows or [[]]
            table.rows[-1].append(Cell(table.cell, table.columns))
            table.cell = None


def _columns(written: str) -> int:
    return min(int(written), MOST_COLUMNS) if re.fullmatch(r"[1-9]\d{0,3}", written) else 1


def body_of(text: str, name: str) -> tuple[list[Paragraph | Table], tuple[str, ...]]:
    """The paragraphs and tables of a page, and notes on what is not read; ReadError for one without end.

    Args:
        text: the page, decoded.
        name: the file's name, for messages.
    """
    from lxml import etree

    # An encoding that the page declares would be believed, so that it is given as what it is now.
    parser = etree.HTMLParser(target=_Page(name), encoding="utf-8", no_network=True, huge_tree=True)
    parser.feed(text.encode())
    body: tuple[list[Paragraph | Table], tuple[str, ...]] = parser.close()
    return body
