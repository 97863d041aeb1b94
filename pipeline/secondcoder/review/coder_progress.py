"""One coder's work in memory: the store's rows as they grow, folded by passage."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import median
from threading import Lock
from typing import Any, TypeVar

from secondcoder.codebook.history import NEVER_CHANGED, Fates
from secondcoder.codebook.present import present_decision
from secondcoder.domain.records import Decision, Verdict
from secondcoder.labels.decisions import Standing, effective, standing
from secondcoder.review.passages import Passage, Place

NOTHING = Standing()
MOST_REMEMBERED = 40
T = TypeVar("T")


class Work:
    """What one coder decided, as it was said, oldest first; and what holds on each passage, in the present codes."""

    def __init__(self, coder: str, fates: Fates = NEVER_CHANGED) -> None:
        self.coder, self.fates = coder, fates
        self.decisions: list[Decision] = []
        self._by_place: dict[Place, list[Decision]] = {}
        self._standing: dict[Place, Standing] = {}
        self._remembered: dict[tuple[str, int], tuple[int, object, Any]] = {}
        self.lock = Lock()

    @property
    def latest(self) -> int:
        """The newest row that was taken."""
        return self.decisions[-1].id if self.decisions else 0

    def take(self, decisions: Iterable[Decision]) -> None:
        """Take rows that came since."""
        for one in decisions:
            place = one.transcript, one.start, one.end
            self.decisions.append(one)
            self._by_place.setdefault(place, []).append(one)
            self._standing.pop(place, None)

    def remembered(self, what: str, about: object, make: Callable[[], T]) -> T:
        """What `make` makes of `about`, made once until the coder decides again."""
        key, latest = (what, id(about)), self.latest
        kept = self._remembered.get(key)
        if kept is not None and kept[0] == latest and kept[1] is about:
            found: T = kept[2]
            return found
        made = make()
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[key] = latest, about, made
        return made

    def standing(self, place: Place) -> Standing:
        """What holds on a passage."""
        told = self._by_place.get(place)
        if not told:
            return NOTHING
        if place not in self._standing:
            self._standing[place] = standing(told, self.fates)
        return self._standing[place]

    def history(self, place: Place) -> list[Decision]:
        """All decisions that hold on a passage, newest first."""
        return [present_decision(one, self.fates) for one in effective(self._by_place.get(place, ()))[::-1]]

    def is_coded_blind(self, passage: Passage) -> bool:
        """The blind coding of a passage is finished."""
        holds = self.standing(passage.place)
        return holds.looked_blind is not None or holds.looked is not None

    def is_open(self, passage: Passage, code: str) -> bool:
        """The suggestion of a code on the passage still waits for a word.

        Where the coder had given the same code blind, or kept the blind coding as it was, there is nothing to decide.
        """
        holds = self.standing(passage.place)
        if holds.verdict_on(code) is not None:
            return False
        return not (passage.is_blind and (holds.looked is not None or code in holds.own_codes))

    def open_codes(self, passage: Passage) -> list[str]:
        """Suggestions that wait for a word and may be seen."""
        if passage.is_blind and not self.standing(passage.place).revealed:
            return []
        return [one.code for one in passage.suggestions if self.is_open(passage, one.code)]

    def is_done(self, passage: Passage) -> bool:
        """Nothing is left to decide on the passage."""
        if passage.is_blind and not self.is_coded_blind(passage):
            return False
        return not self.open_codes(passage)

    def typical_seconds(self) -> float | None:
        """Median time from seeing a passage to deciding, None before there is any."""

        def typical() -> float | None:
            times = [
                one.seconds for one in effective(self.decisions) if one.seconds and one.verdict is not Verdict.UNDO
            ]
            return median(times) if times else None

        return self.remembered("seconds", self.decisions, typical)
