"""Valence in training: whether a study's model may suggest it, and what then does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from secondcoder.configuration import LearningSettings
from secondcoder.labels.label_weights import by_hand
from secondcoder.learning.assessment.valence_figures import ValenceAssessment, assess_valence
from secondcoder.learning.model import Model
from secondcoder.learning.training_data import TrainingData
from secondcoder.learning.valence_classifier import ValenceClassifier
from secondcoder.workspace import Workspace


def assess_valence_of(workspace: Workspace, data: TrainingData, by: str) -> ValenceAssessment:
    """Figures of the valences that people gave, out of fold, and whether they allow to suggest any.

    Args:
        by: what the groups of the data's features are: "participant", "transcript" or "case".
    """
    rows = np.flatnonzero(data.labels.coded_rows)
    segments, settings = [data.segments[row] for row in rows.tolist()], workspace.configuration
    return assess_valence(
        data.features.take(rows),
        data.labels.take(rows),
        data.valences.take(rows),
        segments,
        by_hand(workspace.corpus, segments, settings.segments.overlap),
        settings.learning.model_copy(update={"group": by}),
        workspace.kept,
    )


def with_valence(
    model: Model, data: TrainingData, valence: ValenceAssessment | None, settings: LearningSettings
) -> Model:
    """The model with what suggests valence, where its assessment allows it."""
    if valence is None or valence.reason:
        return model
    classifier = ValenceClassifier(settings.folds, settings.seed)
    classifier.fit(data.features, data.labels, data.valences.only(valence.learned))
    return replace(model, valence=classifier.keep(valence.codes))
