"""Codes with too few examples, or none: ranked by what the codebook says of them, and marked as ranked, not as probable.

Two looks at a segment are added. Its likeness to the code is the cosine to the mean of the texts that speak for the code. Its
contrast comes from a kernel ridge regression that tells those texts from the ones that speak against it: other codes' texts and
what the code excludes. Both work on vectors from which the mean of the study's segments is taken away, because what all its
segments have in common says nothing of any code. Human-coded passages join the codebook's texts as they come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from secondcoder.codebook.model import Codebook
from secondcoder.domain.arrays import Bools, Floats, Rows, State, Vectors
from secondcoder.embedding import Embedder
from secondcoder.learning.codebook_texts import CodebookTexts, codebook_texts

SUGGESTED_SHARE = 0.02
QUANTILES = np.linspace(0.0, 1.0, 1001)
RIDGE = 1.0
SHARPNESS = 2.0
PASSAGES_LIKE_A_CODEBOOK = 8.0
"""So many human-coded passages weigh as much as all that an average code's entry says of it: a passage picked at random is a worse
example than one written as an example."""
MOST_PASSAGES = 50
"""Passages used of one code; a code with hundreds of marks in a single transcript is still only ranked."""
SAME = 1 - 1e-5
"""Cosine from which two vectors are of the same words."""
FITTED = ("centre", "anchors", "contrast", "likeness", "scale", "reference")


@dataclass(frozen=True)
class CodedPassages:
    """p human-coded segments: vectors (p, d), and of every code of the codebook whether it is there and known, both (p, k)."""

    vectors: Vectors
    y: Bools
    known: Bools


class DefinitionRanker:
    """Ranks segments for r codes.

    A score is the share of the study's segments that are less alike than this one, in [0, 1]: an order, not a probability. Those that
    serve as examples are counted as if they did not: likest to themselves, they would fill all the places that are suggested, and
    the first examples of a code would put an end to its suggestions.

    Attributes:
        centre_: (d,) mean vector of the study's segments.
        anchors_: (m, d) centred vectors of the codebook's texts and the human-coded passages.
        contrast_: (m, r) dual weights. likeness_: (r, d) mean vectors of what speaks for each code.
        scale_: (2,) spread of contrast and likeness over the study's segments.
        reference_: (r, 1001) quantiles of the raw strength in the study.
    """

    def fit(
        self, book: Codebook, ranked: Sequence[str], embedder: Embedder, vectors: Vectors, passages: CodedPassages
    ) -> Self:
        """Learn the r codes `ranked` from the whole codebook, whose other codes they are held against.

        Args:
            vectors: (n, d) of the study's segments, coded or not.
            passages: human-coded segments; columns are the codebook's codes.
        """
        columns = np.array([book.ids.index(code) for code in ranked], dtype=np.intp)
        texts, passages = codebook_texts(book), _chosen(passages, columns)
        self.centre_ = _mean(vectors, embedder.width)
        embedded = embedder.embed(texts.texts)
        self.anchors_ = self._centred(np.concatenate([embedded, passages.vectors])).astype(np.float32)
        y, known = np.concatenate([texts.y, passages.y]), np.concatenate([texts.known, passages.known])
        weights = _weights(texts, len(passages.vectors))
        self._fit_looks(y[:, columns], known[:, columns], weights)
        looks = self._looks(vectors)
        self.scale_ = np.array([_spread(look) for look in looks])
        raw = self.strengths(vectors)
        if len(raw) and len(passages.vectors):
            row, passage = _same_words(vectors, passages.vectors)
            raw[row] = self._held_out(y[:, columns], known[:, columns], weights)[len(texts.texts) + passage]
        self.reference_ = np.quantile(raw, QUANTILES, axis=0).T if len(raw) else np.zeros((len(ranked), len(QUANTILES)))
        return self

    def _held_out(self, y: Bools, known: Bools, weights: Floats) -> Floats:
        """(m, r) raw strengths of the anchors, each as if it were none itself."""
        anchors = self.anchors_.astype(np.float64)
        gram, square = _kernel(anchors, anchors), (anchors**2).sum(axis=1)
        contrast, likeness = gram @ self.contrast_, anchors @ self.likeness_.T
        for j in range(y.shape[1]):
            rows = np.flatnonzero(known[:, j])
            dual = self.contrast_[rows, j]
            contrast[rows, j] -= _contrast_held_out(gram[np.ix_(rows, rows)], dual, y[rows, j], weights[rows])
            counted = weights * (y[:, j] & known[:, j])
            rest = np.maximum(counted.sum() - counted, 1e-12)
            likeness[:, j] = (counted.sum() * likeness[:, j] - counted * square) / rest
        return np.asarray(contrast / self.scale_[0] + likeness / self.scale_[1])

    def _fit_looks(self, y: Bools, known: Bools, weights: Floats) -> None:
        gram = _kernel(self.anchors_, self.anchors_)
        self.contrast_ = np.zeros(y.shape)
        self.likeness_ = np.zeros((y.shape[1], self.anchors_.shape[1]))
        for j in range(y.shape[1]):
            rows = np.flatnonzero(known[:, j])
            self.contrast_[rows, j] = _contrast(gram[np.ix_(rows, rows)], y[rows, j], weights[rows])
            spoken_for = weights * (y[:, j] & known[:, j])
            self.likeness_[j] = spoken_for @ self.anchors_ / max(spoken_for.sum(), 1e-12)

    def strengths(self, vectors: Vectors) -> Floats:
        """(n, r) raw strengths: contrast plus likeness, comparable between codes, without a natural zero."""
        contrast, likeness = self._looks(vectors)
        return np.asarray(contrast / self.scale_[0] + likeness / self.scale_[1])

    def _looks(self, vectors: Vectors) -> tuple[Floats, Floats]:
        centred = self._centred(vectors)
        return np.asarray(_kernel(centred, self.anchors_) @ self.contrast_), np.asarray(centred @ self.likeness_.T)

    def scores(self, vectors: Vectors) -> Floats:
        """(n, r) in [0, 1]."""
        raw = self.strengths(vectors)
        shares = [_share_below(raw[:, j], reference) for j, reference in enumerate(self.reference_)]
        return np.stack(shares, axis=1) if shares else np.zeros((len(vectors), 0))

    @property
    def thresholds(self) -> Floats:
        """(r,): the top 2 % of the study's segments are suggested."""
        return np.full(len(self.reference_), 1.0 - SUGGESTED_SHARE)

    def _centred(self, vectors: Vectors) -> Floats:
        moved = vectors.astype(np.float64) - self.centre_
        return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True).clip(1e-9))

    def state(self) -> State:
        """The fitted arrays."""
        return {name: getattr(self, f"{name}_") for name in FITTED}

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Become what `state` was taken from."""
        for name in FITTED:
            setattr(self, f"{name}_", state[name])
        return self


def _chosen(passages: CodedPassages, columns: Rows) -> CodedPassages:
    """Passages that carry one of the ranked codes, evenly picked where a code has more than enough."""
    rows: set[int] = set()
    for column in columns.tolist():
        own = np.flatnonzero(passages.y[:, column] & passages.known[:, column])
        picks = np.linspace(0, len(own) - 1, min(len(own), MOST_PASSAGES)).round().astype(np.intp)
        rows.update(own[picks].tolist())
    index = np.array(sorted(rows), dtype=np.intp)
    return CodedPassages(passages.vectors[index], passages.y[index], passages.known[index])


def _weights(texts: CodebookTexts, passages: int) -> Floats:
    """(m,) 1 for a text of the codebook; a passage weighs an eighth of an average code's texts."""
    a_passage = len(texts.texts) / max(texts.y.shape[1], 1) / PASSAGES_LIKE_A_CODEBOOK
    return np.concatenate([np.ones(len(texts.texts)), np.full(passages, a_passage)])


def _contrast(gram: Floats, y: Bools, weights: Floats) -> Floats:
    """Dual weights of a ridge regression of y in which both sides weigh the same; zeros where one side is empty."""
    for_it, against = weights[y].sum(), weights[~y].sum()
    if not for_it or not against:
        return np.zeros(len(y))
    return np.asarray(np.linalg.solve(gram + _ridge(y, weights), y - 0.5))


def _contrast_held_out(gram: Floats, dual: Floats, y: Bools, weights: Floats) -> Floats:
    """What each row adds to its own score by having been learned from; nothing where nothing was learned."""
    if not dual.any():
        return dual
    ridge = _ridge(y, weights)
    inverse = np.linalg.inv(gram + ridge)
    # With the row, its score is its target less ridge * dual; without it, less dual / inverse's diagonal.
    return np.asarray(dual / np.diag(inverse) - np.diag(ridge) * dual)


def _ridge(y: Bools, weights: Floats) -> Floats:
    """The penalty, with which both sides weigh the same."""
    half = weights.sum() / 2
    balanced = weights * np.where(y, half / weights[y].sum(), half / weights[~y].sum())
    return np.asarray(RIDGE * np.diag(1 / balanced))


def _same_words(vectors: Vectors, passages: Vectors) -> tuple[Rows, Rows]:
    """Which of n vectors are one of p passages', and of which one."""
    likeness = vectors @ passages.T
    found = np.flatnonzero(likeness.max(axis=1) >= SAME)
    return found, np.argmax(likeness[found], axis=1)


def _kernel(one: npt.NDArray[np.floating], other: npt.NDArray[np.floating]) -> Floats:
    return np.asarray(np.exp(SHARPNESS * (one.astype(np.float64) @ other.T.astype(np.float64) - 1)))


def _mean(vectors: Vectors, width: int) -> Floats:
    return vectors.astype(np.float64).mean(axis=0) if len(vectors) else np.zeros(width)


def _spread(look: Floats) -> float:
    """Mean standard deviation over the study's segments; 1 where they do not differ."""
    spread = float(look.std(axis=0).mean()) if look.size else 0.0
    return spread if spread > 1e-9 else 1.0


def _share_below(raw: Floats, reference: Floats) -> Floats:
    """(n,) places among the quantiles, the middle one of equal values."""
    values, first, count = np.unique(reference, return_index=True, return_counts=True)
    middle = (first + (count - 1) / 2) / (len(reference) - 1)
    return np.asarray(np.interp(raw, values, middle))
