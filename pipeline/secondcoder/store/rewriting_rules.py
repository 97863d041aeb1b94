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
        speakers: (transcript by its id so far, label) -> the label that its turns have now, where that is not by `string`.
        codebooks: hash of each codebook that is worded otherwise now -> its hash and YAML.
    """

    texts: Mapping[str, str]
    spans: Mapping[str, Callable[[int, int], Span]]
    string: Callable[[str], str]
    speakers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    codebooks: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def codebook(self, value: Any) -> Any:
        """The hash of a codebook as it is worded now; any other value as it is."""
        return self.codebooks[value][0] if isinstance(value, str) and value in self.codebooks else value

    def speaker(self, transcript: str, label: str | None) -> str | None:
        """How a speaker is called now."""
        return self.speakers.get((transcript, label)) or self.string(label) if label else label

    def span(self, transcript: str, start: int, end: int) -> Span:
        """Where a span of a transcript lies now."""
        moved = self.spans.get(transcript)
        return moved(start, end) if moved and start < end else (start, end)

    def place(self, transcript: str, start: int, end: int) -> Place:
        """The same with the transcript's new name."""
        return self.string(transcript), *self.span(transcript, start, end)
