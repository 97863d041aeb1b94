"""A model's out-of-fold probabilities of its training segments: kept with it, for verdicts, recall and the card."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Bools, Floats, Rows, State
from secondcoder.domain.records import Place, Segment
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.metrics import LabelledPredictions

ARRAYS = ("probability", "y", "known", "group", "words")


@dataclass(frozen=True)
class OutOfFold:
    """Out-of-fold probabilities of n coded segments for the k scored codes.

    Attributes:
        probability: (n, k), each row from a model of the other folds' groups.
        y, known: (n, k) labels and mask.
        group: (n,) number of the transcript (or participant, or case) that was kept whole, from 0.
        words: (n,) words in the segment: what it costs to read.
        places: n times transcript, start and end of the segment.
        by_hand: (n,) coded by people independently of suggestions; not where only a review of suggestions led there. None for all.
    """

    probability: Floats
    y: Bools
    known: Bools
    group: Rows
    words: Rows
    places: tuple[Place, ...]
    by_hand: Bools | None = None

    @property
    def unprompted(self) -> Bools:
        """(n,) `by_hand`."""
        return np.ones(len(self.y), dtype=bool) if self.by_hand is None else self.by_hand

    def columns(self, index: Sequence[int]) -> OutOfFold:
        """The same for some codes."""
        chosen = list(index)
        return replace(self, probability=self.probability[:, chosen], y=self.y[:, chosen], known=self.known[:, chosen])

    def with_suggestions(self, suggested: Bools) -> LabelledPredictions:
        """The same with what is suggested, (n, k), for the figures of `metrics`."""
        # Padded, because `metrics` sorts clusters by name: so they stay in the order of their numbers.
        names = [f"{number:06d}" for number in self.group.tolist()]
        return LabelledPredictions(self.probability, suggested, self.y, self.known, names)


def out_of_fold_of(
    probability: Floats, labels: LabelMatrix, groups: Sequence[str], segments: Sequence[Segment]
) -> OutOfFold:
    """From the classifier's `out_of_fold_` and what it was fitted on."""
    group = np.unique(np.asarray(groups), return_inverse=True)[1].ravel()
    words = np.array([len(segment.text.split()) for segment in segments], dtype=np.intp)
    places = tuple(segment.place for segment in segments)
    return OutOfFold(probability, labels.y, labels.known, group, words, places)


def out_of_fold_state(scores: OutOfFold) -> State:
    """Its arrays by name; the places as JSON in UTF-8."""
    # JSON keeps numbers beside text without pickle.
    places = np.frombuffer(json.dumps(scores.places, ensure_ascii=False).encode(), dtype=np.uint8)
    arrays = {f"held_back.{name}": getattr(scores, name) for name in ARRAYS}
    return arrays | {"held_back.places": places, "held_back.by_hand": scores.unprompted}


def restore_out_of_fold(state: Mapping[str, npt.NDArray[Any]]) -> OutOfFold:
    """What `out_of_fold_state` was taken from."""
    places = json.loads(state["held_back.places"].tobytes())
    arrays = {name: state[f"held_back.{name}"] for name in ARRAYS}
    named = tuple((str(name), int(start), int(end)) for name, start, end in places)
    return OutOfFold(**arrays, places=named, by_hand=state.get("held_back.by_hand"))
