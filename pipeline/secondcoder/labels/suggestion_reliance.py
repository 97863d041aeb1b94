"""Which labels rest on a model's suggestions, and which transcripts that model had learned from.

A model learns from transcript A and suggests codes on B; people accept them. Held out later, A is not unseen by a model that
learns from B: B's labels repeat what the first model knew of A. Figures then rise without any gain, most of all where suggestions are
accepted unread (benchmarks/LEAK.md). So those labels are unknown while A is held out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from secondcoder.codebook.model import Codebook
from secondcoder.configuration import Configuration
from secondcoder.corpus import Corpus, of_reviews
from secondcoder.domain.arrays import Bools, Rows
from secondcoder.domain.grouping import by_transcript
from secondcoder.domain.records import Decision, Origin, Segment
from secondcoder.labels.label_matrix import LabelMatrix, Reliance, label_matrix


def suggestion_reliance(
    corpus: Corpus,
    book: Codebook,
    settings: Configuration,
    segments: Sequence[Segment],
    labels: LabelMatrix,
    groups: Sequence[str],
) -> Reliance | None:
    """What the labels of n segments rest on; None where no label came from a review of suggestions.

    Args:
        groups: n names of what is held out whole.
    """
    if all(mark.origin is not Origin.REVIEWED for mark in corpus.marks):
        return None

    def given(*origins: Origin) -> LabelMatrix:
        codings = [mark for mark in corpus.codings if mark.origin in origins]
        passes = [mark for mark in corpus.passes if mark.origin in origins]
        return label_matrix(segments, codings, passes, book, settings.learning, settings.segments.overlap)

    without = given(Origin.INDEPENDENT, Origin.ADJUDICATED)
    # What was settled among people who all saw the suggestions is no word of its own.
    by_hand = without.known & ~(given(Origin.REVIEWED).known & ~given(Origin.INDEPENDENT).known)
    # Silence counts too: who accepts all that is suggested and adds nothing gave none of the "no" either.
    rests = labels.known & ~(by_hand & (without.y == labels.y))
    learned = _learned_from(
        corpus, {segment.transcript: group for segment, group in zip(segments, groups, strict=True)}
    )
    # A review that was imported without its decisions: of any model, which may have learned from any.
    sources = tuple(learned.get(segment.transcript, frozenset(groups)) for segment in segments)
    return Reliance(rests, sources, rests & by_hand)


def _learned_from(corpus: Corpus, group_of: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Reviewed transcript -> groups from which the models had learned whose suggestions were decided on there."""

    @cache
    def of_version(version: str) -> frozenset[str]:
        manifest: dict[str, Any] = corpus.manifests.get(version, {})
        transcripts = manifest.get("training", {}).get("learned_from")
        if transcripts is None:  # from before this was kept: any of them
            return frozenset(group_of.values())
        parent = manifest.get("parent")
        earlier = of_version(parent) if parent else frozenset()
        return earlier | {group_of[name] for name in transcripts if name in group_of}

    decisions = by_transcript(of_reviews(corpus.decisions_as_made))
    anywhere = _models(corpus.decisions_as_made)
    return {
        # Where nothing was suggested, nothing names the model that was silent.
        transcript: frozenset().union(*(of_version(version) for version in _models(here) or anywhere))
        for transcript, here in decisions.items()
    }


def _models(decisions: Iterable[Decision]) -> set[str]:
    return {decision.model for decision in decisions if decision.model}


def unknown_in_folds(reliance: Reliance | None, groups: Sequence[str], fold: Rows) -> Bools | None:
    """(folds, n, k) what `Reliance.unknown_without` says for the groups of each fold; None where nothing rests on suggestions."""
    if reliance is None:
        return None
    names = np.asarray(groups)
    return np.stack([reliance.unknown_without(set(names[fold == number].tolist())) for number in range(fold.max() + 1)])
