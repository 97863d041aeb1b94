"""Nested cross-validation: the one source of every figure about a model's suggestions.

Each fold's groups are scored by a classifier that never saw them, whose vocabulary, stacker, calibration and thresholds were learned
inside its own training part. Labels of that part which rest on suggestions of a model that learned from the fold are unknown to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows, State, Vectors
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.labels.valences import VALENCES, Valences
from secondcoder.learning.assessment.purposes import AS_PEOPLE_CODE
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.classifier import SHIPPED, Classifier, fit_for_purpose, new_classifier, scorers_kept
from secondcoder.learning.content_key import code_version
from secondcoder.learning.features import Features
from secondcoder.learning.kept_results import NOTHING_KEPT, KeptResults
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
    kept: KeptResults = NOTHING_KEPT,
) -> NestedPredictions:
    """Predictions for n segments of `groups_needed(folds)` groups at least.

    Args:
        labels: (n, k).
        code_embeddings: (k, d) vectors of the codes' descriptions; None: they are not used as a feature.
        folds, seed: of the outer and of the inner folds; groups stay whole.
        classifier: its name in the configuration. purpose: of the suggestions.
        tick: called after each fold.
        kept: what was computed before on the same.
    """
    run = _Run(features, labels, code_embeddings, folds, seed, classifier, purpose)

    def tick_all() -> None:
        for _ in run.parts:
            tick()

    found = kept.arrays(run.content, lambda: run.compute(tick), tick_all)
    return NestedPredictions(
        found["probability"], found["suggested"], dict(zip(features.scorers, found["kept"], strict=True))
    )


class _Run(NamedTuple):
    """What `cross_validate` is given."""

    features: Features
    labels: LabelMatrix
    code_embeddings: Vectors | None
    folds: int
    seed: int
    classifier: str
    purpose: str

    @property
    def parts(self) -> list[tuple[Rows, Rows]]:
        """Training rows and held-back rows of each fold."""
        return [*train_and_test(group_folds(self.features.groups, self.folds, self.seed))]

    def content(self) -> tuple[object, ...]:
        """All that decides the predictions."""
        learned_from = classifier_content(self.classifier, self.features, self.labels, self.code_embeddings)
        return "cross-validation", self.folds, self.seed, self.purpose, learned_from

    def compute(self, tick: Callable[[], None]) -> State:
        """The fields of `NestedPredictions`, `kept` a row (k,) for each scorer."""
        probability, suggested = np.zeros(self.labels.y.shape), np.zeros(self.labels.y.shape, dtype=bool)
        kept = {scorer: np.zeros(self.labels.y.shape[1]) for scorer in self.features.scorers}
        parts = self.parts
        for train, test in parts:
            model = self._without(train, test)
            probability[test] = model.predict_proba(self.features.take(test))
            suggested[test] = probability[test] >= model.thresholds_
            for scorer, codes in scorers_kept(model).items():
                kept[scorer] += codes / len(parts)
            tick()
        return {"probability": probability, "suggested": suggested, "kept": np.array([*kept.values()])}

    def _without(self, train: Rows, test: Rows) -> Classifier:
        held_out = {self.features.groups[row] for row in test.tolist()}
        known = self.labels.holding_out(held_out).take(train)
        model = new_classifier(self.classifier, self.folds, self.seed)
        return fit_for_purpose(model, self.purpose, self.features.take(train), known, self.code_embeddings)


def classifier_content(
    classifier: str, features: Features, labels: LabelMatrix, code_embeddings: Vectors | None
) -> tuple[object, ...]:
    """All that decides what a classifier learns from these, for a `content_key`."""
    made = new_classifier(classifier, 2, 0)
    # Only those who hear scorers are to have them asked.
    scorers = features.scorers if hasattr(made, "scorers_kept") else ()
    return code_version(type(made)), classifier, features.content(labels.codes, scorers), labels, code_embeddings


def cross_validate_valence(
    features: Features,
    labels: LabelMatrix,
    valences: Valences,
    *,
    folds: int,
    seed: int,
    new: Callable[[int, int], ValenceClassifier] = ValenceClassifier,
) -> Floats:
    """(n, k, 3) probabilities of VALENCES, in the folds of `cross_validate`; 0 on segments none of whose valences is known.

    Args:
        valences: (n, k), of the same segments and codes as `labels`.
        new: makes the classifier from folds and seed.
    """
    probability = np.zeros((*labels.y.shape, len(VALENCES)))
    for train, test in train_and_test(group_folds(features.groups, folds, seed)):
        known = valences.holding_out({features.groups[row] for row in test.tolist()}).take(train)
        model = new(folds, seed).fit(features.take(train), labels.take(train), known)
        asked = test[valences.known[test].any(axis=1)]
        if len(asked):
            probability[asked] = model.predict_proba(features.take(asked))
    return probability


def ticks(progress: Callable[[int, int], None] | None, total: int) -> Callable[[], None]:
    """Reports one more fold each time it is called."""
    done = count(1)
    return lambda: progress(next(done), total) if progress else None
