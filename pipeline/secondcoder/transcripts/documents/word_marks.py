"""Comments and highlights of a Word document, with their passages as places in the text that the transcript's reader builds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from secondcoder.domain.records import Span
from secondcoder.errors import ReadError
from secondcoder.transcripts.documents.docx import draft_of
from secondcoder.transcripts.documents.word_left_out import PARAGRAPH, RANGES, shown
from secondcoder.transcripts.documents.word_package import W, open_word
from secondcoder.transcripts.documents.word_text import (
    COMMENT,
    cell_paragraphs,
    children,
    paragraph_pieces,
    paragraph_text,
)
from secondcoder.transcripts.registry import Source
from secondcoder.transcripts.repeated_headings import moved_from

NO_COLOUR = ("none", "auto", "FFFFFF", "ffffff")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment in the margin: who wrote it, its text, and the passage it stands beside; None where it marks none."""

    author: str
    text: str
    span: Span | None


@dataclass
class Marks:
    """What somebody marked in a document; places count code points of `text`.

    `highlights` have Word's name for their colour (`yellow`), or for a colour of its own `#` and six digits.
    """

    text: str
    comments: list[Comment]
    highlights: list[tuple[str, Span]]


def read_marks(source: Source) -> Marks:
    """The comments and highlights of a document; ReadError for a damaged file, and where two comments have one number."""
    word = open_word(source.data, source.path.name)
    comments = [comment for root in word.comments for comment in root.iter(f"{W}comment")]
    body, _ = shown(word)
    draft = draft_of(body)
    walk = _Walk(draft.text, {id(paragraph): start for start, paragraph in _paragraph_places(draft.places)})
    walk.over(body)
    _refuse_doubled([*(comment.get(_ID) for comment in comments)], source.path.name)
    _refuse_doubled([number for number, starts in walk.starts.items() for _ in starts], source.path.name)
    return Marks(draft.text, [_comment(comment, walk.span(comment.get(_ID))) for comment in comments], walk.highlights)


def placed_in(text: str, marks: Marks) -> Marks | None:
    """The marks at their places in a transcript's text, from which headings may be left out; None where it is another text."""
    moved = moved_from(marks.text, text)
    if moved is None:
        return None

    def there(span: Span) -> Span | None:
        start, end = moved(span[0]), moved(span[1])
        return (start, end) if start < end else None

    comments = [replace(each, span=each.span and there(each.span)) for each in marks.comments]
    highlights = ((colour, there(span)) for colour, span in marks.highlights)
    return Marks(text, comments, [(colour, span) for colour, span in highlights if span])


_ID = f"{W}id"


def _paragraph_places(places: Sequence[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    for start, element in places:
        if element.tag == PARAGRAPH:
            yield start, element
            continue
        place = start
        for paragraph in cell_paragraphs(element):
            yield place, paragraph
            place += len(paragraph_text(paragraph)) + 1


def _comment(element: Any, span: Span | None) -> Comment:
    text = "\n".join(paragraph_text(paragraph) for paragraph in children(element, PARAGRAPH))
    return Comment(element.get(f"{W}author", "").strip(), text.strip(), span)


def _refuse_doubled(numbers: Sequence[str | None], name: str) -> None:
    twice = [number for number, count in Counter(numbers).items() if count > 1]
    if twice:
        raise ReadError(
            f"{name}: comment number {twice[0]} stands in it twice, so that nobody can say which passage it is beside. Open it in "
            "Word and save it again, or leave its comments out with --comments notes."
        )


@dataclass
class _Walk:
    """One way through a document, in the order of its text.

    Attributes:
        places: where the text of each paragraph begins, by identity; those that are no part of the text lack.
        starts, ends, references: the places of the marks of each comment, by its number.
    """

    text: str
    places: dict[int, int]
    here: int = 0
    starts: dict[str, list[int]] = field(default_factory=dict)
    ends: dict[str, list[int]] = field(default_factory=dict)
    references: dict[str, list[int]] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)  # comments that begin between paragraphs: with the next one
    highlights: list[tuple[str, Span]] = field(default_factory=list)
    _last: dict[str, int] = field(default_factory=dict)  # the last highlight of each colour

    def over(self, element: Any) -> None:
        for child in element:
            if child.tag == PARAGRAPH:
                self._paragraph(child)
            elif child.tag == f"{W}commentRangeStart":
                self.waiting.append(child.get(_ID, ""))
            elif child.tag in RANGES or child.tag == COMMENT:
                self._mark(child, self.here)
            else:
                self.over(child)

    def span(self, number: str | None) -> Span | None:
        """From where a comment begins to where it ends, or to its sign in the text; marks in the wrong order are turned round."""
        starts = self.starts.get(number or "", [])
        ends = [*self.ends.get(number or "", []), *self.references.get(number or "", [])]
        if not starts or not ends:
            return None
        start, end = sorted((starts[0], ends[0]))
        return (start, end) if start < end else None

    def _paragraph(self, paragraph: Any) -> None:
        start = self.places.get(id(paragraph))
        pieces = paragraph_pieces(paragraph)
        if start is not None:
            for number in self.waiting:
                self.starts.setdefault(number, []).append(start)
            self.waiting = []
        for holder, begin, end in pieces:
            if holder.tag in RANGES or holder.tag == COMMENT:
                self._mark(holder, self.here if start is None else start + begin)
            elif start is not None and begin < end and (colour := _colour(holder)):
                self._highlight(colour, (start + begin, start + end))
        if start is not None:
            self.here = start + (pieces[-1][2] if pieces else 0)

    def _mark(self, mark: Any, place: int) -> None:
        kind = {f"{W}commentRangeStart": self.starts, COMMENT: self.references}.get(mark.tag, self.ends)
        kind.setdefault(mark.get(_ID, ""), []).append(place)

    def _highlight(self, colour: str, span: Span) -> None:
        """Stretches of one colour are one passage where only white space lies between them."""
        at = self._last.get(colour)
        before = self.highlights[at][1] if at is not None else None
        if at is not None and before and not self.text[before[1] : span[0]].strip():
            self.highlights[at] = colour, (before[0], span[1])
            return
        self._last[colour] = len(self.highlights)
        self.highlights.append((colour, span))


def _colour(run: Any) -> str | None:
    """The colour behind a run's text."""
    mark, shade = run.find(f"{W}rPr/{W}highlight"), run.find(f"{W}rPr/{W}shd")
    if mark is not None:
        value = mark.get(f"{W}val", "")
        return None if value in NO_COLOUR else value
    fill = shade.get(f"{W}fill", "auto") if shade is not None else "auto"
    return None if fill in NO_COLOUR else f"#{fill.casefold()}"
