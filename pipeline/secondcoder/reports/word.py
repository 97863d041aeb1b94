"""Markdown as secondcoder writes it (headings, paragraphs, lists, tables, quotations) as a Word document."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

RULE = re.compile(r"\|[\s:|-]+\|")
SIGNS = re.compile(r"([\\`*_\[\]<>#|~])")
"""What Markdown would not show as it is."""
ESCAPED = re.compile(rf"\\{SIGNS.pattern}")
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def plain_markdown(text: str) -> str:
    """Talk, or a name, as Markdown that shows it as it is."""
    return SIGNS.sub(r"\\\1", text)


def shown_markdown(markdown: str) -> str:
    """Markdown for people to read as it stands: as `plain_markdown` was given its words."""
    return ESCAPED.sub(r"\1", markdown)


def word_document(markdown: str) -> bytes:
    """The bytes of a .docx: `#` are headings, `- ` points, `|` rows of tables, `> ` quotations, in which `— ` begins where they come
    from; everything else is a paragraph a line."""
    # Imported here, so that the command line starts without it.
    from docx import Document
    from docx.shared import Mm

    document = Document()
    for section in document.sections:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(25)
    text = NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", markdown)
    for is_table, lines in groupby(filter(str.strip, text.splitlines()), lambda line: line.startswith("|")):
        if is_table:
            _table(document, [_cells(line) for line in lines if not RULE.fullmatch(line.strip())])
            continue
        for line in lines:
            _add(document, line)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _table(document: WordDocument, rows: list[list[str]]) -> None:
    """Columns as wide as their longest cells ask, within reason; the head comes again on every page, and no row is broken by one."""
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    count = max(map(len, rows))
    asked = [min(60, max(8, *(len(row[at]) for row in rows if at < len(row)))) for at in range(count)]
    table = document.add_table(len(rows), count, "Table Grid")
    table.autofit = False
    for row, cells in zip(table.rows, rows, strict=True):
        for at, cell in enumerate(row.cells):
            cell.text = cells[at] if at < len(cells) else ""
            cell.width = int(Mm(160) * asked[at] / sum(asked))
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


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
    """A row's cells; `\\|` is a stroke within one."""
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
