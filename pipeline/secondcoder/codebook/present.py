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
from secondcoder.domain.grouping import by_transcript, group_by
from secondcoder.domain.records import Coding, CodingPass, Decision, InTranscript, Origin, Span, Valence
from secondcoder.domain.spans import difference, merged, share_text

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
        assigned: the codes that a researcher assigned, None before anybody did.
        open: it waits for an assignment; again so when one of the codes it was assigned was itself split.
    """

    coding: Coding
    made: int
    options: tuple[str, ...]
    assigned: tuple[str, ...] | None
    open: bool


@dataclass(frozen=True, slots=True)
class AmbiguousSpan(InTranscript):
    """A span on which these codes are unknown: that a coder did not give them there does not make them absent."""

    transcript: str
    start: int
    end: int
    codes: Codes


def key_of(coding: Coding) -> Key:
    """What identifies a coding."""
    return *coding.place, coding.code, coding.coder, coding.origin.value


def _codes_now(coding: Coding, made: int, history: CodeHistory, assigned: Assigned) -> tuple[list[str], Codes]:
    """The codes that a coding certainly is now, and those that are in doubt on its place."""
    assignment = assigned.get((key_of(coding), made))
    first = history.code_now(coding.code, made)
    now = [history.code_now(code, assignment.after) for code in assignment.codes] if assignment else [first]
    certain = [code.certain for code in now if code.certain]
    ambiguous = frozenset().union(*(code.codes | code.above for code in now if not code.certain))
    # Assigned to none of the new codes, a coding still spoke of the code above.
    return certain, visible(ambiguous if now else first.above)


def certain_codes(coding: Coding, made: int, history: CodeHistory, assigned: Assigned) -> list[str]:
    """The present codes that a coding, made after the change `made`, certainly is of; none while it waits to be assigned."""
    return _codes_now(coding, made, history, assigned)[0]


def present_codings(codings: Iterable[tuple[Coding, int]], history: CodeHistory, assigned: Assigned) -> list[Coding]:
    """Codings in the present codes, ordered by transcript, span, code, coder, origin.

    Args:
        codings: as they were made, each with the number of the change before it.
    """
    present: dict[Key, Coding] = {}
    for coding, after in codings:
        for code in _codes_now(coding, after, history, assigned)[0]:
            now = coding if code == coding.code else replace(coding, code=code)
            same = present.get(key_of(now))
            present[key_of(now)] = joined(same, now) if same else now
    return [present[key] for key in sorted(present)]


def joined(first: Coding, second: Coding) -> Coding:
    """Two codings of one coder and place that came to have the same code: both memos, and mixed where the valences differ."""
    valences = {first.valence, second.valence} - {None}
    valence = Valence.MIXED if len(valences) > 1 else next(iter(valences), None)
    memos = dict.fromkeys(memo for memo in (first.memo, second.memo) if memo)
    return replace(first, valence=valence, memo="\n".join(memos))


def unassigned_codings(
    codings: Iterable[tuple[Coding, int]], history: CodeHistory, assigned: Assigned, order: Sequence[str]
) -> list[UnassignedCoding]:
    """Codings of codes that were split, assigned or not; `order` is the order of the codes."""
    rows = []
    for coding, after in codings:
        codes = history.code_now(coding.code, after).codes
        options = tuple(code for code in order if code in codes)
        if options and len(codes) > 1:
            last = assigned.get((key_of(coding), after))
            now = [history.code_now(code, last.after).codes for code in last.codes] if last else [codes]
            is_open = any(len(possible) > 1 and visible(possible) for possible in now)
            rows.append(UnassignedCoding(coding, after, options, last.codes if last else None, is_open))
    return rows


def ambiguous_spans(
    codings: Iterable[tuple[Coding, int]], history: CodeHistory, assigned: Assigned, turns: Mapping[str, Sequence[Span]]
) -> list[AmbiguousSpan]:
    """The spans on which codes are unknown, because a coding there may be of them.

    Args:
        turns: by transcript, in order. The span is that of whole turns: a unit of analysis may begin before the coding or end after
            it, and must not count as without the code; units never go beyond a turn, or are made of whole ones.
    """
    spans = set()
    for coding, after in codings:
        codes = _codes_now(coding, after, history, assigned)[1]
        if codes:
            touched = [span for span in turns.get(coding.transcript, ()) if share_text(span, coding.span)]
            edges = [edge for span in (coding.span, *touched) for edge in span]
            spans.add(AmbiguousSpan(coding.transcript, min(edges), max(edges), codes))
    return sorted(spans, key=lambda span: (span.place, sorted(span.codes)))


def present_passes(
    passes: Iterable[tuple[CodingPass, int]], history: CodeHistory, ambiguous: Iterable[AmbiguousSpan]
) -> list[CodingPass]:
    """Passes in the present codes, without the ambiguous spans; a pass that covers nothing any more is left out."""
    spans_on = by_transcript(ambiguous)
    by_coder = group_by(passes, lambda row: (row[0].transcript, row[0].coder))
    now = [
        piece
        for (transcript, _), of_coder in by_coder.items()
        for coding_pass in _as_now(of_coder, history)
        for piece in _less(coding_pass, spans_on.get(transcript, ()))
    ]
    return sorted(now, key=lambda piece: (piece.transcript, piece.coder, piece.start, piece.end))


def _as_now(passes: Sequence[tuple[CodingPass, int]], history: CodeHistory) -> list[CodingPass]:
    """One coder's passes over a transcript, each in the present codes; and what only several of them cover together."""
    present = [(coding_pass, _in_order(coding_pass.codes, after, history)) for coding_pass, after in passes]
    alone = [before if codes == before.codes else replace(before, codes=codes) for before, codes in present]
    # Without a partial one, several passes cover no more than each alone, and cutting them at their edges is slow.
    partial = any(_is_partial(coding_pass, after, history) for coding_pass, after in passes)
    return alone + (_together(passes, history, alone) if partial else [])


def _is_partial(coding_pass: CodingPass, after: int, history: CodeHistory) -> bool:
    """Something that the pass looked for went into a present code that it did not look for as a whole."""
    reached = frozenset().union(*(history.code_now(code, after).codes for code in coding_pass.codes))
    return bool(visible(reached) - history.covered(frozenset({(frozenset(coding_pass.codes), after)})))


def _together(
    passes: Sequence[tuple[CodingPass, int]], history: CodeHistory, alone: Sequence[CodingPass]
) -> list[CodingPass]:
    edges = sorted({edge for coding_pass, _ in passes for edge in coding_pass.span})
    joint: list[CodingPass] = []
    for start, end in pairwise(edges):
        # Between neighbouring edges the same passes hold throughout.
        on_it = [at for at, (look, _) in enumerate(passes) if look.start <= start and look.end >= end]
        whole = history.covered(frozenset((frozenset(passes[at][0].codes), passes[at][1]) for at in on_it))
        more = tuple(sorted(whole.difference(*(alone[at].codes for at in on_it))))
        if more:
            first = passes[on_it[0]][0]
            origins = {passes[at][0].origin for at in on_it}
            # Looked for in part with suggestions on screen is not looked for independently.
            origin = first.origin if len(origins) == 1 else Origin.REVIEWED
            piece = CodingPass(first.transcript, first.coder, start, end, more, origin)
            if joint and joint[-1] == replace(piece, start=joint[-1].start, end=start):  # an edge that changed nothing
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


def _less(coding_pass: CodingPass, spans: Iterable[AmbiguousSpan]) -> Iterator[CodingPass]:
    """The pass without the ambiguous spans on it: one record for the codes that are clear throughout, pieces for the others."""
    codes_looked_for = {*coding_pass.codes}
    touching = [span for span in spans if share_text(span.span, coding_pass.span) and span.codes & codes_looked_for]
    ambiguous = frozenset().union(*(span.codes for span in touching))
    clear = tuple(code for code in coding_pass.codes if code not in ambiguous)
    if clear:
        yield coding_pass if clear == coding_pass.codes else replace(coding_pass, codes=clear)
    pieces: dict[Span, list[str]] = {}
    for code in coding_pass.codes:
        if code in ambiguous:
            holes = merged(span.span for span in touching if code in span.codes)
            for piece in difference(coding_pass.span, holes):
                pieces.setdefault(piece, []).append(code)
    for (start, end), codes in pieces.items():
        yield replace(coding_pass, start=start, end=end, codes=tuple(codes))


def present_decision(decision: Decision, history: CodeHistory) -> Decision:
    """A decision in the present codes; a code that was retired or split, so that nothing certain took its place, keeps its name."""

    def now(code: str | None) -> str | None:
        return (history.code_now(code, decision.after_change).certain or code) if code else code

    suggested, code = now(decision.suggested), now(decision.code)
    same = (suggested, code) == (decision.suggested, decision.code)
    return decision if same else replace(decision, suggested=suggested, code=code)
