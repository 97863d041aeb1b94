"""What a model said of its own training segments while they were held back: kept with it, for verdicts, recall and the card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from secondcoder.learning.arrays import Bools, Floats, Rows, State
from secondcoder.learning.metrics import Held


@dataclass(frozen=True)
class HeldBack:
    """Out-of-fold probabilities of n coded segments for the k scored codes.

    Attributes:
        probability: (n, k), each row from a model of the other folds' groups.
        y, known: (n, k) labels and mask.
        group: (n,) number of the transcript (or case) that was kept whole, from 0.
        words: (n,) words in the segment: what it costs to read.
    """

    probability: Floats
    y: Bools
    known: Bools
    group: Rows
    words: Rows

    def columns(self, index: Sequence[int]) -> HeldBack:
        """The same for some codes."""
        chosen = list(index)
        return replace(self, probability=self.probability[:, chosen], y=self.y[:, chosen], known=self.known[:, chosen])

    def against(self, thresholds: Floats) -> Held:
        """The same as suggestions at (k,) thresholds, for the figures of `metrics`."""
        names = [f"{number:06d}" for number in self.group.tolist()]
        return Held(self.probability, self.probability >= thresholds, self.y, self.known, names)


def held_back(probability: Floats, y: Bools, known: Bools, groups: Sequence[str], texts: Sequence[str]) -> HeldBack:
    """From the classifier's `out_of_fold_` and what it was fitted on."""
    group = np.unique(np.asarray(groups), return_inverse=True)[1].ravel()
    return HeldBack(probability, y, known, group, np.array([len(text.split()) for text in texts], dtype=np.intp))


def held_back_state(held: HeldBack) -> State:
    """Its arrays by name."""
    return {f"held_back.{name}": getattr(held, name) for name in ("probability", "y", "known", "group", "words")}


def restore_held_back(state: Mapping[str, npt.NDArray[Any]]) -> HeldBack:
    """What `held_back_state` was taken from."""
    names = ("probability", "y", "known", "group", "words")
    return HeldBack(*(state[f"held_back.{name}"] for name in names))
