"""Invented people whose words a model misses more or less, without a store: for tests of errors by who speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
from secondcoder.corpus import Corpus
from secondcoder.domain.records import Case, Transcript
from secondcoder.learning.assessment.speakers.errors import SpeakerErrors, errors_by_speaker


@dataclass(frozen=True)
class Person:
    """A participant: what describes them, and in each interview (marks, missed, looks without the code, false suggestions) by code."""

    counts: tuple[tuple[tuple[int, int, int, int], ...], ...]
    role: str | None = None
    case: str | None = None
    waves: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


def corpus_of(people: list[Person], cases: Mapping[str, Mapping[str, str]] | None = None) -> Corpus:
    """A study of these people; interviews are called p0-0, p0-1, p1-0."""
    transcripts = tuple(
        Transcript(
            f"p{at:02}-{number}",
            f"words of {at} {number}",
            (),
            case=person.case,
            participant=f"p{at}",
            role=person.role,
            wave=person.waves[number] if person.waves else None,
            attributes=person.attributes,
        )
        for at, person in enumerate(people)
        for number in range(len(person.counts))
    )
    content = SimpleNamespace(
        transcripts=transcripts, cases=tuple(Case(name, about) for name, about in (cases or {}).items())
    )
    return Corpus(SimpleNamespace(content=lambda _: content))


def errors_of(people: list[Person], cases: Mapping[str, Mapping[str, str]] | None = None) -> SpeakerErrors:
    """Their errors: every cell is a segment of its own."""
    transcripts, cells = [], []
    codes = len(people[0].counts[0])
    for at, person in enumerate(people):
        for number, counts in enumerate(person.counts):
            for code, (marks, missed, looks, false) in enumerate(counts):
                given = np.arange(marks + looks) < marks
                suggested = np.concatenate([np.arange(marks) >= missed, np.arange(looks) < false])
                table = np.zeros((marks + looks, 3, codes), dtype=bool)
                table[:, 0, code], table[:, 1, code], table[:, 2, code] = given, suggested, True
                cells.append(table)
                transcripts += [f"p{at:02}-{number}"] * (marks + looks)
    y, suggested, judging = np.concatenate(cells).transpose(1, 0, 2)
    return errors_by_speaker(corpus_of(people, cases), transcripts, y, suggested, judging)


def invented_people(
    rng: np.random.Generator,
    roles: list[str],
    missing: Mapping[str, float] | None = None,
    unlike: float = 0.6,
    codes: int = 3,
) -> list[Person]:
    """People of these roles in seven cases, who differ by chance, speak of other codes by role, and at other lengths.

    Args:
        missing: role -> how much more is missed of it, on the logit scale. unlike: standard deviation between people on that scale.
    """
    mix = {role: rng.dirichlet(np.full(codes, 2.0)) for role in sorted(set(roles))}
    hard = np.linspace(-1.5, 1.5, codes)
    people = []
    for at, role in enumerate(roles):
        interviews = []
        for _ in range(rng.integers(1, 3)):
            marks = rng.multinomial(rng.integers(8, 60), mix[role])
            own = rng.normal(0, unlike) + (missing or {}).get(role, 0.0)
            missed = rng.binomial(marks, 1 / (1 + np.exp(-hard - own)))
            looks = rng.integers(40, 200, codes)
            false = rng.binomial(looks, 1 / (1 + np.exp(3 + hard - rng.normal(0, unlike))))
            interviews.append(tuple(zip(marks.tolist(), missed.tolist(), looks.tolist(), false.tolist(), strict=True)))
        waves = ("early", "late") if len(interviews) == 2 else (str(rng.choice(["early", "late"])),)
        people.append(Person(tuple(interviews), role, f"case {at % 7}", waves))
    return people
