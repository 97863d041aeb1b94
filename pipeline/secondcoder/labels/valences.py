"""The valences that people gave to their codings, as a matrix beside the labels: promotes, inhibits, mixed, or unknown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.domain.records import Coding, Origin, Segment, Valence
from secondcoder.labels.label_matrix import LabelMatrix, Reliance
from secondcoder.labels.segment_marks import Near, segment_carries

VALENCES = tuple(Valence)
UNKNOWN = -1
BY_TRUST = (Origin.ADJUDICATED, Origin.INDEPENDENT, Origin.REVIEWED)
Said = Mapping[str, set[Valence]]
"""Coder -> the valences of their codings of one code on one segment."""


@dataclass(frozen=True)
class Valences:
    """The valences of n segments' labels for k codes.

    Attributes:
        value: (n, k) place in VALENCES; UNKNOWN where the code is not there, nobody gave a valence, or coders gave different ones.
        reliance: which of them rest on suggestions; None where none does.
    """

    value: npt.NDArray[np.int8]
    reliance: Reliance | None = None

    @property
    def known(self) -> Bools:
        """(n, k)."""
        return np.asarray(self.value != UNKNOWN)

    @property
    def rests(self) -> Bools:
        """(n, k) valences that were given in a review of suggestions, or to labels that rest on them."""
        return np.zeros_like(self.known) if self.reliance is None else self.reliance.rests

    @property
    def shares(self) -> Floats:
        """(n, 3) share of each valence among a segment's known ones; zeros where none is known."""
        counts = np.stack([(self.value == place).sum(axis=1) for place in range(len(VALENCES))], axis=1)
        return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))

    def take(self, rows: Rows) -> Valences:
        """The same for some segments."""
        sources = self.reliance and tuple(self.reliance.learned_from[row] for row in rows.tolist())
        return Valences(self.value[rows], self.reliance and Reliance(self.rests[rows], sources or ()))

    def only(self, valences: Collection[Valence]) -> Valences:
        """The same with all others unknown."""
        kept = np.isin(self.value, [VALENCES.index(valence) for valence in valences])
        return replace(self, value=np.where(kept, self.value, UNKNOWN).astype(np.int8))

    def holding_out(self, groups: Collection[str]) -> Valences:
        """The same without those that would tell of these groups while they are held out."""
        if self.reliance is None:
            return self
        hidden = self.reliance.unknown_without(groups)
        return replace(self, value=np.where(hidden, UNKNOWN, self.value).astype(np.int8))


def valences_of(
    segments: Sequence[Segment], codings: Iterable[Coding], labels: LabelMatrix, overlap: float
) -> Valences:
    """The valences of the labels of n segments, each of the code that was given itself, not of constructs that it counts as.

    What was settled goes before what single coders gave, and that before what was given in a review of suggestions. A coder who gave a
    segment both valences of a code found it mixed; two coders who differ leave it unknown.
    """
    value = np.full(labels.y.shape, UNKNOWN, dtype=np.int8)
    reviewed = np.zeros(labels.y.shape, dtype=bool)
    for place, by_origin in _given(segments, codings, labels, overlap).items():
        origin = next(origin for origin in BY_TRUST if origin in by_origin)
        agreed = _agreed(by_origin[origin])
        if agreed is not None and labels.y[place]:
            value[place], reviewed[place] = VALENCES.index(agreed), origin is Origin.REVIEWED
    if labels.reliance is None:
        return Valences(value)
    rests = (value != UNKNOWN) & (reviewed | labels.rests)
    return Valences(value, Reliance(rests, labels.reliance.learned_from))


def _given(
    segments: Sequence[Segment], codings: Iterable[Coding], labels: LabelMatrix, overlap: float
) -> dict[tuple[int, int], dict[Origin, dict[str, set[Valence]]]]:
    """(Segment's row, code's column) -> origin -> coder -> valences."""
    near, column = Near(segments), {code: index for index, code in enumerate(labels.codes)}
    given: dict[tuple[int, int], dict[Origin, dict[str, set[Valence]]]] = {}
    for coding in codings:
        if coding.valence is None or coding.code not in column:
            continue
        for row in near(coding):
            if segment_carries(segments[row], coding, overlap):
                by_origin = given.setdefault((row, column[coding.code]), {})
                by_origin.setdefault(coding.origin, {}).setdefault(coding.coder, set()).add(coding.valence)
    return given


def _agreed(said: Said) -> Valence | None:
    of_coders = {next(iter(valences)) if len(valences) == 1 else Valence.MIXED for valences in said.values()}
    return of_coders.pop() if len(of_coders) == 1 else None
