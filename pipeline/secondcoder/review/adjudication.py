"""Adjudication: passages on which two coders part, side by side, and what they settle together."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from secondcoder.domain.records import Coding, CodingPass, Decision, Origin, Verdict
from secondcoder.labels.decisions import effective, still_meant
from secondcoder.review.errors import DecisionError
from secondcoder.review.passages import Passage, Place
from secondcoder.review.session import Desk

T = TypeVar("T", Coding, CodingPass)


@dataclass(frozen=True)
class Side:
    """One coder's codes on a passage."""

    coder: str
    codings: tuple[Coding, ...]


@dataclass(frozen=True)
class Parting:
    """A passage that both looked at and coded differently; `settled` holds the codes once they agreed, else None."""

    passage: Passage
    sides: tuple[Side, ...]
    settled: tuple[str, ...] | None

    @property
    def codes(self) -> list[str]:
        """All codes that a side gave, in the order they come."""
        return list(dict.fromkeys(one.code for side in self.sides for one in side.codings))

    @property
    def shared(self) -> set[str]:
        """Codes that every side gave: on these nobody parts, and they stand ticked."""
        return set.intersection(*({one.code for one in side.codings} for side in self.sides))


def partings(desk: Desk, adjudicator: str) -> list[Parting]:
    """Every passage in review on which coders part, in the order of the transcripts.

    Independent and reviewed codings stand side by side here, without what a coder gave blind and withdrew afterwards.
    """
    corpus = desk.study.corpus
    meant = still_meant(corpus.codings, corpus.decisions_as_made, corpus.history)
    codings = _by_transcript(one for one in meant if one.coder != adjudicator)
    passes = _by_transcript(one for one in corpus.passes if one.coder != adjudicator)
    work = desk.work(adjudicator)
    found = []
    for passage in desk.passages:
        name = passage.segment.transcript
        sides = _sides(passage, codings.get(name, ()), passes.get(name, ()))
        if len({frozenset(one.code for one in side.codings) for side in sides}) > 1:
            holds = work.standing(passage.place)
            settled = tuple(one.code or "" for one in holds.added) if holds.looked else None
            found.append(Parting(passage, sides, settled))
    return found


def _by_transcript(marks: Iterable[T]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for one in marks:
        found.setdefault(one.transcript, []).append(one)
    return found


def _sides(passage: Passage, codings: Sequence[Coding], passes: Sequence[CodingPass]) -> tuple[Side, ...]:
    _, start, end = passage.place
    on_it = [one for one in codings if one.start < end and one.end > start]
    looked = {one.coder for one in passes if one.start < end and one.end > start} | {one.coder for one in on_it}
    return tuple(Side(coder, tuple(one for one in on_it if one.coder == coder)) for coder in sorted(looked))


def settle(
    desk: Desk, adjudicator: str, place: Place, codes: Sequence[str], memo: str, request: str, seconds: float | None
) -> None:
    """Keep the codes that a passage has after adjudication, none or several, in place of an earlier settlement.

    Raises:
        DecisionError: a code is not in the codebook; nothing is kept.
    """
    known = [desk.book.find(code) for code in codes]
    if None in known:
        raise DecisionError(f"{desk.book.lacks(codes[known.index(None)])} Nothing was recorded.")
    chosen = [code for code in dict.fromkeys(known) if code is not None]
    before = desk.work(adjudicator).standing(place)
    request = request or secrets.token_urlsafe(12)

    def row(verdict: Verdict, code: str | None, mark: str) -> Decision:
        keeps = verdict is Verdict.ADD
        return Decision(
            adjudicator, verdict, *place, origin=Origin.ADJUDICATED, code=code,
            code_start=place[1] if keeps else None, code_end=place[2] if keeps else None,
            memo=memo.strip(), seconds=seconds, request=f"{request}-{mark}",
        )  # fmt: skip

    dropped = [one.code for one in before.added if one.code not in chosen]
    desk.write(
        [
            *(row(Verdict.REMOVE, code, f"no{at}") for at, code in enumerate(dropped)),
            *(row(Verdict.ADD, code, f"yes{at}") for at, code in enumerate(chosen)),
            row(Verdict.LOOKED, None, "done"),
        ]
    )


def take_back(desk: Desk, adjudicator: str, request: str) -> Passage:
    """Take the last settlement back, so that what was before it holds again; the passage it was on.

    Raises:
        DecisionError: nothing was settled, or all is taken back.
    """
    holding = [one for one in effective(desk.work(adjudicator).decisions) if _place(one) in desk.by_place]
    if not holding:
        raise DecisionError("There is nothing left to take back.")
    last = [one for one in holding if _settlement(one) == _settlement(holding[-1])]
    desk.write(
        Decision(
            adjudicator, Verdict.UNDO, *_place(one), origin=Origin.ADJUDICATED, undoes=one.id, request=f"{request}-un{at}"
        )
        for at, one in enumerate(reversed(last))
    )  # fmt: skip
    return desk.by_place[_place(last[0])]


def _settlement(one: Decision) -> str:
    """What the rows of one settlement share."""
    return one.request.rpartition("-")[0]


def _place(one: Decision) -> Place:
    return one.transcript, one.start, one.end
