"""Nested cross-validation: the one source of every figure about a model's suggestions.

Each fold's groups are scored by a classifier that never saw them, whose vocabulary, stacker, calibration and thresholds were learned
inside its own training part. Labels of that part which rest on suggestions of a model that learned from the fold are unknown to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Vectors
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.labels.valences import VALENCES, Valences
from secondcoder.learning.assessment.purposes import AS_PEOPLE_CODE
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.classifier import SHIPPED, fit_for_purpose, new_classifier, scorers_kept
from secondcoder.learning.features import Features
from secondcoder.learning.valence_classifier import ValenceClassifier


def groups_needed(folds: int) -> int:
    """Groups that it takes: each training part needs two for folds of its own, and with two folds it is only half of them."""
    return 3 if folds > 2 else 4


@dataclass(frozen=True)
class NestedPredictions:
    """(n, k) probabilities, and what is suggested at thresholds chosen inside the training part.

    `kept` is, of every scorer that was asked, the share (k,) of the folds in which it was used for a code.
    """

    probability: Floats
    suggested: Bools
    kept: Mapping[str, Floats] = field(default_factory=dict)


def cross_validate(
    features: Features,
    labels: LabelMatrix,
    code_embeddings: Vectors | None,
    *,
    folds: int,
    seed: int,
    classifier: str = SHIPPED,
    purpose: str = AS_PEOPLE_CODE,
    tick: Callable[[], None] = lambda: None,
) -> NestedPredictions:
    """Predictions for n segments of `groups_needed(folds)` groups at least.

    Args:
        labels: (n, k).
        code_embeddings: (k, d) vectors of the codes' descriptions; None: they are not used as a feature.
        folds, seed: of the outer and of the inner folds; groups stay whole.
        classifier: its name in the configuration. purpose: of the suggestions.
        tick: called after each fold.
    """
    probability = np.zeros(labels.y.shape)
    suggested = np.zeros(labels.y.shape, dtype=bool)
    parts = [*train_and_test(group_folds(features.groups, folds, seed))]
    kept = {scorer: np.zeros(labels.y.shape[1]) for scorer in features.scorers}
    for train, test in parts:
        known = labels.holding_out({features.groups[row] for row in test.tolist()}).take(train)
        model = fit_for_purpose(
            new_classifier(classifier, folds, seed), purpose, features.take(train), known, code_embeddings
        )
        probability[test] = model.predict_proba(features.take(test))
        suggested[test] = probability[test] >= model.thresholds_
        for scorer, codes in scorers_kept(model).items():
            kept[scorer] += codes / len(parts)
        tick()
    return NestedPredictions(probability, suggested, kept)


def cross_validate_valence(
    features: Features,
    labels: LabelMatrix,
    valences: Valences,
    *,
    folds: int,
    seed: int,
    new: Callable[[int, int], ValenceClassifier] = ValenceClassifier,
) -> Floats:
    """(n, k, 3) probabilities of VALENCES, in the folds of `cross_validate`.

    Args:
        valences: (n, k), of the same segments and codes as `labels`.
        new: makes the classifier from folds and seed.
    """
    probability = np.zeros((*labels.y.shape, len(VALENCES)))
    for train, test in train_and_test(group_folds(features.groups, folds, seed)):
        known = valences.holding_out({features.groups[row] for row in test.tolist()}).take(train)
        model = new(folds, seed).fit(features.take(train), labels.take(train), known)
        probability[test] = model.predict_proba(features.take(test))
    return probability


def ticks(progress: Callable[[int, int], None] | None, total: int) -> Callable[[], None]:
    """Reports one more fold each time it is called."""
    done = count(1)
    return lambda: progress(next(done), total) if progress else None
