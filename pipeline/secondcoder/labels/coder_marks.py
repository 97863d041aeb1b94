"""What each coder said on their own of every segment: for setting people beside each other and beside the model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from secondcoder.codebook.model import Codebook
from secondcoder.configuration import LearningSettings
from secondcoder.corpus import independent, of_coder
from secondcoder.domain.arrays import Bools, Rows
from secondcoder.domain.records import Coding, CodingPass, Segment
from secondcoder.labels.label_matrix import label_matrix


@dataclass(frozen=True)
class CoderMarks:
    """Of c coders, n segments and k codes.

    Attributes:
        coders: their names. marks, looked: (c, n, k) who gave the code and who looked for it, independently of suggestions.
    """

    coders: tuple[str, ...]
    marks: Bools
    looked: Bools

    def take(self, rows: Rows) -> CoderMarks:
        """The same for some segments."""
        return replace(self, marks=self.marks[:, rows], looked=self.looked[:, rows])

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The pairs of coders who looked for the same code on the same segment."""
        two = combinations(range(len(self.coders)), 2)
        return [(a, b) for a, b in two if (self.looked[a] & self.looked[b]).any()]

    @property
    def ordered_pairs(self) -> list[tuple[int, int]]:
        """The same, each both ways."""
        return [ordered for a, b in self.pairs for ordered in ((a, b), (b, a))]

    def parted(self, gave: int, left: int) -> Bools:
        """(n, k) where both looked, and the first of two coders gave the code alone."""
        both = self.looked[gave] & self.looked[left]
        return np.asarray(both & self.marks[gave] & ~self.marks[left])


def coder_marks(
    segments: Sequence[Segment],
    codings: Sequence[Coding],
    passes: Iterable[CodingPass],
    book: Codebook,
    settings: LearningSettings,
    overlap: float,
    codes: Sequence[str],
) -> CoderMarks:
    """The marks of everybody who coded independently, by the rules of the label matrix; `codes` are the k columns."""
    alone, looks = list(independent(codings)), list(independent(passes))
    coders = tuple(sorted({*(coding.coder for coding in alone), *(look.coder for look in looks)}))
    each = [
        label_matrix(segments, of_coder(alone, coder), of_coder(looks, coder), book, settings, overlap).columns(codes)
        for coder in coders
    ]
    none = np.zeros((0, len(segments), len(codes)), dtype=bool)
    tables = [np.stack([getattr(one, name) for one in each]) if each else none for name in ("y", "known")]
    return CoderMarks(coders, *tables)
