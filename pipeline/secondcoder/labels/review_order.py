"""In which order to decide: where a decision is expected to teach most, with blind passages spread evenly among the others."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2, sqrt
from typing import TypeVar

from secondcoder.domain.records import Suggestion

T = TypeVar("T")


def expected_gain(suggestion: Suggestion, examples: int) -> float:
    """Uncertainty sampling: the entropy of the suggestion in bits, divided by the root of 1 + the code's examples.

    A code that is only ranked has no probability and counts as wholly uncertain.
    """
    # Inside (0, 1), where the logarithms are finite.
    p = min(max(suggestion.score, 1e-6), 1 - 1e-6) if suggestion.calibrated else 0.5
    return -(p * log2(p) + (1 - p) * log2(1 - p)) / sqrt(1 + examples)


def spread_evenly(ordinary: Sequence[T], blind: Sequence[Sequence[T]]) -> list[T]:
    """Blind passages, each with its items, at even distances among the others.

    A blind passage's position must not give away what was suggested on it, so it cannot be ranked by its gain.
    """
    mixed: list[T] = []
    due = 0
    for at in range(len(ordinary) + 1):
        # Number `due` belongs at (due + 0.5) / len(blind) of the way; multiplied out, as either may be empty.
        while due < len(blind) and (due + 0.5) * len(ordinary) <= at * len(blind):
            mixed += blind[due]
            due += 1
        mixed += ordinary[at : at + 1]
    return mixed
