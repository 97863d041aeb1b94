"""Values of codes in the order of their tree: a sub-construct is no likelier than the construct that it counts for.

Where scores say otherwise they are pooled by isotonic regression on the tree (Robertson, Wright & Dykstra 1988, "Order Restricted
Statistical Inference"), which moves them by as little as will do.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows, weights


def below_parents(values: Floats, parent: Rows, weight: Floats | None = None) -> Floats:
    """(n, k) the nearest values in which no code's is above its parent's; with more than two levels, nearly the nearest.

    Args:
        values: (n, k). parent: (k,) column of each code's parent, -1 for none.
        weight: (k,) positive: how much a code's distance counts; None for alike.
    """
    found, weight = values.copy(), weights(weight, len(parent))
    families = list(deepest_first(parent))
    for code, children in families:
        order = np.argsort(-found[:, children], axis=1)
        falling = np.take_along_axis(found[:, children], order, axis=1)
        share = np.column_stack([np.full(len(values), weight[code]), weight[children][order]])
        sums = np.cumsum(share * np.column_stack([found[:, code], falling]), axis=1)
        # Pooled with those children, the highest first, that raise the mean.
        found[:, code] = (sums / np.cumsum(share, axis=1)).max(axis=1)
    for code, children in reversed(families):
        found[:, children] = np.minimum(found[:, children], found[:, [code]])
    return found


def deepest_first(parent: Rows) -> Iterator[tuple[int, Bools]]:
    """Each parent with the (k,) mask of its children, deeper parents first: their scores go into those above."""

    def depth(column: int) -> int:
        return 0 if parent[column] < 0 else 1 + depth(int(parent[column]))

    parents = {int(column) for column in parent if column >= 0}
    for code in sorted(parents, key=lambda column: (-depth(column), column)):
        yield code, np.asarray(parent == code)


def codes_and_above(parents: Rows) -> Bools:
    """(k, k): row j marks code j and the constructs that it counts as."""
    above = np.eye(len(parents), dtype=bool)
    for code in range(len(parents)):
        parent = parents[code]
        while parent >= 0:
            above[code, parent] = True
            parent = parents[parent]
    return above
