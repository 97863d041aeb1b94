"""Arithmetic on spans: `[start, end)` in a transcript's text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf

Span = tuple[int, int]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same text as spans that neither touch nor overlap, in order."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        elif start < end:
            out.append((start, end))
    return out


def common(first: Sequence[Span], second: Sequence[Span]) -> list[Span]:
    """The text in both of two merged lists."""
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
    """Characters in merged spans."""
    return sum(end - start for start, end in spans)


def touching(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    """Those of merged spans that share text with `[start, end)`."""
    at = bisect_right(spans, (start,))
    at = at - 1 if at and spans[at - 1][1] > start else at
    out: list[Span] = []
    while at < len(spans) and spans[at][0] < end:
        out.append(spans[at])
        at += 1
    return out


def covers(cover: Sequence[Span], pieces: Iterable[Span], text: str) -> bool:
    """Do merged spans hold all of the pieces? Uncovered white space does not matter."""
    return all(not text[start:end].strip() for piece in pieces for start, end in without(piece, cover))


def without(piece: Span, cover: Sequence[Span]) -> list[Span]:
    """What merged spans leave of a piece."""
    at = bisect_right(cover, (piece[0], inf)) - 1
    if at >= 0 and cover[at][1] >= piece[1]:
        return []
    inside = [(max(start, piece[0]), min(end, piece[1])) for start, end in touching(cover, *piece)]
    edges = [piece[0], *(edge for span in inside for edge in span), piece[1]]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]


def cut(spans: Iterable[Span], edges: Iterable[int]) -> list[Span]:
    """Merged spans cut at every edge that lies inside them."""
    ordered = sorted(set(edges))
    out: list[Span] = []
    for start, end in spans:
        inside = ordered[bisect_right(ordered, start) : bisect_right(ordered, end - 1)]
        out += pairwise([start, *inside, end])
    return out
