"""Ways to rank passages for codes with no human code, or a few: what secondcoder does, plainer ways, and what was tried beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.arrays import Floats, Vectors
from secondcoder.embedding import Embedder
from secondcoder.learning.codebook_texts import described
from secondcoder.learning.description_ranker import CodedPassages, DescriptionRanker

Strengths = Callable[[Vectors], Floats]
"""(n, d) -> (n, k), columns in the codebook's order; higher is more alike, comparable between codes."""
Ranker = Callable[[Codebook, Embedder, Vectors, CodedPassages], Strengths]
"""From a codebook, the study's vectors without any code, and the human-coded passages."""


def no_passages(book: Codebook, width: int) -> CodedPassages:
    """Nothing coded yet."""
    nothing = np.zeros((0, len(book.ids)), dtype=bool)
    return CodedPassages(np.zeros((0, width), dtype=np.float32), nothing, nothing)


def _to_texts(words: Callable[[Code], str]) -> Ranker:
    def rank(book: Codebook, embedder: Embedder, _study: Vectors, _passages: CodedPassages) -> Strengths:
        anchors = embedder.embed([words(code) for code in book.codes])
        return lambda vectors: (vectors @ anchors.T).astype(np.float64)

    return rank


def _nearest_text(book: Codebook, embedder: Embedder, _study: Vectors, passages: CodedPassages) -> Strengths:
    anchors = [
        np.concatenate([embedder.embed(list(described(code))), passages.vectors[passages.y[:, j]]])
        for j, code in enumerate(book.codes)
    ]
    return lambda vectors: np.stack([(vectors @ own.T).max(axis=1) for own in anchors], axis=1).astype(np.float64)


def _passages_alone(book: Codebook, embedder: Embedder, _study: Vectors, passages: CodedPassages) -> Strengths:
    share = passages.y / np.maximum(passages.y.sum(axis=0), 1)
    centres = share.T @ passages.vectors
    return lambda vectors: vectors @ centres.T


def _ranker(
    kind: Callable[[], DescriptionRanker] = DescriptionRanker,
    change: Callable[[Code], Mapping[str, object]] | None = None,
) -> Ranker:
    def rank(book: Codebook, embedder: Embedder, study: Vectors, passages: CodedPassages) -> Strengths:
        codes = [code.model_copy(update=dict(change(code))) if change else code for code in book.codes]
        changed = book.model_copy(update={"codes": tuple(codes)})
        return kind().fit(changed, book.ids, embedder, study, passages).strengths

    return rank


class _ContrastAlone(DescriptionRanker):
    def _raw_strengths(self, vectors: Vectors) -> Floats:
        return self._contrast_and_likeness(vectors)[0]


class _LikenessAlone(DescriptionRanker):
    def _raw_strengths(self, vectors: Vectors) -> Floats:
        return self._contrast_and_likeness(vectors)[1]


class _NotCompared(DescriptionRanker):
    def strengths(self, vectors: Vectors) -> Floats:
        return self._raw_strengths(vectors)


class _NotCentred(DescriptionRanker):
    def _centred(self, vectors: Vectors) -> Floats:
        return vectors.astype(np.float64)


OWN, NAME, NAME_AND_DEFINITION, ALONE = "secondcoder", "name", "name and definition", "passages alone"
PLAIN: dict[str, Ranker] = {
    NAME: _to_texts(lambda code: code.name),
    NAME_AND_DEFINITION: _to_texts(lambda code: f"{code.name}: {code.definition}" if code.definition else code.name),
    "nearest text": _nearest_text,
    OWN: _ranker(),
}
HYBRID: dict[str, Ranker] = {OWN: _ranker(), "nearest text": _nearest_text, ALONE: _passages_alone}
TRIED: dict[str, Ranker] = {
    "contrast alone": _ranker(_ContrastAlone),
    "likeness alone": _ranker(_LikenessAlone),
    "the study's mean not taken away": _ranker(_NotCentred),
    "codes not brought to one scale": _ranker(_NotCompared),
    "no excludes": _ranker(change=lambda code: {"excludes": ()}),
    "excludes held against, not passed on": _ranker(
        change=lambda code: {"excludes": tuple(exclude.model_copy(update={"see": ()}) for exclude in code.excludes)}
    ),
    "no includes": _ranker(change=lambda code: {"includes": ()}),
    "no examples": _ranker(change=lambda code: {"examples": ()}),
    "no prototypes": _ranker(change=lambda code: {"prototypes": ()}),
}
