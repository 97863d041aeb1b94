"""Where the units of a table stand in a transcript that was imported from a file: by their text, white space aside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secondcoder.domain.records import Span

SHOWN = 4
"""Candidates that a refusal names."""


@dataclass(frozen=True)
class UnitPlaces:
    """For each unit the spans that it may be, in order: one where its place is known, none where its text is not there."""

    candidates: list[list[Span]]

    def fault(self, at: int, name: str) -> str:
        """Why unit `at` has no place in the transcript `name`; '' where it has one."""
        spans = self.candidates[at]
        if len(spans) == 1:
            return ""
        if not spans:
            return f"transcript '{name}' is in the study already, with another text, in which this row's text does not stand."
        places = ", ".join(f"{start}-{end}" for start, end in spans[:SHOWN])
        more = f" and {len(spans) - SHOWN} more" if len(spans) > SHOWN else ""
        return f"the text stands {len(spans)} times in '{name}': at {places}{more}. Say which with the columns start and end."


def unit_places(units: Sequence[str], text: str) -> UnitPlaces:
    """The places of units, in their order, in a text.

    What stands several times is looked for between its neighbours whose place is known.
    """
    there = _Text(text)
    candidates = [list(there.occurrences(unit)) for unit in units]
    while _narrowed(candidates):
        pass
    return UnitPlaces(candidates)


def _narrowed(candidates: list[list[Span]]) -> bool:
    """Whether a unit has fewer candidates now, as some do not lie between its neighbours."""
    changed = False
    for at, spans in enumerate(candidates):
        if len(spans) > 1:
            low = max((known[0][1] for known in candidates[:at] if len(known) == 1), default=0)
            high = min((known[0][0] for known in candidates[at + 1 :] if len(known) == 1), default=spans[-1][1])
            between = [span for span in spans if low <= span[0] and span[1] <= high]
            if between and len(between) < len(spans):
                candidates[at], changed = between, True
    return changed


class _Text:
    def __init__(self, text: str) -> None:
        self._text = text
        self._places = [place for place, sign in enumerate(text) if not sign.isspace()]
        self._bare = "".join(text.split())

    def occurrences(self, unit: str) -> Iterator[Span]:
        """Spans with the unit's characters, at the edges of words."""
        bare = "".join(unit.split())
        found = self._bare.find(bare) if bare else -1
        while found >= 0:
            start, end = self._places[found], self._places[found + len(bare) - 1] + 1
            if not self._within_word(start) and not self._within_word(end):
                yield start, end
            found = self._bare.find(bare, found + 1)

    def _within_word(self, place: int) -> bool:
        around = self._text[max(place - 1, 0) : place + 1]
        return 0 < place < len(self._text) and around.isalnum()
