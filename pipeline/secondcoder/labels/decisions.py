"""From a coder's decisions to what holds: pure functions over append-only rows.

Decisions fall into slots: a suggestion's code, or a code that the coder added. The last word in a slot holds; an undo takes its
target out, and what was said before holds again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from secondcoder.codebook.history import NEVER_CHANGED, Codes, Fates, visible
from secondcoder.codebook.present import present_decision
from secondcoder.domain.records import Coding, CodingPass, Decision, Origin, Verdict

T = TypeVar("T", Coding, CodingPass)
NO_OTHER: Mapping[str, Sequence[str]] = {}
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
        held: every word on a code that holds, as it was made, also on codes that were split or retired since.
        unsure: what the codes left unsure may be by now.
    """

    independent: dict[str, Decision] = field(default_factory=dict)
    reviewed: dict[str, Decision] = field(default_factory=dict)
    looked_blind: Decision | None = None
    looked: Decision | None = None
    revealed: bool = False
    held: tuple[Decision, ...] = ()
    unsure: Codes = frozenset()

    @property
    def own_codes(self) -> list[str]:
        """Codes of the blind coding, in the order they were given."""
        return [one.code for one in self.independent.values() if one.code]

    def verdict_on(self, code: str) -> Decision | None:
        """The last word on the suggestion of a code."""
        return self.reviewed.get(code)

    @property
    def withdrawn(self) -> list[Decision]:
        """Words of the blind coding that the coder took back once the suggestions were on screen. They stay in `independent`."""
        return [one for one in self.independent.values() if one.code and self._takes_back(one.code)]

    def _takes_back(self, code: str) -> bool:
        words = [self.reviewed[slot] for slot in (code, f"+{code}") if slot in self.reviewed]
        gives = any(one.verdict in MARKING and one.code == code for one in words)
        return not gives and any(one.verdict is not Verdict.UNSURE for one in words)

    def keeps(self, decision: Decision) -> bool:
        """A word of the blind coding, which stays what it was: the suggestions have been seen since."""
        return self.revealed and decision.origin is Origin.INDEPENDENT and decision.verdict is not Verdict.LOOKED

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


@dataclass(frozen=True)
class _Slot:
    """The words that hold in a slot; several when slots were merged with their codes. `whole`: all that were merged had a word."""

    words: tuple[Decision, ...]
    whole: bool = True


_Slots = dict[tuple[str, Codes], _Slot]
"""By kind ('' for a suggestion, '+' for a code of the coder's own) and what the code may be by now."""


def standing(decisions: Sequence[Decision], fates: Fates = NEVER_CHANGED) -> Standing:
    """What holds on a passage, in the present codes, from all its decisions by one coder as they were made.

    What was said of codes that are merged now holds together: given where either was given, refused where all were. What was said
    of a code that was split or retired is on no screen any more, but still stands behind its codings.
    """
    independent: _Slots = {}
    reviewed: _Slots = {}
    looked: dict[bool, Decision | None] = {False: None, True: None}
    after = 0
    for one in effective(decisions):
        independent, reviewed = (_carried(slots, fates, after, one.after_change) for slots in (independent, reviewed))
        after = one.after_change
        slots = independent if one.origin is Origin.INDEPENDENT else reviewed
        if one.verdict is Verdict.LOOKED:
            looked[one.shown] = one
        elif one.verdict is Verdict.REMOVE and (slots is independent or _slot_key(one) not in independent):
            slots.pop(_slot_key(one), None)
        else:
            slots[_slot_key(one)] = _Slot((one,))
    independent, reviewed = (_carried(slots, fates, after, fates.latest) for slots in (independent, reviewed))
    revealed = any(one.shown or one.verdict is Verdict.LOOKED for one in decisions)
    return Standing(
        _on_screen(independent, fates),
        _on_screen(reviewed, fates),
        looked[False],
        looked[True],
        revealed,
        tuple(one for slots in (independent, reviewed) for slot in slots.values() for one in slot.words),
        _unsure(reviewed),
    )


def slot_of(decision: Decision) -> str:
    """The slot a decision speaks on."""
    return decision.suggested or f"+{decision.code}"


def _slot_key(one: Decision) -> tuple[str, Codes]:
    return ("", frozenset({one.suggested})) if one.suggested else ("+", frozenset({one.code or ""}))


def _carried(slots: _Slots, fates: Fates, after: int, until: int) -> _Slots:
    """Slots as they are after the changes later than `after`, up to `until`."""
    for change in fates.since(after):
        if change.id > until:
            break
        moved: _Slots = {}
        for (kind, codes), slot in slots.items():
            into = change.carry(codes)
            known = moved.get((kind, into), _Slot(()))
            has_all = all((kind, frozenset({one})) in slots for one in change.sources(into))
            moved[kind, into] = _Slot(known.words + slot.words, known.whole and slot.whole and has_all)
        slots = moved
    return slots


def _on_screen(slots: _Slots, fates: Fates) -> dict[str, Decision]:
    """The word to show in each slot whose code is certain; none where a merged code was only partly refused."""
    found: dict[str, Decision] = {}
    for (kind, codes), slot in slots.items():
        code = next(iter(codes))
        if len(codes) > 1 or not visible(codes):
            continue
        words = [present_decision(one, fates) for one in slot.words]
        gives = [one for one in words if one.verdict in MARKING and one.code == code]
        if gives or slot.whole:
            unsure = [one for one in words if one.verdict is Verdict.UNSURE]
            found[f"{kind}{code}"] = (gives or unsure or words)[-1]
    return found


def _unsure(slots: _Slots) -> Codes:
    """What the codes left unsure may be by now."""
    return frozenset().union(
        *(codes for (_, codes), slot in slots.items() if any(one.verdict is Verdict.UNSURE for one in slot.words))
    )


Made = tuple[T, Decision]
"""A coding or a pass with the decision it came from, in the codes of that decision."""


def outcome(
    holds: Standing,
    codes: Sequence[str],
    fates: Fates = NEVER_CHANGED,
    then: Mapping[str, Sequence[str]] = NO_OTHER,
) -> tuple[list[Made[Coding]], list[Made[CodingPass]]]:
    """Codings and passes that follow, each in the codes of its decision, so that a change of the codebook changes no row.

    A code that was rejected, changed or withdrawn was looked for and not found. Saying that no other code applies covers all codes but
    those left unsure.

    Args:
        codes: the present ones; `then` those of earlier codebooks, by hash: nobody looked for codes that were not there.
    """
    codings: dict[tuple[Coding, int], Decision] = {}
    passes: dict[tuple[CodingPass, int], Decision] = {}
    for one in holds.held:
        if one.verdict in MARKING and one.code:
            codings[_coding(one), one.after_change] = one
        refused = _refused(one)
        if refused:
            passes[_pass(one, (refused,)), one.after_change] = one
    for looked, unsure in ((holds.looked_blind, Codes()), (holds.looked, holds.unsure)):
        if looked:
            known, after = then.get(looked.codebook, codes), looked.after_change
            left = tuple(code for code in known if not fates.of(code, after).codes & unsure)
            passes[_pass(looked, left), after] = looked
    return [(key[0], one) for key, one in codings.items()], [(key[0], one) for key, one in passes.items()]


def _refused(one: Decision) -> str | None:
    if one.verdict is Verdict.REMOVE:
        return one.code
    dropped = one.verdict is Verdict.REJECT or (one.verdict is Verdict.CHANGE and one.code != one.suggested)
    return one.suggested if dropped else None


def still_meant(codings: Iterable[Coding], decisions: Iterable[Decision], fates: Fates = NEVER_CHANGED) -> list[Coding]:
    """The codings without those of blind codings that their coders withdrew once the suggestions were on screen.

    Args:
        codings: in the present codes; `decisions` as they were made.
    """
    told: dict[tuple[str, str, int, int], list[Decision]] = {}
    for one in decisions:
        told.setdefault((one.coder, one.transcript, one.start, one.end), []).append(one)
    gone = {_kind(_coding(one)) for said in told.values() for one in standing(said, fates).withdrawn}
    return [one for one in codings if _kind(one) not in gone]


def _kind(one: Coding) -> tuple[str, int, int, str, str, Origin]:
    return one.transcript, one.start, one.end, one.code, one.coder, one.origin


def _coding(one: Decision) -> Coding:
    start, end = one.code_start, one.code_end
    if start is None or end is None:
        start, end = one.start, one.end
    return Coding(one.transcript, start, end, one.code or "", one.coder, one.origin, one.valence, one.memo)


def _pass(one: Decision, codes: tuple[str, ...]) -> CodingPass:
    return CodingPass(one.transcript, one.coder, one.start, one.end, codes, one.origin)
