"""What secondcoder knows after some passages were coded: scores as `train` and `code` give them, without the figures on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from secondcoder.configuration import load_configuration
from secondcoder.domain.arrays import Bools, Floats, Rows, Vectors
from secondcoder.embedding import Embedder
from secondcoder.learning.classifier import Classifier, new_classifier
from secondcoder.learning.description_ranker import CodedPassages, DescriptionRanker
from secondcoder.learning.features import Features
from secondcoder.learning.model import split_by_examples

from choosing.studies import Coded

SETTINGS = load_configuration().learning


class Remembered:
    """An embedder that keeps every vector in memory: a codebook's texts are asked for in each round."""

    def __init__(self, inner: Embedder) -> None:
        self._inner, self._kept = inner, dict[tuple[str, ...], Vectors]()
        self.width = inner.width

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, d)."""
        key = tuple(texts)
        if key not in self._kept:
            self._kept[key] = self._inner.embed(texts)
        return self._kept[key]


@dataclass(frozen=True)
class Learned:
    """Columns are the study's codes; `scored` (k,) tells which the classifier tells of, the others are ranked."""

    scored: Bools
    classifier: Classifier | None
    ranker: DescriptionRanker

    def scores(self, features: Features) -> Floats:
        """(n, k) probabilities of the scored codes, percentiles of the others."""
        found = np.zeros((len(features), len(self.scored)))
        if self.classifier is not None:
            found[:, self.scored] = self.classifier.predict_proba(features)
        found[:, ~self.scored] = self.ranker.scores(features.vectors)
        return found

    @property
    def thresholds(self) -> Floats:
        """(k,)."""
        found = np.zeros(len(self.scored))
        found[self.scored] = self.classifier.thresholds_ if self.classifier is not None else ()
        found[~self.scored] = self.ranker.thresholds
        return found


def learn(pool: Coded, coded: Rows, embedder: Embedder) -> Learned:
    """From the passages `coded`, ascending rows of the pool; the rest of it is uncoded talk of the study."""
    own = pool.take(coded)
    names = own.features.groups
    codes = split_by_examples(own.labels, names, SETTINGS)[0] if len(coded) else ()
    scored = np.isin(pool.labels.codes, codes)
    classifier = None
    if codes:
        classifier = new_classifier(SETTINGS.classifier, SETTINGS.folds, SETTINGS.seed)
        classifier = classifier.fit(own.features, own.labels.columns(codes), pool.code_embeddings[scored])
    marked = np.flatnonzero(own.labels.y.any(axis=1))
    passages = CodedPassages(own.features.vectors[marked], own.labels.y[marked], own.labels.known[marked])
    ranked = [code for code, is_scored in zip(pool.labels.codes, scored, strict=True) if not is_scored]
    ranker = DescriptionRanker().fit(pool.book, ranked, embedder, pool.features.vectors, passages)
    return Learned(scored, classifier, ranker)
