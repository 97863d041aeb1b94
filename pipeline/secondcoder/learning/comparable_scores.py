"""Strengths of different codes on one scale, so that a passage can be said to be more of the one than of the other.

A raw strength depends on how many texts a code has, how long they are and how near they lie to ordinary talk. Each code is
therefore measured against its own spread over the study's segments. Half of what its level there differs from that of other codes
is taken away: all of it would mean that every code is equally frequent, none that whatever sounds like ordinary talk is. A code
with sub-codes is the soft maximum (mean of exponentials) of its own and theirs, so that their number gives it no lead; a sub-code is
its part of that, never above it, and in the same order of segments as alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from secondcoder.codebook.model import Codebook
from secondcoder.domain.arrays import Bools, Floats, State

LEVEL_KEPT = 0.5
"""Share of the difference between a code's level and the others' that is taken for how common the code is."""
FEW_SEGMENTS = 20
"""So many segments of the study count as much as what the codes have in common."""
NEAR = 0.5
"""Distance in standard deviations below which two codes cannot be told apart by rank."""
Rivals = npt.NDArray[np.intp]


@dataclass(frozen=True)
class ComparableScores:
    """The scale of r codes, alone and, for those above them, with their sub-codes.

    Attributes:
        level, spread: (2, r). pooled: (r, r), row j: code j and its sub-codes. peers: (r, r), codes to choose between.
    """

    level: Floats
    spread: Floats
    pooled: Bools
    peers: Bools

    @classmethod
    def fit(cls, book: Codebook, codes: Sequence[str], raw: Floats) -> Self:
        """From the raw strengths (n, r) of the study's segments."""
        pooled = np.array([[code in (of, *book.ancestors(of)) for of in codes] for code in codes], dtype=bool)
        pooled = pooled.reshape(len(codes), len(codes))
        family = np.array([book[code].family for code in codes])
        peers = (family[:, None] == family) & ~pooled & ~pooled.T
        top, level, spread = _top(pooled), np.zeros((2, len(codes))), np.ones((2, len(codes)))
        level[0], spread[0] = _level_and_spread(raw, LEVEL_KEPT)
        alone = (raw - level[0]) / spread[0]
        # What joining adds grows with the number of sub-codes and goes; the codes' own levels, brought nearer before, stay.
        added = _joined(alone, pooled) - alone @ (pooled / pooled.sum(axis=1, keepdims=True)).T
        level[1] = _level_and_spread(added[:, top], 0.0)[0]
        spread[1] = _level_and_spread(_joined(alone, pooled)[:, top], 0.0)[1]
        return cls(level, spread, pooled, peers)

    def __call__(self, raw: Floats) -> Floats:
        """(n, r) raw strengths on the common scale, in standard deviations of the study's segments."""
        joined = _joined((raw - self.level[0]) / self.spread[0], self.pooled)
        return np.asarray((joined - self.level[1]) / self.spread[1])

    def rivals(self, strengths: Floats) -> Rivals:
        """(n, r): of each code the strongest peer, where it is as strong or nearly so (`NEAR`), else -1."""
        found = np.full(strengths.shape, -1, dtype=np.intp)
        for j, peers in enumerate(self.peers):
            others = np.flatnonzero(peers)
            if len(others):
                best = others[strengths[:, others].argmax(axis=1)]
                near = strengths[np.arange(len(strengths)), best] >= strengths[:, j] - NEAR
                found[near, j] = best[near]
        return found

    def state(self) -> State:
        """The arrays."""
        return {"level": self.level, "spread": self.spread, "pooled": self.pooled, "peers": self.peers}

    @classmethod
    def unscaled(cls, r: int) -> Self:
        """Raw strengths as they are, and no peers: rankers from before there was a scale."""
        none, alone = np.zeros((2, r)), np.eye(r, dtype=bool)
        return cls(none, np.ones((2, r)), alone, np.zeros_like(alone))


def _level_and_spread(strengths: Floats, kept: float) -> tuple[Floats, Floats]:
    """What is taken from each code's strengths, and what they are divided by; few segments change little."""
    n, r = strengths.shape
    if not n or not r:
        return np.zeros(r), np.ones(r)
    trust = n / (n + FEW_SEGMENTS)
    mean, variance = strengths.mean(axis=0), strengths.var(axis=0)
    level = mean.mean() + (1 - kept) * trust * (mean - mean.mean())
    spread = np.sqrt(trust * variance + (1 - trust) * variance.mean())
    return level, np.where(spread > 1e-9, spread, 1.0)


def _top(pooled: Bools) -> Rivals:
    """(r,) the uppermost code above each code, or the code itself."""
    # One row more, so that without codes there is a maximum of nothing.
    members = np.where(pooled, pooled.sum(axis=1, keepdims=True), 0)
    return np.asarray(np.pad(members, ((0, 1), (0, 0))).argmax(axis=0))


def _joined(alone: Floats, pooled: Bools) -> Floats:
    """(n, r): log of the sum of exponentials over each row of `pooled`, divided by how many the uppermost code has."""
    found = np.empty_like(alone)
    members = pooled.sum(axis=1)[_top(pooled)]
    for j, own in enumerate(pooled):
        highest = alone[:, own].max(axis=1)
        found[:, j] = highest + np.log(np.exp(alone[:, own] - highest[:, None]).sum(axis=1) / members[j])
    return found
