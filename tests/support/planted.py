"""Invented segments whose codes can be learned from their words: no weights, no store."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from secondcoder.configuration import LearningSettings, load_configuration
from secondcoder.domain.records import Segment
from secondcoder.embedding.hashed_words import WordHashEmbedder
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.features import Features, build_features

CODES = ("sense", "room", "worth")
TOPICS = ("explained meaning understood purpose", "corridor computer slots desk", "looked numbers benefit march")
TALKED = "well the tea was cold and we sat there on monday with her people you know it goes round again for ages"
FILLER = TALKED.split(" ")


@dataclass(frozen=True)
class Planted:
    """Segments, what the classifier sees of them, and what humans said."""

    segments: list[Segment]
    features: Features
    labels: LabelMatrix

    def with_labels(self, y: np.ndarray, known: np.ndarray | None = None) -> Planted:
        mask = np.ones(y.shape, dtype=bool) if known is None else known
        return replace(self, labels=LabelMatrix(CODES[: y.shape[1]], y, mask))


def settings(**changes: object) -> LearningSettings:
    """The default learning settings with some changed."""
    return load_configuration().learning.model_copy(update=changes)


def segments_of(texts: list[str], transcript: str = "t", question: str = "") -> list[Segment]:
    """Segments of one transcript, one after another."""
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)]).tolist()
    return [
        Segment(transcript, order, start, start + len(text), text, order, question=question)
        for order, (text, start) in enumerate(zip(texts, starts, strict=False))
    ]


def features_of(segments: list[Segment], groups: list[str] | None = None) -> Features:
    """What the classifier sees of them, held back by transcript."""
    return build_features(segments, groups or [segment.transcript for segment in segments], WordHashEmbedder())


def planted(transcripts: int = 8, length: int = 15, share: float = 0.25, seed: int = 0, question: str = "") -> Planted:
    """Filler talk in which some segments speak with a code's words; every code was looked for everywhere."""
    rng = np.random.default_rng(seed)
    y = rng.random((transcripts * length, len(CODES))) < share
    segments: list[Segment] = []
    for number in range(transcripts):
        rows = y[number * length : (number + 1) * length]
        segments += segments_of([_talk(rng, row) for row in rows], f"t{number:02}", question)
    return Planted(segments, features_of(segments), LabelMatrix(CODES, y, np.ones_like(y)))


def _talk(rng: np.random.Generator, row: np.ndarray) -> str:
    words = list(rng.choice(FILLER, 8))
    for topic in np.flatnonzero(row):
        words += list(rng.choice(TOPICS[topic].split(), 3))
    rng.shuffle(words)
    return " ".join(words)
