"""Human codings as a matrix over segments, with a mask for what somebody looked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from secondcoder.codebook.model import Codebook
from secondcoder.configuration import LearningSettings
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.domain.records import Coding, CodingPass, Segment
from secondcoder.labels.coder_marks import CoderMarks
from secondcoder.labels.parents import deepest_first, no_parents, parents_among
from secondcoder.labels.segment_marks import by_coder, coded, looked_at, rows_by_transcript, settled_covers


@dataclass(frozen=True)
class LabelWeights:
    """How labels count in learning: the weight (n,) of each segment, and the probability (n, k) that it carries each code."""

    weight: Floats
    belief: Floats


@dataclass(frozen=True)
class Reliance:
    """Which labels rest on suggestions, and what the suggesting models knew.

    Attributes:
        rests: (n, k) the label, yes or no, was given in a review of suggestions and by nobody without them.
        learned_from: n sets of groups, those that the models learned from whose suggestions were reviewed there.
        overruled: (n, k) those of them where people gave the opposite without suggestions. None for none.
    """

    rests: Bools
    learned_from: tuple[frozenset[str], ...]
    overruled: Bools | None = None

    def unknown_without(self, groups: Collection[str]) -> Bools:
        """(n, k) what would tell of these groups while they are held out: it rests on a model that learned from one."""
        tells = np.array([not learned.isdisjoint(groups) for learned in self.learned_from], dtype=bool)
        return np.asarray(self.rests & tells[:, None])


@dataclass(frozen=True)
class LabelMatrix:
    """The human labels of n segments.

    Attributes:
        codes: the k codes, in the codebook's order.
        y: (n, k), the segment carries the code: the 0/1 view for counts and figures, also where `target` is a share of coders.
        known: (n, k), somebody looked for the code there; `y` means nothing where this is False.
        label_weights: None where every label counts alike.
        rolled_up: (k,) column of the construct that a code counts as too, -1 for none; None where no code does.
        reliance: None where no label rests on suggestions.
        share: (n, k) share of the coders who gave the code, settled labels 0 or 1; None where it is not learned from, or equal to `y`.
        coders: the marks of each coder; None where they are not known apart.
    """

    codes: tuple[str, ...]
    y: Bools
    known: Bools
    label_weights: LabelWeights | None = None
    rolled_up: Rows | None = None
    reliance: Reliance | None = None
    share: Floats | None = None
    coders: CoderMarks | None = None

    @property
    def coded_rows(self) -> Bools:
        """(n,) segments on which anything is known."""
        return np.asarray(self.known.any(axis=1))

    def take(self, rows: Rows | Bools) -> LabelMatrix:
        """The same for some segments."""
        weights = self.label_weights and LabelWeights(self.label_weights.weight[rows], self.label_weights.belief[rows])
        taken = np.arange(len(self.y))[rows].tolist()
        sources = self.reliance and tuple(self.reliance.learned_from[row] for row in taken)
        reliance = self.reliance and Reliance(self.reliance.rests[rows], sources or (), self.overruled[rows])
        share, coders = None if self.share is None else self.share[rows], self.coders and self.coders.take(rows)
        return LabelMatrix(self.codes, self.y[rows], self.known[rows], weights, self.rolled_up, reliance, share, coders)

    def columns(self, codes: Sequence[str]) -> LabelMatrix:
        """The same for some codes, in the order given."""
        index = [self.codes.index(code) for code in codes]
        weights = self.label_weights and LabelWeights(self.label_weights.weight, self.label_weights.belief[:, index])
        parents = parents_among(self.parents, index)
        reliance = self.reliance and replace(
            self.reliance, rests=self.reliance.rests[:, index], overruled=self.overruled[:, index]
        )
        share, coders = None if self.share is None else self.share[:, index], self.coders and self.coders.columns(index)
        return LabelMatrix(
            tuple(codes), self.y[:, index], self.known[:, index], weights, parents, reliance, share, coders
        )

    @property
    def rests(self) -> Bools:
        """(n, k) labels that rest on suggestions."""
        return np.zeros_like(self.known) if self.reliance is None else self.reliance.rests

    @property
    def overruled(self) -> Bools:
        """(n, k) labels that rest on suggestions where people gave the opposite without."""
        overruled = None if self.reliance is None else self.reliance.overruled
        return np.zeros_like(self.known) if overruled is None else overruled

    def to_judge_by(self) -> LabelMatrix:
        """The same with what people gave without suggestions wherever they did: left out, every wrong suggestion that was accepted
        on a transcript coded by hand too would be missing among the errors."""
        reliance = self.reliance and replace(self.reliance, rests=self.rests & ~self.overruled, overruled=None)
        return replace(self, y=self.y ^ self.overruled, reliance=reliance)

    def unknown_without(self, groups: Collection[str]) -> Bools:
        """(n, k) labels that would tell of these groups while they are held out."""
        return np.zeros_like(self.known) if self.reliance is None else self.reliance.unknown_without(groups)

    def holding_out(self, groups: Collection[str]) -> LabelMatrix:
        """The same with those labels unknown."""
        hidden = self.unknown_without(groups)
        coders = self.coders and self.coders.where(~hidden)
        return replace(self, y=self.y & ~hidden, known=self.known & ~hidden, coders=coders)

    @property
    def parents(self) -> Rows:
        """(k,) `rolled_up`, or -1 for every code."""
        return no_parents(len(self.codes)) if self.rolled_up is None else self.rolled_up

    @property
    def said(self) -> Floats:
        """(n, k) what people said: `share`, or else `y`."""
        return self.y.astype(np.float64) if self.share is None else self.share

    @property
    def target(self) -> Floats:
        """(n, k) what is learned, in [0, 1]: what people said, less where there is reason to doubt it."""
        return self.said if self.label_weights is None else self.label_weights.belief

    @property
    def weight(self) -> Floats:
        """(n,) how much a segment counts in learning."""
        return np.ones(len(self.y)) if self.label_weights is None else self.label_weights.weight


def label_matrix(
    segments: Sequence[Segment],
    codings: Iterable[Coding],
    passes: Iterable[CodingPass],
    book: Codebook,
    settings: LearningSettings,
    overlap: float,
) -> LabelMatrix:
    """The label matrix of the segments, in their order, with the codebook's codes as columns.

    A coder says "yes" where a coding of theirs lies, and "no" where their passes cover all of the segment; their silence on a segment
    that they looked at in part is unknown. Coders are merged by `settings.merge`: "share" keeps the share of them who gave the code as
    what is learned, and half of them or more as yes. What was adjudicated is settled, whatever single coders coded: yes where an
    adjudicated coding lies, no where an adjudicated pass covers the segment; and what a single coder coded within an adjudicated pass
    counts no longer. With `settings.roll_up` a sub-construct counts as its construct too.
    """
    votes = _votes(segments, codings, list(passes), book, overlap)
    parents = _parents(book) if settings.roll_up else None
    if parents is not None:
        _settle_sub_constructs(parents, votes)
    apart = votes.coders if parents is None else votes.coders.rolled_up(parents)
    merged = apart if settings.merge == "share" else votes.coders
    looked = merged.looked.any(axis=0)
    # A tie is a yes. Where nobody looked there is no share, and no yes.
    agreed = merged.given.any(axis=0) if settings.merge == "any" else looked & (merged.share >= 0.5)
    y, known = np.where(votes.settled, votes.settled_yes, agreed), looked | votes.settled
    share = np.where(votes.settled, votes.settled_yes, merged.share) if settings.merge == "share" else None
    if parents is not None:
        roll_up(parents, y, known, share)
    if share is not None and (share == (y & known)).all():
        share = None
    return LabelMatrix(book.ids, y & known, known, rolled_up=parents, share=share, coders=apart.where(~votes.settled))


class _Votes(NamedTuple):
    """The coders' marks, and (n, k) each: whether it was settled if the code holds, and whether it holds then."""

    coders: CoderMarks
    settled: Bools
    settled_yes: Bools


def _votes(
    segments: Sequence[Segment], codings: Iterable[Coding], passes: Sequence[CodingPass], book: Codebook, overlap: float
) -> _Votes:
    shape = len(segments), len(book.ids)
    settled, settled_yes = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    rows_of, settled_in = rows_by_transcript(segments), settled_covers(passes)
    codings_of, passes_of = by_coder(codings), by_coder(passes)
    keys = sorted({*codings_of, *passes_of})
    coders = sorted({coder for _, coder, is_adjudicated in keys if not is_adjudicated})
    given, looked = (np.zeros((len(coders), *shape), dtype=bool) for _ in range(2))
    for key in keys:
        transcript, coder, is_adjudicated = key
        # The dtype matters: an empty array is one of floats, which cannot index.
        rows = np.array(rows_of.get(transcript, []), dtype=int)
        here = [segments[row] for row in rows.tolist()]
        overruled = {} if is_adjudicated else settled_in.get(transcript, {})
        yes = coded(here, codings_of.get(key, ()), book.ids, overlap, overruled)
        # A code that was given is a label also where its coder read the segment in part.
        known = looked_at(here, passes_of.get(key, ()), book.ids) | yes
        if is_adjudicated:
            settled_yes[rows] |= yes
            settled[rows] |= known
        else:
            number = coders.index(coder)
            given[number, rows], looked[number, rows] = yes, known
    return _Votes(CoderMarks(tuple(coders), given, looked), settled, settled_yes)


def _settle_sub_constructs(parents: Rows, votes: _Votes) -> None:
    """Where a construct was settled not to hold, none of its sub-constructs does that was not settled itself."""
    for child in np.flatnonzero(parents >= 0).tolist():  # parents stand before their children
        votes.settled[:, child] |= votes.settled[:, parents[child]] & ~votes.settled_yes[:, parents[child]]


def _parents(book: Codebook) -> Rows:
    column = {code: index for index, code in enumerate(book.ids)}
    return np.array([-1 if code.parent is None else column[code.parent] for code in book.codes], dtype=np.intp)


def roll_up(parents: Rows, y: Bools, known: Bools, share: Floats | None) -> None:
    """Count sub-constructs as their constructs too, in place: (n, k) labels, mask and shares; `parents` (k,) as in LabelMatrix."""
    for child in deepest_first(parents):
        parent = parents[child]
        y[:, parent] |= y[:, child]
        # Only a sub-construct that is there settles its construct; its absence says nothing of it.
        known[:, parent] |= y[:, child]
        if share is not None:  # what was settled below may say more than the coders' own marks
            share[:, parent] = np.maximum(share[:, parent], share[:, child])
