"""What people coded without a model's suggestions on screen: the labels by which suggestions can be judged and corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from secondcoder.codebook.model import Codebook
from secondcoder.configuration import Configuration
from secondcoder.corpus import Corpus
from secondcoder.domain.records import Origin, Segment
from secondcoder.labels.label_matrix import LabelMatrix, label_matrix


def unaided_labels(corpus: Corpus, book: Codebook, settings: Configuration, segments: Sequence[Segment]) -> LabelMatrix:
    """Labels of n segments. What was settled where a review had been counts only as far as somebody coded it independently."""

    def given(*origins: Origin) -> LabelMatrix:
        codings = [mark for mark in corpus.codings if mark.origin in origins]
        passes = [mark for mark in corpus.passes if mark.origin in origins]
        return label_matrix(segments, codings, passes, book, settings.learning, settings.segments.overlap)

    settled = given(Origin.INDEPENDENT, Origin.ADJUDICATED)
    if all(mark.origin is not Origin.REVIEWED for mark in corpus.marks):
        return settled
    own, aided = given(Origin.INDEPENDENT), given(Origin.REVIEWED).known
    y, known = np.where(aided, own.y, settled.y), np.where(aided, own.known, settled.known)
    return replace(settled, y=y, known=known, share=None, coders=None)
