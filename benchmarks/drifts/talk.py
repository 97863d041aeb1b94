"""Whole transcripts of several studies, ready to be learned from or to be held back."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
from comparison.sets import FEWEST, SETS, transcript_of
from secondcoder.codebook.model import Code
from secondcoder.configuration import load_configuration
from secondcoder.domain.arrays import Vectors
from secondcoder.domain.records import Segment, Transcript
from secondcoder.embedding import Embedder
from secondcoder.labels.label_matrix import LabelMatrix, label_matrix
from secondcoder.learning.codebook_texts import code_vectors
from secondcoder.learning.features import Features, build_features
from secondcoder.segments.meaning_units import MeaningUnitSegmenter
from secondcoder.study.study import Study

DEMONSTRATION = "demonstration"
SAYS = {
    "ohd_long1960s": "oral-history interviews, each by another student; nobody is known to interview, no cases",
    "pdpilot_interviews": "interviews on a software tool by one team, no cases",
    DEMONSTRATION: "the invented study that ships with secondcoder, in seven cases and two waves",
}


@dataclass(frozen=True)
class Talk:
    """A study: its transcripts by id, their n segments in order, features, labels, and (k, d) vectors of the codes' words."""

    name: str
    transcripts: Mapping[str, Transcript]
    segments: Sequence[Segment]
    features: Features
    labels: LabelMatrix
    code_embeddings: Vectors

    def rows(self, names: Sequence[str]) -> np.ndarray:
        """Rows of these transcripts' segments, ascending."""
        return np.flatnonzero(np.isin([segment.transcript for segment in self.segments], list(names)))


def talks(data: Path, embedder: Embedder) -> Iterator[Talk]:
    """The studies that are there."""
    for name in ("ohd_long1960s", "pdpilot_interviews"):
        path = data / SETS[name].folder / "units.parquet"
        if path.is_file():
            yield _public(name, pd.read_parquet(path), embedder)
    yield demonstration(embedder)


def _public(name: str, units: pd.DataFrame, embedder: Embedder) -> Talk:
    units = units.sort_values(["doc_id", "order"], kind="stable")
    segmenter = MeaningUnitSegmenter(load_configuration().segments)
    transcripts: dict[str, Transcript] = {}
    segments: list[Segment] = []
    marks: list[set[str]] = []
    for document, rows in units.groupby("doc_id", sort=False):
        transcripts[str(document)] = transcript_of(str(document), rows)
        own, cells = segmenter.segment(transcripts[str(document)]), rows[SETS[name].labels].tolist()
        segments += own
        marks += [set(cells[segment.turn].split("|")) - {""} for segment in own]
    counts = pd.Series([code for own in marks for code in own]).value_counts()
    codes = tuple(sorted(str(code) for code, n in counts.items() if n >= FEWEST))
    y = np.array([[code in own for code in codes] for own in marks])
    code_embeddings = code_vectors([Code.model_validate({"id": code, "name": code}) for code in codes], embedder)
    features = build_features(segments, [segment.transcript for segment in segments], embedder)
    return Talk(name, transcripts, segments, features, LabelMatrix(codes, y, np.ones_like(y)), code_embeddings)


def demonstration(embedder: Embedder, coder: str = "") -> Talk:
    """The shipped, invented study, with the labels of all its coders together or, where one is named, of that coder alone."""
    shipped = resources.files("secondcoder.corpora").joinpath("demo")
    with tempfile.TemporaryDirectory() as folder, resources.as_file(shipped) as corpus:
        study = Study.create(Path(folder) / "study", "npt")
        study.import_files([corpus])
        transcripts = {transcript.id: transcript for transcript in study.store.transcripts()}
        segments, settings = study.workspace().segments(list(transcripts.values())), study.configuration
        labels = label_matrix(
            segments,
            [coding for coding in study.corpus.codings if coder in ("", coding.coder)],
            [coding_pass for coding_pass in study.corpus.passes if coder in ("", coding_pass.coder)],
            study.codebook,
            settings.learning,
            settings.segments.overlap,
        )
        code_embeddings = code_vectors([study.codebook[code] for code in labels.codes], embedder)
        study.close()
    features = build_features(segments, [segment.transcript for segment in segments], embedder)
    return Talk(DEMONSTRATION, transcripts, segments, features, labels, code_embeddings)
