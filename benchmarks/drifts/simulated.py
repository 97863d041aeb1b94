"""Invented studies in which new transcripts come from where the training ones came, so that every alarm is a false one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from secondcoder.drift.measures import transcript_figures
from secondcoder.drift.profiles import Profile
from secondcoder.drift.reference import reference_of
from secondcoder.drift.significance import DriftTest

from drifts.figures import KINDS, Draw
from drifts.trials import SEED, Alarms

WIDTH, SEGMENTS, VOCABULARY, TOKENS, CODES = 48, 40, 6000, 1500, 8
PER_CASE = 3
TALK = 1 / np.arange(2, VOCABULARY + 2)
"""Word frequencies after Zipf."""


def simulated(training: int, rate: float, rounds: int, of_cases: float, kind: str) -> dict[str, Alarms]:
    """Alarms on new transcripts of known and of new cases and on whole new cases.

    Args:
        training: number of training transcripts, in cases of three.
        of_cases: share of the variance between transcripts that lies between cases; with 0 transcripts have no case.
        kind: how transcripts differ, of `figures.KINDS`.
    """
    found = {"transcript of a known case": Alarms(), "transcript of a new case": Alarms(), "new case": Alarms()}
    if not of_cases:
        found = {"transcript": Alarms(), "group of three": Alarms()}
    for number in range(rounds):
        rng = np.random.default_rng([SEED, training, round(100 * of_cases), number])
        made = _study(rng, training + 1 + PER_CASE, of_cases, KINDS[kind])
        known, extra, fresh = made[:training], made[training], made[training + 1 :]
        seen = reference_of(known)
        assert seen is not None
        drift_test, measured = DriftTest(seen, rate), [transcript_figures(one, seen) for one in (extra, *fresh)]
        kinds = list(found)
        found[kinds[0]].add(str(number), drift_test, measured[:1])
        if of_cases:
            found[kinds[1]].add(str(number), drift_test, measured[1:2])
        found[kinds[-1]].add(str(number), drift_test, measured[1:])
    return found


def _study(rng: np.random.Generator, n: int, of_cases: float, draw: Draw) -> list[Profile]:
    """n profiles; the last three are of a case of their own, the one before them of the first case."""
    case = np.arange(n) // PER_CASE
    case[-PER_CASE:] = n
    case[-PER_CASE - 1] = 0
    effects = {number: _effect(rng, draw) for number in np.unique(case)}
    middle = rng.normal(size=WIDTH) / np.sqrt(WIDTH)
    made = []
    for i in range(n):
        shared, own = effects[case[i]], _effect(rng, draw)
        both = {key: np.sqrt(of_cases) * shared[key] + np.sqrt(1 - of_cases) * own[key] for key in own}
        made.append(_profile(rng, f"t{i:03}", f"c{case[i]}" if of_cases else "", both, middle))
    return made


def _effect(rng: np.random.Generator, draw: Draw) -> dict[str, np.ndarray]:
    return {
        # One size for each transcript: how far out it lies is what has heavy tails, not each of many dimensions.
        "meaning": rng.normal(size=WIDTH) / np.sqrt(WIDTH) * np.abs(draw(rng, (1,))),
        "words": rng.normal(size=VOCABULARY) * np.abs(draw(rng, (1,))),
        "plain": draw(rng, (2,)),
        "rates": rng.normal(size=CODES) * np.abs(draw(rng, (1,))),
    }


def _profile(
    rng: np.random.Generator, name: str, case: str, effect: dict[str, np.ndarray], middle: np.ndarray
) -> Profile:
    vectors = 0.5 * middle + 0.2 * effect["meaning"] + rng.normal(size=(SEGMENTS, WIDTH)) / np.sqrt(WIDTH)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    frequency = TALK * np.exp(0.7 * effect["words"])
    counts = rng.multinomial(TOKENS, frequency / frequency.sum())
    words = np.flatnonzero(counts)
    return Profile(
        transcript=name,
        case=case,
        role="",
        wave="",
        segments=SEGMENTS,
        vector=vectors.mean(axis=0),
        rates=np.exp(-2 + 0.4 * effect["rates"]),
        answers=3 + 0.4 * float(effect["plain"][0]),
        asked=float(1 / (1 + np.exp(1.2 - 0.5 * effect["plain"][1]))),
        words=words.astype(np.uint64),
        counts=counts[words].astype(np.float64),
    )


def sizes() -> Iterator[tuple[int, float, str]]:
    """(training transcripts, share of cases, kind of differences) to try."""
    for of_cases in (0.0, 0.3):
        for training in (6, 12, 24):
            for kind in list(KINDS)[:3]:
                yield training, of_cases, kind
