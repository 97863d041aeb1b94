"""Ways to spoil a code of a study, each of which leaves one thing that would help it most."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from secondcoder.domain.arrays import Bools
from secondcoder.learning.assessment.limits.limit import Limit
from secondcoder.learning.features import Features

SLIPS = 0.08
"""Share of a code's passages that a coder misses, and as many given in vain."""
DOUBLE = 0.6
"""Share of the transcripts that two people code."""
READS = 0.6
"""Share of the passages in question that each of two readings takes: a fifth of them both."""
DECOYS = 2
"""Passages without the code that get a strange question too, for each one with it: else a strange question alone would tell."""
MOVABLE = 0.7
"""Share of the passages with a code whose passage before lacks it, so that words can be moved there."""
EASY, LOOSE = 0.1, 0.15
"""Share of the passages that a code has which one phrase tells; and of the slips on it, and on a code of two readings."""
SECOND = " (second half)"
PHRASE = "the blue clipboard on the trolley"


class Cause(StrEnum):
    """What was done to a code."""

    FEWER = "examples taken away"
    BLURRED = "two readings"
    SPLIT = "split in two at random"
    QUESTION = "moved into the question"
    BESIDE = "moved into the passage before"
    EASY = "told by a phrase"
    FINE = "left as it was"


TRUE = {
    Cause.FEWER: Limit.EXAMPLES,
    Cause.BLURRED: Limit.DEFINITION,
    Cause.SPLIT: Limit.MERGE,
    Cause.QUESTION: Limit.CONTEXT,
    Cause.BESIDE: Limit.CONTEXT,
    Cause.EASY: Limit.NOTHING,
}
FEWEST = {Cause.FEWER: 25, Cause.BLURRED: 25, Cause.SPLIT: 40, Cause.QUESTION: 25, Cause.BESIDE: 25, Cause.EASY: 20}
"""Passages with the code that it takes."""


@dataclass(frozen=True)
class Spoilt:
    """A study of n passages and k codes, coded by two people in some transcripts and by the first alone in the others.

    Attributes:
        causes: k. marks, looked: (2, n, k). known: (n, k).
        systematic: (n, k) passages on which the two readings of a code part; elsewhere people part by slips.
    """

    features: Features
    codes: tuple[str, ...]
    causes: tuple[Cause, ...]
    marks: Bools
    looked: Bools
    systematic: Bools

    @property
    def known(self) -> Bools:
        """(n, k) somebody looked."""
        return np.asarray(self.looked.any(axis=0))

    @property
    def y(self) -> Bools:
        """(n, k) somebody gave it, as learning merges coders."""
        return np.asarray((self.marks & self.looked).any(axis=0))

    def of_first(self) -> Spoilt:
        """The same, coded by the first coder alone, whose reading of a code is then the only one."""
        causes = tuple(Cause.FINE if cause is Cause.BLURRED else cause for cause in self.causes)
        return replace(self, marks=self.marks[:1], looked=self.looked[:1], causes=causes)


def spoil(features: Features, y: Bools, codes: tuple[str, ...], spare: Bools, rng: np.random.Generator) -> Spoilt:
    """One code a cause, where a code has examples enough; the others stay.

    Args:
        y: (n, k) the truth. spare: (k,) codes that are left alone: constructs, which hold their sub-constructs' passages.
    """
    causes, names, truth = _chosen(features, y, spare, rng), list(codes), y.copy()
    double = np.repeat(_double(features, rng)[:, None], len(codes), axis=1)
    looked, systematic = np.stack([np.ones_like(y), double]), np.zeros_like(y)
    readings = {}
    for j, cause in enumerate(causes):
        if cause in (Cause.QUESTION, Cause.BESIDE):
            features = _moved(features, y[:, j], cause, rng)
        elif cause is Cause.EASY:
            features, truth[:, j] = _with_phrase(features, rng)
        elif cause is Cause.FEWER:
            truth[:, j] = _few(features, y[:, j], rng)
            looked[:, y[:, j] & ~truth[:, j], j] = False
        elif cause is Cause.BLURRED:
            readings[j] = _readings(features, y[:, j], rng)
            systematic[:, j] = readings[j][0] ^ readings[j][1]
    marks = np.stack([_with_slips(truth, causes, rng) for _ in range(2)])
    for j, both in readings.items():
        marks[:, :, j] = [_with_slips(reading[:, None], [Cause.BLURRED], rng)[:, 0] for reading in both]
    for j in [j for j, cause in enumerate(causes) if cause is Cause.SPLIT]:
        second = marks[:, :, j] & (rng.random(marks[:, :, j].shape) < 0.5)
        marks[:, :, j] &= ~second
        marks, looked = np.dstack([marks, second]), np.dstack([looked, looked[:, :, j]])
        systematic = np.column_stack([systematic, systematic[:, j]])
        causes.append(Cause.SPLIT)
        names.append(codes[j] + SECOND)
    return Spoilt(features, tuple(names), tuple(causes), marks & looked, looked, systematic)


def _chosen(features: Features, y: Bools, spare: Bools, rng: np.random.Generator) -> list[Cause]:
    """A code for each cause, at random among those with examples enough."""
    before = np.where(features.previous[:, None] >= 0, y[features.previous], True)
    able = {Cause.BESIDE: (y & ~before).sum(axis=0) >= MOVABLE * y.sum(axis=0)}
    causes, free = [Cause.FINE] * y.shape[1], [j for j in rng.permutation(y.shape[1]).tolist() if not spare[j]]
    for cause in map(Cause, rng.permutation(list(TRUE)).tolist()):
        fits = (j for j in free if y[:, j].sum() >= FEWEST[cause] and (cause not in able or able[cause][j]))
        if (chosen := next(fits, None)) is not None:
            free.remove(chosen)
            causes[chosen] = cause
    return causes


def _double(features: Features, rng: np.random.Generator) -> Bools:
    names = np.unique(np.asarray(features.groups))
    return np.isin(features.groups, rng.permutation(names)[: max(3, round(DOUBLE * len(names)))])


def _with_slips(y: Bools, causes: list[Cause], rng: np.random.Generator) -> Bools:
    share = np.array([LOOSE if cause in (Cause.EASY, Cause.BLURRED) else SLIPS for cause in causes])
    in_vain = share * y.mean(axis=0) / (1 - y.mean(axis=0))
    return np.asarray(np.where(y, rng.random(y.shape) >= share, rng.random(y.shape) < in_vain))


def _with_phrase(features: Features, rng: np.random.Generator) -> tuple[Features, Bools]:
    """One phrase said in some passages, which have the code: vectors move together, by as much as the talk itself."""
    has = rng.random(len(features)) < EASY
    means = rng.standard_normal(features.vectors.shape[1])
    moved = features.vectors + np.where(has[:, None], means / np.linalg.norm(means), 0)
    texts = tuple(f"{text} {PHRASE}" if said else text for text, said in zip(features.texts, has.tolist(), strict=True))
    vectors = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(features.vectors.dtype)
    return replace(features, vectors=vectors, texts=texts), has


def _few(features: Features, y: Bools, rng: np.random.Generator) -> Bools:
    """(n,) 8 to 12 of the passages with the code, from half of the transcripts that have it but three at least."""
    names = rng.permutation(np.unique(np.asarray(features.groups)[y]))
    within = np.flatnonzero(y & np.isin(features.groups, names[: max(3, len(names) // 2)]))
    kept = np.zeros(len(y), dtype=bool)
    kept[rng.permutation(within)[: rng.integers(8, 13)]] = True
    return kept


def _readings(features: Features, y: Bools, rng: np.random.Generator) -> tuple[Bools, Bools]:
    """Two readings of the passages with the code and as many that are most like them: one takes one end, the other the other."""
    similar = np.exp(2 * (features.vectors @ features.vectors[y].T - 1)).mean(axis=1)
    near = np.flatnonzero(~y)[np.argsort(-similar[~y])[: int(y.sum())]]
    pool = np.concatenate([np.flatnonzero(y), near])
    centred = features.vectors[pool] - features.vectors[pool].mean(axis=0)
    order = pool[np.argsort(centred @ np.linalg.svd(centred, full_matrices=False)[2][0])]
    size = round(READS * len(pool))
    readings = np.zeros((2, len(y)), dtype=bool)
    readings[0, order[:size]] = readings[1, order[-size:]] = True
    return readings[0], readings[1]


def _moved(features: Features, y: Bools, cause: Cause, rng: np.random.Generator) -> Features:
    """Passages with the code say what some passage without it says; their own words stand in the question, or just before."""
    vectors, questions, texts = features.vectors.copy(), features.questions.copy(), list(features.texts)
    others = np.flatnonzero(~y)
    if cause is Cause.QUESTION:
        rows = np.flatnonzero(y)
        # Everybody is asked: in sets without questions a question would tell by being there.
        strange = np.flatnonzero(~y & ~questions.any(axis=1))
        strange = np.union1d(strange, rng.permutation(others)[: DECOYS * len(rows)])
        questions[strange] = features.vectors[rng.choice(others, len(strange))]
        questions[rows] = features.vectors[rows]
    else:
        rows = np.flatnonzero(y & (features.previous >= 0))
        rows = rows[~y[features.previous[rows]]]
        vectors[features.previous[rows]] = features.vectors[rows]
        for row in rows.tolist():
            texts[features.previous[row]] = features.texts[row]
    said = rng.choice(others, len(rows))
    vectors[rows] = features.vectors[said]
    for row, at in zip(rows.tolist(), said.tolist(), strict=True):
        texts[row] = features.texts[at]
    return replace(features, vectors=vectors, questions=questions, texts=tuple(texts))
