"""Small invented material for the tests of agreement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from hypothesis import settings
from numpy.typing import NDArray
from secondcoder.agreement.pairwise import ALL, Agreement, agreement_of
from secondcoder.agreement.reliability_data import ReliabilityData
from secondcoder.agreement.set_alpha import SetSums
from secondcoder.agreement.units import KINDS
from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.records import Coding, CodingPass, Segment, SpeakerRole, Transcript, Turn
from secondcoder.domain.spans import coded_turns

# Enough examples to find a fault, and no deadline: a busy machine is no failure.
STEADY = settings(max_examples=60, deadline=None)

BOOK = Codebook(
    id="tiny",
    title="A tiny codebook",
    source="Invented for tests",
    codes=(
        Code(id="COH", name="Coherence", definition="Making sense of it"),
        Code(id="COH.DIF", name="Differentiation", parent="COH", definition="Telling it apart"),
        Code(id="ACT", name="Action", definition="Doing it", aliases=("doing",)),
        Code(id="MON", name="Monitoring", definition="Looking back at it"),
    ),
)


def ratings_of(table: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Ratings of two coders with this contingency table (first coder in rows)."""
    return [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]


def yes_no(both: int, first: int, second: int, neither: int) -> list[tuple[int, int]]:
    """Ratings of two coders on one code: 1 for given, 0 for not."""
    return [(1, 1)] * both + [(1, 0)] * first + [(0, 1)] * second + [(0, 0)] * neither


def ratings_of_counts(counts: Sequence[Sequence[int]]) -> list[list[int]]:
    """Ratings of m coders from how many of them put each unit into each category; who gave which does not matter."""
    return [[category for category, times in enumerate(row) for _ in range(times)] for row in counts]


def reliability_data_of(
    marks: NDArray[np.bool_],
    known: NDArray[np.bool_] | None = None,
    clusters: Iterable[int] | None = None,
    coders: Sequence[str] | None = None,
    weights: Sequence[float] | None = None,
) -> ReliabilityData:
    """Reliability data from arrays, (n, m, k); every unit its own cluster by default."""
    n, m, k = marks.shape
    where = np.arange(n) if clusters is None else np.asarray(list(clusters))
    return ReliabilityData(
        marks=marks,
        known=np.ones_like(marks) if known is None else known,
        weights=np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64),
        clusters=where,
        coders=tuple(coders or [f"c{at}" for at in range(m)]),
        codes=tuple(f"k{at}" for at in range(k)),
        cluster_names=tuple(f"t{at}" for at in range(int(where.max()) + 1)),
        kind=KINDS["segment"],
    )


def interview(name: str, answers: Sequence[str], case: str | None = None, role: str | None = None) -> Transcript:
    """An interview in which each answer follows the question "Question n, then?"."""
    text, turns = "", []
    for number, answer in enumerate(answers):
        for label, words, speaks in (
            ("I", f"Question number {number}, then?", SpeakerRole.INTERVIEWER),
            ("R", answer, SpeakerRole.PARTICIPANT),
        ):
            text += f"{label}: "
            turns.append(Turn(len(text), len(text) + len(words), label, speaks))
            text += words + "\n\n"
    return Transcript(name, text, tuple(turns), case=case, role=role)


def segments_of(transcript: Transcript) -> list[Segment]:
    """Each sentence of each answer as a segment; sentences end with a full stop."""
    found: list[Segment] = []
    talk = coded_turns(transcript)
    for at, turn in enumerate(transcript.turns):
        if turn.role is SpeakerRole.INTERVIEWER:
            continue
        start = turn.start
        for piece in transcript.text[turn.start : turn.end].split(". "):
            end = min(start + len(piece) + 1, turn.end)
            span = (start, end)
            found.append(
                Segment(
                    transcript.id,
                    len(found),
                    start,
                    end,
                    transcript.text[start:end],
                    at,
                    "R",
                    sentences=(span,),
                    turns=talk,
                )
            )
            start = end + 1
    return found


def coding(transcript: Transcript, words: str, code: str, coder: str, **further: object) -> Coding:
    """A coding of words that stand in the transcript once."""
    if transcript.text.count(words) != 1:
        raise ValueError(f"'{words}' stands {transcript.text.count(words)} times in {transcript.id}.")
    start = transcript.text.index(words)
    return Coding(transcript.id, start, start + len(words), code, coder, **further)  # type: ignore[arg-type]


def whole(transcript: Transcript, coder: str, codes: Sequence[str] = BOOK.ids) -> CodingPass:
    """A pass over all of a transcript."""
    return CodingPass(transcript.id, coder, 0, len(transcript.text), tuple(codes))


def simulated(
    coders: tuple[str, ...] = ("A", "B"),
    clusters: int = 14,
    finds: tuple[float, ...] = (),
    seed: int = 1,
    codes: int = 4,
) -> ReliabilityData:
    """Coders who find so much of what is there and add 3% of their own."""
    rng = np.random.default_rng(seed)
    n, m = clusters * 30, len(coders)
    there = rng.random((n, 1, codes)) < 0.2
    rates = np.array(finds or (0.8,) * m)[None, :, None]
    marks = rng.random((n, m, codes)) < np.where(there, rates, 0.03)
    return reliability_data_of(marks, clusters=np.repeat(np.arange(clusters), 30), coders=coders)


def agreement(data: ReliabilityData, coders: tuple[str, ...], scope: str = ALL) -> Agreement:
    complete = data.known.all(2)
    sums = SetSums.of(data.marks, complete, clusters=data.clusters, groups=data.groups, weights=data.weights)
    return agreement_of(data, coders, sums, scope=scope, rounds=200)
