"""Training data: segments with their features, labels and valences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from secondcoder.codebook.model import Codebook
from secondcoder.corpus import Corpus
from secondcoder.domain.records import Segment, Transcript
from secondcoder.labels.decisions import current_codings
from secondcoder.labels.label_matrix import LabelMatrix, label_matrix
from secondcoder.labels.label_weights import weighted_labels
from secondcoder.labels.model_coders import model_scores
from secondcoder.labels.suggestion_reliance import suggestion_reliance
from secondcoder.labels.valences import Valences, valences_of
from secondcoder.learning.codebook_texts import code_definitions
from secondcoder.learning.features import Features
from secondcoder.learning.pipeline import Pipeline


@dataclass(frozen=True)
class TrainingData:
    """n segments, transcript by transcript, with their labels, features and the labels' valences."""

    segments: Sequence[Segment]
    labels: LabelMatrix
    features: Features
    valences: Valences

    @property
    def transcripts(self) -> list[str]:
        """n transcript ids."""
        return [segment.transcript for segment in self.segments]


def training_data(
    corpus: Corpus, book: Codebook, pipeline: Pipeline, transcripts: Sequence[Transcript], by: str | None = None
) -> TrainingData:
    """Segments of the transcripts with their features, labels and valences.

    Args:
        by: "participant", "transcript" or "case": what is held out whole; the configuration's `learning.group` by default.
    """
    settings = pipeline.configuration
    segments = pipeline.segments(transcripts)
    # What a coder withdrew after seeing suggestions stays for agreement; learning goes without it.
    codings = current_codings(corpus.codings, corpus.decisions_as_made, corpus.history)
    labels = label_matrix(segments, codings, corpus.passes, book, settings.learning, settings.segments.overlap)
    weighted = weighted_labels(corpus, book, settings, segments, labels)
    imported = model_scores(corpus, book, settings)
    features = pipeline.features(segments, corpus.groups(by or settings.learning.group), imported)
    if pipeline.answers.ids:
        features = replace(features, definitions=code_definitions(book.codes, segments))
    reliance = suggestion_reliance(corpus, book, settings, segments, labels, features.groups)
    weighted = replace(weighted, reliance=reliance)
    return TrainingData(
        segments, weighted, features, valences_of(segments, codings, weighted, settings.segments.overlap)
    )
