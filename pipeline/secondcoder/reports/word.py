"""Markdown as secondcoder writes it (headings, paragraphs, lists, tables, quotations) as a Word document."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING

from secondcoder.reports.tables import with_fixed_times

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import _Cell

RULE = re.compile(r"\|[\s:|-]+\|")
SIGNS = re.compile(r"([\\`*_\[\]<>#|~])")
"""What Markdown would not show as it is."""
ESCAPED = re.compile(rf"\\{SIGNS.pattern}")
BREAK = re.compile(r"(?<!\\)<br>")
"""Between paragraphs of a cell."""
CELL = "Table Cell"
"""The style of a paragraph in a table."""
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def plain_markdown(text: str) -> str:
    """Talk, or a name, as Markdown that shows it as it is."""
    return SIGNS.sub(r"\\\1", text)


def shown_markdown(markdown: str) -> str:
    """Markdown for people to read as it stands: as `plain_markdown` was given its words."""
    return ESCAPED.sub(r"\1", markdown)


def word_document(markdown: str, *, landscape: bool = False) -> bytes:
    """The bytes of a .docx on A4: `#` are headings, `- ` points, `|` rows of tables, `> ` quotations, in which `— ` begins where they
    come from; everything else is a paragraph a line.

    In a cell `<br>` begins a new paragraph. Columns of a table are as wide as the dashes below its head say where these differ in
    number (as in pandoc's pipe tables), otherwise as their longest cells ask.
    """
    # Imported here, so that the command line starts without it.
    from docx import Document

    document = Document()
    _set_page(document, landscape)
    text = NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", markdown)
    for is_table, lines in groupby(filter(str.strip, text.splitlines()), lambda line: line.startswith("|")):
        if is_table:
            _table(document, [line.strip() for line in lines])
            continue
        for line in lines:
            _add(document, line)
    out = BytesIO()
    document.save(out)
    return with_fixed_times(out.getvalue())


def _set_page(document: WordDocument, landscape: bool) -> None:
    """A4 with margins, and the style of what stands in tables."""
    from docx.enum.section import WD_ORIENT
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Mm, Pt

    style = document.styles.add_style(CELL, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["No Spacing"]
    style.font.size, style.paragraph_format.space_after = Pt(9), Pt(2)

    for section in document.sections:
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
        section.left_margin = section.right_margin = Mm(25)
        if landscape:
            section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(18)


def _table(document: WordDocument, lines: list[str]) -> None:
    """The head comes again on every page, no row is broken by one, and what stands before the table goes with it."""
    from docx.oxml import OxmlElement

    for before in document.paragraphs[-1:]:
        before.paragraph_format.keep_with_next = True

    rows = [_cells(line) for line in lines if not RULE.fullmatch(line)]
    section, shares = document.sections[0], _shares(lines, rows)
    across = section.page_width - section.left_margin - section.right_margin
    table = document.add_table(len(rows), len(shares), "Table Grid")
    table.autofit = False
    # LibreOffice reads the widths of columns, Word those of cells.
    for column, share in zip(table.columns, shares, strict=True):
        column.width = int(across * share)
    for row, cells in zip(table.rows, rows, strict=True):
        for at, cell in enumerate(row.cells):
            cell.width = int(across * shares[at])
            _fill(cell, cells[at] if at < len(cells) else "", is_head=cells is rows[0])
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _fill(cell: _Cell, written: str, *, is_head: bool) -> None:
    first, *more = BREAK.split(written)
    cell.paragraphs[0].text = shown_markdown(first)
    for text in more:
        cell.add_paragraph(shown_markdown(text))
    for paragraph in cell.paragraphs:
        paragraph.style = CELL
        for run in paragraph.runs if is_head else ():
            run.bold = True


def _shares(lines: list[str], rows: list[list[str]]) -> list[float]:
    """Of the width, a column each."""
    dashes = [len(cell) for line in lines if RULE.fullmatch(line) for cell in line.strip("|").split("|")]
    count = max(map(len, rows))
    if len(dashes) == count and len(set(dashes)) > 1:
        asked = dashes
    else:
        asked = [min(60, max(8, *(len(row[at]) for row in rows if at < len(row)))) for at in range(count)]
    return [width / sum(asked) for width in asked]


def _add(document: WordDocument, line: str) -> None:
    mark, _, rest = line.partition(" ")
    shown = shown_markdown(rest)
    if mark and set(mark) == {"#"}:
        document.add_heading(shown, min(len(mark), 9))
    elif mark == ">":
        _quote(document, shown)
    elif mark == "-":
        document.add_paragraph(shown, "List Bullet")
    else:
        document.add_paragraph(shown_markdown(line))


def _quote(document: WordDocument, text: str) -> None:
    """A line of a quotation; where it comes from stands upright, set in."""
    from docx.shared import Cm

    if not text:
        return
    paragraph = document.add_paragraph(style="Quote")
    paragraph.paragraph_format.left_indent = Cm(1)
    paragraph.paragraph_format.keep_with_next = not text.startswith("— ")
    # None leaves the style's own slant.
    paragraph.add_run(text).italic = False if text.startswith("— ") else None


def _cells(line: str) -> list[str]:
    """A row's cells as they are written; `\\|` is a stroke within one."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]
