"""How a project counts positions in its texts, told from the positions themselves.

The standard counts code points from 0 and says nothing of CRLF or a byte order mark; its end is the last character and every
program's is the one behind it. Programs count a CRLF as one or two, and a character beyond the Basic Multilingual Plane as one or as
two UTF-16 units. One way of counting is chosen for a whole project, since short texts fit several: the one under which most
selections are what their names say, then the one under which most begin and end at the edges of words, then the program's usual one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import sqrt
from typing import NamedTuple

from secondcoder.domain.records import Span
from secondcoder.exchange.projects.positions import edge_points
from secondcoder.exchange.refi_qda.memory import Dialect

UTF16, CODE_POINT = "utf16", "codepoint"
NEAR = 0.02
"""A way of counting that fits so nearly as well as the best one is worth a warning."""
FEW = 2
"""Points for edges by which chance may decide between two ways where there are few selections."""
CHANCE = 3
"""Times the root of the number of selections: so many points for edges one way gains over another where people select carelessly."""
MEASURED = ("nvivo for windows", "qualcoder", "qc ", "secondcoder")
"""Programs whose way of counting was measured on their own files: chance does not decide against it."""
CUT = 60  # characters: from so many on a name may be cut without dots behind it
_BLANK = re.compile(r"[\t\n\r]")  # what XML makes a blank in an attribute
_DOTS = re.compile(r"\s*(?:\.\.\.|…)$")


class Counting(NamedTuple):
    """Positions of a CRLF, the unit, positions of a byte order mark."""

    crlf: int
    unit: str
    bom: int

    @property
    def dialect(self) -> Dialect:
        """As it is remembered."""
        return {"crlf": self.crlf, "unit": self.unit, "bom": self.bom}

    def __str__(self) -> str:
        unit = "UTF-16 units" if self.unit == UTF16 else "code points"
        return f"{unit}, a CRLF as {self.crlf}{', the byte order mark counted' * self.bom}"


STANDARD = Counting(1, CODE_POINT, 0)


@dataclass(frozen=True)
class CountedText:
    """A text with line ends as newlines, without byte order mark, and where other programs may count otherwise.

    Attributes:
        crlf: places of the newlines that were CRLF; astral: places of characters with two UTF-16 units; bom: it had a mark.
    """

    text: str
    crlf: tuple[int, ...]
    astral: tuple[int, ...]
    bom: bool

    @classmethod
    def of(cls, raw: str, *, bom: bool, crlf: bool = False) -> CountedText:
        """Of a text as its file has it; `crlf`: its newlines were CRLF before XML made them newlines."""
        doubled = [match.start() - number for number, match in enumerate(re.finditer("\r\n", raw))]
        text = raw.replace("\r\n", "\n").replace("\r", "\n")
        if crlf and not doubled:
            doubled = [match.start() for match in re.finditer("\n", text)]
        astral = (
            () if text.isascii() else tuple(match.start() for match in re.finditer("[\U00010000-\U0010ffff]", text))
        )
        return cls(text, tuple(doubled), astral, bom)


@dataclass(frozen=True)
class Counted:
    """A span of a text as the program counts it, and what the program says of the text in it."""

    start: int
    end: int
    name: str = ""


class Places:
    """From positions of one way of counting to code points of a text."""

    def __init__(self, text: CountedText, counting: Counting) -> None:
        wide = sorted([*(text.crlf if counting.crlf == 2 else ()), *(text.astral if counting.unit == UTF16 else ())])
        self._shift = counting.bom * text.bom
        self._seconds = [at + number + 1 for number, at in enumerate(wide)]
        self.text = text.text

    def span(self, counted: Counted) -> Span | None:
        """The span, whole characters where a position falls into one; None beyond the text."""
        start, end = max(counted.start - self._shift, 0), max(counted.end - self._shift, 0)
        first, last = start - bisect_right(self._seconds, start), end - bisect_left(self._seconds, end)
        return (first, last) if first <= last <= len(self.text) else None

    def splits(self, counted: Counted) -> bool:
        """Whether a position falls into a character."""
        return any(
            (at := bisect_left(self._seconds, position)) < len(self._seconds) and self._seconds[at] == position
            for position in (counted.start - self._shift, counted.end - self._shift)
        )


@dataclass(frozen=True)
class Decided:
    """The way of counting, and what to tell of it."""

    counting: Counting
    note: str
    warning: str = ""


Marked = tuple[CountedText, Sequence[Counted]]


def decide(texts: Sequence[Marked], origin: str) -> Decided:
    """The way in which a project counts positions.

    Args:
        texts: each with all its selections.
        origin: the program, as the project names it.
    """
    usual = _usual(origin)
    ways = sorted(_ways([text for text, _ in texts], usual), key=lambda way: way != usual)
    judged = _judged(texts, ways)
    if max(names for names, _, _ in judged.values()) < sum(bool(each.name.strip()) for _, own in texts for each in own):
        # Most names are no words of the text, such as "Quotation 12": one that fits by chance shows nothing.
        judged = {way: (0, edges, spans) for way, (_, edges, spans) in judged.items()}
    selections = sum(len(own) for _, own in texts)
    known = CHANCE * sqrt(selections) * origin.casefold().startswith(MEASURED)
    # The first of equals, and the usual one is first.
    best = max(judged, key=lambda way: (judged[way][0], judged[way][1] + known * (way == usual)))
    names, edges, spans = judged[best]
    others = [way for way in judged if judged[way][2] != spans]
    near = [way for way in others if _near(judged[way][:2], (names, edges))]
    why = _why(judged, best, others)
    warning = (
        f"counted as {near[0]}, positions would fit nearly as well: check that codings begin and end where they should"
        if near
        else ""
    )
    return Decided(best, f"positions read as {best}{why}", warning)


def own_origin(counting: Counting) -> str:
    """What our own projects call their program, with how positions are counted where that is not the standard's way."""
    return "secondcoder" if counting == STANDARD else f"secondcoder, positions in {counting}"


def _usual(origin: str) -> Counting:
    told = {own_origin(way): way for way in map(Counting._make, product((1, 2), (CODE_POINT, UTF16), (0, 1)))}
    if origin in told:
        return told[origin]
    windows = origin.casefold().startswith("nvivo") and "mac" not in origin.casefold()
    return Counting(2, UTF16, 0) if windows else STANDARD


def _ways(texts: Sequence[CountedText], usual: Counting) -> list[Counting]:
    """The ways that can differ on these texts; what no text has is counted as usual."""
    crlf = (1, 2) if any(text.crlf for text in texts) else (usual.crlf,)
    units = (CODE_POINT, UTF16) if any(text.astral for text in texts) else (usual.unit,)
    boms = (0, 1) if any(text.bom for text in texts) else (0,)
    return [Counting(*way) for way in product(crlf, units, boms)]


Judgement = tuple[int, int, tuple[Span | None, ...]]


def _judged(texts: Sequence[Marked], ways: Sequence[Counting]) -> dict[Counting, Judgement]:
    """Of each way: points for names, for edges of words, and the spans that it gives."""
    judged: dict[Counting, Judgement] = {}
    points: dict[tuple[int, int, Span], tuple[int, int]] = {}  # ways mostly agree on a span
    for way in ways:
        names = edges = 0
        spans: list[Span | None] = []
        for number, (text, selections) in enumerate(texts):
            places = Places(text, way)
            for at, selection in enumerate(selections):
                span = places.span(selection)
                spans.append(span)
                if span is None or places.splits(selection):
                    edges -= 4
                    continue
                key = number, at, span
                if key not in points:
                    points[key] = name_points(text.text, span, selection.name), edge_points(text.text, span)
                names, edges = names + points[key][0], edges + points[key][1]
        judged[way] = names, edges, tuple(spans)
    return judged


def name_points(text: str, span: Span, named: str) -> int:
    """3 where the text is its name, 2 where it is but for white space or where the name is cut, 1 where it begins with it, else 0."""
    wanted = squeezed(_DOTS.sub("", named))
    if not wanted:
        return 0
    if _BLANK.sub(" ", text[slice(*span)][: len(named) + 1]) == _BLANK.sub(" ", named):
        return 3
    stop = min(span[1], span[0] + 4 * len(named) + 100)  # white space may be squeezed in the name
    there = squeezed(text[span[0] : stop])
    if not there.startswith(wanted):
        return 0
    cut = wanted != squeezed(named) or len(wanted) >= CUT
    return 2 if cut or (there == wanted and stop == span[1]) else 1


def squeezed(text: str) -> str:
    """With each run of white space as one blank: an attribute of XML has no line ends."""
    return " ".join(text.split())


def _near(points: tuple[int, int], best: tuple[int, int]) -> bool:
    names, edges = (most - NEAR * abs(most) for most in best)
    return points[0] >= names and points[1] >= min(edges, best[1] - FEW)


def _why(judged: dict[Counting, Judgement], best: Counting, others: Sequence[Counting]) -> str:
    if not others:
        return ""  # every way gives the same
    names, edges, _ = judged[best]
    if names > max(judged[way][0] for way in others):
        return ", as the names of selections show"
    return ", as the edges of words show" if edges > max(judged[way][1] for way in others) else ", as is usual there"
