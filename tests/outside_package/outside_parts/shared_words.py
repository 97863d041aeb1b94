"""A scorer: the share of the definition's words that the passage has too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from secondcoder.configuration import ScorerSettings
from secondcoder.domain.arrays import Floats
from secondcoder.scoring.scorer import Question


class SharedWordsScorer:
    def __init__(self, settings: ScorerSettings) -> None:
        self.id = f"shared-words/1:{settings.model}"

    def probabilities(self, questions: Sequence[Question]) -> Floats:
        words = ((set(passage.casefold().split()), set(told.casefold().split())) for passage, told in questions)
        return np.array([len(passage & told) / len(told) for passage, told in words])

    def describe(self) -> str:
        return "Words in common with the definition were counted."
