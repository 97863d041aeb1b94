"""The queue: what is to be decided, in the order of expected gain, grouped by code or by transcript."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import fmean

from secondcoder.domain.grouping import group_by
from secondcoder.labels.review_order import expected_gain, spread_evenly
from secondcoder.labels.review_sample import Passage, draw
from secondcoder.review.coder_progress import CoderProgress
from secondcoder.review.session import ReviewSession


@dataclass(frozen=True)
class Item:
    """One thing to decide: a suggestion, or with `code` None the blind coding of a passage."""

    passage: Passage
    code: str | None

    @property
    def key(self) -> str:
        """The item in one string, for links."""
        return f"{self.passage.key}~{self.code or ''}"

    def is_done(self, progress: CoderProgress) -> bool:
        """Decided by this coder."""
        if self.code is None:
            return progress.is_coded_blind(self.passage)
        return not progress.is_open(self.passage, self.code)

    def is_hidden(self, progress: CoderProgress) -> bool:
        """A suggestion whose passage must be coded blind first."""
        return bool(self.code) and progress.hides_suggestions(self.passage)


@dataclass(frozen=True)
class Filter:
    """Which items to show: of a code, a case, a transcript, from a probability on, with a text, only undecided ones."""

    code: str = ""
    case: str = ""
    transcript: str = ""
    least: float = 0.0
    text: str = ""
    undecided: bool = False

    def matches(self, review: ReviewSession, item: Item) -> bool:
        """The item is within the filter. Blind items are filtered by place and text alone: more would show what was suggested."""
        segment = item.passage.segment
        if self.transcript and segment.transcript != self.transcript:
            return False
        if self.case and review.transcripts[segment.transcript].case != self.case:
            return False
        if self.text and not self.finds(segment.text):
            return False
        if item.passage.is_blind:
            return True
        return self._matches_suggestion(review, item)

    def finds(self, text: str) -> bool:
        """The words searched for are in a text, in any case."""
        return bool(self.text) and self.text.casefold() in text.casefold()

    def _matches_suggestion(self, review: ReviewSession, item: Item) -> bool:
        code = item.code or ""
        suggestion = item.passage.suggestion(code)
        in_code = not self.code or code == self.code or self.code in review.book.ancestors(code)
        return in_code and suggestion is not None and suggestion.score >= self.least


def queue(review: ReviewSession, order: str, wanted: Filter | None = None) -> list[Item]:
    """All items of a review, decided or not, always in the same order for the same study and filter.

    Args:
        order: "code": code by code, the passage with the largest expected gain first; "transcript": interview by interview, each in
            its own order.
    """
    wanted = wanted or Filter()
    items = [item for item in _items(review.passages) if wanted.matches(review, item)]
    # In the order of the text, a blind passage's place gives nothing away.
    if order == "transcript":
        return _grouped(review, items, lambda item: item.passage.segment.transcript, sort=False)
    ordinary = [item for item in items if not item.passage.is_blind]
    return spread_evenly(_grouped(review, ordinary, lambda item: item.code or "", sort=True), _blind(review, items))


def _items(passages: Iterable[Passage]) -> Iterable[Item]:
    for passage in passages:
        if passage.is_blind:
            yield Item(passage, None)
        yield from (Item(passage, suggestion.code) for suggestion in passage.suggestions)


def _blind(review: ReviewSession, items: Iterable[Item]) -> list[list[Item]]:
    """The items of each blind passage, the passages in a random order."""
    # By a draw and not by gain, which would show what was suggested.
    seed = review.study.configuration.review.sample_seed
    by_passage = group_by((item for item in items if item.passage.is_blind), lambda item: item.passage.key)
    return sorted(by_passage.values(), key=lambda members: draw(members[0].passage.place, seed, "queue"))


def _grouped(review: ReviewSession, items: list[Item], group: Callable[[Item], str], sort: bool) -> list[Item]:
    """Groups by their mean gain, the largest first; with `sort` also within each."""
    ranked = sorted(
        group_by(items, group).items(), key=lambda pair: (-fmean(gain(review, item) for item in pair[1]), pair[0])
    )
    if not sort:
        return [item for _, members in ranked for item in members]
    return [item for _, members in ranked for item in sorted(members, key=lambda item: (-gain(review, item), item.key))]


def gain(review: ReviewSession, item: Item) -> float:
    """Expected gain of deciding on an item; 0 for a blind coding, which decides on no suggestion."""
    suggestion = item.passage.suggestion(item.code or "")
    return expected_gain(suggestion, review.examples[suggestion.code]) if suggestion else 0.0
