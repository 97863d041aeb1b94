"""The state of a passage for one coder, from their append-only decisions on it: a pure function.

Each suggested code is a slot, and so is each code that the coder added. The latest decision in a slot holds; an undo removes its
target, so that the decision before it holds again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from secondcoder.codebook.history import NO_HISTORY, CodeHistory, Codes, visible
from secondcoder.codebook.present import present_decision
from secondcoder.domain.records import Decision, Origin, ReviewAction, Sample

MARKING = (ReviewAction.ACCEPT, ReviewAction.CHANGE, ReviewAction.ADD)
"""Actions that leave a coding."""
ON_SUGGESTION = (ReviewAction.ACCEPT, ReviewAction.CHANGE, ReviewAction.REJECT, ReviewAction.UNSURE)
"""Actions that decide on a suggestion."""


@dataclass(frozen=True)
class PassageState:
    """What holds on one passage for one coder.

    Attributes:
        independent: codes given while the suggestions were held back, by slot.
        reviewed: the latest decision in each slot since they were shown.
        finished_blind: the coder ended the blind coding; from then on the suggestions are shown.
        finished: the coder said that no other code applies, with the suggestions on screen.
        revealed: the suggestions were on screen at some time; stays true after an undo, because they have been seen.
        in_effect: every decision on a code that holds, as it was made, also on codes that were split or retired since.
        unsure: the present codes that the codes left unsure may correspond to.
    """

    independent: dict[str, Decision] = field(default_factory=dict)
    reviewed: dict[str, Decision] = field(default_factory=dict)
    finished_blind: Decision | None = None
    finished: Decision | None = None
    revealed: bool = False
    in_effect: tuple[Decision, ...] = ()
    unsure: Codes = frozenset()

    @property
    def blind_codes(self) -> list[str]:
        """Codes of the blind coding, in the order they were given."""
        return [decision.code for decision in self.independent.values() if decision.code]

    @property
    def added(self) -> list[Decision]:
        """Codes that the coder added to the suggestions."""
        return [
            decision
            for slot, decision in self.reviewed.items()
            if slot.startswith("+") and decision.verdict is ReviewAction.ADD
        ]

    @property
    def withdrawn(self) -> list[Decision]:
        """Codes of the blind coding that the coder took back after seeing the suggestions. They stay in `independent`."""
        given = self.independent.values()
        return [decision for decision in given if decision.code and self._is_withdrawn(decision.code)]

    def _is_withdrawn(self, code: str) -> bool:
        decisions = [self.reviewed[slot] for slot in (code, f"+{code}") if slot in self.reviewed]
        gives = any(decision.verdict in MARKING and decision.code == code for decision in decisions)
        # Being unsure takes nothing back.
        return not gives and any(decision.verdict is not ReviewAction.UNSURE for decision in decisions)

    def decision_on(self, code: str) -> Decision | None:
        """The latest decision on the suggestion of a code."""
        return self.reviewed.get(code)

    def hides_suggestions(self, sample: Sample) -> bool:
        """The passage has to be coded before its suggestions may be shown."""
        return sample is not Sample.ORDINARY and not self.revealed

    @property
    def is_coded_blind(self) -> bool:
        """The blind coding is finished, also where its end was undone after the passage was finished with suggestions."""
        return self.finished_blind is not None or self.finished is not None

    def is_open(self, code: str, sample: Sample) -> bool:
        """The suggestion of a code still needs a decision.

        Where the coder had given the same code blind, or kept the blind coding as it was, there is nothing to decide.
        """
        if self.decision_on(code) is not None:
            return False
        return sample is Sample.ORDINARY or (self.finished is None and code not in self.blind_codes)

    def is_fixed(self, decision: Decision) -> bool:
        """A code of the blind coding, which cannot be undone once the suggestions have been seen: it would not be blind any more."""
        return self.revealed and decision.origin is Origin.INDEPENDENT and decision.verdict is not ReviewAction.LOOKED


def resolve_decisions(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions in effect, oldest first: without undos and their targets. An undo that was itself undone has no effect."""
    undone: set[int] = set()
    kept: list[Decision] = []
    # Newest first: an undo comes before its target, and one that was itself undone is skipped before it acts.
    for decision in sorted(decisions, key=lambda decision: decision.id, reverse=True):
        if decision.id in undone:
            continue
        if decision.verdict is ReviewAction.UNDO:
            undone.add(decision.undoes or 0)
        else:
            kept.append(decision)
    return kept[::-1]


@dataclass(frozen=True)
class _Slot:
    """The decisions in effect in a slot; several when slots were merged with their codes. `complete`: each merged slot had one."""

    decisions: tuple[Decision, ...]
    complete: bool = True


_Slots = dict[tuple[str, Codes], _Slot]
"""By kind ('' for a suggestion, '+' for a code of the coder's own) and the present codes that the code may correspond to."""


def passage_state(decisions: Sequence[Decision], history: CodeHistory = NO_HISTORY) -> PassageState:
    """What holds on a passage, in the present codes, given all decisions of one coder on it as they were made.

    Decisions on codes that are merged now are read together: the merged code is given where either was given, and refused where all
    were refused. A decision on a code that was split or retired is not shown any more, but its coding stays.
    """
    independent: _Slots = {}
    reviewed: _Slots = {}
    finished: dict[bool, Decision | None] = {False: None, True: None}  # by whether the suggestions were on screen
    after = 0
    for decision in resolve_decisions(decisions):
        # Oldest first, so slots are only ever carried forward in the codebook's history.
        upto, key = decision.after_change, _slot_key(decision)
        independent, reviewed = (_carried(slots, history, after, upto) for slots in (independent, reviewed))
        after = upto
        slots = independent if decision.origin is Origin.INDEPENDENT else reviewed
        if decision.verdict is ReviewAction.LOOKED:
            finished[decision.shown] = decision
        elif decision.verdict is ReviewAction.REMOVE and (slots is independent or key not in independent):
            slots.pop(key, None)  # a blind code removed later stays, with its removal beside it
        else:
            slots[key] = _Slot((decision,))
    independent, reviewed = (_carried(slots, history, after, history.latest) for slots in (independent, reviewed))
    slots_now = (*independent.values(), *reviewed.values())
    return PassageState(
        _shown(independent, history),
        _shown(reviewed, history),
        finished_blind=finished[False],
        finished=finished[True],
        # Of all decisions, not only those in effect: an undo does not make the suggestions unseen.
        revealed=any(decision.shown or decision.verdict is ReviewAction.LOOKED for decision in decisions),
        in_effect=tuple(decision for slot in slots_now for decision in slot.decisions),
        unsure=_unsure(reviewed),
    )


def _slot_key(decision: Decision) -> tuple[str, Codes]:
    if decision.suggested:
        return "", frozenset({decision.suggested})
    return "+", frozenset({decision.code or ""})


def _carried(slots: _Slots, history: CodeHistory, after: int, until: int) -> _Slots:
    """Slots as they are after the codebook changes later than `after`, up to `until`."""
    for change in history.since(after):
        if change.id > until:
            break
        moved: _Slots = {}
        for (kind, codes), slot in slots.items():
            into = change.carry(codes)
            known = moved.get((kind, into), _Slot(()))
            has_all = all((kind, frozenset({source})) in slots for source in change.sources(into))
            moved[kind, into] = _Slot(known.decisions + slot.decisions, known.complete and slot.complete and has_all)
        slots = moved
    return slots


def _shown(slots: _Slots, history: CodeHistory) -> dict[str, Decision]:
    """The decision to show in each slot whose code is certain; none where only some of the merged codes were refused."""
    shown: dict[str, Decision] = {}
    for (kind, codes), slot in slots.items():
        code = next(iter(codes))
        if len(codes) > 1 or not visible(codes):
            continue
        decisions = [present_decision(decision, history) for decision in slot.decisions]
        gives = [decision for decision in decisions if decision.verdict in MARKING and decision.code == code]
        if gives or slot.complete:
            unsure = [decision for decision in decisions if decision.verdict is ReviewAction.UNSURE]
            shown[f"{kind}{code}"] = (gives or unsure or decisions)[-1]
    return shown


def _unsure(slots: _Slots) -> Codes:
    """The present codes that those left unsure may correspond to."""
    unsure = (
        codes
        for (_, codes), slot in slots.items()
        if any(decision.verdict is ReviewAction.UNSURE for decision in slot.decisions)
    )
    return frozenset().union(*unsure)
