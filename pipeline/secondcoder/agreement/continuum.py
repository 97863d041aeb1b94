"""The text that two coders both looked at, with what each marked in it: in sentences and in characters.

What a coder marked is read once for each stretch of text, not once for each pair of coders.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from secondcoder.agreement.contingency import Bools
from secondcoder.agreement.units import participant_turns
from secondcoder.domain.records import Coding, CodingPass, Origin, Segment, Transcript
from secondcoder.domain.spans import Span, covers, intersection, length, merged, overlapping


@dataclass(frozen=True, slots=True)
class Marked:
    """What one coder marked in a stretch of text.

    Attributes:
        spans: distinct spans in sentences (first, last), ascending.
        codes: which codes each span has, (spans, k).
        runs: code -> spans in characters, counted within the stretch.
    """

    spans: list[Span]
    codes: Bools
    runs: dict[str, list[Span]]


@dataclass(frozen=True, slots=True)
class Continuum:
    """One transcript as two coders both looked at it; `size` in characters of participants' words."""

    transcript: str
    size: int
    first: Marked
    second: Marked


class Reader:
    """Reads codings as marks in the text that two coders both looked at; only independent codings and passes.

    Args:
        codes: those that count; a pass over any of them is a look at the text.
    """

    def __init__(
        self,
        transcripts: Iterable[Transcript],
        segments: Iterable[Segment],
        codings: Iterable[Coding],
        passes: Iterable[CodingPass],
        codes: Sequence[str],
    ) -> None:
        self._transcripts = list(transcripts)
        self._index = {code: at for at, code in enumerate(codes)}
        self._looked: dict[tuple[str, str], list[Span]] = {}
        self._codings: dict[tuple[str, str], list[Coding]] = {}
        self._sentences: dict[str, list[Span]] = {}
        self._read: dict[tuple[str, str, tuple[Span, ...]], Marked] = {}
        for one in passes:
            if one.origin is Origin.INDEPENDENT and not self._index.keys().isdisjoint(one.codes):
                self._looked.setdefault((one.transcript, one.coder), []).append((one.start, one.end))
        for coding in codings:
            if coding.origin is Origin.INDEPENDENT and coding.code in self._index:
                self._codings.setdefault((coding.transcript, coding.coder), []).append(coding)
        for segment in segments:
            own = segment.sentences or ((segment.start, segment.end),)
            self._sentences.setdefault(segment.transcript, []).extend(own)

    def between(self, first: str, second: str) -> list[Continuum]:
        """Transcript by transcript; those without common text are left out."""
        found: list[Continuum] = []
        for one in self._transcripts:
            both = [merged(self._looked.get((one.id, coder), ())) for coder in (first, second)]
            cover = intersection(intersection(*both), participant_turns(one))
            if cover:
                marked = (self._marked(one, coder, tuple(cover)) for coder in (first, second))
                found.append(Continuum(one.id, length(cover), *marked))
        return found

    def _marked(self, transcript: Transcript, coder: str, cover: tuple[Span, ...]) -> Marked:
        key = (transcript.id, coder, cover)
        if key not in self._read:
            sentences = sorted(self._sentences.get(transcript.id, ()))
            kept = [sentence for sentence in sentences if covers(cover, [sentence], transcript.text)]
            own = self._codings.get((transcript.id, coder), [])
            spans, codes = self._in_sentences(own, kept)
            self._read[key] = Marked(spans, codes, _runs(own, cover))
        return self._read[key]

    def _in_sentences(self, codings: Iterable[Coding], sentences: Sequence[Span]) -> tuple[list[Span], Bools]:
        place = {sentence: at for at, sentence in enumerate(sentences)}
        found: dict[Span, list[int]] = {}
        for coding in codings:
            inside = overlapping(sentences, coding.start, coding.end)
            if inside:
                found.setdefault((place[inside[0]], place[inside[-1]]), []).append(self._index[coding.code])
        spans = sorted(found)
        codes: Bools = np.zeros((len(spans), len(self._index)), dtype=bool)
        for row, span in enumerate(spans):
            codes[row, found[span]] = True
        return spans, codes


def _runs(codings: Iterable[Coding], cover: Sequence[Span]) -> dict[str, list[Span]]:
    before = dict(zip(cover, accumulate((end - start for start, end in cover), initial=0), strict=False))
    runs: dict[str, list[Span]] = {}
    for coding in codings:
        for span in overlapping(cover, coding.start, coding.end):
            start, end = max(span[0], coding.start), min(span[1], coding.end)
            at = before[span] + start - span[0]
            runs.setdefault(coding.code, []).append((at, at + end - start))
    return runs
