"""The parts of a run one after another, in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from secondcoder.engine.parts import Part, PartOutcome, Work


@dataclass(frozen=True)
class ThisProcess:
    """An engine (`engine.parts.Engine`).

    Attributes:
        tell: called while a part is done, with how much of its size is.
    """

    tell: Callable[[int], None] | None = None

    def run(self, work: Work, parts: Sequence[Part], done: Callable[[PartOutcome], None]) -> None:
        """Do each part in turn."""
        for part in parts:
            done(work(part, self.tell))
