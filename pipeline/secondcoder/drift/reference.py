"""From profiles of the training transcripts to the reference that the model folder keeps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from secondcoder.domain.arrays import Floats, Rows
from secondcoder.drift.profiles import Profile
from secondcoder.learning.reference import Reference, numbered


def reference_of(profiles: Sequence[Profile]) -> Reference | None:
    """The reference that a model keeps; None without any transcript."""
    if not profiles:
        return None
    holders = np.arange(len(profiles)), numbered([profile.case for profile in profiles])
    words = np.unique(np.concatenate([profile.words for profile in profiles]))
    owner = np.stack([_owner(profiles, words, ids) for ids in holders])
    return Reference(
        transcripts=np.array([profile.transcript for profile in profiles]),
        cases=np.array([profile.case for profile in profiles]),
        roles=np.array([profile.role for profile in profiles]),
        waves=np.array([profile.wave for profile in profiles]),
        segments=np.array([profile.segments for profile in profiles], dtype=np.intp),
        vectors=np.stack([profile.vector for profile in profiles]).astype(np.float32),
        rates=np.stack([profile.rates for profile in profiles]),
        answers=np.array([profile.answers for profile in profiles]),
        asked=np.array([profile.asked for profile in profiles]),
        unseen=np.stack([_unseen(profiles, words, own, ids) for own, ids in zip(owner, holders, strict=True)]),
        words=words,
        owner=owner,
    )


def _owner(profiles: Sequence[Profile], words: np.ndarray, ids: Rows) -> Rows:
    """(w,) the only id among whose transcripts a word occurs, -1 where several hold it."""
    # Least and greatest id that holds each word: equal where there is one holder, and no sets of holders needed.
    low, high = np.full(len(words), len(profiles)), np.full(len(words), -1)
    for profile, number in zip(profiles, ids, strict=True):
        at = np.searchsorted(words, profile.words)
        low[at], high[at] = np.minimum(low[at], number), np.maximum(high[at], number)
    return np.where(low == high, low, -1)


def _unseen(profiles: Sequence[Profile], words: np.ndarray, owner: Rows, ids: Rows) -> Floats:
    """(n,) share of each transcript's running words that no other holds."""
    return np.array(
        [
            profile.counts[owner[np.searchsorted(words, profile.words)] == number].sum() / max(profile.counts.sum(), 1)
            for profile, number in zip(profiles, ids, strict=True)
        ]
    )
