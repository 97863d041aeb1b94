"""Marks as they were made, in the present codes: pure functions, nothing is lost or rewritten.

A renamed code is the same one. A merged code is there where either was, and was looked for where both were. What carried a code
that was split carries one of the new ones, nobody knows which: until a researcher says, silence on them means nothing there,
and neither does silence on the codes above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from secondcoder.codebook.history import Codes, Fates, visible
from secondcoder.domain.records import Coding, CodingPass, Decision, Origin, Valence

Span = tuple[int, int]
Key = tuple[str, int, int, str, str, str]
"""Transcript, start, end, code as it was given, coder, origin."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A researcher's word on a coding whose code was split: `codes`, in the codes after the change `after`, may be none."""

    key: Key
    made: int
    codes: tuple[str, ...]
    after: int
    at: str = ""
    who: str = ""


Assigned = Mapping[tuple[Key, int], Assignment]
"""The last word on a coding, by its key and the change after which the coding was made."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A coding, as it was made after the change `made`, of a code that was split.

    Attributes:
        options: what it may be, in the present codes.
        said: the codes that a researcher gave it, None before anybody did.
        open: it waits for a word; again so when one of the codes it was given was itself split.
    """

    coding: Coding
    made: int
    options: tuple[str, ...]
    said: tuple[str, ...] | None
    open: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place on which silence about these codes says nothing, whoever kept it."""

    transcript: str
    start: int
    end: int
    codes: Codes


def key_of(coding: Coding) -> Key:
    """What makes a coding one of its kind."""
    return coding.transcript, coding.start, coding.end, coding.code, coding.coder, coding.origin.value


def _codes_now(coding: Coding, made: int, fates: Fates, assigned: Assigned) -> tuple[list[str], Codes]:
    """The codes that a coding certainly is now, and those that are in doubt on its place."""
    said = assigned.get((key_of(coding), made))
    first = fates.of(coding.code, made)
    found = [fates.of(code, said.after) for code in said.codes] if said else [first]
    sure = [fate.certain for fate in found if fate.certain]
    doubtful = frozenset().union(*(fate.codes | fate.above for fate in found if not fate.certain))
    # Assigned to none of the new codes, a coding still spoke of the code above.
    return sure, visible(doubtful if found else first.above)


def present_codings(made: Iterable[tuple[Coding, int]], fates: Fates, assigned: Assigned) -> list[Coding]:
    """Codings in the present codes, ordered by transcript, span, code, coder, origin.

    Args:
        made: each coding with the number of the change after which it was made.
    """
    found: dict[Key, Coding] = {}
    for coding, after in made:
        for code in _codes_now(coding, after, fates, assigned)[0]:
            now = coding if code == coding.code else replace(coding, code=code)
            known = found.get(key_of(now))
            found[key_of(now)] = _joined(known, now) if known else now
    return [found[key] for key in sorted(found)]


def _joined(first: Coding, second: Coding) -> Coding:
    """Two codings of one coder and place that came to have the same code: both memos, and mixed where the valences differ."""
    valences = {one.valence for one in (first, second)} - {None}
    valence = Valence.MIXED if len(valences) > 1 else next(iter(valences), None)
    memos = dict.fromkeys(one.memo for one in (first, second) if one.memo)
    return replace(first, valence=valence, memo="\n".join(memos))


def pending(
    made: Iterable[tuple[Coding, int]], fates: Fates, assigned: Assigned, order: Sequence[str]
) -> list[Pending]:
    """Codings of codes that were split, assigned or not; `order` is the order of the codes."""
    found = []
    for coding, after in made:
        codes = fates.of(coding.code, after).codes
        options = tuple(code for code in order if code in codes)
        if options and len(codes) > 1:
            said = assigned.get((key_of(coding), after))
            now = [fates.of(code, said.after).codes for code in said.codes] if said else [codes]
            waits = any(len(one) > 1 and visible(one) for one in now)
            found.append(Pending(coding, after, options, said.codes if said else None, waits))
    return found


def doubts(
    made: Iterable[tuple[Coding, int]], fates: Fates, assigned: Assigned, turns: Mapping[str, Sequence[Span]]
) -> list[Doubt]:
    """Where silence says nothing on which codes.

    Args:
        turns: by transcript, in order. A doubt holds for whole turns: a unit of analysis may begin before the coding or end after
            it, and must not count as silent; units never go beyond a turn, or are made of whole ones.
    """
    found = set()
    for coding, after in made:
        codes = _codes_now(coding, after, fates, assigned)[1]
        if codes:
            touched = [
                span for span in turns.get(coding.transcript, ()) if span[0] < coding.end and span[1] > coding.start
            ]
            start = min(coding.start, *(span[0] for span in touched)) if touched else coding.start
            end = max(coding.end, *(span[1] for span in touched)) if touched else coding.end
            found.add(Doubt(coding.transcript, start, end, codes))
    return sorted(found, key=lambda one: (one.transcript, one.start, one.end, sorted(one.codes)))


def present_passes(made: Iterable[tuple[CodingPass, int]], fates: Fates, found: Iterable[Doubt]) -> list[CodingPass]:
    """Passes in the present codes, less what is in doubt; a pass that covers nothing any more is left out."""
    by_transcript: dict[str, list[Doubt]] = {}
    for doubt in found:
        by_transcript.setdefault(doubt.transcript, []).append(doubt)
    by_coder: dict[tuple[str, str], list[tuple[CodingPass, int]]] = {}
    for one, after in made:
        by_coder.setdefault((one.transcript, one.coder), []).append((one, after))
    now = [
        left
        for (transcript, _), own in by_coder.items()
        for one in _as_now(own, fates)
        for left in _less(one, by_transcript.get(transcript, ()))
    ]
    return sorted(now, key=lambda one: (one.transcript, one.coder, one.start, one.end))


def _as_now(made: Sequence[tuple[CodingPass, int]], fates: Fates) -> list[CodingPass]:
    """One coder's passes over a transcript, each in the present codes; and what only several of them cover together."""
    alone = [(one, _in_order(one.codes, after, fates)) for one, after in made]
    now = [one if codes == one.codes else replace(one, codes=codes) for one, codes in alone]
    return now + (_together(made, fates, now) if any(_is_partial(one, after, fates) for one, after in made) else [])


def _is_partial(one: CodingPass, after: int, fates: Fates) -> bool:
    """Something that the pass looked for went into a present code that it did not look for as a whole."""
    reached = frozenset().union(*(fates.of(code, after).codes for code in one.codes))
    return bool(visible(reached) - fates.covered(frozenset({(frozenset(one.codes), after)})))


def _together(made: Sequence[tuple[CodingPass, int]], fates: Fates, alone: Sequence[CodingPass]) -> list[CodingPass]:
    edges = sorted({edge for one, _ in made for edge in (one.start, one.end)})
    found: list[CodingPass] = []
    for start, end in pairwise(edges):
        on_it = [at for at, (one, _) in enumerate(made) if one.start <= start and one.end >= end]
        whole = fates.covered(frozenset((frozenset(made[at][0].codes), made[at][1]) for at in on_it))
        more = tuple(sorted(whole.difference(*(alone[at].codes for at in on_it))))
        if more:
            first = made[on_it[0]][0]
            origins = {made[at][0].origin for at in on_it}
            # Looked for in part with suggestions on screen is not looked for independently.
            origin = first.origin if len(origins) == 1 else Origin.REVIEWED
            joint = CodingPass(first.transcript, first.coder, start, end, more, origin)
            if found and found[-1] == replace(joint, start=found[-1].start, end=start):
                joint = replace(joint, start=found.pop().start)
            found.append(joint)
    return found


def _in_order(codes: tuple[str, ...], after: int, fates: Fates) -> tuple[str, ...]:
    """What a pass covers now, in the order of the codes it was made with."""
    left = set(fates.covered(frozenset({(frozenset(codes), after)})))
    ordered: list[str] = []
    for code in codes:
        into = sorted(fates.of(code, after).codes & left)
        left -= set(into)
        ordered += into
    return tuple(ordered)


def _less(one: CodingPass, found: Iterable[Doubt]) -> Iterator[CodingPass]:
    """The pass without the doubts that touch it: one record for the codes nobody doubts, pieces for the others."""
    touching = [
        doubt for doubt in found if doubt.start < one.end and doubt.end > one.start and doubt.codes & {*one.codes}
    ]
    doubtful = frozenset().union(*(doubt.codes for doubt in touching))
    clear = tuple(code for code in one.codes if code not in doubtful)
    if clear:
        yield one if clear == one.codes else replace(one, codes=clear)
    pieces: dict[Span, list[str]] = {}
    for code in one.codes:
        if code in doubtful:
            for span in _without(one, [(doubt.start, doubt.end) for doubt in touching if code in doubt.codes]):
                pieces.setdefault(span, []).append(code)
    for (start, end), codes in pieces.items():
        yield replace(one, start=start, end=end, codes=tuple(codes))


def _without(one: CodingPass, holes: Iterable[Span]) -> Iterator[Span]:
    at = one.start
    for start, end in sorted(holes):
        if at < start:
            yield at, min(start, one.end)
        at = max(at, end)
    if at < one.end:
        yield at, one.end


def present_decision(one: Decision, fates: Fates) -> Decision:
    """A decision in the present codes; a code that was retired or split, so that nothing certain took its place, keeps its name."""

    def now(code: str | None) -> str | None:
        return (fates.of(code, one.after_change).certain or code) if code else code

    suggested, code = now(one.suggested), now(one.code)
    same = (suggested, code) == (one.suggested, one.code)
    return one if same else replace(one, suggested=suggested, code=code)
