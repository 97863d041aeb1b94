"""Average precision of rankings on talk: the demonstration study, and real sets whose codes have nothing but a name."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from comparison.sets import BenchmarkSet
from secondcoder.codebook.model import Codebook
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.arrays import Bools, Floats, Rows, Vectors
from secondcoder.embedding import Embedder
from secondcoder.labels.label_matrix import label_matrix
from secondcoder.learning.assessment.metrics import LabelledPredictions
from secondcoder.learning.description_ranker import CodedPassages
from secondcoder.study.study import Study
from sklearn.metrics import average_precision_score

from ranking.rankers import Ranker, no_passages

SHARE = 0.02


@dataclass(frozen=True)
class Talk:
    """n segments: vectors (n, d), labels and mask (n, k) in the codebook's order, and the transcript of each."""

    book: Codebook
    vectors: Vectors
    y: Bools
    known: Bools
    transcripts: tuple[str, ...]

    def take(self, rows: Rows) -> Talk:
        """The same for some segments."""
        names = tuple(self.transcripts[row] for row in rows)
        return Talk(self.book, self.vectors[rows], self.y[rows], self.known[rows], names)


def demonstration(name: str, embedder: Embedder) -> Talk:
    """The shipped study, coded to `npt`, seen through codebook `name`: codes that it lacks count as their parents alone."""
    shipped = resources.files("secondcoder.corpora").joinpath("demo")
    with tempfile.TemporaryDirectory() as folder, resources.as_file(shipped) as corpus:
        study = Study.create(Path(folder) / "study", "npt")
        study.import_files([corpus])
        segments = study.workspace().segments(study.store.transcripts())
        labels = label_matrix(
            segments,
            study.corpus.codings,
            study.corpus.passes,
            study.codebook,
            study.configuration.learning,
            study.configuration.segments.overlap,
        ).columns(load_codebook(name).ids)
        study.close()
    vectors = embedder.embed([segment.text for segment in segments])
    return Talk(load_codebook(name), vectors, labels.y, labels.known, tuple(segment.transcript for segment in segments))


def named_only(data: BenchmarkSet) -> Talk:
    """A benchmark set with a codebook of names."""
    book = Codebook(id=data.name, title=data.name, version="1.0", language="en").with_codes(data.codes)
    return Talk(book, data.features.vectors, data.y, data.known, data.features.groups)


def ranked(talk: Talk, rank: Ranker, embedder: Embedder) -> LabelledPredictions:
    """Nothing coded: all segments ranked, the top 2 % of each code suggested; figures only where something is known."""
    found = rank(talk.book, embedder, talk.vectors, no_passages(talk.book, talk.vectors.shape[1]))(talk.vectors)
    suggested = found >= np.quantile(found, 1 - SHARE, axis=0)
    return LabelledPredictions(found, suggested, talk.y & talk.known, talk.known, talk.transcripts)


def curve(talk: Talk, rank: Ranker, embedder: Embedder, examples: Sequence[int], seeds: int) -> dict[int, float]:
    """Macro-AP on half of the coded transcripts with so many passages a code drawn from the rest, mean over seeds.

    The half that is measured gives nothing, not even its share in the study's mean.
    """
    found: dict[int, list[float]] = {number: [] for number in examples}
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        coded = np.unique(np.asarray(talk.transcripts)[talk.known.any(axis=1)])
        learned_from = np.isin(talk.transcripts, rng.permutation(coded)[: len(coded) // 2])
        held = talk.take(np.flatnonzero(~learned_from & talk.known.any(axis=1)))
        order = [rng.permutation(np.flatnonzero(learned_from & own)) for own in (talk.y & talk.known).T]
        for number in examples:
            rows = np.unique(np.concatenate([own[:number] for own in order])).astype(np.intp)
            passages = CodedPassages(talk.vectors[rows], talk.y[rows], talk.known[rows])
            strengths = rank(talk.book, embedder, talk.vectors[learned_from], passages)
            found[number].append(macro_ap(strengths(held.vectors), held.y, held.known))
    return {number: float(np.mean(values)) for number, values in found.items()}


def macro_ap(found: Floats, y: Bools, known: Bools) -> float:
    """Mean average precision over the codes that occur."""
    figures = [
        average_precision_score(y[seen, j], found[seen, j]) for j, seen in enumerate(known.T) if y[seen, j].any()
    ]
    return float(np.mean(figures))
