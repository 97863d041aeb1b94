"""One transcript as a Word document: its lines as paragraphs, labels bold, comments in the margin, and what is added beside them."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.records import Span, Transcript, Turn
from secondcoder.reports.tables import with_fixed_times
from secondcoder.reports.word import NOT_IN_XML
from secondcoder.transcripts.documents.word_styles import ASIDE

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

HEADING, LINE, INLINE = f"{ASIDE} heading", f"{ASIDE} line", f"{ASIDE} text"
GREY = "595959"  # 7:1 on white (WCAG 2.2, 1.4.6)
WIDTHS = (40, 55, 65)  # millimetres
Note = tuple[Span, str, str]
"""A comment: its passage, its author, its text."""


class Page:
    """A document as it grows."""

    def __init__(self, transcript: Transcript, language: str) -> None:
        self._transcript, self._text = transcript, transcript.text
        self._document = _empty(transcript.id, language)

    def head(self, about: str) -> None:
        """The title, what the transcript is of, and a sentence on the document."""
        self._document.add_paragraph(_plain(self._transcript.id), HEADING)
        of = {each: getattr(self._transcript, each) for each in ("case", "participant", "role", "wave")}
        described = ", ".join(f"{what} {value}" for what, value in of.items() if value)
        for line in filter(None, (described, about)):
            self._document.add_paragraph(_plain(line), LINE)

    def transcript(self, comments: Sequence[Note]) -> None:
        """The lines of the text, with comments."""
        starts, ends = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
        for (start, end), author, text in comments:
            initials = "".join(word[0] for word in author.split())[:3]
            comment = self._document.comments.add_comment(_plain(text), author=_plain(author), initials=initials)
            # Nobody knows when a coding was made; Word would show the hour of the export.
            comment._comment_elm.attrib.pop(_tag("date"), None)
            starts[start].append(comment.comment_id)
            ends[end].append(comment.comment_id)
        places = sorted({*starts, *ends})
        turns = {turn.start: turn for turn in self._transcript.turns}
        begins = sorted(turns)
        at = 0
        for line in self._text.split("\n"):
            end = at + len(line)
            first = bisect_right(begins, at - 1)
            turn = turns[begins[first]] if first < len(begins) and begins[first] <= end else None
            within = places[bisect_right(places, at - 1) : bisect_right(places, end)]
            self._line((at, end), turn, within, starts, ends)
            at = end + 1

    def _line(
        self,
        line: Span,
        turn: Turn | None,
        places: Sequence[int],
        starts: dict[int, list[int]],
        ends: dict[int, list[int]],
    ) -> None:
        paragraph = self._document.add_paragraph()
        label_end = turn.start if turn else line[0]
        for words in _before(self._text[line[0] : label_end], turn):
            paragraph.add_run(_plain(words), INLINE)
        cuts = sorted({*line, *places, label_end})
        for start, end in [*pairwise(cuts), (line[1], line[1])]:
            if start in places or start == line[1]:
                for number in ends.get(start, ()):
                    _end_comment(paragraph, number)
                for number in starts.get(start, ()):
                    paragraph._p.append(_element("commentRangeStart", id=number))
            if start < end:
                paragraph.add_run(_plain(self._text[start:end])).bold = True if end <= label_end else None

    def codebook(self, book: Codebook) -> None:
        """The codebook as a table on a page of its own."""
        heading = self._document.add_paragraph(f"Codebook: {_plain(book.title)}", HEADING)
        heading.paragraph_format.page_break_before = True
        rows = [
            ("Code", "What it is", "What counts (+) and what does not (−)"),
            *(_row(code, book) for code in book.codes),
        ]
        table = self._document.add_table(len(rows), len(rows[0]), "Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, WIDTHS, strict=True):
            column.width = _mm(width)
        for number, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
            for cell, text, width in zip(row.cells, cells, WIDTHS, strict=True):
                cell.width = _mm(width)
                cell.paragraphs[0].style = LINE
                cell.paragraphs[0].add_run(_plain(text)).bold = number == 0 or None
        table.rows[0]._tr.get_or_add_trPr().append(_element("tblHeader"))  # again on every page
        self._document.add_paragraph("", LINE)  # Word would add one of its own below a table

    def content(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        self._document.save(out)
        return with_fixed_times(out.getvalue())


def _empty(title: str, language: str) -> WordDocument:
    from docx import Document
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    document = Document()
    document.core_properties.title, document.core_properties.language = _plain(title)[:255], language
    document.core_properties.author = "secondcoder"
    section = document.sections[0]
    section.page_width, section.page_height = _mm(210), _mm(297)
    section.left_margin = section.right_margin = _mm(25)
    styles = document.styles
    styles["Normal"].font.name, styles["Normal"].font.size = "Calibri", Pt(11)
    styles["Normal"].paragraph_format.space_after = Pt(6)
    for language_of in styles.element.iter(_tag("lang")):
        language_of.set(_tag("val"), language)
    styles.add_style(HEADING, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Heading 1"]
    line = styles.add_style(LINE, WD_STYLE_TYPE.PARAGRAPH)
    line.base_style = styles["Normal"]
    for style in (line, styles.add_style(INLINE, WD_STYLE_TYPE.CHARACTER)):
        style.font.size, style.font.color.rgb = Pt(9), RGBColor.from_string(GREY)
    protection = _element("documentProtection", edit="comments", enforcement="1")
    document.settings.element.find(_tag("defaultTabStop")).addprevious(protection)
    return document


def _before(label: str, turn: Turn | None) -> Iterator[str]:
    """What is put before a turn: its time, and its speaker where the text does not say who."""
    if turn is None:
        return
    if turn.time_start is not None:
        minutes, seconds = divmod(int(max(turn.time_start, 0)), 60)
        yield f"[{minutes // 60}:{minutes % 60:02}:{seconds:02}] " if minutes >= 60 else f"[{minutes}:{seconds:02}] "
    if turn.speaker and not label.strip():
        yield f"{turn.speaker}: "


def _row(code: Code, book: Codebook) -> tuple[str, str, str]:
    names = f"{'– ' * len(book.ancestors(code.id))}{code.name}" + (f" ({code.id})" if code.id != code.name else "")
    counts = [*(f"+ {text}" for text in code.includes), *(f"− {exclude.line}" for exclude in code.excludes)]
    return names, code.definition, "\n".join(counts)


def _end_comment(paragraph: Any, number: int) -> None:
    paragraph._p.append(_element("commentRangeEnd", id=number))
    reference = paragraph.add_run()
    reference._r.append(_element("commentReference", id=number))


def _plain(text: str) -> str:
    return NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _element(name: str, **attributes: object) -> Any:
    from docx.oxml import OxmlElement

    return OxmlElement(f"w:{name}", {_tag(key): str(value) for key, value in attributes.items()})


def _tag(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


def _mm(length: int) -> Any:
    from docx.shared import Mm

    return Mm(length)
