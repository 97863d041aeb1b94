"""The hierarchy of codes as an array: (k,) the column of each code's parent, -1 for a code without one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from secondcoder.domain.arrays import Rows


def no_parents(k: int) -> Rows:
    """(k,) for codes that stand side by side."""
    return np.full(k, -1, dtype=np.intp)


def parents_among(parent: Rows, kept: Sequence[int]) -> Rows:
    """For the columns in `kept`, where their nearest ancestor that is kept too stands among them; -1 for none.

    Args:
        parent: (k,) column of each code's parent, -1 for none.
    """
    place = {column: new for new, column in enumerate(kept)}

    def nearest(column: int) -> int:
        above = int(parent[column])
        while above >= 0 and above not in place:
            above = int(parent[above])
        return place.get(above, -1)

    return np.array([nearest(column) for column in kept], dtype=np.intp)


def deepest_first(parent: Rows) -> list[int]:
    """The columns that have a parent, each after all below it, in whatever order the columns stand."""

    def depth(column: int) -> int:
        return 0 if parent[column] < 0 else 1 + depth(int(parent[column]))

    return sorted(np.flatnonzero(parent >= 0).tolist(), key=depth, reverse=True)
