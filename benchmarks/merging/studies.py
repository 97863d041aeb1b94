"""Studies with two coders: the demonstration's own, and invented coders on published marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from drifts.talk import DEMONSTRATION, Talk
from secondcoder.domain.arrays import Bools, Vectors
from secondcoder.labels.coder_marks import CoderMarks
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.features import Features

SEED = 20260101
ALIKE, APART = "coders alike", "coders with habits of their own"
HABITS = {ALIKE: ((0.15, 0.15), (0.15, 0.15)), APART: ((0.05, 0.5), (0.4, 0.05))}
"""Of both coders the share of marks that they miss, and of passages that they mark beside one, as a share of the marks."""
MOST = 3
EACH = 2 / 3
"""Share of the transcripts that each of the invented coders codes; the middle third is coded by both."""


@dataclass(frozen=True)
class Coded:
    """n coded segments with the marks of two coders; `levels` name some of the k codes, by columns."""

    name: str
    features: Features
    labels: LabelMatrix
    marks: CoderMarks
    code_embeddings: Vectors
    levels: dict[str, list[int]]


def demonstration_of(talk: Talk) -> Coded:
    """The demonstration, whose coders' parts were played by a model; labels are rolled up for each coder."""
    rows = np.flatnonzero(talk.labels.coded_rows)
    labels = talk.labels.take(rows)
    if labels.coders is None:
        raise ValueError("The demonstration's coders are not known apart.")
    parents, every = labels.parents, range(len(labels.codes))
    levels = {
        "all codes": [*every],
        "constructs": sorted({int(parent) for parent in parents if parent >= 0}),
        "sub-constructs": [j for j in every if parents[j] >= 0],
    }
    return Coded(DEMONSTRATION, talk.features.take(rows), labels, labels.coders, talk.code_embeddings, levels)


def invented(talk: Talk, kind: str, seed: int) -> Coded:
    """Two coders of other people's marks, who err by `HABITS`, each on some of the transcripts."""
    rng, names = np.random.default_rng([SEED, seed]), np.array([segment.transcript for segment in talk.segments])
    given = np.stack([_erring(talk.labels.y, names, *habit, rng) for habit in HABITS[kind]])
    order = rng.permutation(np.unique(names))
    each = round(EACH * len(order))
    looked = np.stack([np.isin(names, order[:each]), np.isin(names, order[-each:])])[:, :, None] & talk.labels.known
    levels = {"all codes": [*range(len(talk.labels.codes))]}
    marks = CoderMarks(("first", "second"), given & looked, looked)
    return Coded(f"{talk.name}, {kind}", talk.features, talk.labels, marks, talk.code_embeddings, levels)


def _erring(y: Bools, names: np.ndarray, missed: float, beside: float, rng: np.random.Generator) -> Bools:
    """Marks without some, and with some on passages beside one, where talk stays on the topic."""
    erring = y & (rng.random(y.shape) >= missed)
    near = np.zeros_like(y)
    same = (names[1:] == names[:-1])[:, None]
    near[1:] |= y[:-1] & same
    near[:-1] |= y[1:] & same
    for j, candidates in enumerate((near & ~y).T):
        there = np.flatnonzero(candidates)
        erring[rng.choice(there, min(len(there), rng.binomial(y[:, j].sum(), beside)), replace=False), j] = True
    return erring


def studies(talks: Iterator[Talk], seeds: int) -> Iterator[list[Coded]]:
    """Each study once for each seed: invented coders err anew in each, `MOST` times at most."""
    for talk in talks:
        if talk.name == DEMONSTRATION:
            yield [demonstration_of(talk)] * seeds
        else:
            yield from ([invented(talk, kind, seed) for seed in range(min(seeds, MOST))] for kind in HABITS)
