"""Codes with too few examples, or none (cold start): segments are ranked by the codebook's texts; a rank is no probability.

A segment's raw strength is the sum of two scores. Its likeness to the code is the cosine with the mean of the code's positive texts.
Its contrast is the output of a kernel ridge regression of positive against negative texts: other codes' texts and the code's excludes.
Both work on vectors centred on the mean of the study's segments, because what all segments have in common does not distinguish
codes. Human-coded passages are added to the codebook's texts as they come. `comparable_scores` brings the codes to one scale.
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
from secondcoder.learning.comparable_scores import ComparableScores, Rivals

SUGGESTED_SHARE = 0.02
QUANTILES = np.linspace(0.0, 1.0, 1001)
RIDGE = 1.0
SHARPNESS = 2.0
PASSAGES_LIKE_A_CODEBOOK = 8.0
"""Human-coded passages that weigh as much as an average code's entry: a passage picked at random is a worse example than one
written as an example."""
MOST_PASSAGES = 50
"""Passages used for a code at most; one with hundreds of codings in a single transcript is still only ranked."""
SAME = 1 - 1e-5  # float32 unit vectors of one text multiply to 1 only nearly
"""Cosine from which two vectors are taken to be of the same text."""
FITTED = ("centre", "anchors", "contrast", "likeness", "scale", "reference")


@dataclass(frozen=True)
class CodedPassages:
    """p human-coded segments: vectors (p, d), and of every code of the codebook whether it is there and known, both (p, k)."""

    vectors: Vectors
    y: Bools
    known: Bools


class DescriptionRanker:
    """Ranks segments for r codes.

    A score is the percentile of a segment's strength among all strengths in the study, in [0, 1]: an order, not a probability, and
    comparable between codes. Segments that serve as examples enter the reference distribution with their leave-one-out strengths:
    most similar to themselves, they would otherwise take all the ranks that are suggested, and the first examples of a code would
    end its suggestions.

    Attributes:
        centre_: (d,) mean vector of the study's segments.
        anchors_: (m, d) centred vectors of the codebook's texts and the human-coded passages.
        contrast_: (m, r) dual weights. likeness_: (r, d) mean vectors of each code's positive texts.
        scale_: (2,) spread of contrast and likeness over the study's segments.
        comparable_: the codes' common scale.
        reference_: (r, 1001) quantiles of the strengths in the study, of all codes together. limits_: (r,) thresholds.
    """

    def fit(
        self, book: Codebook, ranked: Sequence[str], embedder: Embedder, vectors: Vectors, passages: CodedPassages
    ) -> Self:
        """Fit the r codes `ranked` on the whole codebook, whose other codes are their negative examples.

        Args:
            vectors: (n, d) of the study's segments, coded or not.
            passages: human-coded segments; columns are the codebook's codes.
        """
        columns = np.array([book.ids.index(code) for code in ranked], dtype=np.intp)
        texts, passages = codebook_texts(book), _chosen(passages, columns)
        self.centre_ = _mean(vectors, embedder.width)
        embedded = embedder.embed(texts.texts)
        # Rounded to float32 before the fit: a restored ranker has the vectors that were fitted on.
        self.anchors_ = self._centred(np.concatenate([embedded, passages.vectors])).astype(np.float32)
        y, known = np.concatenate([texts.y, passages.y]), np.concatenate([texts.known, passages.known])
        weights = _weights(texts, len(passages.vectors))
        self._fit_scores(y[:, columns], known[:, columns], weights)
        parts = self._contrast_and_likeness(vectors)
        self.scale_ = np.array([_spread(part) for part in parts])
        raw = self._raw_strengths(vectors)
        # Without passages there is no maximum to compare with.
        if len(raw) and len(passages.vectors):
            row, passage = _same_words(vectors, passages.vectors)
            raw[row] = self._held_out(y[:, columns], known[:, columns], weights)[len(texts.texts) + passage]
        self.comparable_ = ComparableScores.fit(book, ranked, raw)
        self._fit_reference(self.comparable_(raw))
        return self

    def _fit_reference(self, strengths: Floats) -> None:
        n, r = strengths.shape
        common = np.quantile(strengths, QUANTILES) if n and r else np.zeros(len(QUANTILES))
        self.reference_ = np.tile(common, (r, 1))
        top = [_at_share(np.quantile(own, QUANTILES), 1 - SUGGESTED_SHARE) for own in strengths.T if n]
        self.limits_ = _share_below(np.array(top), common) if top else np.full(r, 1.0 - SUGGESTED_SHARE)

    def _held_out(self, y: Bools, known: Bools, weights: Floats) -> Floats:
        """(m, r) leave-one-out strengths of the anchors, in closed form."""
        anchors = self.anchors_.astype(np.float64)
        gram, square = _kernel(anchors, anchors), (anchors**2).sum(axis=1)
        contrast, likeness = gram @ self.contrast_, anchors @ self.likeness_.T
        for j in range(y.shape[1]):
            rows = np.flatnonzero(known[:, j])
            dual = self.contrast_[rows, j]
            contrast[rows, j] -= _contrast_held_out(gram[np.ix_(rows, rows)], dual, y[rows, j], weights[rows])
            counted = weights * (y[:, j] & known[:, j])
            # Of a code's only example nothing is left: its held-out likeness is 0, not 0 / 0.
            rest = np.maximum(counted.sum() - counted, 1e-12)
            likeness[:, j] = (counted.sum() * likeness[:, j] - counted * square) / rest
        return np.asarray(contrast / self.scale_[0] + likeness / self.scale_[1])

    def _fit_scores(self, y: Bools, known: Bools, weights: Floats) -> None:
        gram = _kernel(self.anchors_, self.anchors_)
        self.contrast_ = np.zeros(y.shape)
        self.likeness_ = np.zeros((y.shape[1], self.anchors_.shape[1]))
        for j in range(y.shape[1]):
            rows = np.flatnonzero(known[:, j])  # masks differ between codes, so no factorisation is shared
            self.contrast_[rows, j] = _contrast(gram[np.ix_(rows, rows)], y[rows, j], weights[rows])
            positive = weights * (y[:, j] & known[:, j])
            self.likeness_[j] = positive @ self.anchors_ / max(positive.sum(), 1e-12)

    def strengths(self, vectors: Vectors) -> Floats:
        """(n, r), comparable between codes: in standard deviations of the study's segments, without a natural zero."""
        return self.comparable_(self._raw_strengths(vectors))

    def rivals(self, vectors: Vectors) -> Rivals:
        """(n, r): column of another code of the same family that is as likely or nearly so, else -1."""
        return self.comparable_.rivals(self.strengths(vectors))

    def _raw_strengths(self, vectors: Vectors) -> Floats:
        contrast, likeness = self._contrast_and_likeness(vectors)
        return np.asarray(contrast / self.scale_[0] + likeness / self.scale_[1])

    def _contrast_and_likeness(self, vectors: Vectors) -> tuple[Floats, Floats]:
        centred = self._centred(vectors)
        return np.asarray(_kernel(centred, self.anchors_) @ self.contrast_), np.asarray(centred @ self.likeness_.T)

    def scores(self, vectors: Vectors) -> Floats:
        """(n, r) in [0, 1]."""
        raw = self.strengths(vectors)
        shares = [_share_below(raw[:, j], reference) for j, reference in enumerate(self.reference_)]
        return np.stack(shares, axis=1) if shares else np.zeros((len(vectors), 0))

    @property
    def thresholds(self) -> Floats:
        """(r,): of each code the top 2 % of the study's segments are suggested."""
        return self.limits_

    def _centred(self, vectors: Vectors) -> Floats:
        moved = vectors.astype(np.float64) - self.centre_
        # The only segment of a study is its own centre, and has no direction.
        return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True).clip(1e-9))

    def state(self) -> State:
        """The fitted arrays."""
        fitted = {name: getattr(self, f"{name}_") for name in FITTED}
        return fitted | {"limits": self.limits_} | self.comparable_.state()

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Become what `state` was taken from."""
        for name in FITTED:
            setattr(self, f"{name}_", state[name])
        codes = len(self.reference_)
        # Rankers from before codes were compared have neither a scale nor thresholds of their own.
        self.limits_ = state.get("limits", np.full(codes, 1.0 - SUGGESTED_SHARE))
        scale = ComparableScores.unscaled(codes)
        self.comparable_ = ComparableScores(**{name: state.get(name, array) for name, array in scale.state().items()})
        return self


def _chosen(passages: CodedPassages, columns: Rows) -> CodedPassages:
    """Passages with one of the ranked codes, at most MOST_PASSAGES a code, evenly spaced."""
    rows: set[int] = set()
    for column in columns.tolist():
        examples = np.flatnonzero(passages.y[:, column] & passages.known[:, column])
        # Over the whole study: the first examples would come from its first transcripts alone.
        picks = np.linspace(0, len(examples) - 1, min(len(examples), MOST_PASSAGES)).round().astype(np.intp)
        rows.update(examples[picks].tolist())
    index = np.array(sorted(rows), dtype=np.intp)
    return CodedPassages(passages.vectors[index], passages.y[index], passages.known[index])


def _weights(texts: CodebookTexts, passages: int) -> Floats:
    """(m,) 1 for a text of the codebook; a passage weighs an eighth of an average code's texts."""
    a_passage = len(texts.texts) / max(texts.y.shape[1], 1) / PASSAGES_LIKE_A_CODEBOOK
    return np.concatenate([np.ones(len(texts.texts)), np.full(passages, a_passage)])


def _contrast(gram: Floats, y: Bools, weights: Floats) -> Floats:
    """Dual weights of a ridge regression of y in which positive and negative texts weigh the same; zeros where either are missing."""
    positive, negative = weights[y].sum(), weights[~y].sum()
    if not positive or not negative:
        return np.zeros(len(y))
    # With both sides weighing the same the mean of y is 0.5, so no intercept is needed.
    return np.asarray(np.linalg.solve(gram + _ridge(y, weights), y - 0.5))


def _contrast_held_out(gram: Floats, dual: Floats, y: Bools, weights: Floats) -> Floats:
    """(n,) each row's score less its leave-one-out score; zeros where nothing was fitted."""
    if not dual.any():
        return dual
    ridge = _ridge(y, weights)
    inverse = np.linalg.inv(gram + ridge)
    # With the row in, its score is target - ridge * dual; left out, target - dual / diagonal of the inverse.
    return np.asarray(dual / np.diag(inverse) - np.diag(ridge) * dual)


def _ridge(y: Bools, weights: Floats) -> Floats:
    """The penalty, scaled so that positive and negative texts weigh the same in sum."""
    half = weights.sum() / 2
    balanced = weights * np.where(y, half / weights[y].sum(), half / weights[~y].sum())
    return np.asarray(RIDGE * np.diag(1 / balanced))


def _same_words(vectors: Vectors, passages: Vectors) -> tuple[Rows, Rows]:
    """Which of n vectors are one of p passages', and of which one."""
    likeness = vectors @ passages.T
    rows = np.flatnonzero(likeness.max(axis=1) >= SAME)
    return rows, np.argmax(likeness[rows], axis=1)


def _kernel(left: npt.NDArray[np.floating], right: npt.NDArray[np.floating]) -> Floats:
    return np.asarray(np.exp(SHARPNESS * (left.astype(np.float64) @ right.T.astype(np.float64) - 1)))


def _mean(vectors: Vectors, width: int) -> Floats:
    return vectors.astype(np.float64).mean(axis=0) if len(vectors) else np.zeros(width)


def _spread(scores: Floats) -> float:
    """Mean standard deviation over the study's segments; 1 where they do not differ."""
    spread = float(scores.std(axis=0).mean()) if scores.size else 0.0
    return spread if spread > 1e-9 else 1.0


def _share_below(raw: Floats, reference: Floats) -> Floats:
    """(n,) percentiles, the middle one where quantiles tie."""
    return np.asarray(np.interp(raw, *_percentiles(reference)))


def _at_share(reference: Floats, share: float) -> float:
    """The strength at which `_share_below` is this share; infinite where ties keep all below it."""
    values, middle = _percentiles(reference)
    return float(np.interp(share, middle, values, right=np.inf))


def _percentiles(reference: Floats) -> tuple[Floats, Floats]:
    """Ascending values without ties, as np.interp needs them, and the middle percentile of each."""
    values, first, count = np.unique(reference, return_index=True, return_counts=True)
    return values, (first + (count - 1) / 2) / (len(reference) - 1)
