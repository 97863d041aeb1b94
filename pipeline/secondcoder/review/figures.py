"""The summary's figures: what was decided, how often researchers followed the model, and how much it missed.

All are of decisions that hold; what was taken back counts nowhere. An undefined share is None, never a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from secondcoder.codebook import Codebook
from secondcoder.records import Coding, CodingPass, Decision, Origin, Sample, Verdict
from secondcoder.review.folding import effective

ON_SUGGESTION = (Verdict.ACCEPT, Verdict.CHANGE, Verdict.REJECT, Verdict.UNSURE)
LEVEL = 0.95


@dataclass(frozen=True)
class Share:
    """`part` of `of`, with a 95% Clopper-Pearson interval; `value` is None without any."""

    part: int
    of: int

    @property
    def value(self) -> float | None:
        """The share itself."""
        return self.part / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Exact limits (Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404)."""
        from scipy.stats import beta

        if not self.of:
            return None
        tail = (1 - LEVEL) / 2
        low = float(beta.ppf(tail, self.part, self.of - self.part + 1)) if self.part else 0.0
        high = float(beta.ppf(1 - tail, self.part + 1, self.of - self.part)) if self.part < self.of else 1.0
        return low, high


@dataclass(frozen=True)
class CodeFigures:
    """Decisions on the suggestions of one code."""

    code: str
    counts: Mapping[Verdict, int]

    @property
    def accepted(self) -> Share:
        """Accepted as suggested, of all decided."""
        return Share(self.counts.get(Verdict.ACCEPT, 0), sum(self.counts.values()))


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
        elusion: passages drawn from below the threshold on which the researcher found a code.
        seconds: median time of a decision.
    """

    coders: tuple[str, ...]
    counts: Mapping[Verdict, int]
    codes: tuple[CodeFigures, ...]
    followed: Share
    followed_astray: Share
    also_coded: Share
    taken_up: Share
    elusion: Share
    seconds: float | None


def summarise(
    decisions: Sequence[Decision],
    book: Codebook,
    codings: Iterable[Coding],
    passes: Iterable[CodingPass],
    suggested: Mapping[tuple[str, int, int], Sequence[str]],
) -> Summary:
    """The figures of one coder's decisions, or of several coders'.

    Args:
        codings, passes: all human ones of the study, for what others found independently or together.
        suggested: codes suggested on each passage.
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
    blind = _blind(last, suggested)
    return Summary(
        tuple(sorted(by_coder)),
        Counter(one.verdict for one in last),
        tuple(_by_code(on_suggestions, book)),
        _accepted(shown_first),
        _accepted(astray),
        Share(sum(blind.values()), len(blind)),
        _taken_up(on_suggestions, blind),
        _elusion(last),
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
    return Share(sum(one.verdict is Verdict.ACCEPT for one in decisions), len(decisions))


def _by_code(decisions: Iterable[Decision], book: Codebook) -> Iterable[CodeFigures]:
    counts: dict[str, Counter[Verdict]] = {}
    for one in decisions:
        counts.setdefault(one.suggested or "", Counter())[one.verdict] += 1
    order = {code: at for at, code in enumerate(book.ids)}
    for code in sorted(counts, key=lambda code: order.get(code, len(order))):
        yield CodeFigures(code, counts[code])


Cell = tuple[str, str, int, int, str]
"""Coder, transcript, start, end, code."""


def _blind(last: Sequence[Decision], suggested: Mapping[tuple[str, int, int], Sequence[str]]) -> dict[Cell, bool]:
    """For each suggestion on a passage whose blind coding is finished: the coder had given the code too."""
    done = [one for one in last if one.sample is Sample.BLIND and one.verdict is Verdict.LOOKED and not one.shown]
    own = {
        (one.coder, one.transcript, one.start, one.end, one.code)
        for one in last
        if one.verdict is Verdict.ADD and one.origin is Origin.INDEPENDENT
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
    return Share(len(not_coded & taken), len(not_coded))


def _elusion(last: Iterable[Decision]) -> Share:
    finished: set[tuple[str, str, int, int]] = set()
    coded: set[tuple[str, str, int, int]] = set()
    for one in last:
        if one.sample is Sample.BELOW and one.origin is Origin.INDEPENDENT:
            place = one.coder, one.transcript, one.start, one.end
            if one.verdict is Verdict.LOOKED:
                finished.add(place)
            elif one.verdict is Verdict.ADD:
                coded.add(place)
    return Share(len(finished & coded), len(finished))


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
