"""Spans `[start, end)` of a transcript's text: their arithmetic, the overlap rule, the coverage rule and the span rule.

Learning and agreement ask the same two questions of a unit, and both are answered here. *Does it carry a code?* `carries`: the coding
and the unit share enough of the shorter of the two. A coding that runs over several turns is cut to them first (`coded_turns`): many
people mark an answer together with the question beside it. *Did a coder look at it?* `covers`: their passes together hold all of it.
A coder who read half of a unit may have found nothing in that half, which says nothing of the other, so their silence on the unit is
unknown and not a "no". A code that they gave there is a "yes" for learning nevertheless; agreement leaves the unit out, because
whether a unit counts must not depend on the answer: counting only the codes that were given there would favour presence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import inf

from secondcoder.domain.records import CodingPass, Span, SpeakerRole, Transcript


def carries(unit: Sequence[Span], coding: Span, overlap: float, turns: Sequence[Span] = ()) -> bool:
    """The overlap rule: what a unit and a coding share is at least `overlap` of the shorter of the two.

    Where it is cut to turns, the coding as a whole or one of its pieces does: to mark the talk around a question at one go is the same
    as to mark it in two.

    Args:
        unit: its pieces, in order, which do not overlap; one for a segment.
        overlap: a share in (0, 1].
        turns: the spans that are coded at all, in order (`coded_turns`); empty where nothing is cut off.
    """
    if not share_text((unit[0][0], unit[-1][1]), coding):
        return False  # as with most units, so that no time is spent on them
    pieces = within(coding, turns)
    return any(_shares_enough(unit, part, overlap) for part in (pieces, *([piece] for piece in pieces)))


def _shares_enough(unit: Sequence[Span], coding: Sequence[Span], overlap: float) -> bool:
    shared = length(intersection(unit, coding))
    return shared > 0 and shared >= overlap * min(length(unit), length(coding))


def coded_turns(transcript: Transcript, interviewer: bool = False) -> tuple[Span, ...]:
    """Spans of the turns in which codes count: all that hold words but the interviewer's; the whole text where there are no turns.

    Args:
        interviewer: the interviewer's turns are coded too.
    """
    turns = ((turn.start, turn.end, turn.role) for turn in transcript.turns)
    return coded_spans(transcript.text, turns, interviewer)


def coded_spans(text: str, turns: Iterable[tuple[int, int, str | None]], interviewer: bool = False) -> tuple[Span, ...]:
    """The same of a text and its turns as (start, end, role)."""
    turns = list(turns)
    if not turns:
        return ((0, len(text)),) if text.strip() else ()
    return tuple(
        (start, end)
        for start, end, role in turns
        # Not `== PARTICIPANT`: where nobody knows who asks, roles are None and every turn may be an answer.
        if (interviewer or role != SpeakerRole.INTERVIEWER) and text[start:end].strip()
    )


def within(span: Span, turns: Sequence[Span]) -> list[Span]:
    """The pieces of a span that lie in turns; the span itself where none are given."""
    return intersection([span], overlapping(turns, *span)) if turns else [span]


def covers(cover: Sequence[Span], unit: Iterable[Span], text: str, text_start: int = 0) -> bool:
    """The coverage rule: merged spans hold all of a unit's pieces but for white space, which coders and readers of files leave out.

    Args:
        text: of the transcript, or of the unit alone, which then begins at `text_start` of the transcript.
    """
    missed = (span for piece in unit for span in difference(piece, cover))
    return all(not text[start - text_start : end - text_start].strip() for start, end in missed)


def looked_for(passes: Iterable[CodingPass]) -> Mapping[tuple[Span, ...], set[str]]:
    """What passes over one transcript come to together: merged spans, with the codes that were looked for in just these."""
    spans: dict[str, list[Span]] = {}
    for coding_pass in passes:
        for code in coding_pass.codes:
            spans.setdefault(code, []).append(coding_pass.span)
    covers: dict[tuple[Span, ...], set[str]] = {}
    for code, pieces in spans.items():
        covers.setdefault(tuple(merged(pieces)), set()).add(code)
    return covers


def same_words(first: Span, second: Span, overlap: float) -> bool:
    """The span rule: two codings of one code hold the same words when they share at least `overlap` of what either holds.

    Where people begin or end a few words apart nobody has to talk about it; where they share less, they marked different words.
    """
    return length(intersection([first], [second])) >= overlap * length(merged([first, second]))


def share_text(first: Span, second: Span) -> bool:
    """Two spans have at least a character in common, given that neither is empty."""
    return first[0] < second[1] and second[0] < first[1]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same text as spans that neither touch nor overlap, in order."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        elif start < end:
            out.append((start, end))
    return out


def intersection(first: Sequence[Span], second: Sequence[Span]) -> list[Span]:
    """The text in both of two lists of spans, each in order and without overlaps."""
    out: list[Span] = []
    left = right = 0
    while left < len(first) and right < len(second):
        start = max(first[left][0], second[right][0])
        end = min(first[left][1], second[right][1])
        if start < end:
            out.append((start, end))
        if first[left][1] < second[right][1]:
            left += 1
        else:
            right += 1
    return out


def length(spans: Iterable[Span]) -> int:
    """Characters in spans that do not overlap."""
    return sum(end - start for start, end in spans)


def overlapping(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    """Those of merged spans that share text with `[start, end)`."""
    at = bisect_right(spans, (start,))  # (start,) sorts before (start, any end)
    at = at - 1 if at and spans[at - 1][1] > start else at
    out: list[Span] = []
    while at < len(spans) and spans[at][0] < end:
        out.append(spans[at])
        at += 1
    return out


def difference(piece: Span, cover: Sequence[Span]) -> list[Span]:
    """What merged spans leave of a piece."""
    # inf: past a span that begins where the piece does. Mostly one span holds the whole piece: nothing is left.
    at = bisect_right(cover, (piece[0], inf)) - 1
    if at >= 0 and cover[at][1] >= piece[1]:
        return []
    inside = [(max(start, piece[0]), min(end, piece[1])) for start, end in overlapping(cover, *piece)]
    edges = [piece[0], *(edge for span in inside for edge in span), piece[1]]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]


def cut(spans: Iterable[Span], edges: Iterable[int]) -> list[Span]:
    """Merged spans cut at every edge that lies inside them."""
    ordered = sorted(set(edges))
    out: list[Span] = []
    for start, end in spans:
        # end - 1: offsets are whole numbers, and an edge at the end cuts nothing.
        inside = ordered[bisect_right(ordered, start) : bisect_right(ordered, end - 1)]
        out += pairwise([start, *inside, end])
    return out
