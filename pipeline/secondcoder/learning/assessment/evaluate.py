"""How good the present recipe is on the study's own codes: every figure out of fold.

Each fold's transcripts (or cases) are scored by a classifier that never saw them, whose stacker, calibration and thresholds were
chosen inside its own training part.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

import numpy as np

from secondcoder.domain.arrays import Floats, Rows, Vectors
from secondcoder.domain.records import Segment
from secondcoder.errors import InputError
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.metrics import NAMES, Estimates, LabelledPredictions, estimate
from secondcoder.learning.assessment.reliability import calibration_errors
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.classifier import SHIPPED, Classifier, new_classifier
from secondcoder.learning.features import Features

OVERALL = ("macro_f1", "micro_f1", "macro_ap", "pooled_kappa")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Evaluation:
    """Out-of-fold figures.

    Attributes:
        codes: the scored codes, k of them. too_few: codes with too few examples to be scored, with their number.
        counts: (k,) segments with the code; prevalence: (k,) their share of the known ones.
        point, interval: as in `metrics.Estimates`; `no_interval`: why one is missing.
        without_question: the figures when the interviewer's question is left out; None where no question was known.
        segments, held: the n segments and their out-of-fold results.
        led: how many of them people looked at only in a review of suggestions.
    """

    codes: tuple[str, ...]
    too_few: dict[str, int]
    counts: Floats
    prevalence: Floats
    point: dict[str, Floats]
    interval: dict[str, Floats]
    no_interval: dict[str, tuple[str, ...]]
    without_question: Estimates | None
    n_segments: int
    n_transcripts: int
    grouped_by: str
    segments: tuple[Segment, ...]
    held: LabelledPredictions
    led: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain numbers; an undefined figure is None."""
        report: dict[str, Any] = {name: _plain(self.point[name]) for name in OVERALL}
        report["calibration_error"] = _plain(np.nanmean(self._calibration()))
        report["n_segments"], report["n_transcripts"] = self.n_segments, self.n_transcripts
        report["n_led_by_suggestions"] = self.led
        report["codes"] = [self._code(j) for j in range(len(self.codes))] + [
            {"code": code, "n": n, "scored": False} for code, n in self.too_few.items()
        ]
        report["intervals"] = {name: _pair(self.interval[name]) for name in OVERALL}
        report["no_interval"] = {name: self.no_interval[name][0] for name in OVERALL if self.no_interval[name][0]}
        report["grouped_by"] = self.grouped_by
        report["without_question"] = self._without_question()
        return report

    def _code(self, j: int) -> dict[str, Any]:
        code: dict[str, Any] = {"code": self.codes[j], "n": int(self.counts[j]), "scored": True}
        code["prevalence"] = _plain(self.prevalence[j])
        code["calibration_error"] = _plain(self._calibration()[j])
        for name in NAMES:
            code[name] = _plain(self.point[name][j])
            code[f"{name}_interval"] = _pair(self.interval[name][:, j])
        code["no_interval"] = {name: self.no_interval[name][j] for name in NAMES if self.no_interval[name][j]}
        return code

    def _calibration(self) -> Floats:
        """(k,) expected calibration errors."""
        return calibration_errors(self.held.probability, self.held.y, self.held.known)

    def _without_question(self) -> dict[str, Any] | None:
        if self.without_question is None:
            return None
        point, interval = self.without_question.point, self.without_question.interval
        overall: dict[str, Any] = {name: _plain(point[name]) for name in OVERALL}
        overall["intervals"] = {name: _pair(interval[name]) for name in OVERALL}
        overall["codes"] = [
            {"code": code} | {name: _plain(point[name][j]) for name in NAMES} for j, code in enumerate(self.codes)
        ]
        return overall


def evaluate(
    features: Features,
    labels: LabelMatrix,
    segments: Sequence[Segment],
    too_few: dict[str, int],
    *,
    folds: int,
    seed: int,
    rounds: int,
    grouped_by: str,
    code_embeddings: Vectors | None = None,
    classifier: str = SHIPPED,
    progress: Progress | None = None,
) -> Evaluation:
    """Cross-validate on segments of which something is known.

    Args:
        features: n segments; `features.groups` are kept whole in the folds and drawn whole in the bootstrap.
        labels: of the scored codes, (n, k).
        segments: the n segments.
        too_few: codes left out, with their numbers of examples.
        folds, seed, rounds: of the cross-validation and the bootstrap.
        code_embeddings: (k, d) vectors of the codes' descriptions.
        classifier: its name in the configuration.
        progress: called with (folds done, folds in all).

    Raises:
        InputError: too few groups to hold one back inside each training part.
    """
    distinct = len(set(features.groups))
    _refuse_too_few(distinct, folds, grouped_by)
    asked = bool(features.questions.any())
    runs = [features, features.without_question()] if asked else [features]
    tick = _ticks(progress, len(runs) * min(folds, distinct))
    new = partial(new_classifier, classifier, folds, seed)
    held = [_out_of_fold(run, labels, code_embeddings, new, group_folds(run.groups, folds, seed), tick) for run in runs]
    estimates = [estimate(run, rounds, seed) for run in held]
    counts = (labels.y & labels.known).sum(axis=0).astype(np.float64)
    return Evaluation(
        codes=labels.codes,
        too_few=too_few,
        counts=counts,
        prevalence=counts / np.maximum(labels.known.sum(axis=0), 1),
        point=estimates[0].point,
        interval=estimates[0].interval,
        no_interval=estimates[0].reason,
        without_question=estimates[1] if asked else None,
        n_segments=len(features),
        n_transcripts=len({segment.transcript for segment in segments}),
        segments=tuple(segments),
        grouped_by=grouped_by,
        held=held[0],
    )


def _ticks(progress: Progress | None, total: int) -> Callable[[], None]:
    """Reports one more fold each time it is called."""
    done = count(1)
    return lambda: progress(next(done), total) if progress else None


def _refuse_too_few(groups: int, folds: int, grouped_by: str) -> None:
    # Each training part needs two groups for folds of its own, and with two folds it is only half of them.
    needed = 3 if folds > 2 else 4
    if groups < needed:
        raise InputError(
            f"Only {groups} {grouped_by}{'s are' if groups > 1 else ' is'} coded. Measuring holds each back whole and chooses "
            f"thresholds among the rest, so it needs at least {needed}."
        )


def _out_of_fold(
    features: Features,
    labels: LabelMatrix,
    code_embeddings: Vectors | None,
    new: Callable[[], Classifier],
    fold: Rows,
    tick: Callable[[], None],
) -> LabelledPredictions:
    probability = np.zeros(labels.y.shape)
    suggested = np.zeros(labels.y.shape, dtype=bool)
    for train, test in train_and_test(fold):
        model = new().fit(features.take(train), labels.take(train), code_embeddings)
        probability[test] = model.predict_proba(features.take(test))
        suggested[test] = probability[test] >= model.thresholds_
        tick()
    return LabelledPredictions(probability, suggested, labels.y, labels.known, features.groups)


def _plain(value: Any) -> float | None:
    return None if math.isnan(float(value)) else round(float(value), 4)


def _pair(values: Floats) -> list[float] | None:
    return None if np.isnan(values).any() else [round(float(value), 4) for value in values]
