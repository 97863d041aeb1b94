"""Reliability data: units x coders x codes with a mask of what each coder looked at, from codings and coding passes.

The name is Krippendorff's. Only independent codings and independent passes count. What a coder marked after seeing a suggestion, or in
adjudication, is left out; whether they had looked at the unit by themselves before is what their independent passes say.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from secondcoder.agreement.contingency import Bools, Contingency, Floats, Ints, pair_tables
from secondcoder.agreement.errors import RatingsError
from secondcoder.agreement.units import Kind, Unit
from secondcoder.corpus import independent
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, CodingPass, Span, Transcript
from secondcoder.domain.spans import carries, coded_turns, covers, looked_for

OVERLAP = 0.5
T = TypeVar("T", Coding, CodingPass)


@dataclass(frozen=True, slots=True)
class ReliabilityData:
    """Who marked what, and who looked where.

    Attributes:
        marks: the coder gave the unit the code, (n units, m coders, k codes).
        known: the coder looked for the code in all of the unit, (n, m, k).
        weights: 1 a unit, or its characters, (n,).
        clusters: index into `cluster_names`, (n,).
        units: n of them; empty when the data was built from arrays.
        unplaced: independent codings that no unit carries.
    """

    marks: Bools
    known: Bools
    weights: Floats
    clusters: Ints
    coders: tuple[str, ...]
    codes: tuple[str, ...]
    cluster_names: tuple[str, ...]
    kind: Kind
    units: tuple[Unit, ...] = ()
    unplaced: tuple[Coding, ...] = ()

    def __post_init__(self) -> None:
        n, m, k = self.marks.shape
        if (m, k) != (len(self.coders), len(self.codes)) or self.known.shape != (n, m, k):
            raise RatingsError(
                f"Marks must be (units, {len(self.coders)} coders, {len(self.codes)} codes), and known the same. "
                f"Got {self.marks.shape} and {self.known.shape}."
            )
        if self.weights.shape != (n,) or self.clusters.shape != (n,) or (self.units and len(self.units) != n):
            raise RatingsError(f"There are {n} units, but weights, clusters or units are not as many.")

    @property
    def groups(self) -> int:
        """How many clusters."""
        return len(self.cluster_names)

    def of(self, coders: Sequence[str]) -> ReliabilityData:
        """The same for some of the coders, in the order given."""
        at = [self.coders.index(coder) for coder in coders]
        return replace(self, marks=self.marks[:, at], known=self.known[:, at], coders=tuple(coders))

    def where(self, units: Bools) -> ReliabilityData:
        """The same for some of the units, (n,)."""
        kept = tuple(unit for unit, keep in zip(self.units, units, strict=True) if keep) if self.units else ()
        arrays = {name: getattr(self, name)[units] for name in ("marks", "known", "weights", "clusters")}
        return replace(self, units=kept, **arrays)

    def looked_at(self) -> Bools:
        """Units that two coders looked at for at least one code, (n,)."""
        units: Bools = (self.known.sum(1) > 1).any(1)
        return units

    def with_codes(self, codes: Sequence[str]) -> ReliabilityData:
        """The same for some of the codes, in the order given."""
        at = [self.codes.index(code) for code in codes]
        return replace(self, marks=self.marks[:, :, at], known=self.known[:, :, at], codes=tuple(codes))

    def coded(self) -> Bools:
        """Units that at least one coder coded with at least one code that another coder looked for too, (n,)."""
        units: Bools = (self.marks & self.known & (self.known.sum(1) > 1)[:, None]).any((1, 2))
        return units

    def tables(self, first: str, second: str, within: Bools | None = None) -> Floats:
        """2x2 tables of two coders by cluster and code, (groups, k, 2, 2); `within`: cells to keep, (n, k)."""
        left, right = self.coders.index(first), self.coders.index(second)
        known = self.known[:, left] & self.known[:, right]
        known = known if within is None else known & within
        first_marks, second_marks = self.marks[:, left], self.marks[:, right]
        return pair_tables(
            first_marks, second_marks, known, clusters=self.clusters, groups=self.groups, weights=self.weights
        )

    def contingency(self, first: str, second: str, within: Bools | None = None) -> Contingency:
        """The contingency of two coders, leading axes (groups, k)."""
        return Contingency.of_table(self.tables(first, second, within))


def build_reliability_data(
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
    as_learned: bool = False,
) -> ReliabilityData:
    """Marks and known cells of units that stand grouped by transcript, in the order of the text.

    Args:
        clusters: transcript id -> name of its cluster; each transcript its own by default.
        overlap: a unit carries a code when this share of the unit, or of the coding's span, is common to both.
        wider: code -> further codes that its coding counts for, such as its parents.
        as_learned: count as learning does and not as figures do: marks of any origin, and a code that was given was looked for.
    """
    places = _places(units)
    texts = {transcript.id: transcript.text for transcript in transcripts if transcript.id in places}
    grid = _Grid(
        units, places, {name: at for at, name in enumerate(coders)}, {name: at for at, name in enumerate(codes)}
    )
    if not as_learned:
        codings, passes = independent(codings), independent(passes)
    known = _known(grid, texts, grid.of_these(passes))
    marks, unplaced = _mark(grid, grid.of_these(codings), overlap, wider or {}, _turns(transcripts, places))
    if as_learned:
        known |= marks
    # Only clusters that hold units: an empty one would count among those to resample.
    names = {name: (clusters or {}).get(name, name) for name in places}
    index = {name: at for at, name in enumerate(dict.fromkeys(names.values()))}
    return ReliabilityData(
        # A mark on a unit that its coder did not see whole does not count here (see domain/spans.py).
        marks=marks & known,
        known=known,
        weights=np.array([unit.weight for unit in units], dtype=np.float64),
        clusters=np.array([index[names[unit.transcript]] for unit in units], dtype=np.int64),
        coders=tuple(coders),
        codes=tuple(codes),
        cluster_names=tuple(index),
        kind=kind,
        units=tuple(units),
        unplaced=tuple(unplaced),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a transcript's units are: the index of the first, and each one's start."""

    first: int
    starts: list[int]


@dataclass(frozen=True, slots=True)
class _Grid:
    """The units with their places, and each coder's and code's position."""

    units: Sequence[Unit]
    places: Mapping[str, _Place]
    coders: Mapping[str, int]
    codes: Mapping[str, int]

    def blank(self, *axes: Mapping[str, int]) -> Bools:
        """All False, (n units, one axis for each mapping)."""
        return np.zeros((len(self.units), *map(len, axes)), dtype=bool)

    def of_these(self, marks: Iterable[T]) -> list[T]:
        """The codings or passes of these coders in these units' transcripts."""
        return [mark for mark in marks if mark.coder in self.coders and mark.transcript in self.places]

    def carrying(self, coding: Coding, overlap: float, turns: Mapping[str, Sequence[Span]]) -> list[int]:
        """Rows of the units that carry a coding."""
        rows, of_transcript = self.overlapping(coding.transcript, coding.span), turns[coding.transcript]
        return [row for row in rows if carries(self.units[row].pieces, coding.span, overlap, of_transcript)]

    def rows(self, transcript: str) -> range:
        """All units of a transcript."""
        place = self.places[transcript]
        return range(place.first, place.first + len(place.starts))

    def overlapping(self, transcript: str, span: Span) -> range:
        """Units of a transcript that may share text with a span."""
        place = self.places[transcript]
        # The unit that begins before the span may reach into it; units do not overlap, so no earlier one can.
        first = max(0, bisect_right(place.starts, span[0]) - 1)
        return range(place.first + first, place.first + bisect_left(place.starts, span[1]))


def _places(units: Sequence[Unit]) -> dict[str, _Place]:
    places: dict[str, _Place] = {}
    for at, unit in enumerate(units):
        places.setdefault(unit.transcript, _Place(at, [])).starts.append(unit.start)
    return places


def _known(grid: _Grid, texts: Mapping[str, str], passes: Iterable[CodingPass]) -> Bools:
    known = grid.blank(grid.coders, grid.codes)
    grouped = group_by(passes, lambda coding_pass: (coding_pass.transcript, coding_pass.coder))
    for (transcript, coder), of_coder in grouped.items():
        # By cover: most codes were looked for in the same places, and coverage is the costly question.
        for cover, codes in looked_for(of_coder).items():
            rows = [row for row in grid.rows(transcript) if covers(cover, grid.units[row].pieces, texts[transcript])]
            columns = [grid.codes[code] for code in codes if code in grid.codes]
            known[np.ix_(rows, [grid.coders[coder]], columns)] = True
    return known


def _mark(
    grid: _Grid,
    codings: Iterable[Coding],
    overlap: float,
    wider: Mapping[str, Sequence[str]],
    turns: Mapping[str, Sequence[Span]],
) -> tuple[Bools, list[Coding]]:
    """Marks, and the codings that no unit carries."""
    marks = grid.blank(grid.coders, grid.codes)
    unplaced: list[Coding] = []
    for coding in codings:
        coder = grid.coders[coding.coder]
        columns = [grid.codes[code] for code in (coding.code, *wider.get(coding.code, ())) if code in grid.codes]
        rows = grid.carrying(coding, overlap, turns)
        marks[np.ix_(rows, [coder], columns)] = True
        # A coding of a code that is not compared is not missing.
        if columns and not rows:
            unplaced.append(coding)
    return marks, unplaced


def carried_codings(
    transcripts: Iterable[Transcript], units: Sequence[Unit], codings: Iterable[Coding], overlap: float
) -> Iterator[tuple[int, Coding]]:
    """Each coding with the index of every unit that carries it."""
    places = _places(units)
    grid, turns = _Grid(units, places, {}, {}), _turns(transcripts, places)
    for coding in codings:
        if coding.transcript in places:
            yield from ((row, coding) for row in grid.carrying(coding, overlap, turns))


def _turns(transcripts: Iterable[Transcript], places: Container[str]) -> dict[str, tuple[Span, ...]]:
    return {transcript.id: coded_turns(transcript) for transcript in transcripts if transcript.id in places}
