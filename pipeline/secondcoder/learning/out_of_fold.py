"""A model's out-of-fold predictions of its training segments: kept with it, for verdicts, recall, card, gate and doubts."""

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
OPTIONAL = ("by_hand", "suggested", "rests")
FEWEST_GROUPS = 3
"""An interval takes as many (`statistics.cluster_bootstrap`)."""


@dataclass(frozen=True)
class OutOfFold:
    """Out-of-fold probabilities of n coded segments for the k scored codes.

    Attributes:
        probability: (n, k), each row from a model of the other folds' groups.
        y, known: (n, k) labels and mask; what people gave without suggestions goes before what rests on them.
        group: (n,) number of the transcript (or participant, or case) that was kept whole, from 0.
        words: (n,) words in the segment: what it costs to read.
        places: n times transcript, start and end of the segment.
        by_hand: (n,) coded by people independently of suggestions; not where only a review of suggestions led there. None for all.
        suggested: (n, k) at thresholds chosen without the transcript. None where stacker, calibration and thresholds were
            fitted on these same probabilities: in models from before cross-validation was nested, and where too few
            transcripts are coded for it. Then they flatter, and no figure is given.
        rests: (n, k) labels that rest on suggestions. None for none.
    """

    probability: Floats
    y: Bools
    known: Bools
    group: Rows
    words: Rows
    places: tuple[Place, ...]
    by_hand: Bools | None = None
    suggested: Bools | None = None
    rests: Bools | None = None

    @property
    def unprompted(self) -> Bools:
        """(n,) `by_hand`."""
        return np.ones(len(self.y), dtype=bool) if self.by_hand is None else self.by_hand

    @property
    def judging(self) -> Bools:
        """(n, k) `labels_to_judge_by`."""
        rests = np.zeros_like(self.known) if self.rests is None else self.rests
        return labels_to_judge_by(self.known & ~rests, self.unprompted, self.group)

    def columns(self, index: Sequence[int]) -> OutOfFold:
        """The same for some codes."""
        chosen = list(index)
        tables = {name: getattr(self, name) for name in ("probability", "y", "known", "suggested", "rests")}
        return replace(self, **{name: table[:, chosen] for name, table in tables.items() if table is not None})

    def predictions(self, suggested: Bools, known: Bools) -> LabelledPredictions:
        """The same with what is suggested and what is judged by, (n, k) each, for the figures of `metrics`."""
        # Padded, because `metrics` sorts clusters by name: so they stay in the order of their numbers.
        names = [f"{number:06d}" for number in self.group.tolist()]
        return LabelledPredictions(self.probability, suggested, self.y, known, names)


def labels_to_judge_by(unaided: Bools, by_hand: Bools, group: npt.NDArray[Any]) -> Bools:
    """(n, k) those of the labels given without suggestions that are of rows coded by hand (n,); all of them where these lie in fewer
    than FEWEST_GROUPS groups (n,), as where everything was coded blind in a review; none where even they do."""
    for judging in (unaided & by_hand[:, None], unaided):
        if len(np.unique(group[judging.any(axis=1)])) >= FEWEST_GROUPS:
            return judging
    return np.zeros_like(unaided)


def out_of_fold_of(
    probability: Floats,
    labels: LabelMatrix,
    groups: Sequence[str],
    segments: Sequence[Segment],
    suggested: Bools | None = None,
) -> OutOfFold:
    """From out-of-fold predictions and the labels they were learned from."""
    group = np.unique(np.asarray(groups), return_inverse=True)[1].ravel()
    words = np.array([len(segment.text.split()) for segment in segments], dtype=np.intp)
    places = tuple(segment.place for segment in segments)
    labels = labels.to_judge_by()
    rests = None if labels.reliance is None else labels.reliance.rests
    return OutOfFold(probability, labels.y, labels.known, group, words, places, suggested=suggested, rests=rests)


def out_of_fold_state(scores: OutOfFold) -> State:
    """Its arrays by name; the places as JSON in UTF-8."""
    # JSON keeps numbers beside text without pickle.
    places = np.frombuffer(json.dumps(scores.places, ensure_ascii=False).encode(), dtype=np.uint8)
    arrays = {name: getattr(scores, name) for name in ARRAYS + OPTIONAL}
    kept = {f"held_back.{name}": array for name, array in arrays.items() if array is not None}
    return kept | {"held_back.places": places}


def restore_out_of_fold(state: Mapping[str, npt.NDArray[Any]]) -> OutOfFold:
    """What `out_of_fold_state` was taken from."""
    places = json.loads(state["held_back.places"].tobytes())
    arrays = {name: state[f"held_back.{name}"] for name in ARRAYS}
    arrays |= {name: state[f"held_back.{name}"] for name in OPTIONAL if f"held_back.{name}" in state}
    return OutOfFold(**arrays, places=tuple((str(name), int(start), int(end)) for name, start, end in places))
