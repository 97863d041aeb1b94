"""Folds that keep a participant, a transcript, or a case, whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from secondcoder.domain.arrays import Rows
from secondcoder.errors import InputError


def group_folds(groups: Sequence[str], folds: int, seed: int) -> Rows:
    """The fold of each row, (n,): rows of one group share it, folds hold about equally many groups.

    With fewer groups than `folds`, every group is a fold of its own.

    Raises:
        InputError: there is only one group, so nothing could be held back.
    """
    from sklearn.model_selection import GroupKFold

    distinct = len(set(groups))
    if distinct < 2:
        raise InputError(
            "Only one transcript (or one participant, or one case) is coded. Learning holds it back whole, so it needs at least two."
        )
    splitter = GroupKFold(n_splits=min(folds, distinct), shuffle=True, random_state=seed)
    fold = np.empty(len(groups), dtype=np.intp)
    for number, (_, held_back) in enumerate(splitter.split(np.zeros(len(groups)), groups=np.asarray(groups))):
        fold[held_back] = number
    return fold


def train_and_test(fold: Rows) -> Iterator[tuple[Rows, Rows]]:
    """(training rows, held-back rows) of each fold, both ascending."""
    for number in range(int(fold.max()) + 1):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)
