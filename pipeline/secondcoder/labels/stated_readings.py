"""The readings that a coder stated on one transcript, apart from the looks that come and go with their codings.

A recode of an independent coding, once others' codings or suggestions could be seen, takes the old code out of what was read there
(`labels.recoding`). What is left of a reading is told as the reading that was stated, with what was taken out of it; what is left of a
coding's look was stated by nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from secondcoder.domain.records import Coding, Span
from secondcoder.domain.spans import difference, merged
from secondcoder.exchange.read_spans import passes_of_codings
from secondcoder.store.hand_marks import HandEvent, MadePass, Marks
from secondcoder.store.rows import MadeCoding

RECODED = "recoded"
READ = "read"
Epoch = tuple[str, int]
"""A codebook's hash and the last change before it: what was coded in one epoch was looked for in the same codes."""
Codes = Callable[[str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Statement:
    """A reading as it was stated, and the passes that hold what is left of it: itself, unless a recode took a code out."""

    look: MadePass
    parts: tuple[MadePass, ...]

    @property
    def taken_out(self) -> dict[Span, list[str]]:
        """Span -> the codes that a recode took out of the reading there."""
        out: dict[Span, list[str]] = {}
        for code in self.look.made.codes:
            left = merged(part.made.span for part in self.parts if code in part.made.codes)
            for span in difference(self.look.made.span, left):
                out.setdefault(span, []).append(code)
        return out


def statements(marks: Marks, codes_of: Codes, events: Iterable[HandEvent]) -> list[Statement]:
    """What a coder, or a table of theirs, said to have read.

    Args:
        marks: the coder's.
        codes_of: the codes of a codebook, by its hash.
        events: their actions, newest first.
    """
    made = [*events]
    parts, said = _parts(made), dict[MadePass, list[MadePass]]()
    for look in readings(marks, codes_of, stated_in(made)):
        whole: MadePass | None = look
        while whole and parts.get(whole, whole) != whole:
            whole = parts[whole]
        if whole:
            said.setdefault(whole, []).append(look)
    return [Statement(whole, tuple(left)) for whole, left in said.items()]


def readings(marks: Marks, codes_of: Codes, spoken: Collection[MadePass] = frozenset()) -> list[MadePass]:
    """One coder's passes that are more than the looks of their own codings."""
    looks: set[MadePass] = set()
    for epoch in {(row.codebook, row.after_change) for row in marks.codings}:
        looks |= set(looks_of(marks.codings, codes_of(epoch[0]), epoch))
    return [look for look in marks.passes if look in spoken or look not in looks]


def stated_in(events: Iterable[HandEvent]) -> set[MadePass]:
    """The readings, and parts of readings, that a coder's actions, newest first, stated and did not take back."""
    said: dict[MadePass, bool] = {}
    for event in _standing(events):
        for look in event.put.passes:
            said.setdefault(look, True)
        for look in event.took.passes:
            said.setdefault(look, False)
    return {look for look, stands in said.items() if stands}


def looks_of(
    codings: Iterable[MadeCoding], codes: tuple[str, ...], epoch: Epoch, said: Iterable[MadePass] = ()
) -> list[MadePass]:
    """The looks of an epoch's codings that no reading `said` covers, by the rule of a coded table."""
    stated = [look.made for look in said if look.after_change == epoch[1]]
    return [MadePass(look, epoch[1]) for look in passes_of_codings(_of(codings, epoch), stated, codes)]


def _of(codings: Iterable[MadeCoding], epoch: Epoch) -> list[Coding]:
    return [row.coding for row in codings if row.imported and (row.codebook, row.after_change) == epoch]


def _parts(events: Iterable[HandEvent]) -> Mapping[MadePass, MadePass | None]:
    """Pass -> the look that a recode took a code out of, so that the pass was left; None where nobody had stated that look."""
    parts: dict[MadePass, MadePass | None] = {}
    for event in _standing(events):
        for part in event.put.passes if event.action == RECODED else ():
            whole = next((look for look in event.took.passes if _holds(look, part)), None)
            parts.setdefault(part, None if part in event.unsaid else whole)
        for look in event.put.passes if event.action == READ else ():
            parts.setdefault(look, look)
    return parts


def _holds(whole: MadePass, part: MadePass) -> bool:
    (start, end), (first, last) = whole.made.span, part.made.span
    same = (whole.after_change, whole.made.origin) == (part.after_change, part.made.origin)
    return same and start <= first and last <= end and set(part.made.codes) <= set(whole.made.codes)


def _standing(events: Iterable[HandEvent]) -> list[HandEvent]:
    """Actions without the recodes that were undone, and without their undoing: it states nothing."""
    made = [*events]
    gone = {event.undoes for event in made} & {event.id for event in made if event.action == RECODED}
    return [event for event in made if event.id not in gone and (event.undoes is None or event.undoes not in gone)]
