"""Twelve invented interviews that two people and a model coded, for the tests of the second coder and of the plan."""

from __future__ import annotations

from typing import Any

from secondcoder.agreement import AgreementReport, agree
from secondcoder.domain.records import Coding

from support.agreement_checks import BOOK, coding, interview, segments_of, whole

TALKS = [interview(f"t{at:02d}", [f"Answer {number} was long." for number in range(8)]) for at in range(12)]
SEGMENTS = [segment for talk in TALKS for segment in segments_of(talk)]


def marks(coder: str, skips: int) -> list[Coding]:
    """COH on four answers of each interview but every so many, MON on the first answer of two interviews."""
    wanted = [("COH", at, number) for at in range(12) for number in range(4) if (4 * at + number) % skips]
    wanted += [("MON", at, 0) for at in range(2)]
    return [coding(TALKS[at], f"Answer {number} was long.", code, coder) for code, at, number in wanted]


def report(**options: Any) -> AgreementReport:
    given: dict[str, Any] = {"rounds": 200, "model_codings": marks("m", 9), "model_name": "m"}
    given |= {"model_passes": [whole(talk, "m") for talk in TALKS]} | options
    passes = [whole(talk, coder) for talk in TALKS for coder in "AB"]
    return agree(TALKS, SEGMENTS, marks("A", 7) + marks("B", 11), passes, BOOK, **given)
