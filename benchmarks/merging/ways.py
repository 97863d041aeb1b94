"""Ways of learning from several coders, and what a model that learned so says of held-back transcripts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from comparison.sets import FOLDS
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.labels.coder_marks import CoderMarks
from secondcoder.labels.label_matrix import LabelMatrix, LabelWeights
from secondcoder.learning.assessment.purposes import AS_PEOPLE_CODE
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.assessment.thresholds import kappa_thresholds
from secondcoder.learning.coder_offsets import coder_offsets, shifted
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from secondcoder.suggestions.coder_errors import coder_evidence

from merging.studies import Coded

Merge = Callable[[LabelMatrix, CoderMarks], LabelMatrix]
Said = tuple[Floats, Bools]
"""Probabilities and suggestions, (c, n, k) each: to be compared with each of c coders."""


def _labels(labels: LabelMatrix, marks: CoderMarks, y: Bools, target: Floats | None = None) -> LabelMatrix:
    return LabelMatrix(labels.codes, y, marks.looked.any(axis=0), None, labels.rolled_up, None, target, marks)


def any_of_them(labels: LabelMatrix, marks: CoderMarks) -> LabelMatrix:
    """A single mark is a yes."""
    return _labels(labels, marks, marks.given.any(axis=0))


def all_of_them(labels: LabelMatrix, marks: CoderMarks) -> LabelMatrix:
    """With two coders, a majority in which a tie is a no."""
    return _labels(labels, marks, marks.share > 0.5)


def first_coder(labels: LabelMatrix, marks: CoderMarks) -> LabelMatrix:
    """The first coder's word, the others' only where the first did not look."""
    return _labels(labels, marks, np.where(marks.looked[0], marks.given[0], marks.given[1:].any(axis=0)))


def share(labels: LabelMatrix, marks: CoderMarks) -> LabelMatrix:
    """The share of coders, as the package has it."""
    return _labels(labels, marks, marks.looked.any(axis=0) & (marks.share >= 0.5), marks.share)


def weighed_share(labels: LabelMatrix, marks: CoderMarks) -> LabelMatrix:
    """The share, a segment counting as often as it was coded."""
    merged = share(labels, marks)
    return replace(merged, label_weights=LabelWeights(marks.looked.sum(axis=0).max(axis=1).clip(1) * 1.0, merged.said))


def dawid_skene(labels: LabelMatrix, marks: CoderMarks) -> LabelMatrix:
    """The chance that the code applies, by each coder's error rates and the code's share (Dawid & Skene 1979)."""
    merged = share(labels, marks)
    rate = np.clip((marks.share * merged.known).sum(axis=0) / np.maximum(merged.known.sum(axis=0), 1), 1e-3, 0.5)
    prior = np.broadcast_to(rate, merged.y.shape)
    log_odds = np.log(prior / (1 - prior)) + coder_evidence(prior, marks.given, marks.looked, rate)
    return replace(merged, share=np.where(merged.known, 1 / (1 + np.exp(-log_odds)), 0.0))


Groups = Sequence[str]
Foretell = Callable[[StackedKernelClassifier, LabelMatrix, Groups, Floats], tuple[Floats, Floats]]
"""From a fitted classifier, its labels and their groups, and probabilities (m, k) of other segments: each coder's (c, m, k),
and thresholds (c, k)."""

Fitted = tuple[StackedKernelClassifier, LabelMatrix, Groups, Floats]


def as_the_team(
    classifier: StackedKernelClassifier, labels: LabelMatrix, groups: Groups, probability: Floats
) -> tuple[Floats, Floats]:
    """The same for every coder."""
    c = len(_marks(labels).coders)
    return np.stack([probability] * c), np.stack([classifier.thresholds_] * c)


def at_the_mean_offset(
    classifier: StackedKernelClassifier, labels: LabelMatrix, groups: Groups, probability: Floats
) -> tuple[Floats, Floats]:
    """The same for every coder, as if all coders had coded equally much."""
    habits, marks = coder_offsets(classifier.out_of_fold_, labels, AS_PEOPLE_CODE, groups), _marks(labels)
    if habits is None:
        raise ValueError("Nobody coded.")
    mean, c = habits.offset.mean(axis=0), len(marks.coders)
    learned = np.vstack([shifted(classifier.out_of_fold_, mean)] * c)
    given, looked = np.vstack([*marks.given]).astype(np.float64), np.vstack([*marks.looked])
    thresholds = kappa_thresholds(learned, given, looked, list(groups) * c)
    return np.stack([shifted(probability, mean)] * c), np.stack([thresholds] * c)


def as_each_codes(
    classifier: StackedKernelClassifier,
    labels: LabelMatrix,
    groups: Groups,
    probability: Floats,
    own_passages: bool = False,
) -> tuple[Floats, Floats]:
    """By each coder's offsets and thresholds; `own_passages`: thresholds from the passages that the coder looked at alone."""
    habits, marks = coder_offsets(classifier.out_of_fold_, labels, AS_PEOPLE_CODE, groups), _marks(labels)
    if habits is None:
        raise ValueError("Nobody coded.")
    own = [
        kappa_thresholds(shifted(classifier.out_of_fold_, offset), given.astype(np.float64), looked, groups)
        for offset, given, looked in zip(habits.offset, marks.given, marks.looked, strict=True)
    ]
    foretold = np.stack([shifted(probability, offset) for offset in habits.offset])
    return foretold, np.stack(own) if own_passages else habits.thresholds


def _marks(labels: LabelMatrix) -> CoderMarks:
    if labels.coders is None:
        raise ValueError("The coders are not known apart.")
    return labels.coders


BEFORE, DEFAULT, EACH = "any of them (before)", "share of coders (the default)", "share, as each codes (`code --as`)"
WAYS: dict[str, tuple[Merge, Foretell]] = {
    BEFORE: (any_of_them, as_the_team),
    "all of them": (all_of_them, as_the_team),
    "the first coder": (first_coder, as_the_team),
    "Dawid and Skene": (dawid_skene, as_the_team),
    "share, weighed by coders": (weighed_share, as_the_team),
    DEFAULT: (share, as_the_team),
    "share, at the coders' mean": (share, at_the_mean_offset),
    EACH: (share, as_each_codes),
    "the same, own passages": (share, partial(as_each_codes, own_passages=True)),
}


def held_back(coded: Coded, seed: int) -> dict[str, Said]:
    """What each way says of every transcript, from a model of the others."""
    c, n, k = coded.marks.given.shape
    said = {way: (np.zeros((c, n, k)), np.zeros((c, n, k), dtype=bool)) for way in WAYS}
    for train, rest in train_and_test(group_folds(coded.features.groups, FOLDS, seed)):
        fitted: dict[Merge, Fitted] = {}
        for way, (merge, foretell) in WAYS.items():
            if merge not in fitted:
                fitted[merge] = _fitted(coded, merge, train, rest, seed)
            probability, thresholds = foretell(*fitted[merge])
            said[way][0][:, rest] = probability
            said[way][1][:, rest] = probability >= thresholds[:, None]
    return said


def _fitted(coded: Coded, merge: Merge, train: Rows, rest: Rows, seed: int) -> Fitted:
    labels = merge(coded.labels.take(train), coded.marks.take(train))
    known = np.flatnonzero(labels.coded_rows)
    labels, features = labels.take(known), coded.features.take(train[known])
    classifier = StackedKernelClassifier(FOLDS, seed).fit(features, labels, coded.code_embeddings)
    return classifier, labels, features.groups, classifier.predict_proba(coded.features.take(rest))
