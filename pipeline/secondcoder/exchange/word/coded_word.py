"""Coded Word documents: the codes are comments in the margin, or colours of highlighting, and the document is the transcript too."""

from __future__ import annotations

import re
from pathlib import Path

from secondcoder.errors import TableError
from secondcoder.exchange.layout import said_layout
from secondcoder.exchange.read_spans import looks_of
from secondcoder.exchange.registry import NO_PASSES, CodedData, CodedFormat, ImportContext
from secondcoder.exchange.word.word_comments import Taken, codes_of_comments, take_comments
from secondcoder.exchange.word.word_comments_out import write
from secondcoder.exchange.word.word_highlights import codes_of_highlights, take_highlights
from secondcoder.transcripts.documents.word_marks import placed_in, read_marks
from secondcoder.transcripts.documents.word_package import document_parts
from secondcoder.transcripts.registry import Source

SUFFIXES = (".docx", ".docm")
MARKED = re.compile(rb"comment(?:Reference|RangeStart)\b|highlight\b|\bshd\b")


def sniff(path: Path) -> bool:
    """Is it a Word document with comments, or text on a coloured ground?"""
    return path.suffix.lower() in SUFFIXES and any(map(MARKED.search, document_parts(Source(path).data)))


def codes(path: Path) -> list[str]:
    """Names in comments that are codes, and the codes of highlights."""
    marks = read_marks(Source(path))
    return [*codes_of_comments(marks.comments), *codes_of_highlights(marks.highlights)]


def read(path: Path, context: ImportContext) -> CodedData:
    """The codings of a document whose transcript was read before; without that, nothing.

    Raises:
        TableError: comments without an author, names that are no codes where the person says that all are.
        ReadError: two comments have one number.
    """
    own, said = context.own, said_layout()
    if own is None or (said.comments == "notes" and not said.highlights):
        return CodedData()
    marks = placed_in(own.text, read_marks(Source(path)))
    if marks is None:
        fault = "comments: another reader made the transcript, so that nobody knows their places in it."
        raise TableError(path.name, [fault])
    taken = Taken(own.id, context.book, context.coder)
    take_comments(marks.comments, taken)
    take_highlights(marks.highlights, taken)
    if taken.faults:
        raise TableError(path.name, taken.faults)
    codings = list(dict.fromkeys(taken.codings))
    passes = looks_of(codings, {own.id: own}, context.book.ids, context.read_whole)
    return CodedData(codings=codings, passes=passes, notes=taken.notes)


CODED_FORMAT = CodedFormat(
    "word", SUFFIXES, sniff, read, write, codes, with_transcript=True, suggestions=True, not_held=NO_PASSES
)
