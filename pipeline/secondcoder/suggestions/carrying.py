"""The sentences that carry a suggestion: those without which its score falls most (occlusion)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows, Vectors
from secondcoder.domain.records import Segment, Span
from secondcoder.embedding import Embedder
from secondcoder.embedding.occlusion import without_sentence
from secondcoder.learning.features import Features
from secondcoder.learning.model import Model
from secondcoder.segments.sentence_pipelines import SentenceFinder
from secondcoder.segments.sentences import split_sentences

CARRYING = 2
"""Most sentences named as carrying a suggestion."""
MOST = 100
"""Pieces that are left out of a passage that nobody cut, as a cell with a whole interview: each costs as much as all of it."""
EQUAL = 9
"""Decimals to which falls are compared: of sentences that matter equally the first one is named."""


class Shortened(NamedTuple):
    """Segments without one of their sentences: the row of each one's segment (v,), ascending, its text, and its vector (v, d)."""

    owners: Rows
    texts: list[str]
    vectors: Vectors


def sentences_within(segments: Sequence[Segment], finder: SentenceFinder, kept: Path | None = None) -> list[list[Span]]:
    """The spans of each segment's sentences within its text, of more than `MOST` several together as one.

    A table's units are split only now, and kept in a folder.
    """
    unsplit = [segment.text for segment in segments if not segment.sentences]
    split = iter(split_sentences(unsplit, finder, kept) if unsplit else ())
    return [
        [(start - segment.start, end - segment.start) for start, end in segment.sentences]
        if segment.sentences
        else _at_most(next(split))
        for segment in segments
    ]


def _at_most(spans: list[Span]) -> list[Span]:
    """The spans, or as many runs of neighbours as may be, of about as many sentences each."""
    if len(spans) <= MOST:
        return spans
    ends = np.linspace(0, len(spans), MOST + 1).astype(int).tolist()
    return [(spans[begin][0], spans[end - 1][1]) for begin, end in pairwise(ends)]


def shortened(
    segments: Sequence[Segment],
    sentences: Mapping[int, Sequence[Span]],
    embedder: Embedder,
    vectors: Sequence[Vectors] | None = None,
) -> Shortened:
    """The segments of some rows, each without one sentence after the other; those of one sentence are left out.

    Args:
        segments: n segments. sentences: row -> the spans within its segment, rows ascending.
        vectors: n times (s, d), where the embedder gave them with the segments'; else the shortened texts are embedded.
    """
    several = {row: spans for row, spans in sentences.items() if len(spans) > 1}
    owners = np.repeat(np.array([*several], dtype=np.intp), [len(spans) for spans in several.values()])
    texts = [
        without_sentence(segments[row].text, spans, at) for row, spans in several.items() for at in range(len(spans))
    ]
    if vectors is None:
        # All in one go, as embedders work in batches.
        return Shortened(owners, texts, embedder.embed(texts))
    nothing = np.empty((0, embedder.width), dtype=np.float32)
    return Shortened(owners, texts, np.concatenate([nothing, *(vectors[row] for row in several)]))


def carrying_sentences(
    model: Model,
    features: Features,
    scores: Floats,
    above: Bools,
    sentences: Mapping[int, Sequence[Span]],
    without: Shortened,
) -> dict[tuple[int, int], tuple[Span, ...]]:
    """(Row, column) of each suggestion -> the spans within its segment whose removal lowers its score most, strongest first.

    Args:
        scores, above: (n, k), the model's of n segments, and which are suggested.
        sentences: row -> spans, of each segment with a suggestion.
    """
    falls = np.zeros((0, scores.shape[1]))
    if len(without.owners):
        falls = np.round(scores[without.owners] - scores_without(model, features, without), EQUAL)
    first = dict(zip(*(part.tolist() for part in np.unique(without.owners, return_index=True)), strict=True))
    carrying: dict[tuple[int, int], tuple[Span, ...]] = {}
    for row, column in zip(*(index.tolist() for index in np.nonzero(above)), strict=True):
        spans, at = sentences[row], first.get(row)
        carrying[row, column] = (
            tuple(spans) if at is None else _strongest(spans, falls[at : at + len(spans), column].tolist())
        )
    return carrying


def _strongest(spans: Sequence[Span], falls: Sequence[float]) -> tuple[Span, ...]:
    # Stable, so that of equal ones the first stays first.
    order = sorted(range(len(spans)), key=lambda at: -falls[at])[:CARRYING]
    # The second sentence is named only where it matters about as much as the first.
    return tuple(spans[at] for at in order if falls[at] > 0 and falls[at] >= 0.5 * falls[order[0]])


def scores_without(model: Model, features: Features, without: Shortened) -> Floats:
    """(v, k) scores of the shortened segments; question and neighbours stay."""
    owners = without.owners
    # Behind the real segments: neighbours are row numbers, which so stay true.
    extended = replace(
        features,
        texts=(*features.texts, *without.texts),
        groups=(*features.groups, *(features.groups[row] for row in owners)),
        vectors=np.concatenate([features.vectors, without.vectors]),
        questions=np.concatenate([features.questions, features.questions[owners]]),
        previous=np.concatenate([features.previous, features.previous[owners]]),
        following=np.concatenate([features.following, features.following[owners]]),
        # Of the whole passage: a question for every sentence of it would multiply what a scorer is asked.
        asked=(*features.texts, *(features.texts[row] for row in owners)),
        segments=(*features.segments, *(features.segments[row] for row in owners)) if features.segments else (),
        extended=features,
    )
    return model.scores(extended)[len(features) :]
