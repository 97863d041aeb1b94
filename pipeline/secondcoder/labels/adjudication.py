"""Where coders disagree on a passage, and the decisions that record what they settle together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from secondcoder.corpus import of_coder
from secondcoder.domain.grouping import by_transcript
from secondcoder.domain.records import Coding, CodingPass, Decision, Origin, Place, ReviewAction
from secondcoder.domain.spans import share_text
from secondcoder.labels.passage_state import PassageState
from secondcoder.labels.review_sample import Passage


@dataclass(frozen=True)
class CoderCodings:
    """One coder's codings of a passage, none or several."""

    coder: str
    codings: tuple[Coding, ...]


@dataclass(frozen=True)
class Disagreement:
    """A passage that several coders looked at and coded differently; `settled` holds the codes they agreed on, None before that."""

    passage: Passage
    sides: tuple[CoderCodings, ...]
    settled: tuple[str, ...] | None

    @property
    def codes(self) -> list[str]:
        """All codes that a coder gave, in the order in which they come."""
        return list(dict.fromkeys(coding.code for side in self.sides for coding in side.codings))

    @property
    def shared(self) -> set[str]:
        """Codes that every coder gave: nobody disagrees on these."""
        # There are two sides at least, or nobody would disagree.
        return set.intersection(*({coding.code for coding in side.codings} for side in self.sides))


def disagreements(
    passages: Iterable[Passage],
    codings: Iterable[Coding],
    passes: Iterable[CodingPass],
    adjudicator: str,
    state_of: Callable[[Place], PassageState],
) -> list[Disagreement]:
    """Every passage on which coders disagree, in the order of the passages; independent and reviewed codings alike.

    Args:
        codings: in the present codes, without those that were withdrawn.
        state_of: what the adjudicator settled on a passage.
    """
    # What the adjudicator coded is the settlement, not one more side.
    codings_on = by_transcript(coding for coding in codings if coding.coder != adjudicator)
    passes_on = by_transcript(coding_pass for coding_pass in passes if coding_pass.coder != adjudicator)
    disagreed = []
    for passage in passages:
        transcript = passage.segment.transcript
        sides = _sides(passage, codings_on.get(transcript, ()), passes_on.get(transcript, ()))
        if len({frozenset(coding.code for coding in side.codings) for side in sides}) > 1:
            state = state_of(passage.place)
            settled = tuple(decision.code or "" for decision in state.added) if state.finished else None
            disagreed.append(Disagreement(passage, sides, settled))
    return disagreed


def _sides(passage: Passage, codings: Iterable[Coding], passes: Iterable[CodingPass]) -> tuple[CoderCodings, ...]:
    """The codings of each coder who coded or looked at some of the passage."""
    here = [coding for coding in codings if share_text(passage.segment.span, coding.span)]
    looked = {coding_pass.coder for coding_pass in passes if share_text(passage.segment.span, coding_pass.span)}
    coders = sorted(looked | {coding.coder for coding in here})
    return tuple(CoderCodings(coder, tuple(of_coder(here, coder))) for coder in coders)


def settlement(
    adjudicator: str,
    place: Place,
    codes: Sequence[str],
    before: PassageState,
    memo: str,
    request: str,
    seconds: float | None,
) -> list[Decision]:
    """The decisions by which a passage has these codes after adjudication, and no others, in place of an earlier settlement."""

    def row(verdict: ReviewAction, code: str | None, mark: str) -> Decision:
        keeps = verdict is ReviewAction.ADD
        return Decision(
            adjudicator, verdict, *place, origin=Origin.ADJUDICATED, code=code,
            code_start=place[1] if keeps else None, code_end=place[2] if keeps else None,
            # The store keeps one row a request, so each row of a settlement needs a mark.
            memo=memo.strip(), seconds=seconds, request=f"{request}-{mark}",
        )  # fmt: skip

    # Rows are only appended: an earlier settlement's codes are taken back by rows of their own.
    dropped = [decision.code for decision in before.added if decision.code not in codes]
    return [
        *(row(ReviewAction.REMOVE, code, f"no{at}") for at, code in enumerate(dropped)),
        *(row(ReviewAction.ADD, code, f"yes{at}") for at, code in enumerate(codes)),
        row(ReviewAction.LOOKED, None, "done"),
    ]


def undo_settlement(adjudicator: str, decisions: Sequence[Decision], request: str) -> list[Decision]:
    """The decisions that undo the last settlement as a whole, so that the one before it holds again.

    Args:
        decisions: the adjudicator's in effect, oldest first, at least one.
    """
    last = [decision for decision in decisions if _settlement_of(decision) == _settlement_of(decisions[-1])]
    return [
        Decision(
            adjudicator, ReviewAction.UNDO, *decision.place, origin=Origin.ADJUDICATED,
            undoes=decision.id, request=f"{request}-un{at}",
        )
        for at, decision in enumerate(reversed(last))
    ]  # fmt: skip


def _settlement_of(decision: Decision) -> str:
    """What the rows of one settlement share."""
    return decision.request.rpartition("-")[0]
