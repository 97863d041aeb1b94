"""What becomes of the texts, places and words of a store when it is rewritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from secondcoder.domain.records import Place, Span


@dataclass(frozen=True)
class Rewriting:
    """What is to become of everything in a store.

    Attributes:
        texts: transcript, by its id so far -> its new text, where that changes.
        spans: the same -> how a span of its text moves.
        string: what becomes of any other string: names, ids, memos, notes.
        codebooks: hash of each codebook that is worded otherwise now -> its hash and YAML.
    """

    texts: Mapping[str, str]
    spans: Mapping[str, Callable[[int, int], Span]]
    string: Callable[[str], str]
    codebooks: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def codebook(self, value: Any) -> Any:
        """The hash of a codebook as it is worded now; any other value as it is."""
        return self.codebooks[value][0] if isinstance(value, str) and value in self.codebooks else value

    def span(self, transcript: str, start: int, end: int) -> Span:
        """Where a span of a transcript lies now."""
        moved = self.spans.get(transcript)
        return moved(start, end) if moved and start < end else (start, end)

    def place(self, transcript: str, start: int, end: int) -> Place:
        """The same with the transcript's new name."""
        return self.string(transcript), *self.span(transcript, start, end)
