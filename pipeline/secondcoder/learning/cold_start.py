"""Codes with too few examples: ranked by likeness to what the codebook says of them, and marked as ranked, not as probable."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from secondcoder.codebook import Code
from secondcoder.embedding import Embedder
from secondcoder.learning.arrays import Floats, Vectors

SUGGESTED_SHARE = 0.02
QUANTILES = np.linspace(0.0, 1.0, 1001)


class DefinitionRanker:
    """Ranks segments by cosine likeness to a code's definition, examples and prototypes, and the few human-coded passages.

    A score is the share of the study's segments that are less alike than this one, in [0, 1]: an order, not a probability.

    Attributes:
        anchors_: k arrays (m, d), the definition first. reference_: (k, 1001) quantiles of the raw likeness in the study.
    """

    def fit(
        self, codes: Sequence[Code], embedder: Embedder, vectors: Vectors, examples: Sequence[Vectors]
    ) -> DefinitionRanker:
        """`vectors` (n, d) of the study's segments; `examples` the vectors of each code's human-coded segments."""
        self.anchors_ = [
            np.concatenate([embedder.embed(_described(code)), own]).astype(np.float32)
            for code, own in zip(codes, examples, strict=True)
        ]
        raw = self._raw(vectors)
        self.reference_ = np.quantile(raw, QUANTILES, axis=0).T if len(raw) else np.zeros((len(codes), len(QUANTILES)))
        return self

    def scores(self, vectors: Vectors) -> Floats:
        """(n, k) in [0, 1]."""
        raw = self._raw(vectors)
        ranks = [np.searchsorted(reference, raw[:, j]) for j, reference in enumerate(self.reference_)]
        return np.stack(ranks, axis=1) / len(QUANTILES) if ranks else np.zeros((len(vectors), 0))

    def _raw(self, vectors: Vectors) -> Floats:
        """(n, k): half the likeness to the definition, half that to the nearest example."""
        columns = [0.5 * (vectors @ anchors[0]) + 0.5 * (vectors @ anchors.T).max(axis=1) for anchors in self.anchors_]
        return np.stack(columns, axis=1).astype(np.float64) if columns else np.zeros((len(vectors), 0))

    @property
    def thresholds(self) -> Floats:
        """(k,): the top 2 % of the study's segments are suggested."""
        return np.full(len(self.anchors_), 1.0 - SUGGESTED_SHARE)


def _described(code: Code) -> list[str]:
    definition = ". ".join(part for part in (code.name, code.definition, *code.includes) if part)
    return [definition, *code.examples, *code.prototypes]
