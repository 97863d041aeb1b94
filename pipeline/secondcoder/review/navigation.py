"""Where a coder is: in the queue or in a transcript, with which filter, at which item; and where the next one is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

from secondcoder.errors import DecisionError, NoSuchPageError, did_you_mean
from secondcoder.review.coder_progress import CoderProgress
from secondcoder.review.queue import Filter, Item, queue
from secondcoder.review.session import ReviewSession

ORDERS = ("code", "transcript")


@dataclass(frozen=True)
class View:
    """The passages that a page goes through: of the queue, or of `transcript` where that is not ''."""

    order: str
    transcript: str = ""
    wanted: Filter = field(default_factory=Filter)

    def url(self, item: Item | None = None) -> str:
        """The address of this view, at an item."""
        path = f"/transcript/{quote(self.transcript)}" if self.transcript else "/queue"
        query = {"by": "" if self.transcript else self.order, **_query(self.wanted), "at": item.key if item else ""}
        filled = {name: value for name, value in query.items() if value}
        return f"{path}?{urlencode(filled)}" if filled else path

    @property
    def link(self) -> str:
        """The address of this view up to an item's key."""
        bare = self.url()
        return f"{bare}{'&' if '?' in bare else '?'}at="

    def items(self, review: ReviewSession) -> list[Item]:
        """What is to be decided here, in order. It does not change while the review is open, so it is computed once."""
        order = "transcript" if self.transcript else self.order
        return review.cached((order, self.wanted), lambda: queue(review, order, self.wanted))


def read_view(review: ReviewSession, query: Mapping[str, str], transcript: str | None = None) -> View:
    """The view that a link or a form asks for, of the queue or of one transcript; DecisionError names what does not exist."""
    order = query.get("by") or review.study.configuration.review.order
    if order not in ORDERS:
        raise DecisionError(f"The queue is ordered by code or by transcript, not by '{order[:40]}'.")
    if transcript is not None and transcript not in review.interviews:
        near = did_you_mean(transcript, review.interviews)
        raise NoSuchPageError(f"No transcript '{transcript[:80]}' is in this review.{near}")
    code = query.get("code", "").strip()
    known = review.book.find(code) if code else ""
    if known is None:
        raise DecisionError(review.book.missing_code_message(code[:80]))
    wanted = Filter(
        known,
        query.get("case", ""),
        transcript or "",
        _share(query.get("least", "")),
        query.get("text", "").strip()[:200],
        bool(query.get("undecided")),
    )
    return View(order, wanted.transcript, wanted)


def _share(written: str) -> float:
    try:
        return min(max(float(written) / 100, 0.0), 1.0)
    except ValueError:
        return 0.0


def _query(wanted: Filter) -> dict[str, str]:
    return {
        "code": wanted.code,
        "case": wanted.case,
        "least": f"{100 * wanted.least:.0f}" if wanted.least else "",
        "text": wanted.text,
        "undecided": "1" if wanted.undecided else "",
    }


def item_at(items: list[Item], progress: CoderProgress, key: str) -> Item | None:
    """The item asked for, beginning with the code that the key names, else the first open one, None when all are decided."""
    passage, _, code = key.rpartition("~")
    asked = next((item for item in items if item.passage.key == passage), None)
    if asked is not None:
        return replace(asked, code=code or None)
    return next((item for item in items if not item.is_done(progress)), None)


def item_for(review: ReviewSession, view: View, progress: CoderProgress, key: str) -> Item | None:
    """As `item_at`; but a passage without anything to decide is found too, so that a code can be added anywhere."""
    items, passage = view.items(review), review.by_key.get(key.rpartition("~")[0])
    if passage is not None and all(item.passage.place != passage.place for item in items):
        return Item(passage)
    return item_at(items, progress, key)


def next_item(items: list[Item], progress: CoderProgress, current: Item | None) -> Item | None:
    """The next open item after `current`, from the front again at the end; None when all are decided."""
    at = _place_of(current, items) if current else None
    ahead = items if at is None else items[at + 1 :] + items[: at + 1]
    return next((item for item in ahead if not item.is_done(progress)), None)


def neighbour(items: list[Item], current: Item, step: int) -> Item | None:
    """The item `step` further, decided or not; for a passage without anything to decide, the nearest in its transcript."""
    at = _place_of(current, items)
    if at is not None:
        return items[at + step] if 0 <= at + step < len(items) else None
    transcript, start = current.passage.place[:2]
    beyond = [
        item for item in items if item.passage.place[0] == transcript and (item.passage.place[1] > start) == (step > 0)
    ]
    return (beyond[0] if step > 0 else beyond[-1]) if beyond else None


def _place_of(current: Item, items: list[Item]) -> int | None:
    return next((at for at, item in enumerate(items) if item.passage.place == current.passage.place), None)
