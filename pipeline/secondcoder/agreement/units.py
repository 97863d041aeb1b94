"""Units of agreement: segments, turns, passages of about N words, characters.

A unit lies in participants' words only; an interviewer's turn never counts. A passage may run over several short turns, and
then its pieces leave out the questions between them. Characters come as runs over which no coder changes, each weighing as
many as it has, so that nothing as long as the text is ever built.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from secondcoder.agreement.errors import RatingsError
from secondcoder.domain.grouping import by_transcript
from secondcoder.domain.records import Segment, Span, SpeakerRole, Transcript
from secondcoder.domain.spans import coded_turns, cut, length
from secondcoder.errors import did_you_mean

WORD = re.compile(r"\S+")
SENTENCE_END = re.compile(r"""[.!?…]["'”’)\]]*$""")
PASSAGE_WORDS = 100
SHORTEST = 0.75
LONGEST = 1.5


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: its pieces in the text, in order, never overlapping another unit; `weight` is 1, or its characters."""

    transcript: str
    pieces: tuple[Span, ...]
    weight: float = 1.0

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.pieces[-1][1]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of unit: its words for one and many, and how it is made from a transcript, its segments and all edges."""

    one: str
    many: str
    make: Callable[[Transcript, Sequence[Segment], Iterable[int], int], Iterator[Unit]]


def _segments(
    transcript: Transcript, segments: Sequence[Segment], _edges: Iterable[int], _words: int
) -> Iterator[Unit]:
    asked = {at for at, turn in enumerate(transcript.turns) if turn.role is SpeakerRole.INTERVIEWER}
    for segment in sorted(segments, key=lambda segment: segment.span):
        if segment.turn not in asked:
            yield Unit(transcript.id, (segment.span,))


def _turns(transcript: Transcript, _segments: Sequence[Segment], _edges: Iterable[int], _words: int) -> Iterator[Unit]:
    yield from (Unit(transcript.id, (span,)) for span in coded_turns(transcript))


def _passages(
    transcript: Transcript, _segments: Sequence[Segment], _edges: Iterable[int], words: int
) -> Iterator[Unit]:
    pieces: list[Span] = []
    count = 0
    for turn in coded_turns(transcript):
        # Never empty: turns of white space alone are left out.
        tokens = [match.span() for match in WORD.finditer(transcript.text, *turn)]
        begin = tokens[0][0]
        for at, (_, end) in enumerate(tokens):
            count += 1
            last = at + 1 == len(tokens)
            ends_here = count >= SHORTEST * words and (
                last or bool(SENTENCE_END.search(transcript.text[tokens[at][0] : end]))
            )
            if ends_here or count >= LONGEST * words:
                yield Unit(transcript.id, (*pieces, (begin, end)))
                pieces, count = [], 0
                begin = end if last else tokens[at + 1][0]
        if count and begin < tokens[-1][1]:
            pieces.append((begin, tokens[-1][1]))
    if pieces:
        yield Unit(transcript.id, tuple(pieces))


def _characters(
    transcript: Transcript, _segments: Sequence[Segment], edges: Iterable[int], _words: int
) -> Iterator[Unit]:
    for run in cut(coded_turns(transcript), edges):
        yield Unit(transcript.id, (run,), float(length([run])))


KINDS: dict[str, Kind] = {
    "segment": Kind("segment", "segments", _segments),
    "turn": Kind("turn", "turns", _turns),
    "passage": Kind("passage", "passages", _passages),
    "character": Kind("character", "characters", _characters),
}


def kind_named(name: str) -> Kind:
    """The kind of unit of this name, in the singular or plural; RatingsError with the nearest otherwise."""
    singular = name.removesuffix("s")
    if singular not in KINDS:
        raise RatingsError(f"The unit must be one of {', '.join(KINDS)}. Got '{name}'.{did_you_mean(name, KINDS)}")
    return KINDS[singular]


def make_units(
    kind: Kind,
    transcripts: Iterable[Transcript],
    segments: Iterable[Segment] = (),
    edges: Mapping[str, Iterable[int]] | None = None,
    words: int = PASSAGE_WORDS,
) -> list[Unit]:
    """All units, transcript by transcript, in the order of the text.

    Args:
        edges: per transcript, every offset at which a coding or a pass begins or ends; only characters need them.
        words: about how long a passage is.
    """
    of_transcript, edges = by_transcript(segments), edges or {}
    return [
        unit
        for transcript in transcripts
        for unit in kind.make(transcript, of_transcript.get(transcript.id, ()), edges.get(transcript.id, ()), words)
    ]
