"""What the study's scorers say of passages and definitions: asked when it is needed, each question once, and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from secondcoder.block_cache.blocks import BlockCache, Progress
from secondcoder.block_cache.shards import keys_of
from secondcoder.configuration import ScorerSettings
from secondcoder.domain.arrays import Floats, Vectors
from secondcoder.embedding.cache_folder import ANSWERS
from secondcoder.errors import ModelError, PluginError
from secondcoder.scoring.scorer import Question, Scorer, new_scorer

HOW_ASKED = ("settings", "prompts_sha256")
CHUNK = 16
"""Questions between two savings: a language model may take seconds for one."""
IN_MEMORY = 500_000
"""Answers, with their passages, that memory holds about; then they are read from the cache again. Batch runs have no end of them."""


class Answers:
    """The scorers in use, by id.

    Args:
        cache: the folder that keeps answers, apart from vectors and without a limit, since they are dear; None keeps none beyond
            this process.
        progress: called with (done, total) as a scorer is asked.
    """

    def __init__(self, scorers: Sequence[Scorer], cache: Path | None = None, progress: Progress | None = None) -> None:
        self._scorers = {scorer.id: scorer for scorer in scorers}
        self._cache = None if cache is None else BlockCache(cache / ANSWERS, CHUNK)
        self._progress = progress
        # Cross-validation asks for the same again and again.
        self._known: dict[tuple[str, Question], float] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        """Of the scorers, in the configuration's order."""
        return tuple(self._scorers)

    def describe(self, scorer: str) -> str:
        """The scorer's sentence for the methods section."""
        return self._scorers[scorer].describe()

    def how_asked(self, scorer: str) -> dict[str, str]:
        """`settings` in words and `prompts_sha256`, where the scorer says so by a property `how_asked`; else empty."""
        how = getattr(self._scorers[scorer], "how_asked", {})
        return {name: str(how[name]) for name in HOW_ASKED if name in how} if isinstance(how, Mapping) else {}

    def probabilities(self, scorer: str, passages: Sequence[str], definitions: Sequence[str]) -> Floats:
        """(n, k) probabilities that n passages carry the codes of k definitions; nan where the scorer does not say.

        Raises:
            ModelError: there is no such scorer, or it cannot be asked.
            PluginError: the scorer gives something else than probabilities.
        """
        if scorer not in self._scorers:
            raise ModelError(missing_scorer(scorer, self.ids))
        if self._cache is not None and len(self._known) > IN_MEMORY:
            self._known.clear()
        questions = [(passage, definition) for definition in definitions for passage in passages]
        new = [question for question in dict.fromkeys(questions) if (scorer, question) not in self._known]
        self._known |= zip(((scorer, question) for question in new), self._ask(self._scorers[scorer], new), strict=True)
        found = [self._known[scorer, question] for question in questions]
        return np.array(found, dtype=np.float64).reshape(len(definitions), len(passages)).T

    def _ask(self, scorer: Scorer, questions: Sequence[Question]) -> list[float]:
        if self._cache is None or not questions:
            return [float(value) for value in _checked(scorer, questions)[:, 0]] if questions else []
        answers = np.empty(len(questions), dtype=np.float32)

        def take(n: int, block: memoryview) -> None:
            answers[n] = np.frombuffer(block, dtype=np.float32)[0]

        def ask(wanted: list[int]) -> list[bytes]:
            return [answer.tobytes() for answer in _checked(scorer, [questions[n] for n in wanted])]

        keys = keys_of((f"{definition}\0{passage}" for passage, definition in questions), "scorer", scorer.id)
        # One definition after another, as a server keeps what it has read of a prompt that begins alike.
        self._cache.fill(keys, take, ask, lambda n: questions[n][::-1], self._progress)
        return [float(answer) for answer in answers]


def _checked(scorer: Scorer, questions: Sequence[Question]) -> Vectors:
    """(n, 1) float32, as the cache keeps it."""
    found: Vectors = np.asarray(scorer.probabilities(questions), dtype=np.float32)
    if found.shape != (len(questions),) or not (np.isnan(found) | ((found >= 0) & (found <= 1))).all():
        raise PluginError(
            f"Scorer '{scorer.id}' gave something other than {len(questions)} probabilities for {len(questions)} questions. "
            "Update or uninstall its package."
        )
    return found[:, None]


def missing_scorer(scorer: str, present: Sequence[str]) -> str:
    """What to say where a model needs a scorer that the configuration does not give."""
    return (
        f"It was trained with the answers of scorer '{scorer}'; the configuration has {', '.join(present) or 'none'}. Put its section "
        "back and name it in learning.scorers, or train a new version without it: secondcoder retrain"
    )


def open_answers(
    settings: Mapping[str, ScorerSettings],
    cache: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Answers:
    """The answers of the scorers of `[scorers.NAME]` sections, by name."""
    return Answers([new_scorer(name, of) for name, of in settings.items()], cache, progress)
