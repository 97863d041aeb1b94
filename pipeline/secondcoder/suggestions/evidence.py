"""Scores to suggestions, each with its evidence: the sentences that carry it and the nearest human-coded passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Vectors
from secondcoder.domain.records import Segment, Span, Suggestion, Transcript, Valence
from secondcoder.embedding import Embedder
from secondcoder.labels.valences import VALENCES
from secondcoder.learning.features import Features
from secondcoder.learning.model import Model
from secondcoder.learning.valence_classifier import LIKELIER_THAN_NOT
from secondcoder.segments.sentence_pipelines import SentenceFinder
from secondcoder.suggestions.carrying import carrying_sentences, sentences_within, shortened
from secondcoder.suggestions.nearest import NearestPassages

DIGITS = 4
"""Decimals of scores and thresholds in suggestions."""


def suggest(
    model: Model,
    version: str,
    segments: Sequence[Segment],
    features: Features,
    scores: Floats,
    embedder: Embedder,
    transcripts: Mapping[str, Transcript],
    finder: SentenceFinder,
    everything: bool = False,
    *,
    occluded: tuple[Sequence[Sequence[Span]], Sequence[Vectors]] | None = None,
    nearest: NearestPassages | None = None,
    kept: Path | None = None,
) -> list[Suggestion]:
    """Suggestions for n segments, in the order of segments and then of the model's codes.

    Args:
        version: name of the model version.
        features: of the segments, with their neighbours.
        scores: (n, k), the model's of these features.
        transcripts: by id; those of the model's exemplars.
        finder: finds the sentences of a table's units.
        everything: every segment and code, also below the threshold (those without evidence).
        occluded: of each segment the spans of its sentences within its text, and (s, d) vectors of it without each of them, where
            the embedder gave them with the segments' own; else those of suggestions are computed.
        nearest: made of the model and the transcripts once, for whoever suggests again and again.
        kept: folder that keeps the sentences of a table's units.
    """
    above = scores >= model.thresholds
    rows = np.flatnonzero(above.any(axis=1)).tolist()
    found = sentences_within([segments[row] for row in rows], finder, kept) if occluded is None else ()
    sentences = dict(zip(rows, found, strict=True)) if occluded is None else {row: occluded[0][row] for row in rows}
    without = shortened(segments, sentences, embedder, None if occluded is None else occluded[1])
    carrying = carrying_sentences(model, features, scores, above, sentences, without)
    nearest = nearest or NearestPassages(model.exemplars, transcripts)
    passages = nearest.of(features.vectors, [segment.transcript for segment in segments], above)
    shown = np.ones_like(above) if everything else above
    valences, alternatives = _likely_valences(model, features, shown), model.alternatives(features)
    suggestions = []
    for row, column in zip(*(index.tolist() for index in np.nonzero(shown)), strict=True):
        segment = segments[row]
        valence, probability = valences.get((row, column), (None, None))
        start = segment.start
        suggestions.append(
            Suggestion(
                transcript=segment.transcript,
                start=start,
                end=segment.end,
                code=model.codes[column],
                score=_shown(float(scores[row, column]), float(model.thresholds[column])),
                threshold=round(float(model.thresholds[column]), DIGITS),
                calibrated=column < len(model.scored),
                model=version,
                carrying=tuple((start + left, start + right) for left, right in carrying.get((row, column), ())),
                nearest=passages.get((row, column), ()),
                valence=valence,
                valence_probability=probability,
                alternative=alternatives[row][column],
            )
        )
    return suggestions


def _likely_valences(model: Model, features: Features, shown: Bools) -> dict[tuple[int, int], tuple[Valence, float]]:
    """(Row, column) -> the valence that is likelier than not, if the code holds, and its probability."""
    if model.valence is None or not len(features):
        return {}
    probability = model.valence.predict_proba(features)
    likeliest, top = probability.argmax(axis=2), probability.max(axis=2)
    columns = [model.codes.index(code) for code in model.valence.codes]
    return {
        (row, columns[at]): (VALENCES[likeliest[row, at]], round(float(top[row, at]), DIGITS))
        for row, at in np.argwhere((top > LIKELIER_THAN_NOT) & shown[:, columns]).tolist()
    }


def _shown(score: float, threshold: float) -> float:
    """The score rounded; one below the threshold is never rounded up to it, or it would pass for a suggestion."""
    shown, limit = round(score, DIGITS), round(threshold, DIGITS)
    return round(limit - 10**-DIGITS, DIGITS) if score < threshold and shown >= limit else shown
