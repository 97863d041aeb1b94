"""A paired comparison of a candidate with the model in use, on segments that neither was trained on when it scored them.

For training segments of the model in use its out-of-fold score counts, for others its plain score. The candidate's scores are all
out of fold. Both are measured on the same segments and the same bootstrap rounds over transcripts, so the
difference is paired.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.learning.assessment.metrics import LabelledPredictions, leave_one_out, point_and_draws
from secondcoder.learning.out_of_fold import OutOfFold
from secondcoder.statistics.cluster_bootstrap import Interval, effective_clusters, interval_from
from secondcoder.statistics.jackknife import upper_limit

ROUNDS = 1000
WRONG = 0.025
"""One-sided error rate for a fall of the mean, and for a fall of any code, divided among the codes (Bonferroni)."""


@dataclass(frozen=True)
class PairedScores:
    """Scores of both models for n segments and the k codes that both score, with the human labels.

    Attributes:
        before, after: (n, k) probabilities of the model in use and of the candidate.
        y, known: (n, k) labels and mask.
        transcript: (n,) names.
        unaided: (n,) somebody coded the segment without seeing suggestions, or adjudicated it with others.
        fresh: (n,) the segment's transcript was not in the training set of the model in use.
        suggested: (n, k) what the model in use suggests where it scored as `before`.
        rests: (n, k) labels that rest on a review of suggestions.
    """

    codes: tuple[str, ...]
    before: Floats
    after: Floats
    y: Bools
    known: Bools
    transcript: tuple[str, ...]
    unaided: Bools
    fresh: Bools
    suggested: Bools
    rests: Bools

    def take(self, rows: Rows | Bools) -> PairedScores:
        """The same for some segments."""
        names = tuple(np.asarray(self.transcript)[rows].tolist())
        parts = (self.before[rows], self.after[rows], self.y[rows], self.known[rows])
        flags = (self.unaided[rows], self.fresh[rows], self.suggested[rows], self.rests[rows])
        return PairedScores(self.codes, *parts, names, *flags)

    def only(self, kept: Bools) -> PairedScores:
        """The same with all labels unknown but some, (n, k)."""
        return replace(self, y=self.y & kept, known=self.known & kept)


@dataclass(frozen=True)
class PairedDifference:
    """One figure of both models: `interval` is of the difference; `ceiling`, its one-sided upper limit, is what the gate tests.

    The ceiling comes from the jackknife over transcripts, with as many degrees of freedom as transcripts that carry the code, less
    one: where few do, bootstrap rounds are all alike.
    """

    before: float
    after: float
    interval: Interval
    ceiling: float

    @property
    def value(self) -> float:
        """After minus before."""
        return self.after - self.before

    def interval_in_words(self, places: int) -> str:
        """As "-0.05 to +0.10", or why there is none."""
        if self.interval.ends is None:
            return f"interval cannot be said: {self.interval.reason}"
        return " to ".join(f"{end:+.{places}f}" for end in self.interval.ends)

    def cells(self) -> tuple[str, str, str, str]:
        """Before, after, difference and interval, for a table."""
        return f"{self.before:.2f}", f"{self.after:.2f}", f"{self.value:+.2f}", self.interval_in_words(2)

    def to_json(self) -> dict[str, Any]:
        """Plain numbers; None where undefined."""
        numbers = {"before": self.before, "after": self.after, "difference": self.value}
        return {name: _plain(value) for name, value in numbers.items()} | {
            "interval": [_plain(value) for value in self.interval.ends or (np.nan, np.nan)]
        }


@dataclass(frozen=True)
class PairedComparison:
    """Macro average precision of both models, and average precision code by code.

    `unaided` tells whether only segments coded without suggestions were counted; without any, all are.
    """

    overall: PairedDifference
    codes: dict[str, PairedDifference]
    segments: int
    transcripts: int
    unaided: bool

    def to_json(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "macro_ap": self.overall.to_json(),
            "average_precision": {code: difference.to_json() for code, difference in self.codes.items()},
            "segments": self.segments,
            "transcripts": self.transcripts,
            "unaided": self.unaided,
        }


def compare_with_model_in_use(unseen: PairedScores, seed: int) -> PairedComparison | None:
    """The paired difference; None unless some code that both score is coded in two transcripts outside both training sets."""
    # People follow suggestions of the model in use, so labels from a review would favour it.
    unaided = bool(unseen.unaided.any())
    compared = unseen.only(~unseen.rests).take(unseen.unaided) if unaided else unseen
    names, coded = np.asarray(compared.transcript), compared.y & compared.known
    carriers = [len(set(names[column])) for column in coded.T]
    # With one carrier the jackknife has no degree of freedom left.
    columns = np.flatnonzero(np.array(carriers) > 1)
    if not len(columns):
        return None
    transcripts = len(set(compared.transcript))
    before, after = (
        _figures(compared, scores[:, columns], columns, seed) for scores in (compared.before, compared.after)
    )
    place = np.unique(names, return_inverse=True)[1]
    marks = np.eye(transcripts)[place].T @ coded[:, columns]
    paired = _PairedFigures(before, after, marks)
    codes = {
        unseen.codes[j]: paired.difference("average_precision", carriers[j], WRONG / len(columns), at)
        for at, j in enumerate(columns.tolist())
    }
    overall = paired.difference("macro_ap", transcripts, WRONG)
    return PairedComparison(overall, codes, len(names), transcripts, unaided)


Figures = tuple[dict[str, Floats], dict[str, Floats], dict[str, Floats]]
"""Point estimates, in bootstrap rounds, and with each transcript left out."""


def _figures(compared: PairedScores, probability: Floats, columns: Rows, seed: int) -> Figures:
    # Average precision needs no thresholds, so no passage counts as suggested.
    unsuggested = np.zeros_like(probability, dtype=bool)
    predictions = LabelledPredictions(
        probability, unsuggested, compared.y[:, columns], compared.known[:, columns], compared.transcript
    )
    return *point_and_draws(predictions, ROUNDS, seed), leave_one_out(predictions)


@dataclass(frozen=True)
class _PairedFigures:
    """Figures of both models on the same segments; `marks` (transcripts, k) human marks, which say what the transcripts are worth."""

    before: Figures
    after: Figures
    marks: Floats

    def difference(self, name: str, carriers: int, wrong: float, at: int | None = None) -> PairedDifference:
        """Of one figure, or of the code `at` that so many transcripts carry; `wrong` is the chance of a false fall."""
        column = ... if at is None else (..., at)
        before, after = ([part[name][column] for part in parts] for parts in (self.before, self.after))
        change, drawn, left_out = (new - old for old, new in zip(before, after, strict=True))
        effective = effective_clusters(self.marks.sum(axis=1) if at is None else self.marks[:, at])
        interval = interval_from(float(change), drawn, len(self.marks), effective, left_out=left_out)
        ceiling = upper_limit(float(change), left_out, carriers, wrong)
        return PairedDifference(float(before[0]), float(after[0]), interval, ceiling)


def pair_scores(
    in_use: OutOfFold,
    in_use_codes: Sequence[str],
    candidate: OutOfFold,
    candidate_codes: Sequence[str],
    plain: Floats,
    thresholds: Floats,
    unaided: Bools,
    talk_of: Mapping[str, str] | None = None,
) -> PairedScores:
    """Scores of both models on those of the candidate's segments that the model in use can score without having been trained on them.

    Args:
        plain: (n, k) probabilities by the model in use, not out of fold, for the candidate's n segments and its own k codes.
        thresholds: (k,) from which it suggests.
        unaided: (n,) of the candidate's segments.
        talk_of: transcript -> its talk, where two transcripts may be of one: what was learned from one is not new in the other.
    """
    talk_of = talk_of or {}
    common = tuple(code for code in candidate_codes if code in in_use_codes)
    old, new = [in_use_codes.index(code) for code in common], [candidate_codes.index(code) for code in common]
    row = {place: at for at, place in enumerate(in_use.places)}
    learned = {place[0] for place in in_use.places}
    out_of_fold = in_use.probability >= thresholds if in_use.suggested is None else in_use.suggested
    before, suggested, rows = plain[:, old].copy(), (plain >= thresholds)[:, old], []
    talks = {talk_of.get(name, name) for name in learned}
    for at, place in enumerate(candidate.places):
        if place in row:
            # Its plain score of a segment that it learned from would flatter the model in use.
            before[at] = in_use.probability[row[place], old]
            suggested[at] = out_of_fold[row[place], old]
        # A passage of a learned transcript that was cut otherwise then has no held-back score: left out.
        if place in row or talk_of.get(place[0], place[0]) not in talks:
            rows.append(at)
    fresh = np.array([place[0] not in learned for place in candidate.places], dtype=bool)
    names = tuple(place[0] for place in candidate.places)
    whole = PairedScores(
        common,
        before,
        candidate.probability[:, new],
        candidate.y[:, new],
        candidate.known[:, new],
        names,
        unaided,
        fresh,
        suggested,
        np.zeros_like(candidate.known) if candidate.rests is None else candidate.rests[:, new],
    )
    return whole.take(np.array(rows, dtype=np.intp))


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
