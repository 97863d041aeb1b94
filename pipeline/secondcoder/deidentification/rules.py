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
        doc: spaCy's tokens and entities (a `Doc` with the same offsets), of the text with capitals where it has none.
        lower: whether the text has no capitals, as some speech recognition writes it.
    """

    text: str
    doc: Any
    lower: bool

    @property
    def cased(self) -> str:
        """The text with capitals on what may be names."""
        return str(self.doc.text)


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to find some kinds; `name` is what the review sheet shows."""

    name: str
    kinds: tuple[str, ...]
    find: Callable[[Stretch], Iterable[Finding]]
