"""Calibration by transcript: can a new transcript's own level be told from its scores?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from comparison.sets import FOLDS
from scipy.optimize import minimize, minimize_scalar
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.assessment.thresholds import best_thresholds, kappa
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier

SPREAD = 0.3
"""Prior standard deviation of the slope on a transcript's level, about 0: no shift."""
Shift = Callable[[Floats, Floats, Bools, Any, Any, Any], Floats]


Level = Callable[[Floats, Sequence[str]], Floats]
"""(n, k) log-odds and n names of transcripts, to (n, k) levels."""


def mean_score(log_odds: Floats, groups: Sequence[str]) -> Floats:
    """The mean log-odds of the transcript's segments."""
    _, group = np.unique(np.asarray(groups), return_inverse=True)
    counts = np.bincount(group)
    means = np.stack([np.bincount(group, column) / counts for column in log_odds.T], axis=1)
    return np.asarray(means[group])


def rate(log_odds: Floats, groups: Sequence[str]) -> Floats:
    """The log-odds of the transcript's expected share of marks."""
    share = np.clip(mean_score(1 / (1 + np.exp(-log_odds)), groups), 0.001, 0.999)
    return np.asarray(np.log(share / (1 - share)))


def none(z: Floats, own: Floats, *_: Any) -> Floats:
    """As it ships."""
    return z


def learned(level: Level) -> Shift:
    """Log-odds moved along the transcript's level, by a slope fitted on the training part's out-of-fold scores."""

    def shift(z: Floats, own: Floats, y: Bools, labels: Any, groups: Any, of_own: Any) -> Floats:
        base = level(own, of_own).mean(axis=0)
        x, known = level(own, of_own) - base, labels.known

        def loss(slope: Floats) -> float:
            moved = own + slope[0] * x
            return float((np.logaddexp(0, moved) - labels.y * moved)[known].sum() + slope[0] ** 2 / (2 * SPREAD**2))

        return np.asarray(z + minimize(loss, np.zeros(1)).x[0] * (level(z, groups) - base))

    return shift


def in_hindsight(z: Floats, own: Floats, y: Bools, labels: Any, groups: Any, of_own: Any) -> Floats:
    """Moved by what the transcript's own labels say (prior standard deviation 1): what could be gained at most."""
    moved = z.copy()
    for name in set(groups):
        rows = np.flatnonzero(np.asarray(groups) == name)
        for j in range(z.shape[1]):
            moved[rows, j] += _best_shift(z[rows, j], y[rows, j])
    return moved


def _best_shift(z: Floats, y: Bools) -> float:
    def loss(by: float) -> float:
        return float((np.logaddexp(0, z + by) - y * (z + by)).sum() + by * by / 2)

    return float(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x)


TRANSCRIPT_ROWS: dict[str, Shift] = {
    "as it ships": none,
    "slope on the transcript's mean score": learned(mean_score),
    "slope on the transcript's expected rate": learned(rate),
    "the transcript's own level, told in hindsight": in_hindsight,
}


def by_transcript(
    study: Any, divisions: int, rows: Mapping[str, Shift], figures: Callable[..., list[float]]
) -> dict[str, list[list[float]]]:
    """Figures of each shift, in each division, suggestions at the common threshold that is best in hindsight."""
    found: dict[str, list[list[float]]] = {name: [] for name in rows}
    known = study.labels.known
    for seed in range(divisions):
        moved = {name: np.zeros(study.labels.y.shape) for name in rows}
        for train, held in train_and_test(group_folds(study.features.groups, FOLDS, seed)):
            part, rest, labels = study.features.take(train), study.features.take(held), study.labels.take(train)
            model = StackedKernelClassifier(FOLDS, seed).fit(part, labels, study.code_embeddings)
            z, own = (_log_odds(p) for p in (model.predict_proba(rest), model.out_of_fold_))
            for name, shift in rows.items():
                by = shift(z, own, study.labels.y[held], labels, rest.groups, part.groups)
                moved[name][held] = 1 / (1 + np.exp(-by))
        for name, probability in moved.items():
            y = study.labels.y[known].astype(float)
            best = best_thresholds(probability[known], y, np.ones((1, len(y))), kappa, np.inf)[0]
            found[name].append(figures(study, probability, probability >= best))
    return found


def _log_odds(probability: Floats) -> Floats:
    held = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(held / (1 - held)))
