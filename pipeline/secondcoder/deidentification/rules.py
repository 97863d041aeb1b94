"""What a rule is: it looks at a stretch of talk and says what identifies somebody there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from secondcoder.deidentification.finding import Finding


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of text that is read at once, and the same as spaCy reads it.

    Attributes:
        text: as it stands in the transcript.
        cased: the same; of text without capitals, with one on each word that may be a name.
        doc: spaCy's tokens and entities (a `Doc`) of `cased`; None where only the letters are asked for.
    """

    text: str
    cased: str
    doc: Any = None

    @property
    def lower(self) -> bool:
        """Whether the text has no capitals, as some speech recognition writes it."""
        return self.cased != self.text


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to find some kinds; `name` is what the review sheet shows."""

    name: str
    kinds: tuple[str, ...]
    find: Callable[[Stretch], Iterable[Finding]]
