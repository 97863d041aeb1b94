"""From a coder's decisions to what holds: pure functions over append-only rows.

Decisions fall into slots: a suggestion's code, or a code that the coder added. The last word in a slot holds; an undo takes its
target out, and what was said before holds again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from secondcoder.records import Coding, CodingPass, Decision, Origin, Verdict

MARKING = (Verdict.ACCEPT, Verdict.CHANGE, Verdict.ADD)
"""Verdicts that leave a coding."""


@dataclass(frozen=True)
class Standing:
    """What holds on one passage for one coder.

    Attributes:
        independent: codes given while the suggestions were held back, by slot.
        reviewed: the last word in each slot since they were seen.
        looked_blind: the coder said that the blind coding is whole; from then on the suggestions are shown.
        looked: the coder said that no other code applies, with the suggestions on screen.
        revealed: the suggestions were on screen at some time; true for ever, also after an undo.
    """

    independent: dict[str, Decision] = field(default_factory=dict)
    reviewed: dict[str, Decision] = field(default_factory=dict)
    looked_blind: Decision | None = None
    looked: Decision | None = None
    revealed: bool = False

    @property
    def own_codes(self) -> list[str]:
        """Codes of the blind coding, in the order they were given."""
        return [one.code for one in self.independent.values() if one.code]

    def verdict_on(self, code: str) -> Decision | None:
        """The last word on the suggestion of a code."""
        return self.reviewed.get(code)

    @property
    def added(self) -> list[Decision]:
        """Codes that the coder added beside the suggestions."""
        return [one for slot, one in self.reviewed.items() if slot.startswith("+") and one.verdict is Verdict.ADD]


def effective(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions that hold, oldest first: without undos and what they took back. An undo that was undone takes nothing back."""
    taken_back: set[int] = set()
    kept: list[Decision] = []
    for one in sorted(decisions, key=lambda one: one.id, reverse=True):
        if one.id in taken_back:
            continue
        if one.verdict is Verdict.UNDO:
            taken_back.add(one.undoes or 0)
        else:
            kept.append(one)
    return kept[::-1]


def standing(decisions: Sequence[Decision]) -> Standing:
    """What holds on a passage, from all its decisions by one coder."""
    independent: dict[str, Decision] = {}
    reviewed: dict[str, Decision] = {}
    looked: dict[bool, Decision | None] = {False: None, True: None}
    for one in effective(decisions):
        slots = independent if one.origin is Origin.INDEPENDENT else reviewed
        if one.verdict is Verdict.LOOKED:
            looked[one.shown] = one
        elif one.verdict is Verdict.REMOVE:
            slots.pop(slot_of(one), None)
        else:
            slots[slot_of(one)] = one
    revealed = any(one.shown or one.verdict is Verdict.LOOKED for one in decisions)
    return Standing(independent, reviewed, looked[False], looked[True], revealed)


def slot_of(decision: Decision) -> str:
    """The slot a decision speaks on."""
    return decision.suggested or f"+{decision.code}"


def outcome(holds: Standing, codes: Sequence[str]) -> tuple[dict[Coding, int], dict[CodingPass, int]]:
    """Codings and passes that follow, each with the decision it came from.

    A code that was rejected or changed was looked for and not found. Saying that no other code applies covers all `codes` but
    those left unsure.
    """
    codings: dict[Coding, int] = {}
    passes: dict[CodingPass, int] = {}
    for one in (*holds.independent.values(), *holds.reviewed.values()):
        if one.verdict in MARKING and one.code:
            codings[_coding(one)] = one.id
        dropped = one.verdict is Verdict.REJECT or (one.verdict is Verdict.CHANGE and one.code != one.suggested)
        if dropped and one.suggested:
            passes[_pass(one, (one.suggested,))] = one.id
    unsure = {one.suggested for one in holds.reviewed.values() if one.verdict is Verdict.UNSURE}
    if holds.looked_blind:
        passes[_pass(holds.looked_blind, tuple(codes))] = holds.looked_blind.id
    if holds.looked:
        left = tuple(code for code in codes if code not in unsure)
        passes[_pass(holds.looked, left)] = holds.looked.id
    return codings, passes


def _coding(one: Decision) -> Coding:
    start, end = one.code_start, one.code_end
    if start is None or end is None:
        start, end = one.start, one.end
    return Coding(one.transcript, start, end, one.code or "", one.coder, one.origin, one.valence, one.memo)


def _pass(one: Decision, codes: tuple[str, ...]) -> CodingPass:
    return CodingPass(one.transcript, one.coder, one.start, one.end, codes, one.origin)
