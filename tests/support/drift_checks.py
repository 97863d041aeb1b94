"""Profiles by hand."""

from __future__ import annotations

import numpy as np
from secondcoder.drift.profiles import Profile


def profile(
    name: str, words: dict[int, int], case: str = "", vector: object = (1.0, 0.0), segments: int = 20
) -> Profile:
    """A profile of word numbers with their counts."""
    return Profile(
        transcript=name,
        case=case,
        role="",
        wave="",
        segments=segments,
        vector=np.asarray(vector, dtype=float),
        rates=np.zeros(0),
        answers=float(np.log(30)),
        asked=0.2,
        words=np.array(sorted(words), dtype=np.uint64),
        counts=np.array([words[word] for word in sorted(words)], dtype=float),
    )
