"""Markdown as secondcoder writes it (headings, paragraphs, lists, tables, quotations) as a Word document."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any

from secondcoder.reports.tables import with_fixed_times

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table, _Cell

RULE = re.compile(r"\|[\s:|-]+\|")
SIGNS = re.compile(r"([\\`*_\[\]<>#|~])")
"""What Markdown would not show as it is."""
ESCAPED = re.compile(rf"\\{SIGNS.pattern}")
BREAK = re.compile(r"(?<!\\)<br>")
"""Between paragraphs of a cell."""
CELL = "Table Cell"
"""The style of a paragraph in a table."""
INDENT = "\u2003"
"""An em space: each, at the beginning of a cell, sets it in."""
SERIF, SANS = "Times New Roman", "Arial"
DARK, PALE = "1B2B3C", "C8CDD3"
"""Rules of a table."""
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

    In a cell `<br>` begins a new paragraph, and `INDENT` sets it in. Columns of a table are as wide as the dashes below its head say
    where these differ in number (as in pandoc's pipe tables), otherwise as their longest cells ask.
    """
    # Imported here, so that the command line starts without it.
    from docx import Document
    from docx.shared import Pt

    document = Document()
    _set_page(document, landscape)
    text = NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", markdown)
    for is_table, lines in groupby(filter(str.strip, text.splitlines()), lambda line: line.startswith("|")):
        if is_table:
            _table(document, [line.strip() for line in lines])
            continue
        for number, line in enumerate(lines):
            _add(document, line)
            if document.tables and not number and not line.startswith("#"):
                document.paragraphs[-1].paragraph_format.space_before = Pt(8)  # off the table above
    out = BytesIO()
    document.save(out)
    return with_fixed_times(out.getvalue())


def _set_page(document: WordDocument, landscape: bool) -> None:
    """A4 with margins, a plain serif with dark headings, and the style of what stands in tables."""
    from docx.enum.section import WD_ORIENT
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    document.styles["Normal"].font.name, document.styles["Normal"].font.size = SERIF, Pt(11)
    for level in range(1, 5):
        heading = document.styles[f"Heading {level}"]
        heading.font.name, heading.font.color.rgb = SANS, RGBColor.from_string(DARK)
        # The theme's font would go before the name.
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            heading.element.rPr.rFonts.attrib.pop(qn(f"w:{theme}"), None)
    style = document.styles.add_style(CELL, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["No Spacing"]
    style.font.name, style.font.size, style.paragraph_format.space_after = SERIF, Pt(9), Pt(2)

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
    table = document.add_table(len(rows), len(shares))
    _rule(table)
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


def _rule(table: Table) -> None:
    """Rules as journals set them: above, below and under the head, fine ones between rows, none that stands."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    def borders(kind: str, **sizes: tuple[int, str]) -> Any:
        lines = (f'<w:{side} w:val="single" w:sz="{size}" w:color="{ink}"/>' for side, (size, ink) in sizes.items())
        return parse_xml(f"<w:{kind} {nsdecls('w')}>{''.join(lines)}</w:{kind}>")

    outer = borders("tblBorders", top=(10, DARK), bottom=(10, DARK), insideH=(4, PALE))
    # Word wants the order of ECMA-376, CT_TblPr.
    table._tbl.tblPr.insert_element_before(outer, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    for cell in table.rows[0].cells:
        cell._tc.get_or_add_tcPr().append(borders("tcBorders", bottom=(6, DARK)))


def _fill(cell: _Cell, written: str, *, is_head: bool) -> None:
    from docx.shared import Mm

    first, *more = BREAK.split(written)
    words = first.lstrip(INDENT)
    cell.paragraphs[0].text = shown_markdown(words)
    for text in more:
        cell.add_paragraph(shown_markdown(text))
    for paragraph in cell.paragraphs:
        paragraph.style = CELL
        if words != first:
            paragraph.paragraph_format.left_indent = Mm(3 * (len(first) - len(words)))
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
    return [cell.strip(" ") for cell in re.split(r"(?<!\\)\|", line.strip("|"))]
