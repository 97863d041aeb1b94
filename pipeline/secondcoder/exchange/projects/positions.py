"""How programs count positions in a text, and from each way to code points of the text as the study keeps it.

The study's text has no byte order mark, and a line feed for every line end. Programs count in code points, UTF-16 units (JavaScript),
UTF-8 bytes (Taguette) or user-perceived characters (doccano's grapheme mode, Unicode Annex 29), with a CRLF as one or two, or in the
text as HTML writes it.
"""

from __future__ import annotations

import html
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any
from unicodedata import combining

from secondcoder.domain.records import Span

MOST_ASKED = 2000
"""Quotations of a text that are asked for the unit of its positions."""
_SECOND_OF_CRLF = r"\r(?=\n)"
_MARK = r"\A\ufeff"


@dataclass(frozen=True)
class Unit:
    """A way to count: characters that `pattern` finds are so wide as `width` says, all others 1.

    `clusters`: a user-perceived character is 1 wide, of however many code points it is made.
    """

    name: str
    pattern: str = ""
    width: Callable[[str], int] = len
    clusters: bool = False

    def special(self, text: str) -> Iterator[tuple[int, int]]:
        """Index and width of every character that is not 1 wide."""
        import regex

        if self.clusters:
            for found in regex.finditer(r"\X", text):
                yield from ((at, 0) for at in range(found.start(), found.end() - 1))
        elif self.pattern:
            yield from ((found.start(), self.width(found[0])) for found in regex.finditer(self.pattern, text))


def _shown(sign: str) -> int:
    return 0 if sign in "\r\ufeff" else 2


CODE_POINTS = Unit("code points")
UTF_16 = Unit("UTF-16 units", "[\U00010000-\U0010ffff]", lambda _: 2)
SHOWN_CODE_POINTS = Unit(
    "code points, a line end as one and no byte order mark", f"{_SECOND_OF_CRLF}|{_MARK}", lambda _: 0
)
SHOWN_UTF_16 = Unit(
    "UTF-16 units, a line end as one and no byte order mark",
    f"{_SECOND_OF_CRLF}|{_MARK}|[\U00010000-\U0010ffff]",
    _shown,
)
UTF_8 = Unit("UTF-8 bytes", "[^\\x00-\\x7f]", lambda sign: len(sign.encode()))
HTML = Unit("characters of the text as HTML writes it", "[&<>\"']", lambda sign: len(html.escape(sign)))
GRAPHEMES = Unit("user-perceived characters", clusters=True)


class StoredText:
    """A text as a program keeps it (`raw`), and as the study does (`text`)."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.text = plain(raw)
        marked = [0] if raw.startswith("\ufeff") else []
        self._dropped = [*marked, *occurrences(raw, "\r\n")]
        self._tables: dict[str, tuple[Sequence[int], Sequence[int], Sequence[int]]] = {}

    def span(self, start: int, end: int, unit: Unit) -> Span | None:
        """Positions of the program as code points of `text`; None where one of them is within a character or beyond the text."""
        first, last = self._offset(start, unit), self._offset(end, unit)
        return None if first is None or last is None else (first, last)

    def _offset(self, position: int, unit: Unit) -> int | None:
        raw, ends, widths = self._table(unit)
        at = bisect_left(ends, position)
        if at < len(ends) and ends[at] - widths[at] < position < ends[at]:
            return None
        # What has no width stands at the beginning of what comes after it.
        while at < len(ends) and ends[at] == position and widths[at]:
            at += 1
        place = position if not at else raw[at - 1] + 1 + position - ends[at - 1]
        return place - bisect_left(self._dropped, place) if 0 <= place <= len(self.raw) else None

    def _table(self, unit: Unit) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
        """Of each character that is not 1 wide: its index, where it ends in the unit, and its width."""
        if unit.name not in self._tables:
            raw, widths = array("q"), array("q")
            for at, width in unit.special(self.raw):
                raw.append(at)
                widths.append(width)
            wider = accumulate(width - 1 for width in widths)
            ends = array("q", (at + 1 + more for at, more in zip(raw, wider, strict=True)))
            self._tables[unit.name] = raw, ends, widths
        return self._tables[unit.name]


def plain(raw: str) -> str:
    """The text as the study keeps it: no byte order mark, line feeds alone."""
    return raw.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def says(text: str, span: Span | None, quote: str) -> bool:
    """Whether a quotation stands just there, perhaps as HTML writes it."""
    return span is not None and text[slice(*span)] in (quoted := plain(quote), html.unescape(quoted))


def unit_of_quotes(stored: StoredText, quoted: Sequence[tuple[int, int, str]], units: Sequence[Unit]) -> Unit:
    """The unit in which most quotations stand at their positions; the first of equals."""

    some = quoted[:: len(quoted) // MOST_ASKED + 1]

    def right(unit: Unit) -> int:
        return sum(says(stored.text, stored.span(start, end, unit), quote) for start, end, quote in some)

    return _best(units, right, len(some))


def unit_of_edges(marked: Sequence[tuple[StoredText, Sequence[tuple[int, int]]]], units: Sequence[Unit]) -> Unit:
    """The unit in which most spans begin and end where words do, over all texts; the first of equals."""

    def right(unit: Unit) -> int:
        spans = ((stored, stored.span(*span, unit)) for stored, spans in marked for span in spans)
        return sum(edge_points(stored.text, span) for stored, span in spans if span is not None)

    return _best(units, right, 4 * sum(len(spans) for _, spans in marked))


def _best(units: Sequence[Unit], right: Callable[[Unit], int], most: int) -> Unit:
    best, reached = units[0], -1
    for unit in units:
        if (score := right(unit)) > reached:
            best, reached = unit, score
        if reached == most:
            break
    return best


def edge_points(text: str, span: Span) -> int:
    """0 to 4: for each end 0 within a word, 1 where white space lies inside of it, 2 at a clean edge, as of whole lines."""
    start, end = span
    if start >= end:
        return 0
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    first = 0 if _joined(before, text[start]) else 1 if text[start].isspace() else 2
    lines = before in ("", "\n") and text[end - 1] == "\n"
    last = 0 if _joined(text[end - 1], after) else 1 if text[end - 1].isspace() and not lines else 2
    return first + last


def _joined(before: str, after: str) -> bool:
    return (before.isalnum() or bool(before and combining(before))) and (
        after.isalnum() or bool(after and combining(after))
    )


def nearest(occurrences: Sequence[int], quote: str, place: int) -> Span | None:
    """Of the places where a quotation stands, in order, the one nearest to a place."""
    at = bisect_left(occurrences, place)
    found = min(occurrences[max(at - 1, 0) : at + 1], key=lambda each: abs(each - place), default=None)
    return None if found is None else (found, found + len(quote))


def occurrences(text: str, words: str) -> Iterator[int]:
    """Where words stand in a text, in order; nowhere for no words."""
    at = text.find(words) if words else -1
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def position(value: Any) -> int:
    """A position from a file; -1, which is refused as one, for what is none."""
    number = whole_number(value)
    return -1 if number is None else number


def whole_number(value: Any) -> int | None:
    """A position from a file; RQDA keeps them as 12.0, and some spreadsheets as text. None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return int(number) if number.is_integer() and abs(number) < 1e12 else None
