"""The five figures in which a new transcript is compared with the training transcripts, each of those held out from the others.

A new transcript is compared with the training set less one transcript, for each in turn, and the mean taken, so that its figure and
those of the training transcripts rest on equally many. A transcript of a new case is compared as the training ones are with their
whole case held out: people of one case share names and stories, and a new case lacks them without any drift.

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
"""Training transcripts below which their spread cannot be estimated."""
FEWEST_CASES = 3
"""Training cases below which the spread between cases cannot be estimated."""
FEWEST_SEGMENTS = 8
"""Segments below which a transcript is too short to be compared."""


class Measure(StrEnum):
    """The figures that are compared; the values are stored in the event log."""

    MEANING = "meaning"
    WORDS = "words"
    ANSWERS = "answers"
    SPEAKERS = "speakers"
    CODES = "codes"


@dataclass(frozen=True)
class Scale:
    """How a figure is tested.

    Attributes:
        even: transforms it to about equal spread at every level.
        least: smallest standard deviation assumed there, lest training transcripts that happen to be alike make all others differ.
        both_ways: a two-sided test.
    """

    even: Callable[[Floats], Floats]
    least: float
    both_ways: bool


def _log(values: Floats) -> Floats:
    # No logarithm of 0, as of a transcript without a new word.
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
class TranscriptFigures:
    """A transcript's figures, in plain units (distance, share, words, share, distance); none where it is too short.

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


def transcript_figures(profile: Profile, reference: Reference) -> TranscriptFigures:
    """A new transcript's figures, compared with a model's training transcripts."""
    by_case = has_cases(reference) and profile.case not in set(reference.cases.tolist()) - {""}
    values: dict[Measure, float] = {}
    if profile.segments >= FEWEST_SEGMENTS:
        ids, noise = _held_out_ids(reference, by_case), _noise(profile.vector, profile.segments)
        values[Measure.MEANING] = _mean_distance(profile.vector, noise, reference.vectors, ids)
        values[Measure.WORDS] = _unseen(profile, reference, by_case)
        values[Measure.ANSWERS] = float(np.exp(profile.answers))
        values[Measure.SPEAKERS] = profile.asked
        rows = _with_rates(reference)
        if len(rows) >= FEWEST and not np.isnan(profile.rates).any():
            # Square roots even out the spread of counts, so that frequent codes do not decide alone.
            values[Measure.CODES] = _mean_distance(
                np.sqrt(profile.rates), 0.0, np.sqrt(reference.rates[rows]), ids[rows]
            )
    about = (profile.transcript, profile.case, profile.wave, profile.role, profile.segments)
    return TranscriptFigures(*about, by_case, values, tuple(profile.rates.tolist()))


def training_figures(reference: Reference, by_case: bool) -> dict[Measure, tuple[Floats, Rows]]:
    """Figures of the training transcripts, each (or its case) held out from the others: (m,) values and the m rows that have them."""
    ids, every, rows = _held_out_ids(reference, by_case), np.arange(len(reference)), _with_rates(reference)
    noise = np.array(
        # In double precision: the vectors are kept in single, and the figures are small differences.
        [_noise(*pair) for pair in zip(reference.vectors.astype(np.float64), reference.segments, strict=True)]
    )
    figures = {
        Measure.MEANING: (_distances(reference.vectors, noise, ids), every),
        Measure.WORDS: (reference.unseen[int(by_case)], every),
        Measure.ANSWERS: (np.exp(reference.answers), every),
        Measure.SPEAKERS: (reference.asked, every),
    }
    if len(rows) >= FEWEST:
        figures[Measure.CODES] = _distances(np.sqrt(reference.rates[rows]), np.zeros(len(rows)), ids[rows]), rows
    return figures


def has_cases(reference: Reference) -> bool:
    """Whether the training transcripts come from enough cases to estimate how far cases differ."""
    return len(set(reference.cases.tolist()) - {""}) >= FEWEST_CASES


def _held_out_ids(reference: Reference, by_case: bool) -> Rows:
    return reference.case_of if by_case else np.arange(len(reference))


def _with_rates(reference: Reference) -> Rows:
    return (
        np.flatnonzero(~np.isnan(reference.rates).any(axis=1))
        if reference.rates.shape[1]
        else np.zeros(0, dtype=np.intp)
    )


def _noise(vector: Floats, segments: int) -> float:
    """Bias of a squared distance from the mean of so many unit vectors, by sampling alone."""
    return float((1 - vector @ vector) / max(segments - 1, 1))


def _others(points: Floats, ids: Rows) -> Floats:
    """(n, d) mean of the points with another id; of all where there is no other."""
    same = ids[:, None] == ids[None, :]
    # Where all have one id, nothing is held out, rather than dividing by zero.
    left = np.where(same.all(axis=1, keepdims=True), same, ~same).astype(np.float64)
    return np.asarray(left @ points / left.sum(axis=1, keepdims=True))


def _distances(points: Floats | Vectors, noise: Floats, ids: Rows) -> Floats:
    points = points.astype(np.float64)
    squared = ((points - _others(points, ids)) ** 2).sum(axis=1)
    # Freed of bias, the estimate may fall below 0.
    return np.asarray(np.sqrt(np.maximum(squared - noise, 0)))


def _mean_distance(point: Floats, noise: float, points: Floats | Vectors, ids: Rows) -> float:
    squared = ((point - _others(points.astype(np.float64), ids)) ** 2).sum(axis=1)
    return float(np.sqrt(max(squared.mean() - noise, 0.0)))


def _unseen(profile: Profile, reference: Reference, by_case: bool) -> float:
    """Expected share of the words that are new when a training transcript, or its case, is held out."""
    ids = _held_out_ids(reference, by_case)
    # A hash above all known ones would be looked up past the end; it is told apart below.
    at = np.minimum(np.searchsorted(reference.words, profile.words), len(reference.words) - 1)
    # How often each is the one held out.
    share = np.bincount(ids, minlength=len(reference)) / len(reference)
    owner = reference.owner[int(by_case)][at]
    new = np.where(owner >= 0, share[owner], 0.0)
    new[reference.words[at] != profile.words] = 1.0
    return float((profile.counts * new).sum() / max(profile.counts.sum(), 1))
