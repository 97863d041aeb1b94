"""Which passages a finished review drew, and how likely each was: the blind share, and those from below the threshold.

A transcript counts where its review is finished, so that nobody chose which of the drawn passages are coded, and where the
suggestions of one model version were decided on, which had not learned from it. How likely a passage was to be drawn is the share
that was drawn in these transcripts, of the passages with suggestions and of those without.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from secondcoder.codebook.model import Codebook
from secondcoder.codebook.model_fit import present_suggestions
from secondcoder.configuration import ReviewSettings
from secondcoder.corpus import Corpus, of_reviews
from secondcoder.domain.grouping import by_transcript, group_by
from secondcoder.domain.records import Decision, Place, ReviewAction, Sample, Segment
from secondcoder.labels.passage_state import resolve_decisions
from secondcoder.labels.review_sample import Passage, build_passages, sampled_before


@dataclass(frozen=True)
class ReviewDraw:
    """What reviews of one version's suggestions drew from these transcripts: places, each with its probability."""

    model: str
    places: Mapping[Place, float]
    transcripts: frozenset[str]
    coded: frozenset[Place] = frozenset()


def review_draws(
    corpus: Corpus, book: Codebook, settings: ReviewSettings, segments: Sequence[Segment]
) -> list[ReviewDraw]:
    """The draws of all finished reviews, by model version; none of a version whose reviews drew nothing with, or without, suggestions.

    Args:
        segments: of all transcripts.
    """
    decisions = [one for of_coder in _by_coder(corpus) for one in resolve_decisions(of_coder)]
    reviewed = {name: {one.model for one in here if one.model} for name, here in by_transcript(decisions).items()}
    versions = sorted({model for models in reviewed.values() for model in models if len(models) == 1})
    draws = list[ReviewDraw]()
    for model in versions:
        names = {name for name, models in reviewed.items() if models == {model}} - _learned_from(corpus, model)
        passages = _passages(corpus, book, settings, segments, model)
        finished = [name for name in sorted(names) if _is_finished(passages.get(name, ()), decisions)]
        draws.extend(_draw(model, [passage for name in finished for passage in passages[name]]))
    return draws


def _by_coder(corpus: Corpus) -> list[list[Decision]]:
    return list(group_by(of_reviews(corpus.decisions_as_made), lambda decision: decision.coder).values())


def _learned_from(corpus: Corpus, model: str) -> set[str]:
    # A version from before this was kept may have learned from any.
    learned = corpus.manifests.get(model, {}).get("training", {}).get("learned_from")
    return set(corpus.by_id) if learned is None else set(learned)


def _passages(
    corpus: Corpus, book: Codebook, settings: ReviewSettings, segments: Sequence[Segment], model: str
) -> dict[str, list[Passage]]:
    """Transcript -> its passages, as a review of this version's suggestions shows them."""
    suggestions = present_suggestions(corpus.suggestions(model), corpus.manifests[model], book, corpus.history)
    wanted = {suggestion.transcript for suggestion in suggestions}
    here = [segment for segment in segments if segment.transcript in wanted]
    passages = build_passages(here, suggestions, book.ids, settings, begun=sampled_before(corpus.decisions_as_made))
    return group_by(passages, lambda passage: passage.segment.transcript)


def _is_finished(passages: Sequence[Passage], decisions: Sequence[Decision]) -> bool:
    """Everything that is in review was decided on, and what was drawn was coded to its end before suggestions were shown."""
    decided = {decision.place for decision in decisions}
    ended = {one.place for one in decisions if one.verdict is ReviewAction.LOOKED and not one.shown}
    in_review = [passage for passage in passages if passage.suggestions or passage.is_blind]
    return bool(in_review) and all(one.place in (ended if one.is_blind else decided) for one in in_review)


def _draw(model: str, passages: Sequence[Passage]) -> Iterator[ReviewDraw]:
    places: dict[Place, float] = {}
    for sample in (Sample.BLIND, Sample.BELOW):
        stratum = [one for one in passages if bool(one.suggestions) == (sample is Sample.BLIND)]
        drawn = [one.place for one in stratum if one.is_blind]
        if stratum and not drawn:
            return
        places |= dict.fromkeys(drawn, len(drawn) / max(len(stratum), 1))
    if places:
        yield ReviewDraw(model, places, frozenset(passage.place[0] for passage in passages))
