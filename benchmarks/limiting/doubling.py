"""What twice as many examples of a code bring, by how many there are: where "more examples" may be said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from drifts.talk import Talk
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.learning.assessment.splits import group_folds
from secondcoder.learning.stacked_kernels.kernel_ridge import MaskedKernelRidge
from secondcoder.statistics.classification import average_precision

SIZES = (5, 10, 20, 40, 80)
DRAWS = 4
FOLDS = 5


class Doubled(NamedTuple):
    """Average precision of a code on all passages, learned from `examples` of its passages and from twice as many."""

    examples: int
    before: float
    after: float


def doublings(talk: Talk) -> Iterator[Doubled]:
    """Every code with passages enough, means of DRAWS thinnings: of those with the code only, the others all stay."""
    vectors = talk.features.vectors.astype(np.float64)
    kernel = np.exp(2 * (vectors @ vectors.T - 1))
    fold = group_folds(talk.features.groups, FOLDS, 0)
    for j in range(talk.labels.y.shape[1]):
        y, known = talk.labels.y[:, j] & talk.labels.known[:, j], talk.labels.known[:, j]
        sizes = [size for size in SIZES if 2 * size <= y.sum()]
        if not sizes:
            continue
        kept = {size: _thinned(y, known, size) for size in sorted({*sizes, *(2 * size for size in sizes)})}
        reached = {size: _reached(kernel, y, known, masks, fold) for size, masks in kept.items()}
        yield from (Doubled(size, reached[size], reached[2 * size]) for size in sizes)


def _thinned(y: Bools, known: Bools, size: int) -> Bools:
    """(n, DRAWS) masks that leave so many passages with the code; those of more hold those of fewer."""
    masks = np.repeat(known[:, None], DRAWS, axis=1)
    for draw in range(DRAWS):
        order = np.random.default_rng(draw).permutation(np.flatnonzero(y))
        masks[order[size:], draw] = False
    return masks


def _reached(kernel: Floats, y: Bools, known: Bools, masks: Bools, fold: Floats) -> float:
    target = np.repeat(y[:, None], DRAWS, axis=1).astype(np.float64)
    ridge = MaskedKernelRidge().fit(kernel, target, masks, fold)
    scores = ridge.out_of_fold_ - ridge.out_of_fold_prior_
    return float(np.mean([average_precision(scores[known, at], y[known]) for at in range(DRAWS)]))
