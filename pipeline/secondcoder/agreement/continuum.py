"""Coders' marks on a continuum, the text that two coders both looked at, and Krippendorff's alpha for unitising on it.

Do coders mark the same stretches of text, wherever they chose to begin and end? Each code is a continuum of its own, on which a
coder's marks are units and the rest are gaps. Two units that overlap differ by the squares of how far their starts and their ends lie
from each other; a unit inside the other's gap by the square of its length. Krippendorff 1995, Sociological Methodology 25:47-76,
doi:10.2307/271061; formulas as in Krippendorff 2004, Content Analysis (2nd ed.), section 11.6. Chosen over Mathet's gamma because it
has a closed form: gamma needs a solver and a sampled chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from secondcoder.agreement.contingency import Bools, Floats
from secondcoder.agreement.results import Result
from secondcoder.corpus import independent
from secondcoder.domain.grouping import by_transcript, group_by
from secondcoder.domain.records import Coding, CodingPass, Segment, Span, Transcript
from secondcoder.domain.spans import coded_turns, covers, intersection, length, merged, overlapping


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


class ContinuumReader:
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
        self._read: dict[tuple[str, str, tuple[Span, ...]], Marked] = {}
        looked = (look for look in independent(passes) if not self._index.keys().isdisjoint(look.codes))
        self._looked = group_by(looked, lambda look: (look.transcript, look.coder))
        marks = (coding for coding in independent(codings) if coding.code in self._index)
        self._codings = group_by(marks, lambda coding: (coding.transcript, coding.coder))
        self._segments = by_transcript(segments)

    def between(self, first: str, second: str) -> list[Continuum]:
        """Transcript by transcript; those without common text are left out."""
        continua: list[Continuum] = []
        for transcript in self._transcripts:
            looked = (self._looked.get((transcript.id, coder), ()) for coder in (first, second))
            both = [merged(look.span for look in of_coder) for of_coder in looked]
            cover = intersection(intersection(*both), coded_turns(transcript))
            if cover:
                marked = (self._marked(transcript, coder, tuple(cover)) for coder in (first, second))
                continua.append(Continuum(transcript.id, length(cover), *marked))
        return continua

    def _marked(self, transcript: Transcript, coder: str, cover: tuple[Span, ...]) -> Marked:
        key = (transcript.id, coder, cover)
        # A coder of several pairs is read once for the same text.
        if key not in self._read:
            segments = self._segments.get(transcript.id, ())
            sentences = sorted(span for segment in segments for span in segment.sentences or (segment.span,))
            # A sentence that one of them saw only in part is left out, like any other unit.
            kept = [sentence for sentence in sentences if covers(cover, [sentence], transcript.text)]
            codings = self._codings.get((transcript.id, coder), [])
            spans, codes = self._in_sentences(codings, kept)
            self._read[key] = Marked(spans, codes, _runs(codings, cover))
        return self._read[key]

    def _in_sentences(self, codings: Iterable[Coding], sentences: Sequence[Span]) -> tuple[list[Span], Bools]:
        place = {sentence: at for at, sentence in enumerate(sentences)}
        columns: dict[Span, list[int]] = {}
        for coding in codings:
            inside = overlapping(sentences, coding.start, coding.end)
            if inside:
                columns.setdefault((place[inside[0]], place[inside[-1]]), []).append(self._index[coding.code])
        spans = sorted(columns)
        codes: Bools = np.zeros((len(spans), len(self._index)), dtype=bool)
        for row, span in enumerate(spans):
            codes[row, columns[span]] = True
        return spans, codes


def _runs(codings: Iterable[Coding], cover: Sequence[Span]) -> dict[str, list[Span]]:
    # strict=False: `accumulate` gives one more, the length of it all.
    before = dict(zip(cover, accumulate((end - start for start, end in cover), initial=0), strict=False))
    runs: dict[str, list[Span]] = {}
    for coding in codings:
        for span in overlapping(cover, coding.start, coding.end):
            start, end = max(span[0], coding.start), min(span[1], coding.end)
            at = before[span] + start - span[0]
            runs.setdefault(coding.code, []).append((at, at + end - start))
    return runs


NAME = "alpha_u"
TITLE = "Krippendorff's alpha for unitising"
FORMULA = "α_U = 1 - Σ_c D_oc / Σ_c D_ec; D_oc from squared distances between overlapping units and gaps"
REFERENCE = "Krippendorff 1995, Sociological Methodology 25:47-76, doi:10.2307/271061; Krippendorff 2004, Content Analysis, 11.6"
MEANING = "Whether the marks cover the same stretches of text, boundaries included."
NO_UNITS = "no coder marked anything"
NO_ROOM = "the text is too short for marks to differ by chance"
NO_TEXT = "there is no text that both coders looked at"


def alpha_unitised(
    marked: Mapping[str, Sequence[Iterable[Span]]], size: int, *, coders: Sequence[str] = (), unit: str = "character"
) -> Result:
    """Alpha over all codes together, or over one.

    Args:
        marked: code -> for each of m >= 2 coders, the spans marked with it; spans of one coder that overlap are one.
        size: length of the continuum, on the same scale as the spans, which lie in [0, size).

    Returns:
        The value; observed and expected are 1 - D_o and 1 - D_e, on the scale of squared lengths over the squared continuum.
    """
    units = {code: [merged(spans) for spans in of_code] for code, of_code in marked.items()}
    if size < 1:
        return Result(NAME, None, coders=tuple(coders), unit=unit, reason=NO_TEXT)
    if not any(spans for of_code in units.values() for spans in of_code):
        return Result(NAME, None, n=size, coders=tuple(coders), unit=unit, reason=NO_UNITS)
    observed = sum(observed_disagreement(of_code, size) for of_code in units.values())
    expected = sum(expected_disagreement(of_code, size) for of_code in units.values())
    if expected <= 0:
        return Result(NAME, None, n=size, coders=tuple(coders), unit=unit, reason=NO_ROOM)
    value = 1 - observed / expected
    return Result(NAME, value, 1 - observed, 1 - expected, size, coders=tuple(coders), unit=unit)


def observed_disagreement(units: Sequence[Sequence[Span]], size: int) -> float:
    """D_o of one code; units merged, one list a coder."""
    coders = len(units)
    summed = sum(
        _apart(units[first], units[second]) for first in range(coders) for second in range(coders) if first < second
    )
    return 2 * summed / (coders * (coders - 1) * float(size) ** 2)


def _apart(first: Sequence[Span], second: Sequence[Span]) -> float:
    apart = sum(
        float((start - other_start) ** 2 + (end - other_end) ** 2)
        for start, end in first
        for other_start, other_end in overlapping(second, start, end)
    )
    return apart + _alone(first, second) + _alone(second, first)


def _alone(spans: Sequence[Span], others: Sequence[Span]) -> float:
    return sum(float((end - start) ** 2) for start, end in spans if not overlapping(others, start, end))


def expected_disagreement(units: Sequence[Sequence[Span]], size: int) -> float:
    """D_e of one code: all ways to lay the units of all coders beside each other and into the gaps."""
    lengths: Floats = np.array([end - start for of_coder in units for start, end in of_coder], dtype=np.float64)
    # Sorted, with sums from each gap on, so that a unit's places need one look-up and not a pass over all gaps.
    gaps = np.sort(np.concatenate([_gaps(of_coder, size) for of_coder in units]))
    beside = (len(lengths) - 1) / 3 * (2 * lengths**3 - 3 * lengths**2 + lengths)
    fits = np.searchsorted(gaps, lengths, side="left")
    # The 0 at the end is for units longer than every gap.
    room = np.concatenate([np.cumsum(gaps[::-1])[::-1], [0.0]])[fits]
    inside = lengths**2 * (room - (len(gaps) - fits) * (lengths - 1))
    whole = len(units) * float(size)
    places = whole * (whole - 1) - float((lengths * (lengths - 1)).sum())
    return 2 / size * float((beside + inside).sum()) / places


def _gaps(spans: Sequence[Span], size: int) -> Floats:
    edges = np.array([0, *(edge for span in spans for edge in span), size], dtype=np.float64).reshape(-1, 2)
    gaps: Floats = edges[:, 1] - edges[:, 0]
    # A mark at the very beginning or end leaves an empty gap.
    return gaps[gaps > 0]
