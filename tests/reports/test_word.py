"""Word documents as another program reads them: on A4, tables within the margins, their head again on every page."""

from __future__ import annotations

from io import BytesIO

from docx import Document
from secondcoder.reports.word import INDENT, plain_markdown, word_document

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


def test_dashes_of_the_rule_that_differ_are_the_widths_of_columns_on_a_page_that_lies() -> None:
    markdown = f"| a | b |\n|---|---------|\n| {'long ' * 30} | x |"
    document = Document(BytesIO(word_document(markdown, landscape=True)))
    section, (table,) = document.sections[0], document.tables
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    assert str(section.orientation).startswith("LANDSCAPE")
    # Word reads the widths of cells, LibreOffice those of the grid.
    for widths in ([cell.width for cell in table.rows[1].cells], [column.width for column in table.columns]):
        assert abs(widths[1] / widths[0] - 3) < 0.01
        assert 0.99 * sum(widths) <= section.page_width - section.left_margin - section.right_margin


def test_a_cell_may_have_paragraphs_and_holds_signs_of_markdown() -> None:
    talk = "a|b <br> *c*"
    document = Document(BytesIO(word_document(f"Before.\n\n| head |\n|---|\n| {plain_markdown(talk)}<br>second |")))
    (table,) = document.tables
    assert [paragraph.text for paragraph in table.rows[1].cells[0].paragraphs] == [talk, "second"]
    assert [row.cells[0].paragraphs[0].runs[0].bold for row in table.rows] == [True, None]
    # The line before a table is on its page.
    assert document.paragraphs[0].paragraph_format.keep_with_next


def test_a_cell_is_set_in_and_rules_are_above_below_and_under_the_head() -> None:
    markdown = f"| code | n |\n|---|---|\n| top | 1 |\n| {INDENT}below | 2 |\n\nAfter."
    document = Document(BytesIO(word_document(markdown)))
    (table,) = document.tables
    first = [row.cells[0].paragraphs[0] for row in table.rows]
    assert [one.text for one in first] == ["code", "top", "below"]
    assert [one.paragraph_format.left_indent is None for one in first] == [True, True, False]
    assert table._tbl.tblPr.xpath("w:tblBorders/*[self::w:top or self::w:bottom]")
    assert not table._tbl.tblPr.xpath("w:tblBorders/w:insideV")
    # Word refuses a file whose properties are in another order than the standard's (ECMA-376, CT_TblPr).
    assert not table._tbl.tblPr.xpath("w:tblBorders/preceding-sibling::*[self::w:tblLayout or self::w:tblLook]")
    assert [len(row._tr.xpath("w:tc/w:tcPr/w:tcBorders/w:bottom")) for row in table.rows] == [2, 0, 0]
    # What follows stands off the table.
    assert document.paragraphs[-1].paragraph_format.space_before
