"""A candidate beside the model in use, on segments that neither had learned from when it scored them.

Where the model in use had learned from a segment, its held-back score counts; where it had not, its plain score does. The candidate's
scores are all held back. Both stand on the same segments and the same resampled transcripts, so the difference is paired.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.learning.assessment.metrics import Held, percentiles, point_and_draws, without_each
from secondcoder.learning.out_of_fold import HeldBack

ROUNDS = 1000
WRONG = 0.025
"""Chance that the mean seems to have fallen though it has not; and that any of the codes does, shared among them (Bonferroni)."""


@dataclass(frozen=True)
class Unseen:
    """What both models say of n segments, of the k codes that both score, and what people say.

    Attributes:
        before, after: (n, k) probabilities of the model in use and of the candidate.
        y, known: (n, k) labels and mask.
        transcript: (n,) names.
        unaided: (n,) somebody coded the segment without seeing suggestions, or settled it with others.
        fresh: (n,) the model in use had learned nothing from the segment's transcript.
    """

    codes: tuple[str, ...]
    before: Floats
    after: Floats
    y: Bools
    known: Bools
    transcript: tuple[str, ...]
    unaided: Bools
    fresh: Bools

    def take(self, rows: Rows | Bools) -> Unseen:
        """The same for some segments."""
        names = tuple(np.asarray(self.transcript)[rows].tolist())
        parts = (self.before[rows], self.after[rows], self.y[rows], self.known[rows])
        return Unseen(self.codes, *parts, names, self.unaided[rows], self.fresh[rows])


@dataclass(frozen=True)
class Difference:
    """One figure of both models: `interval` is of the difference, `ceiling` its one-sided upper bound.

    The interval comes from drawing transcripts. Where few of them carry a code, draws are all alike and the interval too short, so the
    ceiling, which decides, is Student's t on the spread left when each transcript is left out (Efron & Stein 1981,
    doi:10.1214/aos/1176345462), with as many degrees of freedom as transcripts that carry the code, less one.
    """

    before: float
    after: float
    interval: tuple[float, float]
    ceiling: float

    @property
    def value(self) -> float:
        """After minus before."""
        return self.after - self.before

    def to_json(self) -> dict[str, Any]:
        """Plain numbers; None where undefined."""
        numbers = {"before": self.before, "after": self.after, "difference": self.value}
        return {name: _plain(value) for name, value in numbers.items()} | {
            "interval": [_plain(value) for value in self.interval]
        }


@dataclass(frozen=True)
class Comparison:
    """Macro average precision of both models, and average precision code by code.

    `unaided` tells whether only segments coded without suggestions were counted; without any, all are.
    """

    overall: Difference
    codes: dict[str, Difference]
    segments: int
    transcripts: int
    unaided: bool

    def to_json(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "macro_ap": self.overall.to_json(),
            "average_precision": {code: one.to_json() for code, one in self.codes.items()},
            "segments": self.segments,
            "transcripts": self.transcripts,
            "unaided": self.unaided,
        }


def compare(unseen: Unseen, seed: int) -> Comparison | None:
    """The paired difference; None where no code that both score is marked on two transcripts that neither had seen."""
    unaided = bool(unseen.unaided.any())
    judged = unseen.take(unseen.unaided) if unaided else unseen
    names, marked = np.asarray(judged.transcript), judged.y & judged.known
    carriers = np.array([len(set(names[column])) for column in marked.T])
    columns = np.flatnonzero(carriers > 1)
    if not len(columns):
        return None
    before, after = (_measured(_held(judged, scores, columns), seed) for scores in (judged.before, judged.after))
    single, mean = "average_precision", "macro_ap"
    codes = {
        unseen.codes[j]: _difference(before[single][:, at], after[single][:, at], carriers[j], WRONG / len(columns))
        for at, j in enumerate(columns.tolist())
    }
    transcripts = len(set(judged.transcript))
    overall = _difference(before[mean], after[mean], transcripts, WRONG)
    return Comparison(overall, codes, len(names), transcripts, unaided)


def _measured(held: Held, seed: int) -> dict[str, Floats]:
    """name -> (1 + ROUNDS + transcripts, ...): as they are, with transcripts drawn, and with each left out."""
    point, drawn = point_and_draws(held, ROUNDS, seed)
    left = without_each(held)
    return {name: np.concatenate([point[name][None], drawn[name], left[name]]) for name in left}


def _difference(before: Floats, after: Floats, carriers: int, wrong: float) -> Difference:
    """From both models' figures as `_measured` gives them, the transcripts that carry a code, and the chance of a false fall."""
    from scipy.stats import t as student

    change = after - before
    low, high = percentiles(change[1 : 1 + ROUNDS]).tolist()
    left = change[1 + ROUNDS :][np.isfinite(change[1 + ROUNDS :])]
    spread = np.sqrt((len(left) - 1) * left.var()) if len(left) else np.nan
    ceiling = change[0] + student.ppf(1 - wrong, carriers - 1) * spread
    return Difference(float(before[0]), float(after[0]), (low, high), float(ceiling))


def _held(judged: Unseen, scores: Floats, columns: Rows) -> Held:
    probability = scores[:, columns]
    nothing = np.zeros_like(probability, dtype=bool)
    return Held(probability, nothing, judged.y[:, columns], judged.known[:, columns], judged.transcript)


def align(
    in_use: HeldBack,
    in_use_codes: Sequence[str],
    candidate: HeldBack,
    candidate_codes: Sequence[str],
    plain: Floats,
    unaided: Bools,
) -> Unseen:
    """Both models on the candidate's segments, as far as the model in use can say something honest of them.

    Args:
        plain: (n, k) probabilities that the model in use gives the candidate's n segments now, for its own k codes.
        unaided: (n,) of the candidate's segments.
    """
    common = tuple(code for code in candidate_codes if code in in_use_codes)
    old, new = [in_use_codes.index(code) for code in common], [candidate_codes.index(code) for code in common]
    row = {place: at for at, place in enumerate(in_use.places)}
    learned = {place[0] for place in in_use.places}
    before, rows = plain[:, old].copy(), []
    for at, place in enumerate(candidate.places):
        if place in row:
            before[at] = in_use.probability[row[place], old]
        if place in row or place[0] not in learned:
            rows.append(at)
    fresh = np.array([place[0] not in learned for place in candidate.places], dtype=bool)
    names = tuple(place[0] for place in candidate.places)
    whole = Unseen(
        common,
        before,
        candidate.probability[:, new],
        candidate.y[:, new],
        candidate.known[:, new],
        names,
        unaided,
        fresh,
    )
    return whole.take(np.array(rows, dtype=np.intp))


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
