"""The assessment of a new model before it is used: figures, reliability, learning curve, readiness of each code.

The card and the manifest show it. Its one source is the model's nested cross-validation, by which `evaluate` measures too. With too
few transcripts for that there are no figures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from secondcoder.configuration import LearningSettings
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.domain.records import Segment
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.learning_curve import LearningCurve, learning_curve
from secondcoder.learning.assessment.metrics import Estimates, estimate
from secondcoder.learning.assessment.permutation_test import permutation_p_values
from secondcoder.learning.assessment.readiness import AveragePrecisions, CodeReadiness, readiness_of_codes
from secondcoder.learning.assessment.recall_control import RecallPlan, recall_plan
from secondcoder.learning.assessment.reliability import Reliability, reliability
from secondcoder.learning.assessment.valence_figures import ValenceAssessment
from secondcoder.learning.features import Features
from secondcoder.learning.kept_results import NOTHING_KEPT, KeptResults
from secondcoder.learning.model import Model
from secondcoder.learning.out_of_fold import OutOfFold

TARGETS = (0.8, 0.9, 0.95)
ROUNDS = 500


OVERALL = ("macro_f1", "macro_ap", "pooled_kappa")


@dataclass(frozen=True)
class AssessmentFigures:
    """Figures of the k scored codes in nested cross-validation.

    Attributes:
        judging: (n, k) labels that they judge by: see `labels_to_judge_by`.
        folds: of the cross-validation.
        estimates: the figures. with_reviewed: those of all labels, where others rest on a review of suggestions.
        marked, suggested: (k,) passages that people marked, and that were suggested.
    """

    codes: tuple[str, ...]
    held: OutOfFold
    judging: Bools
    folds: int
    estimates: Estimates
    with_reviewed: Estimates | None
    marked: Floats
    suggested: Floats
    reliability: Reliability
    curve: LearningCurve
    recall: tuple[RecallPlan, ...]

    def to_json(self) -> dict[str, Any]:
        """What the manifest keeps of it."""
        error = {"calibration_error": _plain(self.reliability.macro)}
        kept = figures_json(self.estimates) | error | self._rows(self.judging)
        if self.with_reviewed is not None:
            kept["with_reviewed"] = figures_json(self.with_reviewed) | self._rows(self.held.known)
        return kept | {"nested": True, "folds": self.folds}

    def _rows(self, judging: Bools) -> dict[str, int]:
        rows = np.flatnonzero(judging.any(axis=1)).tolist()
        return {"segments": len(rows), "transcripts": len({self.held.places[row][0] for row in rows})}


def figures_json(estimates: Estimates) -> dict[str, Any]:
    """The figures over all codes with their intervals; None where undefined."""
    ends = {name: [_plain(end) for end in estimates.interval[name]] for name in OVERALL}
    intervals = {name: None if None in pair else pair for name, pair in ends.items()}
    return {name: _plain(estimates.point[name]) for name in OVERALL} | {"intervals": intervals}


@dataclass(frozen=True)
class Assessment:
    """Of a model: the readiness of each code of the codebook, figures if any code is scored on transcripts enough, valence, and
    errors by who speaks (`speakers.report.errors_report`), where there are figures."""

    verdicts: tuple[CodeReadiness, ...]
    scored: AssessmentFigures | None
    valence: ValenceAssessment | None = None
    by_speaker: dict[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """What the manifest keeps of it."""
        kept: dict[str, Any] = {"verdicts": {verdict.code: verdict.to_json() for verdict in self.verdicts}}
        if self.valence is not None:
            kept["valence"] = self.valence.to_json()
        if self.by_speaker is not None:
            kept["errors_by_speaker"] = self.by_speaker
        return kept if self.scored is None else kept | {"out_of_fold": self.scored.to_json()}


def assess(
    model: Model,
    segments: Sequence[Segment],
    features: Features,
    labels: LabelMatrix,
    settings: LearningSettings,
    progress: Callable[[int, int], None] | None = None,
    kept: KeptResults = NOTHING_KEPT,
) -> Assessment:
    """Assess a model that `train_model` made of the same n segments, features and labels; `kept`: where learning curves are kept."""
    scored = precisions = None
    held = model.out_of_fold
    if held is not None and held.suggested is not None and held.judging.any():
        scored = _scored(model, held, held.suggested, features, labels, settings, progress, kept)
        precisions = _precisions(scored, settings.seed)
    return Assessment(tuple(readiness_of_codes(segments, labels, precisions, settings, features.groups)), scored)


def _scored(
    model: Model,
    held: OutOfFold,
    suggested: Bools,
    features: Features,
    labels: LabelMatrix,
    settings: LearningSettings,
    progress: Callable[[int, int], None] | None,
    kept: KeptResults,
) -> AssessmentFigures:
    rows = np.flatnonzero(labels.coded_rows)
    coded, known = features.take(rows), labels.columns(model.scored).take(rows)
    judging = held.judging
    others = bool((held.known & ~judging).any())
    return AssessmentFigures(
        codes=model.scored,
        held=held,
        judging=judging,
        folds=min(settings.folds, len(set(coded.groups))),
        estimates=estimate(held.predictions(suggested, judging), ROUNDS, settings.seed),
        with_reviewed=estimate(held.predictions(suggested, held.known), ROUNDS, settings.seed) if others else None,
        marked=(held.y & judging).sum(axis=0).astype(np.float64),
        suggested=(suggested & judging).sum(axis=0).astype(np.float64),
        reliability=reliability(held.probability, held.y, judging, settings.seed),
        curve=learning_curve(
            coded,
            known,
            held.probability,
            folds=settings.folds,
            seed=settings.seed,
            judging=judging,
            code_embeddings=model.code_embeddings,
            classifier=settings.classifier,
            progress=progress,
            kept=kept,
        ),
        recall=tuple(recall_plan(held, model.scored, target, settings.group) for target in TARGETS),
    )


def _precisions(scored: AssessmentFigures, seed: int) -> AveragePrecisions:
    point, draws = scored.estimates.point["average_precision"], scored.estimates.draws["average_precision"]
    p_values = permutation_p_values(replace(scored.held, known=scored.judging), seed)
    return AveragePrecisions(scored.codes, point, draws, p_values, scored.estimates.point["precision"])


def _plain(value: Any) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
