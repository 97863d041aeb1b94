"""Weights of labels in learning: by their origin, and corrected for two biases that a review's design lets one estimate.

*Selection*: passages with suggestions are all decided on, those without only in a small sample, so each sampled one stands for the
others that it was drawn from (Horvitz & Thompson 1952, doi:10.1080/01621459.1952.10483446). *Acceptance*: people shown a suggestion
accept some codes that they would not have given; how often they give the suggested code on blind passages, before seeing it,
estimates the share of accepted codes that are independent of the suggestion.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from secondcoder.codebook.model import Codebook
from secondcoder.codebook.model_fit import present_suggestions
from secondcoder.configuration import Configuration, OriginWeights
from secondcoder.corpus import Corpus, of_reviews
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import (
    Coding,
    CodingPass,
    Decision,
    Origin,
    Place,
    ReviewAction,
    Sample,
    Segment,
    Suggestion,
)
from secondcoder.labels.chosen_passages import chosen
from secondcoder.labels.label_matrix import LabelMatrix, LabelWeights
from secondcoder.labels.new_decision import act_of
from secondcoder.labels.review_figures import Summary, summarise
from secondcoder.labels.segment_marks import Near, judged, segment_carries
from secondcoder.statistics.proportions import Proportion

MOST = 5.0
"""The largest sampling weight: the chance findings of a single passage must not outweigh a transcript."""
Cell = tuple[Place, str]
"""A passage and a code."""
GOOD_FAITH = 20.0
"""Pseudo-count that shrinks the estimate of the acceptance bias towards "no bias"."""


def weighted_labels(
    corpus: Corpus, book: Codebook, settings: Configuration, segments: Sequence[Segment], labels: LabelMatrix
) -> LabelMatrix:
    """The labels with their weights and beliefs; as they are where all count alike."""
    overlap = settings.segments.overlap
    weight = origin_weights(origins(segments, corpus.marks, overlap), settings.learning.weights)
    belief = labels.said.copy()
    if corpus.decisions:
        suggested = suggested_where(corpus, book, corpus.decisions_as_made)
        weight = weight * sampling_weights(segments, corpus.decisions, suggested)
        accepted_only = rests_on_acceptance(segments, labels, book, corpus.codings, corpus.decisions, overlap)
        folded = left_folded(corpus, book, corpus.decisions, settings.review.fold)
        belief[accepted_only] *= independent_share(corpus, book, suggested, folded)
    if (weight == 1).all() and (belief == labels.said).all():
        return labels
    return replace(labels, label_weights=LabelWeights(weight, belief))


def weights_summary(labels: LabelMatrix) -> dict[str, Any] | None:
    """The weights in figures, for the manifest; None where every label counts alike.

    `doubted` labels rest on accepted suggestions alone, each with the probability `belief`; `weighted` segments have another weight
    than 1, `weights` gives the least and the greatest.
    """
    if labels.label_weights is None:
        return None
    weight, belief = labels.label_weights.weight, labels.label_weights.belief
    doubted = belief < labels.said
    weights = weight[weight != 1].tolist()
    return {
        "doubted": int(doubted.sum()),
        "belief": round(float((belief[doubted] / labels.said[doubted]).min(initial=1.0)), 4),
        "weighted": len(weights),
        "weights": [round(min(weights, default=1.0), 4), round(max(weights, default=1.0), 4)],
    }


def origins(segments: Sequence[Segment], marks: Iterable[Coding | CodingPass], overlap: float) -> list[set[Origin]]:
    """For each segment, the origins of the codings and passes on it; empty where there are none."""
    by_origin = group_by(marks, lambda mark: mark.origin)
    judged_by = {origin: judged(segments, of_origin, overlap) for origin, of_origin in by_origin.items()}
    return [{origin for origin, rows in judged_by.items() if rows[row]} for row in range(len(segments))]


def origin_weights(origins_of: Sequence[set[Origin]], weights: OriginWeights) -> Floats:
    """(n,) the largest weight among the origins of each segment; 1 where there are none."""
    return np.array([max((getattr(weights, origin.value) for origin in there), default=1.0) for there in origins_of])


def unaided(origins_of: Sequence[set[Origin]]) -> Bools:
    """(n,) somebody coded the segment without seeing suggestions, or settled it with others."""
    return np.array([bool(there - {Origin.REVIEWED}) for there in origins_of], dtype=bool)


def by_hand(corpus: Corpus, segments: Sequence[Segment], overlap: float) -> Bools:
    """(n,) people looked at the segment unprompted: not because a review of suggestions, blind or not, led them there, nor because it
    was chosen for what it says."""
    reviewed = {decision.place for decision in of_reviews(corpus.decisions_as_made)}
    # By place too: a blind coding is independent, yet the review chose its passage.
    unprompted = [
        coding_pass
        for coding_pass in corpus.passes
        if coding_pass.origin is not Origin.REVIEWED and coding_pass.place not in reviewed
    ]
    there = origins(segments, unprompted, overlap)
    led = [segment.transcript in corpus.reviewed and not by for segment, by in zip(segments, there, strict=True)]
    return ~np.array(led, dtype=bool) & ~chosen(corpus, segments)


def sampling_weights(
    segments: Sequence[Segment], decisions: Sequence[Decision], suggested: Mapping[Place, Sequence[str]]
) -> Floats:
    """(n,) for a passage sampled from those without suggestions, how many of its transcript there are for each sampled one; else 1."""
    sampled = {decision.place for decision in decisions if decision.sample is Sample.BELOW}
    without = Counter(segment.transcript for segment in segments if segment.place not in suggested)
    drawn = Counter(transcript for transcript, _, _ in sampled)
    # At least 1: a passage that was drawn may have a suggestion by now, and is missing from `without` then.
    weight = {transcript: min(MOST, max(1.0, without[transcript] / n)) for transcript, n in drawn.items()}
    return np.array([weight[segment.transcript] if segment.place in sampled else 1.0 for segment in segments])


def independent_share(
    corpus: Corpus, book: Codebook, suggested: Mapping[Place, Sequence[str]], folded: Collection[Cell] = ()
) -> float:
    """Estimated share of the accepted suggestions that the researchers would have given themselves, shrunken towards 1."""
    summary = review_summary(corpus, book, suggested, folded)
    return _independent_share(summary.followed, summary.also_coded)


def review_summary(
    corpus: Corpus, book: Codebook, suggested: Mapping[Place, Sequence[str]], folded: Collection[Cell] = ()
) -> Summary:
    """What all reviews of the study came to, whichever models' suggestions were decided on; `folded` as `left_folded` gives it."""
    return summarise(corpus.decisions, book, corpus.codings, corpus.passes, suggested, folded)


def _independent_share(followed: Proportion, also_coded: Proportion) -> float:
    if not followed.part:
        return 1.0
    rate = followed.part / followed.of
    given_blind = (also_coded.part + GOOD_FAITH * rate) / (also_coded.of + GOOD_FAITH)
    # More given blind than accepted is chance: no label is surer than certain.
    return min(1.0, given_blind / rate)


def rests_on_acceptance(
    segments: Sequence[Segment],
    labels: LabelMatrix,
    book: Codebook,
    codings: Iterable[Coding],
    decisions: Iterable[Decision],
    overlap: float,
) -> Bools:
    """(n, k) where a label rests on accepted suggestions alone: nobody gave the code unasked, or settled it.

    A sub-construct counts for its construct; where labels are not rolled up, `y` is False there anyway.
    """
    accepted = {
        _coding_of(decision) for decision in decisions if decision.verdict is ReviewAction.ACCEPT and decision.shown
    }
    column = {code: index for index, code in enumerate(labels.codes)}
    by_acceptance, otherwise = np.zeros(labels.y.shape, dtype=bool), np.zeros(labels.y.shape, dtype=bool)
    near = Near(segments)
    for coding in codings:
        if coding.code not in book:
            continue
        is_accepted = coding.origin is Origin.REVIEWED and (coding.coder, *coding.place, coding.code) in accepted
        carrying = [row for row in near(coding) if segment_carries(segments[row], coding, overlap)]
        for code in (coding.code, *book.ancestors(coding.code)):
            (by_acceptance if is_accepted else otherwise)[carrying, column[code]] = True
    return labels.y & by_acceptance & ~otherwise


def suggested_where(corpus: Corpus, book: Codebook, decisions: Iterable[Decision]) -> dict[Place, list[str]]:
    """Codes suggested on each passage by the models whose suggestions were decided on: on the passage, or else in its transcript, or
    else anywhere."""
    codes: dict[Place, list[str]] = {}
    for suggestion in _reviewed_suggestions(corpus, book, decisions):
        codes.setdefault(suggestion.place, []).append(suggestion.code)
    return codes


def left_folded(corpus: Corpus, book: Codebook, decisions: Sequence[Decision], fold: float) -> frozenset[Cell]:
    """Place and code of the suggestions less likely than `fold`; none where no act on a whole passage left one of them undecided.

    Those that somebody unfolded and decided on are more often accepted than the others. So that shares of ordinary and of blind
    passages compare, unlikely suggestions are left out of both.
    """
    reviewed = _reviewed_suggestions(corpus, book, decisions)
    unlikely = {(mark.place, mark.code) for mark in reviewed if mark.calibrated and mark.score < fold}
    by_act = {decision.place for decision in decisions if act_of(decision) != decision.request}
    decided = {(decision.place, decision.suggested) for decision in decisions}
    is_left = any(place in by_act and (place, code) not in decided for place, code in unlikely)
    return frozenset(unlikely) if is_left else frozenset()


def _reviewed_suggestions(corpus: Corpus, book: Codebook, decisions: Iterable[Decision]) -> Iterator[Suggestion]:
    on: dict[Place, set[str]] = {}
    within: dict[str, set[str]] = {}
    for decision in decisions:
        if decision.model:
            on.setdefault(decision.place, set()).add(decision.model)
            within.setdefault(decision.transcript, set()).add(decision.model)
    anywhere = set().union(*within.values())
    for model in sorted(anywhere):
        manifest = corpus.manifests[model]
        for suggestion in present_suggestions(corpus.suggestions(model), manifest, book, corpus.history):
            if model in on.get(suggestion.place, within.get(suggestion.transcript, anywhere)):
                yield suggestion


def _coding_of(decision: Decision) -> tuple[str, str, int, int, str | None]:
    """Coder, transcript, start, end and code of the coding that a decision made."""
    return decision.coder, decision.transcript, *decision.code_span, decision.code
