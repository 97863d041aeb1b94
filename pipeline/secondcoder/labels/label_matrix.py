"""Human codings as a matrix over segments, with a mask for what somebody looked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

import numpy as np

from secondcoder.codebook.model import Codebook
from secondcoder.configuration import LearningSettings
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.domain.records import Coding, CodingPass, Origin, Segment
from secondcoder.labels.parents import no_parents, parents_among

T = TypeVar("T", Coding, CodingPass)


@dataclass(frozen=True)
class Trust:
    """How far labels are trusted in learning: weights of n segments, and the chance (n, k) that a segment carries a code."""

    weight: Floats
    belief: Floats


@dataclass(frozen=True)
class LabelMatrix:
    """What humans said of each segment.

    Attributes:
        codes: the k codes, in the codebook's order.
        y: (n, k), the segment carries the code.
        known: (n, k), somebody looked for the code there; `y` means nothing where this is False.
        trust: what a review's design says of the labels; None where every label counts alike and as it stands.
        rolled_up: (k,) column of the construct that a code counts as too, -1 for none; None where no code does.
    """

    codes: tuple[str, ...]
    y: Bools
    known: Bools
    trust: Trust | None = None
    rolled_up: Rows | None = None

    @property
    def coded_rows(self) -> Bools:
        """(n,) segments on which anything is known."""
        return np.asarray(self.known.any(axis=1))

    def take(self, rows: Rows | Bools) -> LabelMatrix:
        """The same for some segments."""
        trust = self.trust and Trust(self.trust.weight[rows], self.trust.belief[rows])
        return LabelMatrix(self.codes, self.y[rows], self.known[rows], trust, self.rolled_up)

    def columns(self, codes: Sequence[str]) -> LabelMatrix:
        """The same for some codes, in the order given."""
        index = [self.codes.index(code) for code in codes]
        trust = self.trust and Trust(self.trust.weight, self.trust.belief[:, index])
        return LabelMatrix(
            tuple(codes), self.y[:, index], self.known[:, index], trust, parents_among(self.parents, index)
        )

    @property
    def parents(self) -> Rows:
        """(k,) `rolled_up`, or -1 for every code."""
        return no_parents(len(self.codes)) if self.rolled_up is None else self.rolled_up

    @property
    def target(self) -> Floats:
        """(n, k) what is learned: the chance that the label holds, 0 or 1 without a reason to doubt."""
        return self.y.astype(np.float64) if self.trust is None else self.trust.belief

    @property
    def weight(self) -> Floats:
        """(n,) how much a segment counts in learning."""
        return np.ones(len(self.y)) if self.trust is None else self.trust.weight


def carries(segment: Segment, start: int, end: int, overlap: float) -> bool:
    """The overlap rule: the common part is at least `overlap` of the segment, or of the span."""
    common = min(segment.end, end) - max(segment.start, start)
    shorter = min(segment.end - segment.start, end - start)
    return common > 0 and common >= overlap * shorter


def label_matrix(
    segments: Sequence[Segment],
    codings: Iterable[Coding],
    passes: Iterable[CodingPass],
    book: Codebook,
    settings: LearningSettings,
    overlap: float,
) -> LabelMatrix:
    """The label matrix of the segments, in their order, with the codebook's codes as columns.

    Coders are merged by `settings.merge`. What was adjudicated is settled, whatever single coders said: an adjudicated pass holds for
    the codes it covers, yes where an adjudicated coding lies and no elsewhere. With `settings.roll_up` a sub-construct counts as its
    construct too.
    """
    shape = len(segments), len(book.ids)
    said_yes, looked = np.zeros(shape, dtype=np.int16), np.zeros(shape, dtype=np.int16)
    settled_yes, settled = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    rows = _rows_by_transcript(segments)
    marks, coverage = _by_coder(codings), _by_coder(passes)
    for transcript, coder, together in sorted({*marks, *coverage}):
        own = np.array(rows.get(transcript, []), dtype=int)
        there = [segments[row] for row in own.tolist()]
        key = transcript, coder, together
        yes, seen = _hits(there, marks.get(key, ()), book, overlap), _hits(there, coverage.get(key, ()), book, overlap)
        if together:
            settled_yes[own] |= yes
            settled[own] |= seen | yes
        else:
            said_yes[own] += yes
            looked[own] += seen | yes
    if settings.roll_up:
        _settle_sub_constructs(book, settled, settled_yes)
    agreed = said_yes > 0 if settings.merge == "any" else 2 * said_yes >= np.maximum(looked, 1)
    y, known = np.where(settled, settled_yes, agreed), (looked > 0) | settled
    if not settings.roll_up:
        return LabelMatrix(book.ids, y & known, known)
    _roll_up(book, y, known)
    return LabelMatrix(book.ids, y & known, known, rolled_up=_parents(book))


def _hits(segments: Sequence[Segment], marks: Iterable[Coding | CodingPass], book: Codebook, overlap: float) -> Bools:
    """(n, k) where the marks lie, by the overlap rule, for each code that they name."""
    column = {code: index for index, code in enumerate(book.ids)}
    found = np.zeros((len(segments), len(column)), dtype=bool)
    for mark in marks:
        named = (mark.code,) if isinstance(mark, Coding) else mark.codes
        codes = [column[code] for code in named if code in column]
        hit = [carries(one, mark.start, mark.end, overlap) for one in segments]
        found[np.ix_(hit, codes)] = True
    return found


def _rows_by_transcript(segments: Sequence[Segment]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, segment in enumerate(segments):
        rows.setdefault(segment.transcript, []).append(row)
    return rows


def _by_coder(marks: Iterable[T]) -> Mapping[tuple[str, str, bool], list[T]]:
    """By transcript, coder, and whether it was adjudicated."""

    def key(mark: T) -> tuple[str, str, bool]:
        return mark.transcript, mark.coder, mark.origin is Origin.ADJUDICATED

    return {name: list(group) for name, group in groupby(sorted(marks, key=key), key=key)}


def _settle_sub_constructs(book: Codebook, settled: Bools, settled_yes: Bools) -> None:
    """Where a construct was settled not to hold, none of its sub-constructs does that was not settled itself."""
    column = {code: index for index, code in enumerate(book.ids)}
    for code in book.codes:  # parents stand before their children
        if code.parent is not None:
            child, parent = column[code.id], column[code.parent]
            settled[:, child] |= settled[:, parent] & ~settled_yes[:, parent]


def _parents(book: Codebook) -> Rows:
    column = {code: index for index, code in enumerate(book.ids)}
    return np.array([-1 if one.parent is None else column[one.parent] for one in book.codes], dtype=np.intp)


def _roll_up(book: Codebook, y: Bools, known: Bools) -> None:
    column = {code: index for index, code in enumerate(book.ids)}
    for code in reversed(book.codes):  # children stand after their parents
        if code.parent is None:
            continue
        child, parent = column[code.id], column[code.parent]
        y[:, parent] |= y[:, child]
        known[:, parent] |= y[:, child]
