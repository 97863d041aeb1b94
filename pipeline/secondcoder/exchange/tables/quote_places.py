"""Quotations of a transcript, in whatever order a table has them: each one's place, or why it has none or several.

A quotation that stands nowhere as it is may stand there written otherwise or with small differences; how many do is told. One that
stands several times is settled by what else its row says: the paragraph in which it begins (MAXQDA counts them), or its place among
the rows, where all others of the transcript are in the order of the text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

from secondcoder.domain.figures import whole_number
from secondcoder.domain.records import Span, Transcript
from secondcoder.domain.wording import counted, shorten
from secondcoder.exchange.tables.quoted_text import QuotedText
from secondcoder.exchange.tables.rows import Row
from secondcoder.exchange.tables.unit_places import at_span, candidates, place_fault

PARAGRAPH = "paragraph"
FEWEST_IN_ORDER = 6
"""Rows that must be in the order of the text to show that all are: by chance, so many are once in 720 tables."""
MOST_NEAREST = 50
"""Refusals that look for the nearest passage, which takes a while."""
SHOWN, BEFORE = 40, 12
"""Characters that a note shows of a passage, and of those before the difference."""


@dataclass
class Places:
    """Rows with `start` and `end` filled in, the faults of the others, and how many differ in signs, and which in words."""

    rows: list[Row] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    in_signs: int = 0
    in_words: list[str] = field(default_factory=list)


def placed_quotes(
    rows: Sequence[Row], transcript: Transcript, matters: Callable[[Row], bool], alike: bool = True
) -> Places:
    """The places of rows that stand for themselves.

    Args:
        matters: whether the row says anything; the others are left out.
        alike: small differences of wording are allowed.
    """
    text, found = QuotedText(transcript), Places()
    rows = [row for row in rows if matters(row)]
    spans = [candidates(row, text) for row in rows]
    differing = [at for at, places in enumerate(spans) if not places and alike]
    for at in differing:
        spans[at] = text.alike(rows[at]["text"])
    spans = _settled(rows, spans, text)
    for at, (row, places) in enumerate(zip(rows, spans, strict=True)):
        if len(places) != 1:
            near = len(found.faults) < MOST_NEAREST
            found.faults.append(f"{row.place}: {place_fault(row, places, text, near)}")
            continue
        found.rows.append(at_span(row, places[0]))
        if at in differing:
            there = transcript.text[slice(*places[0])]
            found.in_words.append(f"{row.place}: {_difference(row['text'], there)}")
        elif places[0] not in text.exact(row["text"]):
            found.in_signs += 1
    return found


def difference_notes(in_signs: int, in_words: Sequence[str]) -> list[str]:
    """What the person should know of quotations that are not what the transcripts say."""
    signs = f"{counted(in_signs, 'passage')} found with other quotation marks, dashes, hyphens or accents than in the transcripts."
    words = f"{counted(len(in_words), 'passage')} found though some words differ or are left out. Check"
    listed = "; ".join(in_words[:3]) + (f"; and {len(in_words) - 3:,} more" if len(in_words) > 3 else "")
    return [*[signs] * bool(in_signs), *[f"{words}: {listed}."] * bool(in_words)]


def _difference(quoted: str, there: str) -> str:
    """Both from a word or two before the first that differs."""
    pair = " ".join(quoted.split()), " ".join(there.split())
    signs = zip(*(text.casefold() for text in pair), strict=False)
    same = sum(1 for _ in takewhile(lambda each: each[0] == each[1], signs))
    begin = pair[0].rfind(" ", 0, max(same - BEFORE, 0)) + 1
    said, read = (f"{'…' if begin else ''}{shorten(text[begin:], SHOWN)}" for text in pair)
    return f"'{said}' is taken for '{read}'"


def _settled(rows: Sequence[Row], spans: Sequence[list[Span]], text: QuotedText) -> list[list[Span]]:
    """The candidates, those of ambiguous rows narrowed to one by what else the rows say, as far as it does."""
    if all(len(places) < 2 for places in spans):
        return list(spans)
    keys = [_paragraph(row) for row in rows]
    certain = sorted(
        (key, places[0][0]) for key, places in zip(keys, spans, strict=True) if key is not None and len(places) == 1
    )
    if any(key is not None for key in keys):
        spans = _in_paragraphs(keys, spans, certain, text)
    else:
        certain = [(at, places[0][0]) for at, places in enumerate(spans) if len(places) == 1]
        keys = list(range(len(rows))) if len({start for _, start in certain}) >= FEWEST_IN_ORDER else [None] * len(rows)
    if any(first[1] > second[1] for first, second in pairwise(certain) if first[0] < second[0]):
        return list(spans)  # this order is not the text's
    return [_between(key, places, certain) for key, places in zip(keys, spans, strict=True)]


def _in_paragraphs(
    keys: Sequence[int | None], spans: Sequence[list[Span]], certain: Sequence[tuple[int, int]], text: QuotedText
) -> list[list[Span]]:
    """Candidates in the paragraph that the row names, where the numbers count the lines of the text, whatever the first is called."""
    ahead = Counter(text.line(start) - key for key, start in certain).most_common(1)
    shift = ahead[0][0] if ahead else 0
    narrowed = []
    for key, places in zip(keys, spans, strict=True):
        there = [place for place in places if key is not None and text.line(place[0]) == key + shift]
        narrowed.append(there if len(there) == 1 else places)
    return narrowed


def _between(key: int | None, places: list[Span], certain: Sequence[tuple[int, int]]) -> list[Span]:
    """The only candidate that lies between the certain places before and after it; all of them where there is no such one."""
    if key is None or len(places) < 2:
        return places
    at, behind = bisect_left(certain, (key, -1)), bisect_left(certain, (key + 1, -1))
    low = certain[at - 1][1] if at else 0
    high = certain[behind][1] if behind < len(certain) else max(start for start, _ in places)
    between = [place for place in places if low <= place[0] <= high]
    return between if len(between) == 1 else places


def _paragraph(row: Row) -> int | None:
    return whole_number(row[PARAGRAPH].strip().removesuffix(".0"))
