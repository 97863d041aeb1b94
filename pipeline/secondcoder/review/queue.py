"""The queue: passages one at a time, in the order of expected gain, grouped by code or by transcript."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import fmean

from secondcoder.review.coder_progress import Work
from secondcoder.review.passages import Passage, draw, expected_gain
from secondcoder.review.session import Desk


@dataclass(frozen=True)
class Item:
    """One thing to decide: a suggestion, or with `code` None the blind coding of a passage."""

    passage: Passage
    code: str | None

    @property
    def key(self) -> str:
        """As one word, for links."""
        return f"{self.passage.key}~{self.code or ''}"

    def is_done(self, work: Work) -> bool:
        """Decided by this coder."""
        if self.code is None:
            return work.is_coded_blind(self.passage)
        return not work.is_open(self.passage, self.code)

    def is_hidden(self, work: Work) -> bool:
        """A suggestion whose passage must be coded blind first."""
        return bool(self.code) and self.passage.is_blind and not work.standing(self.passage.place).revealed


@dataclass(frozen=True)
class Filter:
    """What of the review is wanted: codes, a case, a transcript, a least probability, text, only what is undecided."""

    code: str = ""
    case: str = ""
    transcript: str = ""
    least: float = 0.0
    text: str = ""
    undecided: bool = False

    def wants(self, desk: Desk, item: Item) -> bool:
        """The item is within the filter. Blind items pass by place and text alone: more would tell what was suggested."""
        segment = item.passage.segment
        if self.transcript and segment.transcript != self.transcript:
            return False
        if self.case and desk.transcripts[segment.transcript].case != self.case:
            return False
        if self.text and not self.finds(segment.text):
            return False
        if item.passage.is_blind:
            return True
        return self._wants_suggestion(desk, item)

    def finds(self, text: str) -> bool:
        """The words searched for are in a text, in any case."""
        return bool(self.text) and self.text.casefold() in text.casefold()

    def _wants_suggestion(self, desk: Desk, item: Item) -> bool:
        code = item.code or ""
        suggestion = item.passage.suggestion(code)
        in_code = not self.code or code == self.code or self.code in desk.book.ancestors(code)
        return in_code and suggestion is not None and suggestion.score >= self.least


def queue(desk: Desk, order: str, wanted: Filter | None = None) -> list[Item]:
    """All items of a review, decided or not, in an order that is always the same for the same study and filter.

    Args:
        order: "code": code by code, the passage with most to gain first; "transcript": interview by interview, in their order.
    """
    wanted = wanted or Filter()
    items = [one for one in _items(desk.passages) if wanted.wants(desk, one)]
    plain = [one for one in items if not one.passage.is_blind]
    blind = [one for one in items if one.passage.is_blind]
    if order == "transcript":
        return _grouped(desk, items, lambda one: one.passage.segment.transcript, sort=False)
    seed = desk.study.configuration.review.sample_seed
    blind.sort(key=lambda one: draw(one.passage.place, seed, "queue"))
    return _strewn(_grouped(desk, plain, lambda one: one.code or "", sort=True), blind)


def _items(passages: Iterable[Passage]) -> Iterable[Item]:
    for one in passages:
        if one.is_blind:
            yield Item(one, None)
        yield from (Item(one, suggestion.code) for suggestion in one.suggestions)


def _grouped(desk: Desk, items: list[Item], group: Callable[[Item], str], sort: bool) -> list[Item]:
    """Groups by their mean gain, the largest first; with `sort` also within each."""
    groups: dict[str, list[Item]] = {}
    for one in items:
        groups.setdefault(group(one), []).append(one)
    ranked = sorted(groups.items(), key=lambda pair: (-fmean(gain(desk, one) for one in pair[1]), pair[0]))
    if not sort:
        return [one for _, members in ranked for one in members]
    return [one for _, members in ranked for one in sorted(members, key=lambda one: (-gain(desk, one), one.key))]


def gain(desk: Desk, item: Item) -> float:
    """Expected gain of an item; a blind one counts as the mean of what could be suggested there."""
    suggestion = item.passage.suggestion(item.code or "")
    return expected_gain(suggestion, desk.examples[suggestion.code]) if suggestion else 0.0


def _strewn(plain: list[Item], blind: list[Item]) -> list[Item]:
    """Blind passages evenly among the others, so that their place says nothing of what was suggested on them."""
    passages: dict[str, list[Item]] = {}
    for one in blind:
        passages.setdefault(one.passage.key, []).append(one)
    blocks = list(passages.values())
    mixed: list[Item] = []
    due = 0
    for at in range(len(plain) + 1):
        while due < len(blocks) and (due + 0.5) * len(plain) <= at * len(blocks):
            mixed += blocks[due]
            due += 1
        if at < len(plain):
            mixed.append(plain[at])
    return mixed + [one for block in blocks[due:] for one in block]
