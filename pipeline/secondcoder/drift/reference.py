"""From profiles of the training transcripts to what is kept of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from secondcoder.domain.arrays import Floats, Rows
from secondcoder.drift.profiles import Profile
from secondcoder.learning.reference import Reference, numbered


def reference_of(of: Sequence[Profile]) -> Reference | None:
    """The reference that a model keeps; None without any transcript."""
    if not of:
        return None
    holders = np.arange(len(of)), numbered([one.case for one in of])
    words = np.unique(np.concatenate([one.words for one in of]))
    owner = np.stack([_owner(of, words, ids) for ids in holders])
    return Reference(
        transcripts=np.array([one.transcript for one in of]),
        cases=np.array([one.case for one in of]),
        roles=np.array([one.role for one in of]),
        waves=np.array([one.wave for one in of]),
        segments=np.array([one.segments for one in of], dtype=np.intp),
        vectors=np.stack([one.vector for one in of]).astype(np.float32),
        rates=np.stack([one.rates for one in of]),
        answers=np.array([one.answers for one in of]),
        asked=np.array([one.asked for one in of]),
        unseen=np.stack([_unseen(of, words, own, ids) for own, ids in zip(owner, holders, strict=True)]),
        words=words,
        owner=owner,
    )


def _owner(of: Sequence[Profile], words: np.ndarray, ids: Rows) -> Rows:
    """(w,) the only id among whose transcripts a word occurs, -1 where several hold it."""
    low, high = np.full(len(words), len(of)), np.full(len(words), -1)
    for one, number in zip(of, ids, strict=True):
        at = np.searchsorted(words, one.words)
        low[at], high[at] = np.minimum(low[at], number), np.maximum(high[at], number)
    return np.where(low == high, low, -1)


def _unseen(of: Sequence[Profile], words: np.ndarray, owner: Rows, ids: Rows) -> Floats:
    """(n,) share of each transcript's running words that nobody else holds."""
    return np.array(
        [
            one.counts[owner[np.searchsorted(words, one.words)] == number].sum() / max(one.counts.sum(), 1)
            for one, number in zip(of, ids, strict=True)
        ]
    )
