"""Scorers that know the labels of invented segments, blurred, so that it is known how good they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from zlib import crc32

import numpy as np
from secondcoder.learning.features import Features
from secondcoder.scoring.answers import Answers
from secondcoder.scoring.scorer import Question

from support.planted import Planted


@dataclass
class InventedScorer:
    """Moves the log-odds of a passage with the code by `knows[code]`, beside noise of standard deviation 1."""

    truth: Mapping[Question, bool]
    knows: Mapping[str, float]
    id: str = "invented/1"
    asked: list[Question] = field(default_factory=list)

    def probabilities(self, questions: Sequence[Question]) -> np.ndarray:
        self.asked += questions
        moved = np.array([self.knows[code] * self.truth.get((text, code), False) for text, code in questions])
        noise = [np.random.default_rng(crc32(f"{code} {text}".encode())).standard_normal() for text, code in questions]
        return 1 / (1 + np.exp(1 - moved - np.array(noise)))

    def describe(self) -> str:
        return "An invented scorer."


def scorer_on(knows: Sequence[float], *talks: Planted) -> InventedScorer:
    """One that knows the codes of the talks, as far as `knows` says of each."""
    codes = talks[0].labels.codes
    truth = {
        (text, code): bool(talk.labels.y[row, column])
        for talk in talks
        for row, text in enumerate(talk.features.texts)
        for column, code in enumerate(codes)
    }
    return InventedScorer(truth, dict(zip(codes, knows, strict=True)))


def hearing(features: Features, *scorers: InventedScorer) -> Features:
    return replace(features, answers=Answers(scorers))
