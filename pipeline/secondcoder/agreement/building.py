"""From codings and coding passes to marks: the cube of units x coders x codes.

Only independent codings and independent passes count. What a coder marked after seeing a suggestion, or in adjudication, is
left aside; whether they had looked at the place by themselves before is what their independent passes say.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from secondcoder.agreement.contingency import Bools
from secondcoder.agreement.reliability_data import Cube
from secondcoder.agreement.units import Kind, Unit
from secondcoder.domain.records import Coding, CodingPass, Origin, Transcript
from secondcoder.domain.spans import Span, carries, covers, looked_for

OVERLAP = 0.5


def build_cube(
    transcripts: Sequence[Transcript],
    units: Sequence[Unit],
    codings: Iterable[Coding],
    passes: Iterable[CodingPass],
    *,
    coders: Sequence[str],
    codes: Sequence[str],
    kind: Kind,
    clusters: Mapping[str, str] | None = None,
    overlap: float = OVERLAP,
    wider: Mapping[str, Sequence[str]] | None = None,
) -> Cube:
    """Marks and known cells of units that stand grouped by transcript, in the order of the text.

    Args:
        clusters: transcript id -> name of its cluster; each transcript its own by default.
        overlap: a unit carries a code when this share of the unit, or of the coding's span, is common to both.
        wider: code -> further codes that its coding counts for, such as its parents.
    """
    places = _places(units)
    present = {one.id: one for one in transcripts if one.id in places}
    canvas = _Canvas(
        units, places, {name: at for at, name in enumerate(coders)}, {name: at for at, name in enumerate(codes)}
    )
    own = [one for one in codings if one.origin is Origin.INDEPENDENT and one.coder in canvas.coders]
    known = _known(canvas, present, [one for one in passes if one.origin is Origin.INDEPENDENT])
    marks, unplaced = _mark(canvas, [one for one in own if one.transcript in places], overlap, wider or {})
    names = {name: (clusters or {}).get(name, name) for name in places}
    index = {name: at for at, name in enumerate(dict.fromkeys(names.values()))}
    return Cube(
        marks=marks & known,
        known=known,
        weights=np.array([unit.weight for unit in units], dtype=np.float64),
        clusters=np.array([index[names[unit.transcript]] for unit in units], dtype=np.int64),
        coders=tuple(coders),
        codes=tuple(codes),
        cluster_names=tuple(index),
        kind=kind,
        units=tuple(units),
        unplaced=unplaced,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a transcript's units are: the index of the first, and each one's start."""

    first: int
    starts: list[int]


@dataclass(frozen=True, slots=True)
class _Canvas:
    """The units with their places, and each coder's and code's position."""

    units: Sequence[Unit]
    places: Mapping[str, _Place]
    coders: Mapping[str, int]
    codes: Mapping[str, int]

    def blank(self, *axes: Mapping[str, int]) -> Bools:
        """All False, (n units, one axis for each mapping)."""
        return np.zeros((len(self.units), *map(len, axes)), dtype=bool)

    def rows(self, transcript: str) -> range:
        """All units of a transcript."""
        place = self.places[transcript]
        return range(place.first, place.first + len(place.starts))

    def overlapping(self, transcript: str, span: Span) -> range:
        """Units of a transcript that may share text with a span."""
        place = self.places[transcript]
        first = max(0, bisect_right(place.starts, span[0]) - 1)
        return range(place.first + first, place.first + bisect_left(place.starts, span[1]))


def _places(units: Sequence[Unit]) -> dict[str, _Place]:
    places: dict[str, _Place] = {}
    for at, unit in enumerate(units):
        places.setdefault(unit.transcript, _Place(at, [])).starts.append(unit.start)
    return places


def _known(canvas: _Canvas, transcripts: Mapping[str, Transcript], passes: Iterable[CodingPass]) -> Bools:
    known = canvas.blank(canvas.coders, canvas.codes)
    grouped: dict[tuple[str, str], list[CodingPass]] = {}
    for coding_pass in passes:
        if coding_pass.coder in canvas.coders and coding_pass.transcript in canvas.places:
            grouped.setdefault((coding_pass.transcript, coding_pass.coder), []).append(coding_pass)
    for (transcript, coder), own in grouped.items():
        text, within = transcripts[transcript].text, canvas.rows(transcript)
        for cover, codes in looked_for(own).items():
            rows = [row for row in within if covers(cover, canvas.units[row].pieces, text)]
            columns = [canvas.codes[code] for code in codes if code in canvas.codes]
            known[np.ix_(rows, [canvas.coders[coder]], columns)] = True
    return known


def _mark(
    canvas: _Canvas, codings: Iterable[Coding], overlap: float, wider: Mapping[str, Sequence[str]]
) -> tuple[Bools, dict[str, int]]:
    """Marks, and how many codings of each coder no unit carries."""
    marks = canvas.blank(canvas.coders, canvas.codes)
    unplaced: dict[str, int] = {}
    for coding in codings:
        coder = canvas.coders[coding.coder]
        columns = [canvas.codes[code] for code in (coding.code, *wider.get(coding.code, ())) if code in canvas.codes]
        placed = False
        span = (coding.start, coding.end)
        for row in canvas.overlapping(coding.transcript, span):
            if carries(canvas.units[row].pieces, span, overlap):
                marks[row, coder, columns] = placed = True
        if columns and not placed:
            unplaced[coding.coder] = unplaced.get(coding.coder, 0) + 1
    return marks, unplaced
