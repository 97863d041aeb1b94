"""What is known of a new model before it is used: figures, reliability, learning curve, verdicts. The card and the manifest tell it.

The figures are out of fold, and each transcript is held against thresholds chosen on the others. The stacker and the calibration were
fitted on all these scores, though; `evaluation` nests them too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from secondcoder.configuration import LearningSettings
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.domain.records import Segment
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.learning_curve import LearningCurve, learning_curve
from secondcoder.learning.assessment.metrics import percentiles, point_and_draws
from secondcoder.learning.assessment.permutation_test import luck
from secondcoder.learning.assessment.readiness import CodeVerdict, Precision, judge
from secondcoder.learning.assessment.recall_control import RecallPlan, recall_plan
from secondcoder.learning.assessment.reliability import Reliability, reliability
from secondcoder.learning.assessment.splits import group_folds, train_and_held_back
from secondcoder.learning.assessment.thresholds import f1_thresholds
from secondcoder.learning.features import Features
from secondcoder.learning.model import Model
from secondcoder.learning.out_of_fold import HeldBack

TARGETS = (0.8, 0.9, 0.95)
ROUNDS = 500


@dataclass(frozen=True)
class Scored:
    """Figures of the k scored codes, out of fold; `point` and `interval` as from `metrics.point_and_interval`.

    `suggested` (k,) are the passages at or above thresholds that were chosen without their fold.
    """

    codes: tuple[str, ...]
    held: HeldBack
    point: dict[str, Floats]
    interval: dict[str, Floats]
    suggested: Floats
    reliability: Reliability
    curve: LearningCurve
    recall: tuple[RecallPlan, ...]


@dataclass(frozen=True)
class Assessment:
    """Of a model: a verdict on each code of the codebook, and figures if any code is scored."""

    verdicts: tuple[CodeVerdict, ...]
    scored: Scored | None

    def to_json(self) -> dict[str, Any]:
        """What the manifest keeps of it."""
        kept: dict[str, Any] = {"verdicts": {one.code: one.to_json() for one in self.verdicts}}
        if self.scored is not None:
            names = ("macro_f1", "macro_ap", "pooled_kappa")
            figures = {name: _plain(self.scored.point[name]) for name in names}
            kept["out_of_fold"] = figures | {"calibration_error": _plain(self.scored.reliability.macro)}
        return kept


def assess(
    model: Model,
    segments: Sequence[Segment],
    features: Features,
    labels: LabelMatrix,
    settings: LearningSettings,
    progress: Callable[[int, int], None] | None = None,
) -> Assessment:
    """Judge a model that `train_model` made of the same n segments, features and labels."""
    scored = precision = None
    if model.held_back is not None:
        held = model.held_back
        rows = np.flatnonzero(labels.coded_rows)
        coded, known = features.take(rows), labels.columns(model.scored).take(rows)
        suggested = _suggested(held.probability, known, group_folds(coded.groups, settings.folds, settings.seed))
        point, draws = point_and_draws(held.with_suggestions(suggested), ROUNDS, settings.seed)
        curve = learning_curve(
            coded,
            known,
            held.probability,
            folds=settings.folds,
            seed=settings.seed,
            told=model.code_embeddings,
            classifier=settings.classifier,
            progress=progress,
        )
        by_chance = luck(held, settings.seed)
        precision = Precision(model.scored, point["average_precision"], draws["average_precision"], by_chance)
        scored = Scored(
            codes=model.scored,
            held=held,
            point=point,
            interval={name: percentiles(values) for name, values in draws.items()},
            suggested=(suggested & held.known).sum(axis=0).astype(np.float64),
            reliability=reliability(held.probability, held.y, held.known, settings.seed),
            curve=curve,
            recall=tuple(recall_plan(held, model.scored, target, settings.group) for target in TARGETS),
        )
    curve_or_none = scored.curve if scored is not None else None
    return Assessment(tuple(judge(segments, labels, precision, curve_or_none, settings, features.groups)), scored)


def _suggested(probability: Floats, labels: LabelMatrix, fold: Rows) -> Bools:
    """(n, k) what is suggested in each fold at thresholds chosen on the other folds: chosen on the fold's own marks, they fit them."""
    suggested = np.zeros(probability.shape, dtype=bool)
    for others, own in train_and_held_back(fold):
        there = labels.take(others)
        suggested[own] = probability[own] >= f1_thresholds(probability[others], there.target, there.known, there.weight)
    return suggested


def _plain(value: Any) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
