"""Which code one coder gives where the other gives another.

A unit may carry several codes, so codes that both gave are set aside first. What is left on the two sides of the unit is
paired evenly: with p codes left on one side and q on the other, each of the p x q pairs weighs 1 / max(p, q), and what finds
no partner goes to "nothing". So each row sums to the first coder's marks, each column to the second's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from secondcoder.agreement.contingency import Bools, Floats
from secondcoder.agreement.reliability_data import Cube

NOTHING = "(nothing)"
FEWEST = 1e-9


@dataclass(frozen=True, slots=True)
class Confusion:
    """Two coders' codes against each other.

    Attributes:
        codes: k codes in the codebook's order, then NOTHING.
        counts: (k + 1, k + 1), first coder in rows; the last cell counts the units to which neither gave a code.
    """

    coders: tuple[str, str]
    codes: tuple[str, ...]
    counts: Floats

    def most_confused(self, most: int = 10) -> list[tuple[str, str, float]]:
        """Pairs of different codes, weightiest first: what the first coder gave, what the second gave, how often."""
        inner = self.counts[:-1, :-1] * (1 - np.eye(len(self.codes) - 1))
        order = np.argsort(-inner, axis=None, kind="stable")[:most]
        places = [np.unravel_index(at, inner.shape) for at in order]
        return [(self.codes[i], self.codes[j], float(inner[i, j])) for i, j in places if inner[i, j] > FEWEST]

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        counts = [[round(float(value), 4) for value in row] for row in self.counts]
        return {"coders": list(self.coders), "codes": list(self.codes), "counts": counts}


def confusion(cube: Cube, first: str, second: str) -> Confusion:
    """Code by code, over the units that both coders looked at for all of the cube's codes."""
    two = cube.of([first, second])
    looked: Bools = np.asarray(two.known.all((1, 2)))
    two = two.where(looked)
    here, there = two.marks[:, 0].astype(np.float64), two.marks[:, 1].astype(np.float64)
    shared = here * there
    left, right = here - shared, there - shared
    most = np.maximum(np.maximum(left.sum(1), right.sum(1)), 1)
    weights = two.weights
    paired = (left * (weights / most)[:, None]).T @ right
    codes = len(two.codes)
    counts: Floats = np.zeros((codes + 1, codes + 1))
    counts[:-1, :-1] = paired + np.diag(shared.T @ weights)
    counts[:-1, -1] = (here.T @ weights) - counts[:-1, :-1].sum(1)
    counts[-1, :-1] = (there.T @ weights) - counts[:-1, :-1].sum(0)
    counts[-1, -1] = weights[(here + there).sum(1) == 0].sum()
    counts[np.abs(counts) < FEWEST] = 0
    return Confusion((first, second), (*two.codes, NOTHING), counts)
