"""What stands around the text of a PDF's pages: running titles, page numbers, and numbers of lines or paragraphs beside it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from statistics import median

from secondcoder.domain.grouping import group_by
from secondcoder.domain.wording import counted, listed, shorten
from secondcoder.transcripts.documents.pdf_lines import PdfLine, PdfPage

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


@dataclass(frozen=True, slots=True)
class Inside:
    """The lines of a text without what stands around them; `counted`: those that begin a paragraph are `numbered`."""

    lines: Sequence[PdfLine]
    counted: bool
    notes: tuple[str, ...]


def inside(pages: Sequence[PdfPage]) -> Inside:
    """The lines of the text in order: without a column of numbers, running titles, page numbers, and what two pages both print."""
    bare, counts_paragraphs, notes = _without_numbers([line for page in pages for line in page.lines if line.words])
    by_page = group_by(bare, lambda line: line.page)
    kept, at_edges = _without_edges([lines for lines in by_page.values() if lines])
    once, twice = _once([line for line in kept if line.words])
    return Inside(once, counts_paragraphs, (*notes, *at_edges, *twice))


def _without_edges(pages: Sequence[Sequence[PdfLine]]) -> tuple[list[PdfLine], tuple[str, ...]]:
    """Without running titles and page numbers: outermost lines with the same words in the same place on most pages.

    One number in them may go up with the pages. A page number may also stand on an only page.
    """
    keys = Counter(key for lines in pages for line in _edges(lines) for key in _keys(line))
    enough = max(2, SHARE_OF_PAGES * len(pages))
    taken: list[PdfLine] = []
    for lines in pages:
        for ordered in (lines[:LOOKED_AT], lines[: -LOOKED_AT - 1 : -1]):
            recurring = (line for line in ordered if line.words)
            taken += takewhile(
                lambda line: _most(keys, line) >= enough or (len(pages) == 1 and _is_first_page(line)), recurring
            )
    ids = {id(line) for line in taken}
    kept = [line for lines in pages for line in lines if id(line) not in ids]
    if not ids:
        return kept, ()
    words = list({re.sub(r"\d+", "#", line.text): line.text for line in reversed(taken)}.values())[::-1]
    shown = listed([f"'{shorten(each, MOST_SHOWN)}'" for each in words[:SHOWN]])
    return kept, (
        f"{counted(len(ids), 'line')} at the edges of pages, as running titles and page numbers, left out: {shown}",
    )


def _once(lines: Sequence[PdfLine]) -> tuple[list[PdfLine], tuple[str, ...]]:
    """Some programs print the last line of a page again as the first of the next, and hide one of them."""
    again = [
        at
        for at, (before, line) in enumerate(pairwise(lines), start=1)
        if before.page != line.page and len(line.words) > 2 and before.text == line.text
    ]
    note = f"{counted(len(again), 'line')} at the end of a page and again on the next, read once"
    return [line for at, line in enumerate(lines) if at not in again], (note,) if again else ()


def _edges(lines: Sequence[PdfLine]) -> list[PdfLine]:
    return [*lines] if len(lines) <= 2 * LOOKED_AT else [*lines[:LOOKED_AT], *lines[-LOOKED_AT:]]


Key = tuple[str, int, int]
"""Words with one number taken out, how much that is above the page's, and the place."""


def _keys(line: PdfLine) -> list[Key]:
    at = round(line.top / NEAR)
    numbers = list(re.finditer(r"\d{1,6}", line.text))
    counting = [(f"{line.text[: n.start()]}#{line.text[n.end() :]}", int(n[0]) - line.page, at) for n in numbers]
    return [(line.text, 0, at), *counting]


def _most(keys: Counter[Key], line: PdfLine) -> int:
    """On how many pages a line recurs; a place near the border of two bands counts in both."""
    near = [
        keys[words, above, at] + max(keys[words, above, at + 1], keys[words, above, at - 1])
        for words, above, at in _keys(line)
    ]
    return max(near)


def _is_first_page(line: PdfLine) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(line.text)) and "1" in re.findall(r"\d+", line.text)


def _without_numbers(lines: Sequence[PdfLine]) -> tuple[list[PdfLine], bool, tuple[str, ...]]:
    """Without a column of numbers that count lines or, as MAXQDA prints them, paragraphs; whether it is the latter."""
    beside = _numbered(lines)
    numbers = [int(lines[at].words[0].text.rstrip(".:)")) for at in sorted(beside)]
    steps = Counter(after - before for before, after in pairwise(numbers))
    step, often = max(steps.items(), key=lambda item: item[1], default=(0, 0))
    # Each page may begin anew, or with the number that ends the page before.
    restarts = sum(after <= before for before, after in pairwise(numbers))
    rising = often + restarts >= SHARE_OF_STEPS * (len(numbers) - 1) and restarts <= often
    if len(numbers) < FEWEST_NUMBERS or step < 1 or not rising:
        return [*lines], False, ()
    paragraphs = step == 1 and len(numbers) < SHARE_OF_LINES * len(lines)
    bare = [
        replace(line, words=line.words[1:], numbered=paragraphs) if at in beside else line
        for at, line in enumerate(lines)
    ]
    what = counted(len({*numbers}) if paragraphs else len(numbers), f"{'paragraph' if paragraphs else 'line'} number")
    return bare, paragraphs, (f"{what} beside the text, {min(numbers)} to {max(numbers)}, left out",)


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
        if word.end < left - 1 and (len(lines[at].words) == 1 or lines[at].words[1].start >= left - NEAR)
    }


def left_edges(lines: Iterable[PdfLine]) -> float:
    """Where most lines begin, in points."""
    edges: defaultdict[int, int] = defaultdict(int)
    for line in lines:
        edges[round(line.words[0].start)] += 1
    return float(max(edges, key=lambda edge: edges[edge]))
