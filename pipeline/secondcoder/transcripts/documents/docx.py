"""Word documents: labels in the paragraphs, headings as Teams and Word's own transcription write them, and tables.

The transcript's text is the paragraphs of the body and the rows of its tables in order (`document_draft`). What is not read, such as
comments and footnotes, is counted in the notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from secondcoder.domain.records import Transcript
from secondcoder.transcripts.documents.document_draft import Draft
from secondcoder.transcripts.documents.word_emphasis import emphasised
from secondcoder.transcripts.documents.word_left_out import PARAGRAPH, shown
from secondcoder.transcripts.documents.word_package import is_word, open_word
from secondcoder.transcripts.documents.word_text import TABLE, children, paragraph_text, table_rows
from secondcoder.transcripts.registry import Reader, Source

NAME = "Word"
SUFFIXES = (".docx", ".docm", ".dotx", ".dotm")


def sniff(source: Source) -> bool:
    """A zip with a Word document in it, and any file named as one, so that `read` says what is wrong with it."""
    return is_word(source.data) or source.path.suffix.lower() in SUFFIXES


def read(source: Source, interviewer: Sequence[str]) -> Transcript:
    """The transcript; ReadError for a damaged or hostile file, an empty one, and a named interviewer who does not speak."""
    body, notes = shown(open_word(source.data, source.path.name))
    return draft_of(body).transcript(source, NAME, interviewer, notes)


def draft_of(body: Any) -> Draft:
    """The text of a body with only what is read."""
    draft = Draft()
    _add_blocks(draft, body)
    return draft


def _add_blocks(draft: Draft, container: Any) -> None:
    for block in children(container, PARAGRAPH, TABLE):
        if block.tag == PARAGRAPH:
            draft.places.append((draft.add_paragraph(paragraph_text(block), emphasised(block)), block))
        else:
            _add_table(draft, block)


def _add_table(draft: Draft, table: Any) -> None:
    rows = table_rows(table)

    def cell_by_cell() -> None:
        for cell in (cell for row in rows for cell in row.elements):
            _add_blocks(draft, cell)

    placed = draft.add_table([row.cells for row in rows], cell_by_cell)
    draft.places += [(start, rows[row].by_column[column]) for row, column, start in placed]


READER = Reader(name=NAME, suffixes=SUFFIXES, sniff=sniff, read=read, priority=20)
