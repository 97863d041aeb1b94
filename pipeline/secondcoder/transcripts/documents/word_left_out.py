"""What Word shows of a document, and a count of what is not read: nothing is left out without a word.

Hidden text is never read, since it may hold the name that somebody hid instead of deleting it. Tracked changes are read as if
all were accepted: insertions are text, deletions are not, and a paragraph whose mark was deleted runs on in the next one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from secondcoder.domain.wording import counted
from secondcoder.transcripts.documents.left_out import (
    ASIDES,
    BOXES,
    CHANGES,
    COMMENTS,
    EQUATIONS,
    FOOTNOTES,
    HIDDEN,
    NUMBERS,
    PICTURES,
    PROMPTS,
    READINGS,
    STRUCK,
    SYMBOLS,
    left_out_notes,
)
from secondcoder.transcripts.documents.word_package import MATH, W, Word
from secondcoder.transcripts.documents.word_styles import (
    ON,
    aside_styles,
    hidden_styles,
    numbered_styles,
    numbers_itself,
    style_of,
)

COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
PARAGRAPH, RUN, ROW, TEXT_BOX = f"{W}p", f"{W}r", f"{W}tr", f"{W}txbxContent"
RANGES = frozenset((f"{W}commentRangeStart", f"{W}commentRangeEnd"))
"""Marks of where a comment's passage begins and ends; they stay where text goes."""
_CHOICES = f"{COMPATIBILITY}AlternateContent"
_DELETED = (f"{W}del", f"{W}moveFrom")
_INSERTED = (f"{W}ins", f"{W}moveTo")
_DRAWINGS = (f"{W}drawing", f"{W}pict", f"{W}object")
_PRIVATE = range(0xF000, 0xF100)  # where Word puts the characters of symbol fonts, whose letters no text has
_STRUCTURED = frozenset(
    f"{MATH}{tag}" for tag in ("f", "sSup", "sSub", "sSubSup", "rad", "nary", "m", "eqArr", "limLow")
)

_COUNTED = {
    f"{W}footnoteReference": FOOTNOTES,
    f"{W}endnoteReference": "endnote",
    f"{W}altChunk": "embedded document",
    f"{W}subDoc": "embedded document",
    f"{W}rt": READINGS,
    f"{W}ddList": "drop-down field",
}


def shown(word: Word) -> tuple[Element, tuple[str, ...]]:
    """The body with only what is read, changed in place, and notes on all else."""
    reading = _Reading(hidden_styles(word.styles), numbered_styles(word.styles), aside_styles(word.styles))
    reading.keep_shown(word.body)
    comments = sum(sum(1 for _ in root.iter(f"{W}comment")) for root in word.comments)
    reading.left_out[COMMENTS] = max(comments, reading.left_out[COMMENTS])
    # Beside the text, and not unread: the import says whether they were taken for codes.
    comments = reading.left_out.pop(COMMENTS)
    beside = [f"{counted(comments, COMMENTS)} beside the text"] if comments else []
    return word.body, (*beside, *left_out_notes(reading.left_out, any(map(_says_something, word.margins))))


class _Reading:
    def __init__(self, hidden: frozenset[str], numbered: frozenset[str], asides: frozenset[str]) -> None:
        self.hidden, self.numbered, self.asides, self.left_out = hidden, numbered, asides, Counter[str]()

    def keep_shown(self, parent: Element, styled: bool = False) -> None:
        """Take out of an element what is not read; `styled`: its paragraph's style is hidden."""
        kept: list[Element] = []
        for child in parent:
            for element in _chosen(child):
                if self._leave_out(element, styled):
                    kept += [mark for mark in element.iter() if mark.tag in RANGES]
                    continue
                if not element.tag.endswith("Pr"):  # properties, which tell of the element around them
                    self.keep_shown(element, styled or self._has_hidden_style(element))
                kept.append(element)
        parent[:] = _run_on(kept)

    def _leave_out(self, element: Element, styled: bool) -> bool:
        """Count what a person should know of; whether the element goes."""
        tag = element.tag
        if tag in _DELETED or tag in _INSERTED:
            self.left_out[CHANGES] += 1
            return tag in _DELETED
        if tag in (RUN, f"{MATH}r"):
            return self._leave_out_run(element, styled)
        if what := self._block_left_out(element):
            return self._count(what, element)
        if tag in _DRAWINGS:
            self._look_for_boxes(element)
            return True
        return self._count_reference(element)

    def _block_left_out(self, element: Element) -> str | None:
        """Why a row, a text box, or a paragraph or table that secondcoder added is not read, if it is not."""
        if element.tag in (PARAGRAPH, f"{W}tbl") and self._is_aside(element):
            return ASIDES
        return _row_mark(element) if element.tag == ROW else BOXES if element.tag == TEXT_BOX else None

    def _leave_out_run(self, run: Element, styled: bool) -> bool:
        if self._is_hidden_run(run, styled):
            return self._count(HIDDEN, run)
        style = run.find(f"{W}rPr/{W}rStyle")
        if style is not None and style.get(f"{W}val") in self.asides:
            return self._count(ASIDES, run)
        self.left_out[STRUCK] += _is_struck(run) and _has_words(run)
        return False

    def _count_reference(self, element: Element) -> bool:
        tag = element.tag
        if tag in _COUNTED:
            self.left_out[_COUNTED[tag]] += 1
        elif tag == f"{W}commentReference":
            self.left_out[COMMENTS] += 1
        elif tag == f"{W}sym" and symbol(element) is None:
            self.left_out[SYMBOLS] += 1
        elif tag == PARAGRAPH and self._is_numbered(element):
            self.left_out[NUMBERS] += _has_words(element)
        elif tag == f"{MATH}oMath":
            self.left_out[EQUATIONS] += any(part.tag in _STRUCTURED for part in element.iter())
        elif tag == f"{W}sdt" and element.find(f"{W}sdtPr/{W}showingPlcHdr") is not None:
            return self._count(PROMPTS, element)
        return tag == f"{W}rt"

    def _count(self, what: str, element: Element) -> bool:
        self.left_out[what] += _has_words(element)
        return True

    def _look_for_boxes(self, drawing: Element) -> None:
        boxes = [box for box in _iter_chosen(drawing) if box.tag == TEXT_BOX and _has_words(box)]
        pictured = any(part.tag.endswith(("}blip", "}imagedata", "}chart", "}relIds")) for part in drawing.iter())
        self.left_out[BOXES] += len(boxes)
        self.left_out[PICTURES] += pictured and not boxes

    def _is_hidden_run(self, run: Element, styled: bool) -> bool:
        for properties in run.iterfind(f"{W}rPr"):
            vanish = properties.find(f"{W}vanish")
            if vanish is not None:  # what is said of the run itself goes before its styles
                return vanish.get(f"{W}val") in ON
            style = properties.find(f"{W}rStyle")
            styled = styled or (style is not None and style.get(f"{W}val") in self.hidden)
        return styled

    def _is_aside(self, block: Element) -> bool:
        paragraphs = [block] if block.tag == PARAGRAPH else list(block.iter(PARAGRAPH)) if self.asides else []
        return bool(paragraphs) and all(style_of(paragraph) in self.asides for paragraph in paragraphs)

    def _has_hidden_style(self, element: Element) -> bool:
        return element.tag == PARAGRAPH and style_of(element) in self.hidden

    def _is_numbered(self, paragraph: Element) -> bool:
        itself = numbers_itself(paragraph)
        return style_of(paragraph) in self.numbered if itself is None else itself


def _is_struck(run: Element) -> bool:
    marks = [run.find(f"{W}rPr/{W}{tag}") for tag in ("strike", "dstrike")]
    return any(mark is not None and mark.get(f"{W}val") in ON for mark in marks)


def _chosen(element: Element) -> list[Element]:
    """The element; of an AlternateContent, which holds a thing twice, the form for newer Word, or else the older one."""
    if element.tag != _CHOICES:
        return [element]
    forms = [*element.iterfind(f"{COMPATIBILITY}Choice"), *element.iterfind(f"{COMPATIBILITY}Fallback")]
    return [part for child in (forms[0] if forms else ()) for part in _chosen(child)]


def _iter_chosen(element: Element) -> Iterable[Element]:
    """What lies within, in its chosen form; nothing of what lies within a text box, which is one thing."""
    for child in element:
        for part in _chosen(child):
            yield part
            if part.tag != TEXT_BOX:
                yield from _iter_chosen(part)


def _run_on(elements: Sequence[Element]) -> list[Element]:
    """Paragraphs whose mark is deleted or hidden, joined with the paragraph after them."""
    joined: list[Element] = []
    for element in elements:
        before = joined[-1] if joined else None
        if before is not None and before.tag == element.tag == PARAGRAPH and _mark_is_gone(before):
            # The mark that stays is the later paragraph's, with its properties.
            element[:] = [*element.findall(f"{W}pPr"), *_content(before), *_content(element)]
            joined.pop()
        joined.append(element)
    return joined


def _content(paragraph: Element) -> list[Element]:
    return [child for child in paragraph if child.tag != f"{W}pPr"]


def _mark_is_gone(paragraph: Element) -> bool:
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    if mark is None:
        return False
    vanish = mark.find(f"{W}vanish")
    hidden = vanish is not None and vanish.get(f"{W}val") in ON
    return hidden or any(mark.find(tag) is not None for tag in _DELETED)


def _row_mark(row: Element) -> str | None:
    """Why a row of a table is not read, if it is not."""
    if row.find(f"{W}trPr/{W}del") is not None:
        return CHANGES
    hidden = row.find(f"{W}trPr/{W}hidden")
    return HIDDEN if hidden is not None and hidden.get(f"{W}val") in ON else None


def symbol(element: Element) -> str | None:
    """The character of a `w:sym`; None for one that only its font knows, or that is none."""
    try:
        code = int(element.get(f"{W}char", ""), 16)
    except ValueError:
        return None
    return None if code in _PRIVATE or not 0x20 <= code <= 0xD7FF else chr(code)


def _has_words(element: Element) -> bool:
    return bool(_words(element).strip())


def _says_something(margin: Element) -> bool:
    """Whether a header or footer holds more than a page's number."""
    return any(character.isalpha() for character in _words(margin))


def _words(element: Element) -> str:
    return "".join(part.text or "" for part in element.iter() if part.tag in (f"{W}t", f"{MATH}t"))
