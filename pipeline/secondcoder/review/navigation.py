"""Where a coder is: in the queue or in a transcript, with which filter, at which item; and where the next one is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from secondcoder.errors import did_you_mean
from secondcoder.review.coder_progress import Work
from secondcoder.review.errors import DecisionError
from secondcoder.review.queue import Filter, Item, queue
from secondcoder.review.session import Desk

ORDERS = ("code", "transcript")


@dataclass(frozen=True)
class View:
    """A place to work: `transcript` is '' in the queue."""

    order: str
    transcript: str = ""
    wanted: Filter = field(default_factory=Filter)

    def url(self, item: Item | None = None) -> str:
        """The address of this view, at an item."""
        path = f"/transcript/{quote(self.transcript)}" if self.transcript else "/queue"
        asked = {"by": "" if self.transcript else self.order, **_asked(self.wanted), "at": item.key if item else ""}
        filled = {name: value for name, value in asked.items() if value}
        return f"{path}?{urlencode(filled)}" if filled else path

    @property
    def link(self) -> str:
        """The address of this view up to an item's key."""
        bare = self.url()
        return f"{bare}{'&' if '?' in bare else '?'}at="

    def items(self, desk: Desk) -> list[Item]:
        """What is to be decided here, in order. It never changes while the desk is open, so it is made once."""
        order = "transcript" if self.transcript else self.order
        return desk.remembered((order, self.wanted), lambda: queue(desk, order, self.wanted))


def read_view(desk: Desk, asked: Mapping[str, str], transcript: str = "") -> View:
    """The view that a link or a form asks for; DecisionError names what cannot be."""
    order = asked.get("by") or desk.study.configuration.review.order
    if order not in ORDERS:
        raise DecisionError(f"The queue goes by code or by transcript, not by '{order[:40]}'.")
    if transcript and transcript not in desk.interviews:
        near = did_you_mean(transcript, desk.interviews)
        raise DecisionError(f"No transcript '{transcript[:80]}' is in this review.{near}")
    code = asked.get("code", "").strip()
    known = desk.book.find(code) if code else ""
    if known is None:
        raise DecisionError(desk.book.lacks(code[:80]))
    wanted = Filter(
        known,
        asked.get("case", ""),
        transcript,
        _share(asked.get("least", "")),
        asked.get("text", "").strip()[:200],
        bool(asked.get("undecided")),
    )
    return View(order, transcript, wanted)


def _share(written: str) -> float:
    try:
        return min(max(float(written) / 100, 0.0), 1.0)
    except ValueError:
        return 0.0


def _asked(wanted: Filter) -> dict[str, str]:
    return {
        "code": wanted.code,
        "case": wanted.case,
        "least": f"{100 * wanted.least:.0f}" if wanted.least else "",
        "text": wanted.text,
        "undecided": "1" if wanted.undecided else "",
    }


def visible_items(items: list[Item], work: Work) -> list[Item]:
    """Those that may be shown now."""
    return work.remembered("shown", items, lambda: [one for one in items if not one.is_hidden(work)])


def item_at(items: list[Item], work: Work, key: str) -> Item | None:
    """The item asked for, else the first that waits, None when all is decided. A held-back one leads to its blind coding."""
    shown = visible_items(items, work)
    asked = next((one for one in shown if one.key == key), None)
    if asked is None and key:
        place = key.rpartition("~")[0]
        asked = next((one for one in shown if one.passage.key == place), None)
    return asked or next((one for one in shown if not one.is_done(work)), None)


def item_for(desk: Desk, view: View, work: Work, key: str) -> Item | None:
    """As `item_at`; but a passage on which nothing waits is found too, so that a code can be added anywhere."""
    items, passage = view.items(desk), desk.by_key.get(key.rpartition("~")[0])
    if passage is not None and all(one.passage is not passage for one in items):
        return Item(passage, None)
    return item_at(items, work, key)


def next_item(items: list[Item], work: Work, here: Item | None) -> Item | None:
    """The next that waits after `here`, from the front again at the end; None when all is decided."""
    shown = visible_items(items, work)
    if here is not None and here in shown:
        at = shown.index(here) + 1
        shown = shown[at:] + shown[:at]
    return next((one for one in shown if not one.is_done(work)), None)


def beside(items: list[Item], work: Work, here: Item, step: int) -> Item | None:
    """The neighbour of an item, decided or not; of a passage on which nothing waits, the nearest in the talk."""
    shown = visible_items(items, work)
    if here in shown:
        at = shown.index(here) + step
        return shown[at] if 0 <= at < len(shown) else None
    name, start = here.passage.place[:2]
    after = [one for one in shown if one.passage.place[0] == name and (one.passage.place[1] > start) == (step > 0)]
    return (after[0] if step > 0 else after[-1]) if after else None
