"""Labels whose slips are known: a second coder's disputes, slips planted into codings, and invented coders who err."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
from drifts.talk import Talk
from secondcoder.configuration import load_configuration
from secondcoder.corpus import of_coder
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.labels.label_matrix import LabelMatrix, label_matrix
from secondcoder.learning.model import split_by_examples
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from secondcoder.study.study import Study

from doubts.orders import Judged

SEED = 20260101
FLIPPED, SHUFFLED = 0.05, 0.1
MISSED = 0.15
"""Share of a code's marks that an invented coder leaves out, and gives in vain."""
Planting = Callable[[Bools, Bools, np.random.Generator], Bools]
SEVERAL = {
    "two, the second on a fifth of the transcripts": (2, 0.2),
    "two, the second on half of the transcripts": (2, 0.5),
    "two, on all": (2, 1.0),
    "three, on all": (3, 1.0),
}


def marks_moved(y: Bools, known: Bools, rng: np.random.Generator) -> Bools:
    """Of each code 5 % of the marks are taken away, and as many put where there were none."""
    return _moved(y, known, lambda marks: max(1, round(FLIPPED * marks)), rng)


def judgements_flipped(y: Bools, known: Bools, rng: np.random.Generator) -> Bools:
    """5 % of all judgements are turned round, so that most slips are marks too many."""
    return np.asarray(y ^ ((rng.random(y.shape) < FLIPPED) & known))


def passages_shuffled(y: Bools, known: Bools, rng: np.random.Generator) -> Bools:
    """A tenth of the passages swap all their codes among themselves."""
    spoilt, rows = y.copy(), np.flatnonzero(known.all(axis=1))
    some = rng.choice(rows, round(SHUFFLED * len(rows)), replace=False)
    spoilt[some] = y[rng.permutation(some)]
    return spoilt


PLANTED: dict[str, Planting] = {
    "5 % of each code's marks moved": marks_moved,
    "5 % of all judgements flipped": judgements_flipped,
    "a tenth of the passages shuffled": passages_shuffled,
}


def _moved(y: Bools, known: Bools, how_many: Callable[[int], int], rng: np.random.Generator) -> Bools:
    spoilt = y.copy()
    for j in range(y.shape[1]):
        on, off = np.flatnonzero(y[:, j] & known[:, j]), np.flatnonzero(~y[:, j] & known[:, j])
        n = min(how_many(len(on)), len(off))
        spoilt[rng.choice(on, n, replace=False), j] = False
        spoilt[rng.choice(off, n, replace=False), j] = True
    return spoilt


def planted(talk: Talk, plant: Planting, seed: int) -> Judged:
    """A model of spoilt labels, and where the slips are."""
    labels, rows, vectors = _learnable(talk, talk.labels)
    y = plant(labels.y, labels.known, np.random.default_rng([SEED, seed]))
    slips = (y != labels.y) & labels.known
    probability = _out_of_fold(talk, rows, replace(labels, y=y), vectors)
    return _judged(talk, rows, probability, replace(labels, y=y), slips, labels.known, y[None], labels.known[None])


def several(talk: Talk, coders: int, share: float, seed: int) -> Judged:
    """A model of the merged marks of coders who err (`MISSED`), all but the first of whom coded a share of the transcripts only."""
    labels, rows, vectors = _learnable(talk, talk.labels)
    rng = np.random.default_rng([SEED, seed, coders])
    marks = np.stack(
        [_moved(labels.y, labels.known, lambda marks: rng.binomial(marks, MISSED), rng) for _ in range(coders)]
    )
    names = np.array([talk.segments[row].transcript for row in rows])
    every = rng.permutation(np.unique(names))
    twice = np.isin(names, every[: max(1, round(share * len(every)))])
    looked = np.stack([labels.known, *[labels.known & twice[:, None]] * (coders - 1)])
    merged = replace(labels, y=(marks & looked).any(axis=0))
    slips = (merged.y != labels.y) & labels.known
    probability = _out_of_fold(talk, rows, merged, vectors)
    return _judged(talk, rows, probability, merged, slips, labels.known, marks & looked, looked)


def disputed(talk: Talk) -> Iterator[tuple[str, str, Judged]]:
    """Of the demonstration: a model of one coder's labels, and where the other, who looked there too, coded otherwise."""
    by_coder = _labels_by_coder(talk)
    for first, second in (("IH", "MB"), ("MB", "IH")):
        labels, rows, vectors = _learnable(talk, by_coder[first])
        other = by_coder[second].columns(labels.codes).take(rows)
        both = labels.known & other.known
        probability = _out_of_fold(talk, rows, labels, vectors)
        slips = (labels.y != other.y) & both
        yield first, second, _judged(talk, rows, probability, labels, slips, both, labels.y[None], labels.known[None])


def _learnable(talk: Talk, labels: LabelMatrix) -> tuple[LabelMatrix, np.ndarray, Floats]:
    """Labels of the coded segments for the codes with enough examples, these segments' rows, and the codes' vectors."""
    rows = np.flatnonzero(labels.coded_rows)
    scored, _ = split_by_examples(
        labels.take(rows), [talk.segments[row].transcript for row in rows], load_configuration().learning
    )
    vectors = talk.code_embeddings[[labels.codes.index(code) for code in scored]]
    return labels.take(rows).columns(scored), rows, vectors


def _out_of_fold(talk: Talk, rows: np.ndarray, labels: LabelMatrix, vectors: Floats) -> Floats:
    settings = load_configuration().learning
    fitted = StackedKernelClassifier(settings.folds, settings.seed).fit(talk.features.take(rows), labels, vectors)
    return fitted.out_of_fold_


def _judged(
    talk: Talk,
    rows: np.ndarray,
    probability: Floats,
    labels: LabelMatrix,
    slips: Bools,
    eligible: Bools,
    *coders: Bools,
) -> Judged:
    names = np.array([talk.segments[row].transcript for row in rows])
    return Judged(probability, labels.y, labels.known, slips, eligible, names, *coders)


def _labels_by_coder(talk: Talk) -> dict[str, LabelMatrix]:
    shipped = resources.files("secondcoder.corpora").joinpath("demo")
    with tempfile.TemporaryDirectory() as folder, resources.as_file(shipped) as files:
        study = Study.create(Path(folder) / "study", "npt")
        study.import_files([files])
        corpus, book, settings = study.corpus, study.codebook, study.configuration
        overlap = settings.segments.overlap
        labels = {
            coder: label_matrix(
                talk.segments,
                of_coder(corpus.codings, coder),
                of_coder(corpus.passes, coder),
                book,
                settings.learning,
                overlap,
            )
            for coder in corpus.coders
        }
        study.close()
    return labels
