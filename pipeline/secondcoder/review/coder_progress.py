"""One coder's progress in memory: the store's decisions as they come in, grouped by passage."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import median
from threading import Lock
from typing import Any, TypeVar

from secondcoder.codebook.history import NO_HISTORY, CodeHistory
from secondcoder.codebook.present import present_decision
from secondcoder.domain.records import Decision, Place
from secondcoder.labels.new_decision import act_of
from secondcoder.labels.passage_state import PassageState, passage_state, resolve_decisions
from secondcoder.labels.review_sample import Passage

UNTOUCHED = PassageState()
MOST_CACHED = 40
T = TypeVar("T")


class CoderProgress:
    """What one coder decided, as it was recorded, oldest first; and what holds on each passage, in the present codes."""

    def __init__(self, coder: str, history: CodeHistory = NO_HISTORY) -> None:
        self.coder, self.changes = coder, history
        self.decisions: list[Decision] = []
        self._by_place: dict[Place, list[Decision]] = {}
        self._by_act: dict[str, list[Decision]] = {}
        self._states: dict[Place, PassageState] = {}
        self._cache: dict[tuple[str, int], tuple[int, object, Any]] = {}
        self.lock = Lock()

    @property
    def latest(self) -> int:
        """The newest row that was read."""
        return self.decisions[-1].id if self.decisions else 0

    def extend(self, decisions: Iterable[Decision]) -> None:
        """Add rows that were recorded since."""
        for decision in decisions:
            place = decision.place
            self.decisions.append(decision)
            self._by_place.setdefault(place, []).append(decision)
            self._by_act.setdefault(act_of(decision), []).append(decision)
            self._states.pop(place, None)

    def cached(self, name: str, source: object, compute: Callable[[], T]) -> T:
        """What `compute` makes of `source`, computed once until the coder decides again."""
        key, latest = (name, id(source)), self.latest
        entry = self._cache.get(key)
        # An id alone may belong to a later object: the entry counts only for the very object it was computed from.
        if entry is not None and entry[0] == latest and entry[1] is source:
            cached: T = entry[2]
            return cached
        value = compute()
        if len(self._cache) >= MOST_CACHED:
            self._cache.clear()
        self._cache[key] = latest, source, value
        return value

    def of_act(self, request: str) -> list[Decision]:
        """What was recorded for a request, with however many decisions it came to."""
        return self._by_act.get(request, [])

    def state(self, place: Place) -> PassageState:
        """What holds on a passage."""
        decisions = self._by_place.get(place)
        if not decisions:
            return UNTOUCHED
        if place not in self._states:
            self._states[place] = passage_state(decisions, self.changes)
        return self._states[place]

    def history(self, place: Place) -> list[Decision]:
        """All decisions in effect on a passage, newest first."""
        in_effect = resolve_decisions(self._by_place.get(place, ()))
        return [present_decision(decision, self.changes) for decision in reversed(in_effect)]

    def hides_suggestions(self, passage: Passage) -> bool:
        """The coder has to code the passage before its suggestions may be shown."""
        return self.state(passage.place).hides_suggestions(passage.sample)

    def is_coded_blind(self, passage: Passage) -> bool:
        """The blind coding of a passage is finished."""
        return self.state(passage.place).is_coded_blind

    def is_open(self, passage: Passage, code: str) -> bool:
        """The suggestion of a code on the passage still needs a decision."""
        return self.state(passage.place).is_open(code, passage.sample)

    def open_codes(self, passage: Passage) -> list[str]:
        """Suggestions that need a decision and may be shown; nobody has to decide on a folded one."""
        if self.hides_suggestions(passage):
            return []
        return [suggestion.code for suggestion in passage.shown if self.is_open(passage, suggestion.code)]

    def is_done(self, passage: Passage) -> bool:
        """Nothing is left to decide on the passage."""
        if passage.place not in self._by_place:  # as with most passages of a large study
            return not (passage.is_blind or passage.shown)
        if passage.is_blind and not self.is_coded_blind(passage):
            return False
        return not self.open_codes(passage)

    def typical_seconds(self) -> float | None:
        """Median time from seeing a passage to deciding, None before there is any."""

        def typical() -> float | None:
            in_effect = resolve_decisions(self.decisions)
            # Decisions from a spreadsheet have no time.
            times = [decision.seconds for decision in in_effect if decision.seconds]
            return median(times) if times else None

        return self.cached("seconds", self.decisions, typical)
