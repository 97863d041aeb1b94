"""Where coders disagree: the passages with what is needed to discuss them, and which code one gives where the other gives another."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np

from secondcoder.agreement.contingency import Bools, Floats
from secondcoder.agreement.reliability_data import ReliabilityData
from secondcoder.agreement.units import Unit
from secondcoder.corpus import independent
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, Span, Transcript, Valence
from secondcoder.domain.spans import share_text
from secondcoder.segments.segmenter import question_before

BETWEEN_PIECES = " [...] "
NOTHING = "(nothing)"
# Counts below it are what rounding leaves of a difference.
FEWEST = 1e-9


class Difference(StrEnum):
    """What coders differ in: whether a unit has a code or, where they share it, its valence or the words that have it."""

    CODE = "code"
    VALENCE = "valence"
    SPAN = "span"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One unit and one code on which coders who looked for it disagree.

    Attributes:
        pieces: where the unit is; its `text` leaves out the questions between the pieces.
        question: the interviewer's words before it.
        marked: coder -> whether they gave the code; coders who did not look are not in it.
        codes: coder -> all codes that they gave the unit.
        memos: coder -> what they wrote beside this code here.
        differs: what they differ in.
        given: coder -> their codings of this very code here.
        settled: the adjudicated codings of this code here, none where it was settled not to hold; None where nothing was settled.
    """

    transcript: str
    case: str
    role: str
    pieces: tuple[Span, ...]
    text: str
    question: str
    code: str
    marked: Mapping[str, bool]
    codes: Mapping[str, tuple[str, ...]]
    memos: Mapping[str, str]
    differs: tuple[Difference, ...] = (Difference.CODE,)
    given: Mapping[str, tuple[Coding, ...]] = field(default_factory=dict)
    settled: tuple[Coding, ...] | None = None

    @property
    def id(self) -> str:
        """Ten characters that stand for place and code, the same on every machine; never to be taken for a number."""
        place = f"{self.transcript}\n{self.pieces}\n{self.code}"
        return "d" + hashlib.sha256(place.encode()).hexdigest()[:9]

    @property
    def whole(self) -> Span:
        """From the start of the unit to its end."""
        return self.pieces[0][0], self.pieces[-1][1]

    def quote(self, words: Span) -> str:
        """These words of the unit; its `text` where it has several pieces, of which offsets say nothing."""
        start = self.whole[0]
        return self.text if len(self.pieces) > 1 else self.text[words[0] - start : words[1] - start].strip()

    def words_of(self, coder: str) -> Span:
        """From where the coder's codings of this code begin in the unit to where they end."""
        return words_within(self.given[coder], self.whole)

    @property
    def all_words(self) -> Span:
        """From where the first coder begins to where the last one ends; the whole unit where nobody gave this very code."""
        codings = [coding for of_coder in self.given.values() for coding in of_coder]
        return words_within(codings, self.whole) if codings else self.whole

    @property
    def agreed_words(self) -> Span:
        """The words that stay unless others are settled: those of all who gave the code; where these differ, the whole unit."""
        return self.whole if Difference.SPAN in self.differs else self.all_words

    @property
    def agreed_valence(self) -> Valence | None:
        """The valence that stays unless another is settled: the one that was given, where no two were."""
        given = {coding.valence for of_coder in self.given.values() for coding in of_coder} - {None}
        return given.pop() if len(given) == 1 else None

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "id": self.id,
            "transcript": self.transcript,
            "start": self.pieces[0][0],
            "end": self.pieces[-1][1],
            "code": self.code,
            "marked": dict(self.marked),
        }


def disagreements(
    data: ReliabilityData, coders: Sequence[str], transcripts: Iterable[Transcript], codings: Iterable[Coding] = ()
) -> list[Disagreement]:
    """All of them, in the order of the text and then of the codes.

    Args:
        data: with units. Runs of characters that touch and read alike are taken together.
        codings: for the memos.
    """
    compared = data.of(coders)
    texts = {transcript.id: Context(transcript) for transcript in transcripts}
    memos = memos_by_code(independent(codings), coders)
    looked, given = compared.known, compared.marks
    # Only those who looked can disagree: a mark outside a pass is no word on the unit.
    disagree = (looked.sum(1) > 1) & (given & looked).any(1) & (looked & ~given).any(1)
    rows: list[Disagreement] = []
    for row, column in zip(*(places.tolist() for places in disagree.nonzero()), strict=True):
        unit, code = compared.units[row], compared.codes[column]
        here = [at for at, yes in enumerate(looked[row, :, column].tolist()) if yes]
        marked = {coders[at]: bool(given[row, at, column]) for at in here}
        codes = {coders[at]: tuple(compared.codes[k] for k in given[row, at].nonzero()[0]) for at in here}
        notes = memos_on(memos.get((unit.transcript, code), ()), unit)
        rows.append(texts[unit.transcript].disagreement(unit, code, marked, codes, notes))
    return joined(rows, texts) if compared.kind.one == "character" else rows


def words_within(codings: Sequence[Coding], unit: Span) -> Span:
    """From the start of the first coding to the end of the last, cut to the unit."""
    start, end = min(coding.start for coding in codings), max(coding.end for coding in codings)
    return max(start, unit[0]), min(end, unit[1])


class Context:
    """One transcript, for looking up turns and questions."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self._starts = [turn.start for turn in transcript.turns]
        self._questions: dict[int, str] = {}

    def disagreement(
        self,
        unit: Unit,
        code: str,
        marked: Mapping[str, bool],
        codes: Mapping[str, tuple[str, ...]],
        memos: Mapping[str, str],
    ) -> Disagreement:
        """One on a unit of this transcript."""
        transcript = self.transcript
        return Disagreement(
            transcript=transcript.id,
            case=transcript.case or "",
            role=transcript.role or "",
            pieces=unit.pieces,
            text=BETWEEN_PIECES.join(transcript.text[start:end] for start, end in unit.pieces),
            question=self._question(unit.start),
            code=code,
            marked=marked,
            codes=codes,
            memos=memos,
        )

    def _question(self, start: int) -> str:
        turn = bisect_right(self._starts, start) - 1
        if turn < 0:
            return ""
        if turn not in self._questions:
            self._questions[turn] = question_before(self.transcript, turn)
        return self._questions[turn]


def joined(runs: Sequence[Disagreement], texts: Mapping[str, Context]) -> list[Disagreement]:
    """Runs that touch, with the same code, the same coders on each side and the same differences, as one."""
    # By code: runs of several codes come in turn, so the one before is seldom of the same code.
    last: dict[str, int] = {}
    joined: list[Disagreement] = []
    for run in runs:
        at = last.get(run.code)
        if at is not None and _continues(joined[at], run):
            span = joined[at].pieces[0][0], run.pieces[0][1]
            text = texts[run.transcript].transcript.text[slice(*span)]
            joined[at] = replace(joined[at], pieces=(span,), text=text)
        else:
            last[run.code] = len(joined)
            joined.append(run)
    return joined


def _continues(before: Disagreement, run: Disagreement) -> bool:
    same = all(getattr(before, name) == getattr(run, name) for name in ("transcript", "marked", "differs", "settled"))
    return same and before.pieces[-1][1] == run.pieces[0][0]


def memos_by_code(codings: Iterable[Coding], coders: Sequence[str]) -> dict[tuple[str, str], list[Coding]]:
    """(transcript, code) -> the coders' codings that have a memo."""
    with_memo = (coding for coding in codings if coding.memo and coding.coder in coders)
    return group_by(with_memo, lambda coding: (coding.transcript, coding.code))


def memos_on(codings: Iterable[Coding], unit: Unit) -> dict[str, str]:
    """Coder -> what they wrote beside a coding that shares text with the unit, from its start to its end."""
    whole = unit.start, unit.end
    return {coding.coder: coding.memo for coding in codings if share_text(whole, coding.span)}


@dataclass(frozen=True, slots=True)
class Confusion:
    """Two coders' codes against each other.

    Attributes:
        codes: k codes in the codebook's order, then NOTHING.
        counts: (k + 1, k + 1), first coder in rows; the last cell counts the units to which neither gave a code.
    """

    coders: tuple[str, str]
    codes: tuple[str, ...]
    counts: Floats

    def most_confused(self, most: int = 10) -> list[tuple[str, str, float]]:
        """Pairs of different codes, weightiest first: what the first coder gave, what the second gave, how often."""
        inner = self.counts[:-1, :-1] * (1 - np.eye(len(self.codes) - 1))
        order = np.argsort(-inner, axis=None, kind="stable")[:most]
        places = [np.unravel_index(at, inner.shape) for at in order]
        return [(self.codes[i], self.codes[j], float(inner[i, j])) for i, j in places if inner[i, j] > FEWEST]

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        counts = [[round(float(value), 4) for value in row] for row in self.counts]
        return {"coders": list(self.coders), "codes": list(self.codes), "counts": counts}


def confusion(data: ReliabilityData, first: str, second: str) -> Confusion:
    """Code by code, over the units that both coders looked at for all of the data's codes."""
    two = data.of([first, second])
    # Units that one of them looked at for some codes only would count as left without the others.
    looked: Bools = np.asarray(two.known.all((1, 2)))
    two = two.where(looked)
    here, there = two.marks[:, 0].astype(np.float64), two.marks[:, 1].astype(np.float64)
    shared = here * there
    left, right = here - shared, there - shared
    # Divided by the larger side, the smaller is paired whole, and no code more often than it was given.
    most = np.maximum(np.maximum(left.sum(1), right.sum(1)), 1)
    weights = two.weights
    paired = (left * (weights / most)[:, None]).T @ right
    codes = len(two.codes)
    counts: Floats = np.zeros((codes + 1, codes + 1))
    counts[:-1, :-1] = paired + np.diag(shared.T @ weights)
    # As remainders, so that the margins are exact.
    counts[:-1, -1] = (here.T @ weights) - counts[:-1, :-1].sum(1)
    counts[-1, :-1] = (there.T @ weights) - counts[:-1, :-1].sum(0)
    counts[-1, -1] = weights[(here + there).sum(1) == 0].sum()
    counts[np.abs(counts) < FEWEST] = 0
    return Confusion((first, second), (*two.codes, NOTHING), counts)
