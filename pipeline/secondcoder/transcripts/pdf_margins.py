"""What stands around the text of a PDF's pages: running titles, page numbers, and numbers of lines or paragraphs beside it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from secondcoder.domain.wording import counted, listed, shorten
from secondcoder.transcripts.pdf_lines import PdfLine, PdfPage

LOOKED_AT = 3  # lines at the top and at the bottom of a page
SHARE_OF_PAGES = 0.6
NEAR = 4.0  # points between the places of one thing on two pages
SHOWN, MOST_SHOWN = 3, 50
FEWEST_NUMBERS, SHARE_OF_STEPS = 5, 0.8
SHARE_OF_LINES = 0.9
_PAGE_NUMBER = re.compile(
    r"\W*(?:p(?:age|\.)?\s*|s\.\s*|seite\s*|página\s*|pagina\s*)?\d{1,4}(?:\s*(?:/|of|von|de|di|van|sur)\s*\d{1,4})?\W*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(\d{1,5})[.:)]?")


def without_margins(pages: Sequence[PdfPage]) -> tuple[list[PdfLine], tuple[str, ...]]:
    """The lines of the text in order, and a note on running titles and page numbers, which are no text.

    These stand in the same place, with the same words but for figures, on most pages; a page number may also stand on an only page.
    """
    edges = [line for page in pages for line in _edges(page)]
    places = Counter(_place(line) for line in edges)
    enough = max(2, SHARE_OF_PAGES * len(pages))
    taken = [
        line for line in edges if _count(places, line) >= enough or (len(pages) == 1 and _numbers_page(line, pages))
    ]
    kept = [line for page in pages for line in page.lines if not any(line is each for each in taken)]
    if not taken:
        return kept, ()
    words = list(dict.fromkeys(re.sub(r"\d+", "1", line.text) for line in taken))
    shown = listed([f"'{shorten(each, MOST_SHOWN)}'" for each in words[:SHOWN]])
    return kept, (
        f"{counted(len(taken), 'line')} at the edges of pages, as running titles and page numbers, left out: {shown}",
    )


def _edges(page: PdfPage) -> list[PdfLine]:
    lines = list(page.lines)
    return lines if len(lines) <= 2 * LOOKED_AT else [*lines[:LOOKED_AT], *lines[-LOOKED_AT:]]


def _place(line: PdfLine) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.top / NEAR)


def _count(places: Counter[tuple[str, int]], line: PdfLine) -> int:
    words, at = _place(line)
    # A place near the border of two bands counts in both.
    return max(places[words, at] + places[words, at + 1], places[words, at] + places[words, at - 1])


def _numbers_page(line: PdfLine, pages: Sequence[PdfPage]) -> bool:
    first_or_last = line is pages[0].lines[0] or line is pages[0].lines[-1]
    return first_or_last and bool(_PAGE_NUMBER.fullmatch(line.text)) and "1" in re.findall(r"\d+", line.text)


@dataclass(frozen=True, slots=True)
class Gutter:
    """The lines without the numbers beside them, and which begin with one where they count paragraphs (None: they do not)."""

    lines: Sequence[PdfLine]
    paragraphs: frozenset[int] | None = None
    notes: tuple[str, ...] = ()


def without_gutter(lines: Sequence[PdfLine]) -> Gutter:
    """The lines without a column of numbers that count lines or, as MAXQDA prints them, paragraphs."""
    numbered = _numbered(lines)
    numbers = [int(line.words[0].text.rstrip(".:)")) for line in (lines[at] for at in numbered)]
    steps = Counter(after - before for before, after in pairwise(numbers))
    step, often = steps.most_common(1)[0] if steps else (0, 0)
    # Each page may begin anew.
    restarts = sum(after <= before for before, after in pairwise(numbers))
    if (
        len(numbers) < FEWEST_NUMBERS
        or step < 1
        or often + restarts < SHARE_OF_STEPS * (len(numbers) - 1)
        or restarts > often
    ):
        return Gutter(lines)
    of_lines = step > 1 or len(numbers) >= SHARE_OF_LINES * len(lines)
    bare = [replace(line, words=line.words[1:]) if at in numbered else line for at, line in enumerate(lines)]
    what = "line" if of_lines else "paragraph"
    note = f"{counted(len(numbers), f'{what} number')} beside the text, {min(numbers)} to {max(numbers)}, left out"
    return Gutter(bare, None if of_lines else frozenset(numbered), (note,))


def _numbered(lines: Sequence[PdfLine]) -> set[int]:
    """Lines whose first word is a number that stands left of where the text begins."""
    first = {at: line.words[0] for at, line in enumerate(lines) if _NUMBER.fullmatch(line.words[0].text)}
    seconds = [lines[at].words[1].start for at in first if len(lines[at].words) > 1]
    if not seconds:
        return set()
    left = median(seconds)
    return {
        at
        for at, word in first.items()
        if word.end < left - 1 and (len(lines[at].words) == 1 or abs(lines[at].words[1].start - left) <= NEAR)
    }


def left_edges(lines: Iterable[PdfLine]) -> float:
    """Where most lines begin, in points."""
    edges: defaultdict[int, int] = defaultdict(int)
    for line in lines:
        edges[round(line.words[0].start)] += 1
    return float(max(edges, key=lambda edge: edges[edge]))
