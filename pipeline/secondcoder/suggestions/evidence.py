"""Scores to suggestions, each with its evidence: the sentences that carry it and the nearest human-coded passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from secondcoder.domain.arrays import Floats, Rows
from secondcoder.domain.records import Passage, Segment, Span, Suggestion, Transcript, Valence
from secondcoder.embedding import Embedder
from secondcoder.labels.valences import VALENCES
from secondcoder.learning.features import Features
from secondcoder.learning.model import Model
from secondcoder.learning.valence_classifier import LIKELIER_THAN_NOT
from secondcoder.segments.sentences import split_sentences

NEAREST = 3
CARRYING = 2
"""Most sentences named as carrying a suggestion."""
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
    language: str,
    everything: bool = False,
) -> list[Suggestion]:
    """Suggestions for n segments, in the order of segments and then of the model's codes.

    Args:
        version: name of the model version.
        features: of the segments, with their neighbours.
        scores: (n, k), the model's of these features.
        transcripts: by id; those of the segments and of the model's exemplars.
        everything: every segment and code, also below the threshold (those without evidence).
    """
    above = scores >= model.thresholds
    carrying = _carrying_sentences(model, segments, features, scores, above, embedder, language)
    valences, alternatives = _likely_valences(model, features), model.alternatives(features)
    rows, columns = np.nonzero(np.ones_like(above) if everything else above)
    suggestions = []
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        segment = segments[row]
        valence, probability = valences.get((row, model.codes[column]), (None, None))
        suggestions.append(
            Suggestion(
                transcript=segment.transcript,
                start=segment.start,
                end=segment.end,
                code=model.codes[column],
                score=_shown(float(scores[row, column]), float(model.thresholds[column])),
                threshold=round(float(model.thresholds[column]), DIGITS),
                calibrated=column < len(model.scored),
                model=version,
                carrying=carrying.get((row, column), ()),
                nearest=_nearest(model, column, segment, features.vectors[row], transcripts)
                if above[row, column]
                else (),
                valence=valence,
                valence_probability=probability,
                alternative=alternatives[row][column],
            )
        )
    return suggestions


def _likely_valences(model: Model, features: Features) -> dict[tuple[int, str], tuple[Valence, float]]:
    """(Segment's row, code) -> the valence that is likelier than not, if the code holds, and its probability."""
    if model.valence is None or not len(features):
        return {}
    probability = model.valence.predict_proba(features)
    likeliest, top = probability.argmax(axis=2), probability.max(axis=2)
    return {
        (row, model.valence.codes[column]): (VALENCES[likeliest[row, column]], round(float(top[row, column]), DIGITS))
        for row, column in np.argwhere(top > LIKELIER_THAN_NOT).tolist()
    }


def _shown(score: float, threshold: float) -> float:
    """The score rounded; one below the threshold is never rounded up to it, or it would pass for a suggestion."""
    shown, limit = round(score, DIGITS), round(threshold, DIGITS)
    return round(limit - 10**-DIGITS, DIGITS) if score < threshold and shown >= limit else shown


def _nearest(
    model: Model, column: int, segment: Segment, vector: Floats, transcripts: Mapping[str, Transcript]
) -> tuple[Passage, ...]:
    """The most similar segments that humans gave this code, from other transcripts."""
    exemplars = model.exemplars
    rows = np.flatnonzero(exemplars.carries[:, column])
    # dtype: an empty list would be floats, which index nothing. A transcript that the model learned from may have been removed since.
    others = transcripts.keys() - {segment.transcript}
    rows = np.array([row for row in rows if exemplars.places[row][0] in others], dtype=int)
    similarity = exemplars.vectors[rows] @ vector
    # Stable, so that equal ones come in the same order on every machine.
    best = np.argsort(-similarity, kind="stable")[:NEAREST]
    passages = []
    for row, cosine in zip(rows[best], similarity[best], strict=True):
        transcript, start, end = exemplars.places[row]
        text = transcripts[transcript].text[start:end]
        passages.append(Passage(transcript, start, end, text, round(float(cosine), DIGITS)))
    return tuple(passages)


def _carrying_sentences(
    model: Model,
    segments: Sequence[Segment],
    features: Features,
    scores: Floats,
    above: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    embedder: Embedder,
    language: str,
) -> dict[tuple[int, int], tuple[Span, ...]]:
    """For each suggestion the sentences whose removal lowers its score most (occlusion), strongest first."""
    rows = np.flatnonzero(above.any(axis=1))
    sentences = dict(zip(rows.tolist(), _sentences([segments[row] for row in rows.tolist()], language), strict=True))
    owners = np.array([row for row in rows.tolist() for _ in sentences[row] if len(sentences[row]) > 1], dtype=int)
    # All variants in one go, as embedders work in batches.
    texts = [
        _without(segments[row], spans, at)
        for row, spans in sentences.items()
        if len(spans) > 1
        for at in range(len(spans))
    ]
    falls = (
        scores[owners] - _scores_of_variants(model, features, owners, texts, embedder)
        if len(owners)
        else np.zeros((0, 0))
    )
    carrying: dict[tuple[int, int], tuple[Span, ...]] = {}
    for row, column in zip(*(index.tolist() for index in np.nonzero(above)), strict=True):
        spans = sentences[row]
        if len(spans) == 1:
            carrying[row, column] = tuple(spans)
            continue
        fall = falls[owners == row, column]
        order = np.argsort(-fall, kind="stable")[:CARRYING]
        # The second sentence is named only where it matters about as much as the first.
        carrying[row, column] = tuple(spans[at] for at in order if fall[at] > 0 and fall[at] >= 0.5 * fall.max())
    return carrying


def _sentences(segments: Sequence[Segment], language: str) -> list[list[Span]]:
    """Sentence spans in the transcript; a table's units are split only now."""
    unsplit = [segment.text for segment in segments if not segment.sentences]
    split = iter(split_sentences(unsplit, language) if unsplit else ())
    return [
        list(segment.sentences)
        if segment.sentences
        else [(segment.start + start, segment.start + end) for start, end in next(split)]
        for segment in segments
    ]


def _without(segment: Segment, spans: Sequence[Span], at: int) -> str:
    others = (*spans[:at], *spans[at + 1 :])
    return " ".join(segment.text[start - segment.start : end - segment.start] for start, end in others)


def _scores_of_variants(
    model: Model, features: Features, owners: Rows, texts: Sequence[str], embedder: Embedder
) -> Floats:
    """(v, k) scores of segments with a sentence removed; question and neighbours stay."""
    # Behind the real segments: neighbours are row numbers, which so stay true.
    extended = replace(
        features,
        texts=(*features.texts, *texts),
        groups=(*features.groups, *(features.groups[row] for row in owners)),
        vectors=np.concatenate([features.vectors, embedder.embed(texts)]),
        questions=np.concatenate([features.questions, features.questions[owners]]),
        previous=np.concatenate([features.previous, features.previous[owners]]),
        following=np.concatenate([features.following, features.following[owners]]),
        # Of the whole passage: a question for every sentence of it would multiply what a scorer is asked.
        asked=(*features.texts, *(features.texts[row] for row in owners)),
        segments=(*features.segments, *(features.segments[row] for row in owners)) if features.segments else (),
    )
    return model.scores(extended)[len(features) :]
