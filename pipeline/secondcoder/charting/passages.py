"""Passages as they are counted: codings of one code that share text are one passage, whoever made them.

A sub-construct's codings count for its construct too, where the study rolls up. A suggestion that nobody has decided on is no coding:
it stands apart, and only where its code was not given on these words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, InTranscript, Origin, Suggestion, Valence

Mark = TypeVar("Mark", bound=Coding | Suggestion)
SUGGESTED = "suggested"
ORIGINS = (Origin.ADJUDICATED, Origin.INDEPENDENT, Origin.REVIEWED)
"""The most trusted first: a passage has the most trusted origin of its codings."""


@dataclass(frozen=True, slots=True)
class ChartedPassage(InTranscript):
    """Words of a transcript that carry a code.

    Attributes:
        own: the code itself was given there, not only one below it.
        valence: what its codings have in common; mixed where they differ, None where none has one.
        origin: the most trusted origin of its codings; SUGGESTED without any.
        coders: who gave it, ordered; none of a suggestion.
        probability: of a suggestion, where it is calibrated.
    """

    transcript: str
    start: int
    end: int
    code: str
    own: bool
    valence: Valence | None
    origin: str
    coders: tuple[str, ...] = ()
    probability: float | None = None


Above = Mapping[str, Sequence[str]]
"""Code -> the codes for which its marks count too."""


def charted_passages(
    codings: Iterable[Coding], suggestions: Iterable[Suggestion], above: Above
) -> list[ChartedPassage]:
    """All passages, ordered by transcript, place and code; those that are only suggested among them.

    Args:
        suggestions: those that nobody has decided on.
    """
    coded = [passage for code, marks in _by_code(codings, above) for passage in _coded(code, marks)]
    there = group_by(coded, lambda passage: (passage.transcript, passage.code))
    open_ = [
        passage
        for code, marks in _by_code(suggestions, above)
        for passage in _suggested(code, marks)
        if not _is_coded(passage, there.get((passage.transcript, code), ()))
    ]
    return sorted([*coded, *open_], key=lambda passage: (*passage.place, passage.code, passage.origin))


def _is_coded(passage: ChartedPassage, coded: Sequence[ChartedPassage]) -> bool:
    # No call for each of the coded, of which there are many.
    return any(passage.start < other.end and other.start < passage.end for other in coded)


def _by_code(marks: Iterable[Mark], above: Above) -> Iterator[tuple[str, list[Mark]]]:
    """(code, marks of it or of a code below it) of each transcript, in the order of the text."""
    groups: dict[tuple[str, str], list[Mark]] = {}
    for mark in marks:
        for code in (mark.code, *above.get(mark.code, ())):
            groups.setdefault((mark.transcript, code), []).append(mark)
    for (_, code), there in groups.items():
        yield code, sorted(there, key=lambda mark: mark.span)


def _joined(marks: Sequence[Mark]) -> Iterator[list[Mark]]:
    """Marks in the order of the text that share text, one with the next: touching alone joins nothing."""
    together: list[Mark] = []
    end = 0
    for mark in marks:
        if together and mark.start >= end:
            yield together
            together = []
        end = max(end, mark.end) if together else mark.end
        together.append(mark)
    if together:
        yield together


def _coded(code: str, marks: Sequence[Coding]) -> Iterator[ChartedPassage]:
    for joined in _joined(marks):
        origins = {coding.origin for coding in joined}
        yield ChartedPassage(
            *_span(joined),
            code,
            any(coding.code == code for coding in joined),
            _common_valence(joined),
            next(origin.value for origin in ORIGINS if origin in origins),
            tuple(sorted({coding.coder for coding in joined})),
        )


def _suggested(code: str, marks: Sequence[Suggestion]) -> Iterator[ChartedPassage]:
    for joined in _joined(marks):
        scores = [suggestion.score for suggestion in joined if suggestion.calibrated]
        own = any(suggestion.code == code for suggestion in joined)
        yield ChartedPassage(*_span(joined), code, own, None, SUGGESTED, probability=max(scores, default=None))


def _span(joined: Sequence[InTranscript]) -> tuple[str, int, int]:
    return joined[0].transcript, joined[0].start, max(mark.end for mark in joined)


def _common_valence(codings: Iterable[Coding]) -> Valence | None:
    valences = {coding.valence for coding in codings if coding.valence}
    return valences.pop() if len(valences) == 1 else Valence.MIXED if valences else None
