"""The assessment of a new model before it is used: figures, reliability, learning curve, readiness of each code.

The card and the manifest show it. The figures are out of fold, and each transcript is compared with thresholds chosen on the others.
The stacker and the calibration were fitted on all these scores, though; `evaluate` nests them too.
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
from secondcoder.learning.assessment.metrics import estimate
from secondcoder.learning.assessment.permutation_test import permutation_p_values
from secondcoder.learning.assessment.readiness import AveragePrecisions, CodeReadiness, readiness_of_codes
from secondcoder.learning.assessment.recall_control import RecallPlan, recall_plan
from secondcoder.learning.assessment.reliability import Reliability, reliability
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.assessment.thresholds import f1_thresholds
from secondcoder.learning.features import Features
from secondcoder.learning.model import Model
from secondcoder.learning.out_of_fold import OutOfFold

TARGETS = (0.8, 0.9, 0.95)
ROUNDS = 500


@dataclass(frozen=True)
class AssessmentFigures:
    """Figures of the k scored codes, out of fold; `point` and `interval` as in `metrics.Estimates`.

    `suggested` (k,) are the passages at or above thresholds that were chosen without their fold.
    """

    codes: tuple[str, ...]
    held: OutOfFold
    point: dict[str, Floats]
    interval: dict[str, Floats]
    suggested: Floats
    reliability: Reliability
    curve: LearningCurve
    recall: tuple[RecallPlan, ...]


@dataclass(frozen=True)
class Assessment:
    """Of a model: the readiness of each code of the codebook, and figures if any code is scored."""

    verdicts: tuple[CodeReadiness, ...]
    scored: AssessmentFigures | None

    def to_json(self) -> dict[str, Any]:
        """What the manifest keeps of it."""
        kept: dict[str, Any] = {"verdicts": {verdict.code: verdict.to_json() for verdict in self.verdicts}}
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
    """Assess a model that `train_model` made of the same n segments, features and labels."""
    scored = precisions = None
    if model.out_of_fold is not None:
        scored, precisions = _scored(model, model.out_of_fold, features, labels, settings, progress)
    curve = scored.curve if scored is not None else None
    return Assessment(tuple(readiness_of_codes(segments, labels, precisions, curve, settings, features.groups)), scored)


def _scored(
    model: Model,
    held: OutOfFold,
    features: Features,
    labels: LabelMatrix,
    settings: LearningSettings,
    progress: Callable[[int, int], None] | None,
) -> tuple[AssessmentFigures, AveragePrecisions]:
    rows = np.flatnonzero(labels.coded_rows)
    coded, known = features.take(rows), labels.columns(model.scored).take(rows)
    # The folds of the classifier that ships: same groups, number and seed.
    suggested = _suggested(held.probability, known, group_folds(coded.groups, settings.folds, settings.seed))
    estimates = estimate(held.with_suggestions(suggested), ROUNDS, settings.seed)
    precision = estimates.point["average_precision"], estimates.draws["average_precision"]
    scored = AssessmentFigures(
        codes=model.scored,
        held=held,
        point=estimates.point,
        interval=estimates.interval,
        suggested=(suggested & held.known).sum(axis=0).astype(np.float64),
        reliability=reliability(held.probability, held.y, held.known, settings.seed),
        curve=learning_curve(
            coded,
            known,
            held.probability,
            folds=settings.folds,
            seed=settings.seed,
            code_embeddings=model.code_embeddings,
            classifier=settings.classifier,
            progress=progress,
        ),
        recall=tuple(recall_plan(held, model.scored, target, settings.group) for target in TARGETS),
    )
    p_values = permutation_p_values(held, settings.seed)
    return scored, AveragePrecisions(model.scored, *precision, p_values, estimates.point["precision"])


def _suggested(probability: Floats, labels: LabelMatrix, fold: Rows) -> Bools:
    """(n, k) what is suggested in each fold at thresholds chosen on the other folds: a fold's own labels would flatter them."""
    suggested = np.zeros(probability.shape, dtype=bool)
    for train, test in train_and_test(fold):
        others = labels.take(train)
        suggested[test] = probability[test] >= f1_thresholds(
            probability[train], others.target, others.known, others.weight
        )
    return suggested


def _plain(value: Any) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
