"""How many passages a way needs for the quality that random choice has with so many, with intervals over divisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from secondcoder.domain.arrays import Floats

from choosing.rounds import Point

ROUNDS = 2000
SEED = 20260101


@dataclass(frozen=True)
class Needed:
    """As shares of what random choice had: passages, words, and the ends of a 95 % interval of each; inf where it was not reached."""

    passages: float
    words: float
    passages_ends: tuple[float, float]
    words_ends: tuple[float, float]


def figure(curves: Sequence[Sequence[Point]], name: str) -> Floats:
    """(divisions, points) of one figure."""
    return np.array([[getattr(point, name) for point in curve] for curve in curves], dtype=np.float64)


def needed(curves: Sequence[Sequence[Point]], random: Sequence[Sequence[Point]], goal: int) -> Needed:
    """For the macro-AP that random choice reaches with `goal` passages, on curves that are means over the divisions."""
    rng = np.random.default_rng(SEED)
    drawn = rng.integers(len(curves), size=(ROUNDS, len(curves)))
    everything = np.arange(len(curves))
    rows = np.array([_shares(curves, random, goal, which) for which in (everything, *drawn)])
    low, high = np.quantile(rows[1:], (0.025, 0.975), axis=0, method="nearest")
    (passages, words), ends = rows[0].tolist(), list(zip(low.tolist(), high.tolist(), strict=True))
    return Needed(passages, words, ends[0], ends[1])


def _shares(
    curves: Sequence[Sequence[Point]], random: Sequence[Sequence[Point]], goal: int, which: np.ndarray
) -> tuple[float, float]:
    quality, words, passages = (figure(curves, name)[which].mean(axis=0) for name in ("macro_ap", "words", "passages"))
    usual, usual_words, usual_passages = (
        figure(random, name)[which].mean(axis=0) for name in ("macro_ap", "words", "passages")
    )
    wanted = np.interp(goal, usual_passages, usual)
    # A later fall does not take back what was reached.
    best = np.maximum.accumulate(quality)
    if best[-1] < wanted:
        return float("inf"), float("inf")
    at = int(np.argmax(best >= wanted))
    before = max(at - 1, 0)
    step = (wanted - best[before]) / (best[at] - best[before]) if best[at] > best[before] else 0.0
    found = [line[before] + step * (line[at] - line[before]) for line in (passages, words)]
    return float(found[0] / goal), float(found[1] / np.interp(goal, usual_passages, usual_words))
