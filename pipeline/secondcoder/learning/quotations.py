"""What a codebook quotes from the transcripts, also where the quotation was edited: shortened, explained, tidied or mistyped.

Runs of three words (shingles: Broder 1997, doi:10.1109/SEQUEN.1997.666900) that a text shares with a transcript are joined into
chains that go forward in both. Between two runs a slip of a few words may stand, and where the text has an ellipsis or brackets,
talk may be left out. A long enough chain is a quotation.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from secondcoder.domain.records import Segment

Span = tuple[int, int]
RUN, FEWEST = 10, 4
"""Words that make a quotation; a shorter text is one when nearly all of it occurs, if it has at least FEWEST words."""
SHORT, NEARLY = 6, 0.75
"""Of a text under SHORT words all must occur, of others under RUN this share."""
SHINGLE = 3
SLIP = 2
"""Words that may differ between two runs."""
LEFT_OUT = 80
"""Words of talk that an ellipsis may stand for."""
ASIDE = re.compile(r"\[[^\]]{0,80}\]|\([^)]{0,30}\)|…|\.\s?\.\s?\.")
"""Ellipses, short stage directions and explanations: (pause), [laughs], [the link worker], [...]."""
WORD = re.compile(r"\w+(?:['’]\w+)*")
APOSTROPHES = str.maketrans("", "", "'’")


@dataclass(frozen=True)
class _Words:
    """Words of a text with the places where talk may be left out.

    Attributes:
        spans: character span of each word in the text.
        breaks: numbers of the words before which an aside or an ellipsis stands.
    """

    words: tuple[str, ...]
    spans: tuple[Span, ...]
    breaks: frozenset[int]

    @classmethod
    def of(cls, text: str) -> _Words:
        asides = [match.span() for match in ASIDE.finditer(text)]
        begins = [start for start, _ in asides]

        def is_aside(place: int) -> bool:
            last = bisect_right(begins, place) - 1
            return last >= 0 and place < asides[last][1]

        found = [match for match in WORD.finditer(text) if not is_aside(match.start())]
        starts = [match.start() for match in found]
        breaks = {bisect_left(starts, start) for start in begins}
        # "we'd" and "we’d" are one word, also to somebody who writes "wed".
        words = tuple(match[0].translate(APOSTROPHES).casefold() for match in found)
        return cls(words, tuple(match.span() for match in found), frozenset(breaks))

    @property
    def needed(self) -> int:
        """Words of a chain that make the text a quotation."""
        n = len(self.words)
        return min(RUN, n if n < SHORT else math.ceil(NEARLY * n))

    def shingles(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each run of SHINGLE words with its place."""
        return ((at, self.words[at : at + SHINGLE]) for at in range(len(self.words) - SHINGLE + 1))


@dataclass(frozen=True)
class _Run:
    """Words that a text and a transcript have in common: from `start` to `end` of the text, from `place` on in the transcript."""

    start: int
    end: int
    place: int


def cut(text: str, spans: Sequence[Span]) -> str:
    """The text without the spans."""
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]}{text[end:]}"
    return text


def quotations(texts: Iterable[str], talk: Sequence[Segment]) -> dict[str, list[Span]]:
    """The texts that quote the segments, with the character spans that do. A text under FEWEST words quotes nothing.

    The segments of one transcript stand together.
    """
    read = {text: _Words.of(text) for text in texts}
    # The codebook is short and the talk long: the codebook's shingles are indexed, the talk is read once.
    places: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    for text, words in read.items():
        for at, shingle in words.shingles() if len(words.words) >= FEWEST else ():
            places.setdefault(shingle, []).append((text, at))
    found: dict[str, set[Span]] = {}
    for _, segments in groupby(talk, key=lambda segment: segment.transcript):
        # The transcript as one text: a quotation may run over the edge of a segment.
        spoken = _Words.of(" ".join(segment.text for segment in segments))
        for text, runs in _runs(spoken, places).items():
            words = read[text]
            for start, end, length in _chains(runs, words.breaks):
                if length >= words.needed:
                    found.setdefault(text, set()).add((words.spans[start][0], words.spans[end - 1][1]))
    return {text: _apart(spans) for text, spans in found.items()}


def _runs(spoken: _Words, places: Mapping[tuple[str, ...], Sequence[tuple[str, int]]]) -> dict[str, list[_Run]]:
    """The longest runs that each text shares with a transcript, in the order of the text."""
    ends: dict[tuple[str, int], _Run] = {}
    runs: dict[str, list[_Run]] = {}
    for place, shingle in spoken.shingles():
        for text, at in places.get(shingle, ()):
            # On one diagonal the difference of the places stays; a run goes on while shingles follow each other.
            last = ends.get((text, place - at))
            start = last.start if last and last.end == at + SHINGLE - 1 else at
            run = _Run(start, at + SHINGLE, place - at + start)
            if last and start == last.start:
                runs[text].remove(last)
            ends[text, place - at] = run
            runs.setdefault(text, []).append(run)
    return {text: sorted(own, key=lambda run: (run.end, run.place)) for text, own in runs.items()}


def _chains(runs: Sequence[_Run], breaks: frozenset[int]) -> Iterator[tuple[int, int, int]]:
    """For each run the longest chain that ends with it: start and end in the text, and number of words in common."""
    best: list[tuple[int, int]] = []
    for number, run in enumerate(runs):
        start, length = run.start, run.end - run.start
        for earlier, (its_start, its_length) in zip(runs[:number], best, strict=True):
            joined = its_length + run.end - max(run.start, earlier.end)
            if joined > length and _follows(run, earlier, breaks):
                start, length = its_start, joined
        best.append((start, length))
        yield start, run.end, length


def _follows(run: _Run, earlier: _Run, breaks: frozenset[int]) -> bool:
    """Whether a run goes on where an earlier one ended, but for a slip or something left out."""
    gap, skipped = run.start - earlier.end, run.place - earlier.place - (earlier.end - earlier.start)
    # Two runs may overlap by chance where one goes on over an ellipsis.
    left_out = any(earlier.end - SHINGLE < at <= run.start + SLIP for at in breaks)
    return gap <= SLIP and -SHINGLE < skipped <= (LEFT_OUT if left_out else SLIP)


def _apart(spans: set[Span]) -> list[Span]:
    """The union of the spans, in order."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
