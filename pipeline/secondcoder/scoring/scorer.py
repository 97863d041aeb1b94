"""The seam: what a scorer is, and which ones a configuration names.

`learning.scorers` names sections `[scorers.NAME]`; the `type` of one is a shipped module's `PART`, or an entry point of the group
`secondcoder.scorers`. What a scorer says is one more evidence, weighed by human codes: it need be neither calibrated nor right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from secondcoder.configuration import ScorerSettings
from secondcoder.domain.arrays import Floats
from secondcoder.domain.plugins import check_part, find_part

PACKAGE, GROUP = "secondcoder.scoring", "secondcoder.scorers"
Question = tuple[str, str]
"""A passage, and the definition of a code in words: "Name: definition", what it includes and excludes on further lines."""


class Scorer(Protocol):
    """A model that reads. Equal `id` gives equal answers. Made from `ScorerSettings`; asked only when there is a new question."""

    @property
    def id(self) -> str:
        """Name of the model and of the way it is asked."""
        ...

    def probabilities(self, questions: Sequence[Question]) -> Floats:
        """(n,) probabilities that the passage carries the code, 0 to 1; nan where the model does not say."""
        ...

    def describe(self) -> str:
        """A sentence for the methods section, with its reference."""
        ...


def new_scorer(name: str, settings: ScorerSettings) -> Scorer:
    """The scorer of section `[scorers.name]`.

    Raises:
        StudyError: no installed package provides its type, or its settings cannot be used.
        PluginError: the scorer of another package cannot be used.
    """
    setting = f"scorers.{name}.type"
    scorer: Scorer = find_part(settings.type, PACKAGE, GROUP, setting)(settings)
    check_part(scorer, Scorer, settings.type, setting)
    return scorer
