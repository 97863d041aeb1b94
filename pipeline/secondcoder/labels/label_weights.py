"""How far the labels of a study are trusted in learning: by origin, and by what its reviews say of their own bias.

Two biases of a review can be told from its design and are taken out. *Which passages*: those with suggestions are all decided on,
those without only in a small sample, so each drawn one stands for the others it was drawn from (Horvitz & Thompson 1952,
doi:10.1080/01621459.1952.10483446). *Which words*: people shown a suggestion accept some that they would not have given; how often
they give the suggested code before seeing it, on the blind passages, tells how many of the accepted ones are their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from secondcoder.codebook.model import Codebook
from secondcoder.codebook.model_fit import present_suggestions
from secondcoder.configuration import Configuration, OriginWeights
from secondcoder.corpus import Corpus
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.domain.records import Coding, CodingPass, Decision, Origin, Place, ReviewAction, Sample, Segment
from secondcoder.labels.label_matrix import LabelMatrix, LabelWeights
from secondcoder.labels.review_figures import Summary, summarise
from secondcoder.labels.segment_marks import judged, segment_carries
from secondcoder.statistics.proportions import Proportion

MOST = 5.0
"""No passage stands for more than this many: a single one's chance findings would outweigh a transcript."""
GOOD_FAITH = 20.0
"""The blind share moves the belief in accepted suggestions as if this many more had shown no bias."""


def weighted_labels(
    corpus: Corpus, book: Codebook, settings: Configuration, segments: Sequence[Segment], labels: LabelMatrix
) -> LabelMatrix:
    """The labels with weights and beliefs by how they came about; as they are where all count alike."""
    overlap = settings.segments.overlap
    weight = origin_weights(origins(segments, corpus.marks, overlap), settings.learning.weights)
    belief = labels.y.astype(np.float64)
    if corpus.decisions:
        suggested = suggested_where(corpus, book, corpus.decisions_as_made)
        weight = weight * sampling_weights(segments, corpus.decisions, suggested)
        disbelief = 1 - independent_share(corpus, book, suggested)
        belief[rests_on_acceptance(segments, labels, book, corpus.codings, corpus.decisions, overlap)] -= disbelief
    if (weight == 1).all() and (belief == labels.y).all():
        return labels
    return replace(labels, label_weights=LabelWeights(weight, belief))


def weights_summary(labels: LabelMatrix) -> dict[str, Any] | None:
    """What trust came to, for the manifest; None where every label counts alike and as it stands.

    `doubted` labels rest on accepted suggestions alone, each believed by `belief`; `weighted` segments count otherwise than once, by
    `weights`, the least and the most.
    """
    if labels.label_weights is None:
        return None
    doubted = labels.y & (labels.label_weights.belief < 1)
    weights = labels.label_weights.weight[labels.label_weights.weight != 1].tolist()
    return {
        "doubted": int(doubted.sum()),
        "belief": round(float(labels.label_weights.belief[doubted].min(initial=1.0)), 4),
        "weighted": len(weights),
        "weights": [round(min(weights, default=1.0), 4), round(max(weights, default=1.0), 4)],
    }


def origins(segments: Sequence[Segment], marks: Iterable[Coding | CodingPass], overlap: float) -> list[set[Origin]]:
    """For each segment, the origins of what was said of it; empty where nothing was."""
    by_origin: dict[Origin, tuple[list[Coding], list[CodingPass]]] = {origin: ([], []) for origin in Origin}
    for mark in marks:
        codings, passes = by_origin[mark.origin]
        codings.append(mark) if isinstance(mark, Coding) else passes.append(mark)
    rows = {origin: judged(segments, *own, overlap) for origin, own in by_origin.items()}
    return [{origin for origin in Origin if rows[origin][row]} for row in range(len(segments))]


def origin_weights(found: Sequence[set[Origin]], weights: OriginWeights) -> Floats:
    """(n,) the weight of the most trusted origin of each segment; 1 where nothing was said of it."""
    return np.array([max((getattr(weights, origin.value) for origin in own), default=1.0) for own in found])


def unaided(found: Sequence[set[Origin]]) -> Bools:
    """(n,) somebody coded the segment without seeing suggestions, or settled it with others."""
    return np.array([bool(own - {Origin.REVIEWED}) for own in found], dtype=bool)


def by_hand(corpus: Corpus, segments: Sequence[Segment], overlap: float) -> Bools:
    """(n,) people looked at the segment of their own accord, not because a review of suggestions led them there, blind or not."""
    reviewed = {(decision.transcript, decision.start, decision.end) for decision in corpus.decisions_as_made}
    unprompted = [
        look
        for look in corpus.passes
        if look.origin is not Origin.REVIEWED and (look.transcript, look.start, look.end) not in reviewed
    ]
    there = origins(segments, unprompted, overlap)
    return np.array(
        [segment.transcript not in corpus.reviewed or bool(by) for segment, by in zip(segments, there, strict=True)],
        dtype=bool,
    )


def sampling_weights(
    segments: Sequence[Segment], decisions: Sequence[Decision], suggested: Mapping[Place, Sequence[str]]
) -> Floats:
    """(n,) for a passage drawn from below the threshold, how many such passages of its transcript there are for each one drawn."""
    drawn = {(one.transcript, one.start, one.end) for one in decisions if one.sample is Sample.BELOW}
    without: dict[str, int] = {}
    for one in segments:
        if (one.transcript, one.start, one.end) not in suggested:
            without[one.transcript] = without.get(one.transcript, 0) + 1
    per_transcript: dict[str, int] = {}
    for transcript, _, _ in drawn:
        per_transcript[transcript] = per_transcript.get(transcript, 0) + 1
    factor = {name: min(MOST, max(1.0, without.get(name, 0) / n)) for name, n in per_transcript.items()}
    return np.array(
        [factor[one.transcript] if (one.transcript, one.start, one.end) in drawn else 1.0 for one in segments]
    )


def independent_share(corpus: Corpus, book: Codebook, suggested: Mapping[Place, Sequence[str]]) -> float:
    """How many of the accepted suggestions the researchers would have given themselves, drawn towards all of them."""
    summary = review_summary(corpus, book, suggested)
    return _independent_share(summary.followed, summary.also_coded)


def review_summary(corpus: Corpus, book: Codebook, suggested: Mapping[Place, Sequence[str]]) -> Summary:
    """What all reviews of the study came to, whichever models' suggestions were decided on."""
    return summarise(corpus.decisions, book, corpus.codings, corpus.passes, suggested)


def _independent_share(followed: Proportion, also_coded: Proportion) -> float:
    if not followed.part:
        return 1.0
    rate = followed.part / followed.of
    own = (also_coded.part + GOOD_FAITH * rate) / (also_coded.of + GOOD_FAITH)
    return min(1.0, own / rate)


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
    accepted = {_span(one) for one in decisions if one.verdict is ReviewAction.ACCEPT and one.shown}
    column = {code: index for index, code in enumerate(labels.codes)}
    led, own = np.zeros(labels.y.shape, dtype=bool), np.zeros(labels.y.shape, dtype=bool)
    rows: dict[str, list[int]] = {}
    for row, segment in enumerate(segments):
        rows.setdefault(segment.transcript, []).append(row)
    for mark in codings:
        if mark.code not in book:
            continue
        is_led = (
            mark.origin is Origin.REVIEWED
            and (mark.coder, mark.transcript, mark.start, mark.end, mark.code) in accepted
        )
        hit = [row for row in rows.get(mark.transcript, ()) if segment_carries(segments[row], mark, overlap)]
        for code in (mark.code, *book.ancestors(mark.code)):
            (led if is_led else own)[hit, column[code]] = True
    return labels.y & led & ~own


def suggested_where(corpus: Corpus, book: Codebook, decisions: Iterable[Decision]) -> dict[Place, list[str]]:
    """Codes suggested on each passage by the models whose suggestions were decided on: on the passage, or else in its transcript, or
    else anywhere."""
    on: dict[Place, set[str]] = {}
    within: dict[str, set[str]] = {}
    for decision in decisions:
        if decision.model:
            on.setdefault((decision.transcript, decision.start, decision.end), set()).add(decision.model)
            within.setdefault(decision.transcript, set()).add(decision.model)
    anywhere = set().union(*within.values())
    codes: dict[Place, list[str]] = {}
    for model in sorted(anywhere):
        manifest = corpus.manifests[model]
        for mark in present_suggestions(corpus.suggestions(model), manifest, book, corpus.history):
            place = (mark.transcript, mark.start, mark.end)
            if model in on.get(place, within.get(mark.transcript, anywhere)):
                codes.setdefault(place, []).append(mark.code)
    return codes


def _span(one: Decision) -> tuple[str, str, int, int, str | None]:
    start = one.start if one.code_start is None else one.code_start
    return one.coder, one.transcript, start, one.end if one.code_end is None else one.code_end, one.code
