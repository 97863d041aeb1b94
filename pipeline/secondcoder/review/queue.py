"""The queue: the passages to decide on, in the order of expected gain, grouped by code, or as the interviews go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import fmean

from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Suggestion
from secondcoder.labels.review_order import expected_gain, spread_evenly
from secondcoder.labels.review_sample import Passage, draw
from secondcoder.labels.suggestion_trees import trees
from secondcoder.review.coder_progress import CoderProgress
from secondcoder.review.session import ReviewSession


@dataclass(frozen=True)
class Item:
    """A passage to decide on: to code blind first, or with suggestions; `code` is the one to begin with, of whichever a link named."""

    passage: Passage
    code: str | None = None

    @property
    def key(self) -> str:
        """The item in one string, for links."""
        return f"{self.passage.key}~{self.code or ''}"

    def is_done(self, progress: CoderProgress) -> bool:
        """Decided by this coder."""
        return progress.is_done(self.passage)


@dataclass(frozen=True)
class Filter:
    """Which passages to show: of a code, a case, a transcript, from a probability on, with a text, only undecided ones."""

    code: str = ""
    case: str = ""
    transcript: str = ""
    least: float = 0.0
    text: str = ""
    undecided: bool = False

    def matches(self, review: ReviewSession, passage: Passage) -> bool:
        """The passage is within the filter. Blind ones are filtered by place and text alone: more would show what was suggested."""
        segment = passage.segment
        if self.transcript and segment.transcript != self.transcript:
            return False
        if self.case and review.transcripts[segment.transcript].case != self.case:
            return False
        if self.text and not self.finds(segment.text):
            return False
        return passage.is_blind or any(self.asks_for(review, suggestion) for suggestion in passage.suggestions)

    def finds(self, text: str) -> bool:
        """The words searched for are in a text, in any case."""
        return bool(self.text) and self.text.casefold() in text.casefold()

    def asks_for(self, review: ReviewSession, suggestion: Suggestion) -> bool:
        """The suggestion is of the code, or of a sub-construct, and likely enough."""
        in_code = self.code in ("", suggestion.code, *review.book.ancestors(suggestion.code))
        return in_code and suggestion.score >= self.least

    def unfolded(self, review: ReviewSession, passage: Passage) -> Passage:
        """The passage with nothing folded that this filter asks for by its code or probability."""
        if not (self.code or self.least) or passage.is_blind:
            return passage
        asked = {suggestion.code for suggestion in passage.suggestions if self.asks_for(review, suggestion)}
        return replace(passage, folded=passage.folded - asked)


def queue(review: ReviewSession, order: str, wanted: Filter | None = None) -> list[Item]:
    """The passages of a review, decided or not, always in the same order for the same study and filter.

    Args:
        order: "code": code by code, each passage with its leading one, the code with the largest mean gain first, and of each code the
            passage with the largest; "transcript": interview by interview, each in its own order.
    """
    wanted = wanted or Filter()
    in_review = (passage for passage in review.passages if passage.suggestions or passage.is_blind)
    items = [Item(wanted.unfolded(review, passage)) for passage in in_review if wanted.matches(review, passage)]
    # In the order of the text, a blind passage's place gives nothing away.
    if order == "transcript":
        return items
    ordinary = [item for item in items if not item.passage.is_blind]
    return spread_evenly(_by_code(review, ordinary, wanted), [[item] for item in _blind(review, items)])


def _blind(review: ReviewSession, items: Iterable[Item]) -> list[Item]:
    """The blind passages in a random order."""
    # By a draw and not by gain, which would show what was suggested.
    seed = review.study.configuration.review.sample_seed
    return sorted(
        (item for item in items if item.passage.is_blind), key=lambda item: draw(item.passage.place, seed, "queue")
    )


def _by_code(review: ReviewSession, items: Iterable[Item], wanted: Filter) -> list[Item]:
    """Groups by their leading code, the one with the largest mean gain first; in each the likeliest first, then by gain."""
    leading = [(item, _leading(review, item, wanted)) for item in items]
    groups = group_by(leading, lambda pair: pair[1].code)
    ranked = sorted(groups.items(), key=lambda group: (-fmean(_gain(review, lead) for _, lead in group[1]), group[0]))
    ordered = []
    for _, members in ranked:
        # To see first what a code looks like: the likeliest passage, on a tie in the first interview.
        clearest = max(members, key=lambda pair: pair[1].score)
        rest = sorted((pair for pair in members if pair is not clearest), key=lambda pair: -_gain(review, pair[1]))
        ordered += [item for item, _ in (clearest, *rest)]
    return ordered


def _leading(review: ReviewSession, item: Item, wanted: Filter) -> Suggestion:
    """The suggestion at the top of the passage, of those that the filter asks for."""
    asked = [suggestion for suggestion in item.passage.shown if wanted.asks_for(review, suggestion)]
    return trees(asked, review.book)[0].rows[0][0]


def _gain(review: ReviewSession, suggestion: Suggestion) -> float:
    return expected_gain(suggestion, review.examples[suggestion.code])
