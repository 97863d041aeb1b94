"""What a method is: from a training part to scores for a held-back part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from secondcoder.domain.arrays import Bools, Floats, Vectors

from comparison.sets import BenchmarkFeatures


@dataclass(frozen=True)
class Answer:
    """For n held-back units and k codes: scores, suggestions, and the processor seconds of training, all threads together."""

    score: Floats
    suggested: Bools
    seconds: float


@dataclass(frozen=True)
class Method:
    """One way to learn: `run(train, labels, held_back, code_embeddings)`, with vectors of the codes' names for whoever hears them.

    `probabilities` is False where its scores are none, so that calibration has no meaning.
    """

    label: str
    run: Callable[[BenchmarkFeatures, Bools, BenchmarkFeatures, Vectors], Answer]
    probabilities: bool = True

    @property
    def says(self) -> str:
        """What the page says of it: the docstring of `run`."""
        return " ".join((self.run.__doc__ or "").split())
