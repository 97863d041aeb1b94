"""PDF: lines of pages made to paragraphs, without what stands around them.

The transcript's text is the paragraphs in order, joined by newlines (`pdf_paragraphs`); running titles, page numbers and a column of
line or paragraph numbers are no part of it (`pdf_margins`). Pictures hold no text: a scanned page is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from secondcoder.domain.records import Transcript
from secondcoder.domain.wording import counted, first_of, listed
from secondcoder.errors import ReadError
from secondcoder.transcripts.documents.document_draft import transcript_of
from secondcoder.transcripts.documents.pdf_lines import AGAIN, PdfLine, PdfPage, pages_of
from secondcoder.transcripts.documents.pdf_margins import inside
from secondcoder.transcripts.documents.pdf_paragraphs import paragraphs_of
from secondcoder.transcripts.refused_formats import printed_export_refusal
from secondcoder.transcripts.registry import Reader, Source

NAME = "PDF"
SUFFIXES = (".pdf",)
BEGINNING = b"%PDF-"
LOOKED_AT = 1024  # bytes in which a PDF must begin (ISO 32000)
MOST_BESIDE = 3  # words of a label or a time that may stand in a column of their own
GAP = 2.5  # times the size of letters: between columns
FEWEST, SHARE_OF_LINES = 8, 0.4
MOST_PAGES_NAMED, TITLE_LINES = 8, 6


def sniff(source: Source) -> bool:
    """A PDF by its beginning, whatever its name."""
    return BEGINNING in source.data[:LOOKED_AT]


def read(source: Source, interviewer: Sequence[str]) -> Transcript:
    """The transcript; ReadError for scanned pages, columns, a damaged or hostile file, and an interviewer who does not speak."""
    name = source.path.name
    pages: list[PdfPage] = []
    for page in pages_of(source.path):
        if not pages and (refusal := printed_export_refusal(name, [line.text for line in page.lines[:TITLE_LINES]])):
            raise ReadError(refusal)
        pages.append(page)
    _refuse_scans(pages, name)
    text = inside(pages)
    _refuse_columns(text.lines, name)
    paragraphs, how = paragraphs_of(text)
    return transcript_of(paragraphs, source, NAME, interviewer, (*_not_read(pages), *text.notes, *how))


def _refuse_scans(pages: Sequence[PdfPage], name: str) -> None:
    scanned = [str(number) for number, page in enumerate(pages, start=1) if not page.lines and page.pictures]
    if scanned:
        numbers = first_of(scanned, MOST_PAGES_NAMED)
        which = f"page {numbers} is a picture" if len(scanned) == 1 else f"pages {numbers} are pictures"
        raise ReadError(
            f"{name}: {which} without text, as a scanner makes them. Have the text recognised (OCR), check it, and save it as .docx. "
            "Nothing was imported."
        )
    if not any(page.lines for page in pages):
        raise ReadError(f"{name}: no page of it holds text. {AGAIN}")
    lost = [line.page for page in pages for line in page.lines if "(cid:" in line.text]
    if lost:
        raise ReadError(f"{name} page {lost[0]}: its font does not say which letters it shows. {AGAIN}")


def _refuse_columns(lines: Sequence[PdfLine], name: str) -> None:
    """Text beside other text: by lines, sentences of two columns, or cells of a table, would run into each other."""
    gaps = [(line, at) for line in lines if (at := _gap(line)) is not None]
    for page in dict.fromkeys(line.page for line, _ in gaps):
        beside = [at for line, at in gaps if line.page == page]
        count = sum(line.page == page and bool(line.words) for line in lines)
        near = [at for at in beside if abs(at - median(beside)) < 20]
        if len(near) >= max(FEWEST, SHARE_OF_LINES * count):
            raise ReadError(
                f"{name} page {page}: text in columns, or a table, whose lines a PDF does not tell apart. {AGAIN}"
            )


def _gap(line: PdfLine) -> float | None:
    """Where a line's text goes on behind a wide gap, with more than a label before it."""
    for at in range(MOST_BESIDE + 1, len(line.words) - 1):
        if line.words[at].start - line.words[at - 1].end > GAP * line.size:
            return line.words[at].start
    return None


def _not_read(pages: Sequence[PdfPage]) -> tuple[str, ...]:
    pictures, across = sum(page.pictures for page in pages), sum(page.across for page in pages)
    what = [
        *[counted(pictures, "picture")] * bool(pictures),
        *[f"{counted(across, 'letter')} set across the page"] * bool(across),
    ]
    return (f"not read: {listed(what)}",) if what else ()


READER = Reader(name=NAME, suffixes=SUFFIXES, sniff=sniff, read=read, priority=15)
