"""Planted talk as scikit-learn's estimator takes it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from secondcoder import SegmentClassifier, TextEmbedder
from secondcoder.domain.records import Segment
from secondcoder.labels.label_matrix import LabelMatrix

from support.planted import Planted


class Table(NamedTuple):
    """Talk, and the same as X, y and groups."""

    planted: Planted
    X: pd.DataFrame
    y: pd.DataFrame
    groups: np.ndarray


def segment_table(segments: list[Segment]) -> pd.DataFrame:
    """X of segments."""
    rows = [(segment.text, segment.question, segment.transcript, segment.order) for segment in segments]
    return pd.DataFrame(rows, columns=["text", "question", "transcript", "segment"])


def label_table(labels: LabelMatrix) -> pd.DataFrame:
    """y of labels: NaN where they are unknown."""
    return pd.DataFrame(labels.said, columns=list(labels.codes)).where(labels.known)


def table_of(talk: Planted) -> Table:
    """Planted talk so."""
    return Table(talk, segment_table(talk.segments), label_table(talk.labels), np.array(talk.features.groups))


def cheap(**settings: object) -> SegmentClassifier:
    """The estimator with the embedder that needs no weights."""
    return SegmentClassifier(embedder=TextEmbedder("words"), **settings)
