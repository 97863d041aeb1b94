"""The summary's figures: what was decided, how often researchers followed the model, and how much it missed.

All are of decisions that hold; what was taken back counts nowhere. An undefined share is None, never a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Coding, CodingPass, Decision, Origin, Place, Sample, Verdict
from secondcoder.labels.decisions import effective
from secondcoder.statistics.proportions import Share

Cell = tuple[str, str, int, int, str]
"""Coder, transcript, start, end, code."""
ON_SUGGESTION = (Verdict.ACCEPT, Verdict.CHANGE, Verdict.REJECT, Verdict.UNSURE)


@dataclass(frozen=True)
class CodeFigures:
    """Decisions on the suggestions of one code; `accepted` as suggested, of all decided."""

    code: str
    counts: Mapping[Verdict, int]
    accepted: Share


@dataclass(frozen=True)
class Summary:
    """What a review came to.

    Attributes:
        counts: decisions by verdict.
        codes: by suggested code, in the codebook's order.
        followed: suggestions accepted as they were, of those decided with the suggestion on screen from the start.
        followed_astray: the same, of those which a later independent or adjudicated coding by others does not bear out.
        also_coded: suggestions on blind passages that the researcher had coded too, before seeing them.
        taken_up: suggestions on blind passages that the researcher had not coded, and accepted afterwards.
        withdrawn: codes given on blind passages before the suggestions were seen, and taken back afterwards.
        elusion: passages drawn from those without any suggestion on which the researcher found a code.
        missed_beside: blind passages with suggestions on which the researcher found a code that was not suggested.
        without_suggestion: how many passages have no suggestion, of all in the transcripts in review.
        seconds: median time of a decision.
    """

    coders: tuple[str, ...]
    counts: Mapping[Verdict, int]
    codes: tuple[CodeFigures, ...]
    followed: Share
    followed_astray: Share
    also_coded: Share
    taken_up: Share
    withdrawn: Share
    elusion: Share
    missed_beside: Share
    without_suggestion: tuple[int, int]
    seconds: float | None


def summarise(
    decisions: Sequence[Decision],
    book: Codebook,
    codings: Iterable[Coding],
    passes: Iterable[CodingPass],
    suggested: Mapping[Place, Sequence[str]],
) -> Summary:
    """The figures of one coder's decisions, or of several coders'.

    Args:
        codings, passes: all human ones of the study, for what others found independently or together.
        suggested: codes suggested on each passage in review, none or several.
    """
    by_coder: dict[str, list[Decision]] = {}
    for one in decisions:
        if one.origin is not Origin.ADJUDICATED:
            by_coder.setdefault(one.coder, []).append(one)
    holding = [one for own in by_coder.values() for one in effective(own)]
    last = _last_words(holding)
    on_suggestions = [one for one in last if one.verdict in ON_SUGGESTION and one.suggested]
    shown_first = [one for one in on_suggestions if one.sample is Sample.ORDINARY]
    astray = [one for one in shown_first if _is_borne_out(one, codings, passes, book) is False]
    times = [one.seconds for one in holding if one.seconds]
    blind = _blind(last, suggested, book)
    return Summary(
        tuple(sorted(by_coder)),
        Counter(one.verdict for one in last),
        tuple(_by_code(on_suggestions, book)),
        _accepted(shown_first),
        _accepted(astray),
        _share((cell[1], coded) for cell, coded in blind.items()),
        _taken_up(on_suggestions, blind),
        _withdrawn(last),
        _found(last, Sample.BELOW, {}),
        _found(last, Sample.BLIND, suggested),
        (sum(not codes for codes in suggested.values()), len(suggested)),
        median(times) if times else None,
    )


def _last_words(holding: Iterable[Decision]) -> list[Decision]:
    """Of several words on the same suggestion or code, the last."""
    last = {
        (one.coder, one.transcript, one.start, one.end, one.suggested, one.shown, _slot(one)): one for one in holding
    }
    return list(last.values())


def _slot(one: Decision) -> str:
    """Adding and removing a code are words on the same thing."""
    kind = Verdict.ADD if one.verdict is Verdict.REMOVE else one.verdict
    return "" if one.suggested else f"{kind} {one.code}"


def _accepted(decisions: Sequence[Decision]) -> Share:
    return _share((one.transcript, one.verdict is Verdict.ACCEPT) for one in decisions)


def _share(cells: Iterable[tuple[str, bool]]) -> Share:
    """The share of the cells that are so, each given with its transcript."""
    counts: dict[str, Counter[bool]] = {}
    for transcript, so in cells:
        counts.setdefault(transcript, Counter())[so] += 1
    return Share.by_cluster([(one[True], one.total()) for one in counts.values()])


def _by_code(decisions: Iterable[Decision], book: Codebook) -> Iterable[CodeFigures]:
    by_code: dict[str, list[Decision]] = {}
    for one in decisions:
        by_code.setdefault(one.suggested or "", []).append(one)
    order = {code: at for at, code in enumerate(book.ids)}
    for code in sorted(by_code, key=lambda code: order.get(code, len(order))):
        own = by_code[code]
        yield CodeFigures(code, Counter(one.verdict for one in own), _accepted(own))


def _blind(last: Sequence[Decision], suggested: Mapping[Place, Sequence[str]], book: Codebook) -> dict[Cell, bool]:
    """For each suggestion on a passage whose blind coding is finished: the coder had given the code too, or a sub-construct of it."""
    done = [one for one in last if one.sample is Sample.BLIND and one.verdict is Verdict.LOOKED and not one.shown]
    own = {
        (one.coder, one.transcript, one.start, one.end, code)
        for one in last
        if one.verdict is Verdict.ADD and one.origin is Origin.INDEPENDENT and one.code and one.code in book
        for code in (one.code, *book.ancestors(one.code))
    }
    cells = [
        (one.coder, one.transcript, one.start, one.end, code)
        for one in done
        for code in suggested.get((one.transcript, one.start, one.end), ())
    ]
    return {cell: cell in own for cell in cells}


def _taken_up(decisions: Iterable[Decision], blind: Mapping[Cell, bool]) -> Share:
    not_coded = {cell for cell, coded in blind.items() if not coded}
    taken = {
        (one.coder, one.transcript, one.start, one.end, one.suggested or "")
        for one in decisions
        if one.verdict is Verdict.ACCEPT
    }
    return _share((cell[1], cell in taken) for cell in not_coded)


def _withdrawn(last: Sequence[Decision]) -> Share:
    """Codes of finished blind codings that the researcher took back with the suggestions on screen."""
    finished = {_at(one) for one in last if one.verdict is Verdict.LOOKED and not one.shown}
    given = [one for one in last if one.verdict is Verdict.ADD and one.origin is Origin.INDEPENDENT]
    after = [one for one in last if one.shown and one.origin is Origin.REVIEWED]
    meant = {(_at(one), one.code) for one in after if one.verdict not in (Verdict.REMOVE, Verdict.UNSURE)}
    refused = {(_at(one), one.suggested or one.code) for one in after if one.verdict is not Verdict.UNSURE} - meant
    return _share((one.transcript, (_at(one), one.code) in refused) for one in given if _at(one) in finished)


def _at(one: Decision) -> tuple[str, str, int, int]:
    return one.coder, one.transcript, one.start, one.end


def _found(last: Iterable[Decision], sample: Sample, suggested: Mapping[Place, Sequence[str]]) -> Share:
    """Passages of a sample, coded before anything was seen, on which a code was found that is not among the suggested."""
    finished: set[tuple[str, str, int, int]] = set()
    coded: set[tuple[str, str, int, int]] = set()
    for one in last:
        if one.sample is sample and one.origin is Origin.INDEPENDENT:
            place = one.transcript, one.start, one.end
            if one.verdict is Verdict.LOOKED:
                finished.add((one.coder, *place))
            elif one.verdict is Verdict.ADD and one.code not in suggested.get(place, ()):
                coded.add((one.coder, *place))
    return _share((one[1], one in coded) for one in finished)


def _is_borne_out(
    one: Decision, codings: Iterable[Coding], passes: Iterable[CodingPass], book: Codebook
) -> bool | None:
    """Whether others, independently or together, gave the suggested code on the passage; None when none of them looked.

    A sub-construct bears out its construct.
    """
    code = one.suggested or ""
    looked = [
        done
        for done in passes
        if done.transcript == one.transcript
        and done.coder != one.coder
        and done.origin is not Origin.REVIEWED
        and done.start <= one.start
        and done.end >= one.end
        and code in done.codes
    ]
    if not looked:
        return None
    settled = {done.coder for done in looked if done.origin is Origin.ADJUDICATED}
    judges = settled or {done.coder for done in looked}
    return any(
        mark.coder in judges
        and mark.origin is not Origin.REVIEWED
        and mark.transcript == one.transcript
        and mark.start < one.end
        and mark.end > one.start
        and mark.code in book
        and code in (mark.code, *book.ancestors(mark.code))
        for mark in codings
    )
