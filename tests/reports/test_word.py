"""Word documents as another program reads them: on A4, tables within the margins, their head again on every page."""

from __future__ import annotations

from io import BytesIO

from docx import Document
from secondcoder.reports.word import plain_markdown, word_document

TABLE = "| item | topic |\n| --- | --- |\n| 1 | " + "what the paper says of it " * 9 + "|\n| 2 | short |\n"


def test_a_table_stands_on_the_page_and_its_head_comes_again() -> None:
    document = Document(BytesIO(word_document(TABLE)))
    section, (table,) = document.sections[0], document.tables
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    widths = [cell.width for cell in table.rows[0].cells]
    text = section.page_width - section.left_margin - section.right_margin
    assert 0.99 * text < sum(widths) <= text
    assert widths[1] > 3 * widths[0]
    assert [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in table.rows] == [True, False, False]
    assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in table.rows)


def test_names_are_shown_as_they_are_in_every_kind_of_line() -> None:
    name = r"gp_late [2] *A* #1 ~x~ a\_b"
    kinds = ("# ", "", "- ", "> ")
    markdown = "\n\n".join(f"{kind}{plain_markdown(name)}" for kind in kinds)
    shown = [paragraph.text for paragraph in Document(BytesIO(word_document(markdown))).paragraphs]
    assert shown == [name] * len(kinds)
