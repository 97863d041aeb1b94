"""The five figures in which a new transcript is compared with the training ones, each of those held back from the others.

A newcomer is measured against every training set with one held back, and the mean taken, so that its figure and those of the training
transcripts rest on equally many. A transcript of a new case is compared as the training ones are with their whole case held back:
people of one case share names and stories, and a new case lacks them by nature, not by drift.

Meaning is the distance of a transcript's mean vector from the mean of the others, freed of what the finite number of its segments
adds: the unbiased maximum mean discrepancy with a linear kernel (Gretton et al 2012, jmlr.org/papers/v13/gretton12a.html).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from secondcoder.domain.arrays import Floats, Rows, Vectors
from secondcoder.drift.profiles import Profile
from secondcoder.learning.reference import Reference

FEWEST = 5
"""Training transcripts below which nothing can be said of what is usual among them."""
FEWEST_CASES = 3
"""Training cases below which it cannot be told how far cases differ."""
FEWEST_SEGMENTS = 8
"""Segments below which a transcript is too short to be compared."""


class Measure(StrEnum):
    """What is compared."""

    MEANING = "meaning"
    WORDS = "words"
    ANSWERS = "answers"
    SPEAKERS = "speakers"
    CODES = "codes"


@dataclass(frozen=True)
class Scale:
    """How a figure is judged.

    Attributes:
        even: takes it to a scale on which transcripts spread about evenly.
        least: the smallest spread taken seriously there, lest transcripts that happen to be alike make every other one stand out.
        both_ways: less than usual is drift too.
    """

    even: Callable[[Floats], Floats]
    least: float
    both_ways: bool


def _log(values: Floats) -> Floats:
    return np.log(np.maximum(values, 1e-3))


def _as_it_is(values: Floats) -> Floats:
    return values


SCALES: Mapping[Measure, Scale] = {
    Measure.MEANING: Scale(_as_it_is, 0.01, False),
    Measure.WORDS: Scale(_log, 0.15, False),
    Measure.ANSWERS: Scale(_log, 0.15, True),
    Measure.SPEAKERS: Scale(_as_it_is, 0.05, True),
    Measure.CODES: Scale(_log, 0.25, False),
}


@dataclass(frozen=True)
class Measured:
    """A transcript's figures, in plain units: distance, share, words, share, distance; none where it is too short.

    `new_case` says that its case was not among the training ones, where these have cases enough to tell.
    """

    transcript: str
    case: str
    wave: str
    role: str
    segments: int
    new_case: bool
    values: Mapping[Measure, float]
    rates: tuple[float, ...] = ()


def measure(one: Profile, seen: Reference) -> Measured:
    """A new transcript's figures against what a model saw."""
    by_case = has_cases(seen) and one.case not in set(seen.cases.tolist()) - {""}
    values: dict[Measure, float] = {}
    if one.segments >= FEWEST_SEGMENTS:
        ids = _held_back(seen, by_case)
        values[Measure.MEANING] = _mean_distance(one.vector, _noise(one.vector, one.segments), seen.vectors, ids)
        values[Measure.WORDS] = _unseen(one, seen, by_case)
        values[Measure.ANSWERS] = float(np.exp(one.answers))
        values[Measure.SPEAKERS] = one.asked
        rows = _with_rates(seen)
        if len(rows) >= FEWEST and not np.isnan(one.rates).any():
            values[Measure.CODES] = _mean_distance(np.sqrt(one.rates), 0.0, np.sqrt(seen.rates[rows]), ids[rows])
    return Measured(
        one.transcript, one.case, one.wave, one.role, one.segments, by_case, values, tuple(one.rates.tolist())
    )


def usual(seen: Reference, by_case: bool) -> dict[Measure, tuple[Floats, Rows]]:
    """What training transcripts show while they, or their cases, are held back: figures, and the rows that have them."""
    ids, every, rows = _held_back(seen, by_case), np.arange(len(seen)), _with_rates(seen)
    noise = np.array([_noise(*pair) for pair in zip(seen.vectors.astype(np.float64), seen.segments, strict=True)])
    found = {
        Measure.MEANING: (_distances(seen.vectors, noise, ids), every),
        Measure.WORDS: (seen.unseen[int(by_case)], every),
        Measure.ANSWERS: (np.exp(seen.answers), every),
        Measure.SPEAKERS: (seen.asked, every),
    }
    if len(rows) >= FEWEST:
        found[Measure.CODES] = _distances(np.sqrt(seen.rates[rows]), np.zeros(len(rows)), ids[rows]), rows
    return found


def has_cases(seen: Reference) -> bool:
    """The training transcripts come from cases enough to tell how far cases differ."""
    return len(set(seen.cases.tolist()) - {""}) >= FEWEST_CASES


def _held_back(seen: Reference, by_case: bool) -> Rows:
    return seen.case_of if by_case else np.arange(len(seen))


def _with_rates(seen: Reference) -> Rows:
    return np.flatnonzero(~np.isnan(seen.rates).any(axis=1)) if seen.rates.shape[1] else np.zeros(0, dtype=np.intp)


def _noise(vector: Floats, segments: int) -> float:
    """What a mean of so many unit vectors adds to a squared distance."""
    return float((1 - vector @ vector) / max(segments - 1, 1))


def _others(points: Floats, ids: Rows) -> Floats:
    """(n, d) mean of the points with another id; of all where there is no other."""
    same = ids[:, None] == ids[None, :]
    left = np.where(same.all(axis=1, keepdims=True), same, ~same).astype(np.float64)
    return np.asarray(left @ points / left.sum(axis=1, keepdims=True))


def _distances(points: Floats | Vectors, noise: Floats, ids: Rows) -> Floats:
    points = points.astype(np.float64)
    squared = ((points - _others(points, ids)) ** 2).sum(axis=1)
    return np.asarray(np.sqrt(np.maximum(squared - noise, 0)))


def _mean_distance(point: Floats, noise: float, points: Floats | Vectors, ids: Rows) -> float:
    squared = ((point - _others(points.astype(np.float64), ids)) ** 2).sum(axis=1)
    return float(np.sqrt(max(squared.mean() - noise, 0.0)))


def _unseen(one: Profile, seen: Reference, by_case: bool) -> float:
    """Expected share of the words that are new when a training transcript, or its case, is held back."""
    ids = _held_back(seen, by_case)
    at = np.minimum(np.searchsorted(seen.words, one.words), len(seen.words) - 1)
    share = np.bincount(ids, minlength=len(seen)) / len(seen)
    owner = seen.owner[int(by_case)][at]
    new = np.where(owner >= 0, share[owner], 0.0)
    new[seen.words[at] != one.words] = 1.0
    return float((one.counts * new).sum() / max(one.counts.sum(), 1))
