"""Who gave which code where: the marks of each coder, before they are merged, and how several coders were merged, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.domain.wording import counted, listed

MERGED = {
    "share": "a code that only some of them gave was learned by their share (what one of two gave is half a yes)",
    "majority": "a code counted as given where half of them or more gave it",
    "any": "a code counted as given where any of them gave it",
}
"""What `learning.merge` did, for the methods section, the model card and `evaluate`."""


@dataclass(frozen=True)
class CoderMarks:
    """The marks of c coders on n segments for k codes.

    Attributes:
        coders: c names.
        given, looked: (c, n, k) the coder gave the code, and looked for it; given only where looked.
    """

    coders: tuple[str, ...]
    given: Bools
    looked: Bools

    def take(self, rows: Rows | Bools) -> CoderMarks:
        """The same for some segments."""
        return CoderMarks(self.coders, self.given[:, rows], self.looked[:, rows])

    def columns(self, index: Sequence[int]) -> CoderMarks:
        """The same for some codes."""
        return CoderMarks(self.coders, self.given[:, :, index], self.looked[:, :, index])

    def where(self, kept: Bools) -> CoderMarks:
        """The same where `kept` (n, k); elsewhere nobody looked."""
        return CoderMarks(self.coders, self.given & kept, self.looked & kept)

    def rolled_up(self, parents: Rows) -> CoderMarks:
        """The same where a coder who gave a code gave the one above it too: parents (k,) columns that stand first, -1 for none."""
        given, looked = self.given.copy(), self.looked.copy()
        for child in np.flatnonzero(parents >= 0)[::-1].tolist():
            given[:, :, parents[child]] |= given[:, :, child]
            looked[:, :, parents[child]] |= given[:, :, child]
        return CoderMarks(self.coders, given, looked)

    @cached_property
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
        return np.asarray(both & self.given[gave] & ~self.given[left])

    @property
    def share(self) -> Floats:
        """(n, k) share of those who looked who gave the code; 0 where nobody looked."""
        looked = self.looked.sum(axis=0)
        return np.asarray(self.given.sum(axis=0) / np.maximum(looked, 1))

    def summary(self) -> dict[str, Any] | None:
        """In figures: segments of each coder, segments of several, labels (of a segment and a code) in which these differ; None where
        no two coders looked for the same code on a segment."""
        several, share = self.looked.sum(axis=0) > 1, self.share
        if not several.any():
            return None
        segments = {name: int(own.any(axis=1).sum()) for name, own in zip(self.coders, self.looked, strict=True)}
        return {
            "segments": {name: n for name, n in segments.items() if n},
            "coded_by_several": int(several.any(axis=1).sum()),
            "differing_labels": int(((share > 0) & (share < 1)).sum()),
        }


def merging_in_words(summary: Mapping[str, Any] | None, merge: str) -> list[str]:
    """How several coders were merged, a clause; none where no two looked at the same.

    Args:
        summary: of `CoderMarks`. merge: `learning.merge`.
    """
    if not summary:
        return []
    own = listed([f"{name} {n:,}" for name, n in summary["segments"].items()])
    several, differing = summary["coded_by_several"], summary["differing_labels"]
    return [
        f"{counted(several, 'segment was', 'segments were')} coded by several coders (segments of each: {own}), who differed on "
        f"whether a code holds in {counted(differing, 'case')}; {MERGED[merge]}, and what was adjudicated holds as it was settled"
    ]
