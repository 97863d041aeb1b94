"""What secondcoder does, and what it does when one of its inputs is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import process_time

import numpy as np
from secondcoder.domain.arrays import Bools, Floats, Rows, Vectors
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.features import Features
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier

from comparison.method import Answer
from comparison.sets import FOLDS, SEED

PRIVATE = 0xF0000
"""The first of 131,072 characters for private use: no letters, so that they make words that have a number and no wording."""


def secondcoder(train: Features, y: Bools, held: Features, code_embeddings: Vectors | None) -> Answer:
    """(d) As `secondcoder train` and `code` do; the codebook holds the codes' names and nothing else."""
    return _learn(StackedKernelClassifier(FOLDS, SEED), train, y, held, code_embeddings)


def secondcoder_with(seed: int, parents: Rows | None = None) -> Callable[..., Answer]:
    """(d) with another division into inner folds, and the column of each code's construct, -1 for none, where the codes have any."""

    def secondcoder_seeded(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
        return _learn(StackedKernelClassifier(FOLDS, seed), train, y, held, code_embeddings, parents)

    return secondcoder_seeded


def _learn(
    model: StackedKernelClassifier,
    train: Features,
    y: Bools,
    held: Features,
    code_embeddings: Vectors | None,
    parents: Rows | None = None,
) -> Answer:
    start = process_time()
    labels = LabelMatrix(tuple(map(str, range(y.shape[1]))), y, np.ones_like(y), rolled_up=parents)
    model.fit(train, labels, code_embeddings)
    seconds = process_time() - start
    score = model.predict_proba(held)
    return Answer(score, score >= model.thresholds_, seconds)


def secondcoder_without_names(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(d') The same without the codes' names, which no peer hears."""
    return secondcoder(train, y, held, None)


def secondcoder_without_question(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(d'') As (d) without the interviewer's question, which of the peers only (e) hears and which a topic guide can make too
    telling."""
    return secondcoder(train.without_question(), y, held.without_question(), code_embeddings)


def secondcoder_without_neighbours(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(d1) As (d) without the units before and after."""
    return secondcoder(_alone(train), y, _alone(held), code_embeddings)


def _alone(part: Features) -> Features:
    nobody = np.full(len(part), -1)
    return replace(part, previous=nobody, following=nobody)


def secondcoder_without_ngrams(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(d2) As (d) without n-grams: texts of as many words as before, none of which occurs twice."""
    return secondcoder(_unworded(train), y, _unworded(held), code_embeddings)


def _unworded(part: Features) -> Features:
    counts = [len(text.split()) for text in part.texts]
    ends = PRIVATE + np.cumsum([0, *counts])
    texts = (" ".join(map(chr, range(start, end))) for start, end in zip(ends, ends[1:], strict=False))
    return replace(part, texts=tuple(texts))


def secondcoder_without_embeddings(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(d3) As (d) without the unit's own vector, and so without the codes' names, which are compared with it."""
    return secondcoder(_unembedded(train), y, _unembedded(held), code_embeddings)


def _unembedded(part: Features) -> Features:
    return replace(part, vectors=np.zeros_like(part.vectors))


class _BlindToLength(StackedKernelClassifier):
    """The texts, of which the n-grams are made, tell the length too: so it is blanked where it is computed."""

    def _covariates(self, features: Features) -> Floats:
        covariates = super()._covariates(features)
        covariates[:, 0] = 0.0
        return covariates


def secondcoder_without_length(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(d4) As (d) without the unit's length."""
    return _learn(_BlindToLength(FOLDS, SEED), train, y, held, code_embeddings)
