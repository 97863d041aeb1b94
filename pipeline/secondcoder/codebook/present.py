"""Codings, coding passes and decisions in the present codes: pure functions; what is stored is never rewritten.

A renamed code is the same one. A merged code is there where either was, and was looked for where both were. What carried a code
that was split carries one of the new ones, nobody knows which: until a researcher assigns it, the new codes and the codes above
them are unknown there, neither present nor absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from secondcoder.codebook.history import CodeHistory, Codes, visible
from secondcoder.domain.records import Coding, CodingPass, Decision, Origin, Valence

Span = tuple[int, int]
Key = tuple[str, int, int, str, str, str]
"""Transcript, start, end, code as it was given, coder, origin."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a researcher assigned to a coding whose code was split: `codes`, in the codes after the change `after`, may be none."""

    key: Key
    made: int
    codes: tuple[str, ...]
    after: int
    at: str = ""
    who: str = ""


Assigned = Mapping[tuple[Key, int], Assignment]
"""The last assignment of a coding, by its key and the change after which the coding was made."""


@dataclass(frozen=True, slots=True)
class UnassignedCoding:
    """A coding, as it was made after the change `made`, of a code that was split.

    Attributes:
        options: what it may be, in the present codes.
        said: the codes that a researcher assigned, None before anybody did.
        open: it waits for an assignment; again so when one of the codes it was assigned was itself split.
    """

    coding: Coding
    made: int
    options: tuple[str, ...]
    assigned: tuple[str, ...] | None
    open: bool


@dataclass(frozen=True, slots=True)
class AmbiguousSpan:
    """A span on which these codes are unknown: that a coder did not give them there does not make them absent."""

    transcript: str
    start: int
    end: int
    codes: Codes


def key_of(coding: Coding) -> Key:
    """What makes a coding one of its kind."""
    return coding.transcript, coding.start, coding.end, coding.code, coding.coder, coding.origin.value


def _codes_now(coding: Coding, made: int, history: CodeHistory, assigned: Assigned) -> tuple[list[str], Codes]:
    """The codes that a coding certainly is now, and those that are in doubt on its place."""
    assignment = assigned.get((key_of(coding), made))
    first = history.code_now(coding.code, made)
    now = [history.code_now(code, assignment.after) for code in assignment.codes] if assignment else [first]
    certain = [fate.certain for fate in now if fate.certain]
    ambiguous = frozenset().union(*(fate.codes | fate.above for fate in now if not fate.certain))
    # Assigned to none of the new codes, a coding still spoke of the code above.
    return certain, visible(ambiguous if now else first.above)


def present_codings(made: Iterable[tuple[Coding, int]], history: CodeHistory, assigned: Assigned) -> list[Coding]:
    """Codings in the present codes, ordered by transcript, span, code, coder, origin.

    Args:
        made: each coding with the number of the change after which it was made.
    """
    codings: dict[Key, Coding] = {}
    for coding, after in made:
        for code in _codes_now(coding, after, history, assigned)[0]:
            now = coding if code == coding.code else replace(coding, code=code)
            same = codings.get(key_of(now))
            codings[key_of(now)] = _joined(same, now) if same else now
    return [codings[key] for key in sorted(codings)]


def _joined(first: Coding, second: Coding) -> Coding:
    """Two codings of one coder and place that came to have the same code: both memos, and mixed where the valences differ."""
    valences = {first.valence, second.valence} - {None}
    valence = Valence.MIXED if len(valences) > 1 else next(iter(valences), None)
    memos = dict.fromkeys(memo for memo in (first.memo, second.memo) if memo)
    return replace(first, valence=valence, memo="\n".join(memos))


def unassigned_codings(
    made: Iterable[tuple[Coding, int]], history: CodeHistory, assigned: Assigned, order: Sequence[str]
) -> list[UnassignedCoding]:
    """Codings of codes that were split, assigned or not; `order` is the order of the codes."""
    rows = []
    for coding, after in made:
        codes = history.code_now(coding.code, after).codes
        options = tuple(code for code in order if code in codes)
        if options and len(codes) > 1:
            assignment = assigned.get((key_of(coding), after))
            now = (
                [history.code_now(code, assignment.after).codes for code in assignment.codes] if assignment else [codes]
            )
            waits = any(len(possible) > 1 and visible(possible) for possible in now)
            rows.append(UnassignedCoding(coding, after, options, assignment.codes if assignment else None, waits))
    return rows


def ambiguous_spans(
    made: Iterable[tuple[Coding, int]], history: CodeHistory, assigned: Assigned, turns: Mapping[str, Sequence[Span]]
) -> list[AmbiguousSpan]:
    """Where which codes are unknown because codings there may be of them.

    Args:
        turns: by transcript, in order. The span is that of whole turns: a unit of analysis may begin before the coding or end after
            it, and must not count as without the code; units never go beyond a turn, or are made of whole ones.
    """
    spans = set()
    for coding, after in made:
        codes = _codes_now(coding, after, history, assigned)[1]
        if codes:
            touched = [
                span for span in turns.get(coding.transcript, ()) if span[0] < coding.end and span[1] > coding.start
            ]
            start = min(coding.start, *(span[0] for span in touched)) if touched else coding.start
            end = max(coding.end, *(span[1] for span in touched)) if touched else coding.end
            spans.add(AmbiguousSpan(coding.transcript, start, end, codes))
    return sorted(spans, key=lambda span: (span.transcript, span.start, span.end, sorted(span.codes)))


def present_passes(
    made: Iterable[tuple[CodingPass, int]], history: CodeHistory, found: Iterable[AmbiguousSpan]
) -> list[CodingPass]:
    """Passes in the present codes, without the ambiguous spans; a pass that covers nothing any more is left out."""
    by_transcript: dict[str, list[AmbiguousSpan]] = {}
    for doubt in found:
        by_transcript.setdefault(doubt.transcript, []).append(doubt)
    by_coder: dict[tuple[str, str], list[tuple[CodingPass, int]]] = {}
    for coding_pass, after in made:
        by_coder.setdefault((coding_pass.transcript, coding_pass.coder), []).append((coding_pass, after))
    now = [
        piece
        for (transcript, _), passes in by_coder.items()
        for coding_pass in _as_now(passes, history)
        for piece in _less(coding_pass, by_transcript.get(transcript, ()))
    ]
    return sorted(now, key=lambda piece: (piece.transcript, piece.coder, piece.start, piece.end))


def _as_now(made: Sequence[tuple[CodingPass, int]], history: CodeHistory) -> list[CodingPass]:
    """One coder's passes over a transcript, each in the present codes; and what only several of them cover together."""
    alone = [(coding_pass, _in_order(coding_pass.codes, after, history)) for coding_pass, after in made]
    now = [made_then if codes == made_then.codes else replace(made_then, codes=codes) for made_then, codes in alone]
    partial = any(_is_partial(coding_pass, after, history) for coding_pass, after in made)
    return now + (_together(made, history, now) if partial else [])


def _is_partial(coding_pass: CodingPass, after: int, history: CodeHistory) -> bool:
    """Something that the pass looked for went into a present code that it did not look for as a whole."""
    reached = frozenset().union(*(history.code_now(code, after).codes for code in coding_pass.codes))
    return bool(visible(reached) - history.covered(frozenset({(frozenset(coding_pass.codes), after)})))


def _together(
    made: Sequence[tuple[CodingPass, int]], history: CodeHistory, alone: Sequence[CodingPass]
) -> list[CodingPass]:
    edges = sorted({edge for coding_pass, _ in made for edge in (coding_pass.start, coding_pass.end)})
    joint: list[CodingPass] = []
    for start, end in pairwise(edges):
        on_it = [
            at for at, (coding_pass, _) in enumerate(made) if coding_pass.start <= start and coding_pass.end >= end
        ]
        whole = history.covered(frozenset((frozenset(made[at][0].codes), made[at][1]) for at in on_it))
        more = tuple(sorted(whole.difference(*(alone[at].codes for at in on_it))))
        if more:
            first = made[on_it[0]][0]
            origins = {made[at][0].origin for at in on_it}
            # Looked for in part with suggestions on screen is not looked for independently.
            origin = first.origin if len(origins) == 1 else Origin.REVIEWED
            piece = CodingPass(first.transcript, first.coder, start, end, more, origin)
            if joint and joint[-1] == replace(piece, start=joint[-1].start, end=start):
                piece = replace(piece, start=joint.pop().start)
            joint.append(piece)
    return joint


def _in_order(codes: tuple[str, ...], after: int, history: CodeHistory) -> tuple[str, ...]:
    """What a pass covers now, in the order of the codes it was made with."""
    left = set(history.covered(frozenset({(frozenset(codes), after)})))
    ordered: list[str] = []
    for code in codes:
        into = sorted(history.code_now(code, after).codes & left)
        left -= set(into)
        ordered += into
    return tuple(ordered)


def _less(coding_pass: CodingPass, found: Iterable[AmbiguousSpan]) -> Iterator[CodingPass]:
    """The pass without the ambiguous spans on it: one record for the codes that are clear throughout, pieces for the others."""
    touching = [
        doubt
        for doubt in found
        if doubt.start < coding_pass.end and doubt.end > coding_pass.start and doubt.codes & {*coding_pass.codes}
    ]
    ambiguous = frozenset().union(*(doubt.codes for doubt in touching))
    clear = tuple(code for code in coding_pass.codes if code not in ambiguous)
    if clear:
        yield coding_pass if clear == coding_pass.codes else replace(coding_pass, codes=clear)
    pieces: dict[Span, list[str]] = {}
    for code in coding_pass.codes:
        if code in ambiguous:
            for span in _without(coding_pass, [(doubt.start, doubt.end) for doubt in touching if code in doubt.codes]):
                pieces.setdefault(span, []).append(code)
    for (start, end), codes in pieces.items():
        yield replace(coding_pass, start=start, end=end, codes=tuple(codes))


def _without(coding_pass: CodingPass, holes: Iterable[Span]) -> Iterator[Span]:
    at = coding_pass.start
    for start, end in sorted(holes):
        if at < start:
            yield at, min(start, coding_pass.end)
        at = max(at, end)
    if at < coding_pass.end:
        yield at, coding_pass.end


def present_decision(one: Decision, history: CodeHistory) -> Decision:
    """A decision in the present codes; a code that was retired or split, so that nothing certain took its place, keeps its name."""

    def now(code: str | None) -> str | None:
        return (history.code_now(code, one.after_change).certain or code) if code else code

    suggested, code = now(one.suggested), now(one.code)
    same = (suggested, code) == (one.suggested, one.code)
    return one if same else replace(one, suggested=suggested, code=code)
