"""Krippendorff's alpha for unitising: do coders mark the same stretches of text, wherever they chose to begin and end?

Each code is a continuum of its own, on which a coder's marks are units and the rest are gaps. Two units that overlap differ by
the squares of what their starts and their ends are apart; a unit inside the other's gap by the square of its length.
Krippendorff 1995, Sociological Methodology 25:47-76, doi:10.2307/271061; formulas as in Krippendorff 2004, Content Analysis
(2nd ed.), section 11.6. Chosen over Mathet's gamma because it has a closed form: gamma needs a solver and a sampled chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from secondcoder.agreement.contingency import Floats
from secondcoder.agreement.results import Result
from secondcoder.domain.spans import Span, merged, overlapping

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
    units = {code: [merged(spans) for spans in own] for code, own in marked.items()}
    if size < 1:
        return Result(NAME, None, coders=tuple(coders), unit=unit, reason=NO_TEXT)
    if not any(spans for own in units.values() for spans in own):
        return Result(NAME, None, n=size, coders=tuple(coders), unit=unit, reason=NO_UNITS)
    observed = sum(observed_disagreement(own, size) for own in units.values())
    expected = sum(expected_disagreement(own, size) for own in units.values())
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
    lengths: Floats = np.array([end - start for own in units for start, end in own], dtype=np.float64)
    gaps = np.sort(np.concatenate([_gaps(own, size) for own in units]))
    beside = (len(lengths) - 1) / 3 * (2 * lengths**3 - 3 * lengths**2 + lengths)
    fits = np.searchsorted(gaps, lengths, side="left")
    room = np.concatenate([np.cumsum(gaps[::-1])[::-1], [0.0]])[fits]
    inside = lengths**2 * (room - (len(gaps) - fits) * (lengths - 1))
    whole = len(units) * float(size)
    places = whole * (whole - 1) - float((lengths * (lengths - 1)).sum())
    return 2 / size * float((beside + inside).sum()) / places


def _gaps(spans: Sequence[Span], size: int) -> Floats:
    edges = np.array([0, *(edge for span in spans for edge in span), size], dtype=np.float64).reshape(-1, 2)
    gaps: Floats = edges[:, 1] - edges[:, 0]
    return gaps[gaps > 0]
