"""Markdown as secondcoder writes it (headings, paragraphs, lists, tables) as a Word document."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import groupby

RULE = re.compile(r"\|[\s:|-]+\|")


def word_document(markdown: str) -> bytes:
    """The bytes of a .docx: `#` are headings, `- ` points, `|` rows of tables; everything else is a paragraph a line."""
    # Imported here, so that the command line starts without it.
    from docx import Document

    document = Document()
    for is_table, lines in groupby(filter(str.strip, markdown.splitlines()), lambda line: line.startswith("|")):
        if is_table:
            rows = [_cells(line) for line in lines if not RULE.fullmatch(line.strip())]
            table = document.add_table(len(rows), max(map(len, rows)), "Table Grid")
            for row, cells in zip(table.rows, rows, strict=True):
                for cell, text in zip(row.cells, cells, strict=False):
                    cell.text = text
            continue
        for line in lines:
            mark, _, rest = line.partition(" ")
            if mark and set(mark) == {"#"}:
                document.add_heading(rest, min(len(mark), 9))
            else:
                document.add_paragraph(rest if mark == "-" else line, "List Bullet" if mark == "-" else None)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _cells(line: str) -> list[str]:
    """A row's cells; `\\|` is a stroke within one."""
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
