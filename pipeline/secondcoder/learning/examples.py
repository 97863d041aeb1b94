"""How many examples it takes to learn anything: the one rule, for codes and for valences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from secondcoder.configuration import LearningSettings
from secondcoder.domain.arrays import Bools


def enough_examples(
    rows: Bools, transcripts: Sequence[str], groups: Sequence[str] | None, settings: LearningSettings
) -> bool:
    """Enough of n segments are examples, in enough transcripts and in two groups: with one left out whole, some must remain.

    Args:
        rows: (n,) the examples.
        transcripts: n ids; groups: n names of what is held out whole, None for the transcripts themselves.
    """
    names, units = np.asarray(transcripts)[rows], np.asarray(transcripts if groups is None else groups)[rows]
    enough = rows.sum() >= settings.min_examples and len(set(names)) >= settings.min_transcripts
    return bool(enough and len(set(units)) > 1)
