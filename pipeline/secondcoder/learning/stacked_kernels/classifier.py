"""The classifier: two views, one small stacker shared by all codes, calibrated on held-back transcripts.

Each view scores every training segment from the other transcripts alone. On these out-of-fold scores one logistic regression
learns, for all codes together, how far to trust each view, what the segments around say, what length tells, and how near a segment
comes to what the codebook says of the code. A construct is heard from its sub-constructs too. Each code keeps an intercept and a
steepness of its own, drawn towards the common ones the fewer examples it has. Since the stacker sees only held-back scores, it
gives probabilities for unseen transcripts (stacked generalisation: Wolpert 1992, doi:10.1016/S0893-6080(05)80023-1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator

from secondcoder.domain.arrays import Bools, Floats, State, Vectors
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.splits import group_folds
from secondcoder.learning.assessment.thresholds import f1_thresholds
from secondcoder.learning.features import Features, neighbours
from secondcoder.learning.stacked_kernels.calibration import steepness_and_shift
from secondcoder.learning.stacked_kernels.kernels import MeaningView, View, WordingView
from secondcoder.learning.stacked_kernels.parent_codes import heard_from_below
from secondcoder.learning.stacked_kernels.stacker import fit_stacker

FITTED = ("slopes", "intercepts", "parents", "steepness", "shift", "thresholds", "spread", "plain", "told")
REACH, FADE = 6, 0.7
"""Segments on either side that have a say, each this much less than the one nearer by: talk stays on a matter for a while."""
USUAL = np.array([0.5, 0.1, 0.25, 0.0, 0.25, 0.25, 1.0])
"""Slopes that the stacker starts from, in the order of the evidence. The base rate counts once; meaning tells more than wording or
the codebook, a segment more than those around it, and long segments carry more codes than short ones."""


class CodeClassifier(BaseEstimator):  # type: ignore[misc]
    """Probabilities of k codes for segments, learned from partly known labels.

    Args:
        folds: inner folds for the stacker, calibration and thresholds; groups stay whole.
        seed: of the inner folds.

    Attributes:
        thresholds_: (k,), chosen for F1 on the out-of-fold probabilities.
        out_of_fold_: (n, k) probabilities of the training segments, each from other groups' segments.
    """

    def __init__(self, folds: int = 5, seed: int = 0) -> None:
        self.folds = folds
        self.seed = seed

    def fit(self, features: Features, labels: LabelMatrix, told: Vectors | None = None) -> Self:
        """Learn from n segments and their labels; two groups at least.

        `told` (k, d) are unit vectors of what the codebook says of the codes; without them the codebook has no say.
        """
        Y, known, weight = labels.target, labels.known, labels.weight
        fold = group_folds(features.groups, self.folds, self.seed)
        self.views_ = [view.fit(features, Y, known, fold, weight) for view in _views()]
        held_back = [view.out_of_fold_ - view.out_of_fold_prior_ for view in self.views_]
        self.spread_ = np.stack([_spread(deviation, known) for deviation in held_back])
        self.told_ = np.zeros((Y.shape[1], features.vectors.shape[1]), np.float32) if told is None else told
        plain = self._unlearned(features)
        self.plain_ = np.stack([plain.mean(axis=0), np.where(plain.std(axis=0) > 1e-9, plain.std(axis=0), 1.0)])
        evidence = self._evidence(held_back, features)
        self.slopes_, self.intercepts_ = fit_stacker(evidence, Y, known, USUAL, weight)
        self.parents_ = labels.parents
        self.steepness_, self.shift_ = steepness_and_shift(self._log_odds(evidence), Y, known, weight)
        self.out_of_fold_ = self._combine(evidence)
        self.thresholds_ = f1_thresholds(self.out_of_fold_, Y, known, weight)
        return self

    def predict_proba(self, features: Features) -> Floats:
        """(n, k) probabilities."""
        deviations = [view.scores(features) - view.prior_ for view in self.views_]
        return self._combine(self._evidence(deviations, features))

    def _evidence(self, deviations: Sequence[Floats], features: Features) -> Floats:
        """(n, k, m): for each view the standardised deviation from the base rate and the fading sum of those around; then length,
        likeness to what the codebook says, and the code's prior log-odds."""
        parts: list[Floats] = []
        for spread, deviation in zip(self.spread_, deviations, strict=True):
            parts += [deviation / spread, around(deviation / spread, features)]
        mean, spread = self.plain_
        plain = (self._unlearned(features) - mean) / spread
        parts += [np.broadcast_to(plain[:, :1], parts[0].shape), plain[:, 1:]]
        prior = np.clip(self.views_[0].prior_, 1e-4, 1 - 1e-4)
        parts.append(np.broadcast_to(np.log(prior / (1 - prior)), parts[0].shape))
        return np.stack(parts, axis=2)

    def _unlearned(self, features: Features) -> Floats:
        """(n, 1 + k): the logarithm of a segment's words, and its cosine with what the codebook says of each code."""
        words = np.log1p(np.array([len(text.split()) for text in features.texts], dtype=np.float64))
        return np.column_stack([words, features.vectors.astype(np.float64) @ self.told_.T])

    def _log_odds(self, evidence: Floats) -> Floats:
        return heard_from_below(evidence @ self.slopes_ + self.intercepts_, self.parents_)

    def _combine(self, evidence: Floats) -> Floats:
        log_odds = self.steepness_ * self._log_odds(evidence) + self.shift_
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -35, 35))))

    def state(self) -> State:
        """The fitted arrays; a view's names begin with its number."""
        own = {name: getattr(self, f"{name}_") for name in FITTED}
        return own | {
            f"{i}.{name}": array for i, view in enumerate(self.views_) for name, array in view.state().items()
        }

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Become what `state` was taken from."""
        for name in FITTED:
            setattr(self, f"{name}_", state[name])
        self.views_ = [
            view.restore({name.partition(".")[2]: array for name, array in state.items() if name.startswith(f"{i}.")})
            for i, view in enumerate(_views())
        ]
        return self


def _views() -> list[View]:
    return [MeaningView(), WordingView()]


def around(values: Floats, features: Features) -> Floats:
    """(n, k): the sum of the values of up to REACH segments on either side within the transcript, fading with distance."""
    before = after = values
    total, weight = np.zeros_like(values), 1.0
    for _ in range(REACH):
        before = np.asarray(neighbours(before, features.previous))
        after = np.asarray(neighbours(after, features.following))
        total += weight * (before + after)
        weight *= FADE
    return total


def _spread(scores: Floats, known: Bools) -> Floats:
    """(k,) standard deviation of each code's known scores; 1 for a code whose scores do not differ."""
    spread = np.array([scores[seen, j].std() if seen.any() else 0.0 for j, seen in enumerate(known.T)])
    return np.where(spread > 1e-9, spread, 1.0)
