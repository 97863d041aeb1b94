"""What a pack holds: of one study, for one coder, with what they said by the time of each pack that was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Case, Coding, CodingPass, Suggestion, Transcript

SUFFIX = ".secondcoder-pack"
OPENED = ""
"""The head of the pack that a coder opened."""


@dataclass(frozen=True)
class State:
    """A coder's codings and passes, in the present codes, on the transcripts of one pack.

    `head` says which: OPENED for the one that the coder opened, else the hash of the last event before in the audit trail of the
    folder that it was made in, so that packs of two folders, or of two copies of one, are never taken for each other.
    """

    head: str
    transcripts: frozenset[str]
    codings: frozenset[Coding] = frozenset()
    passes: frozenset[CodingPass] = frozenset()

    @cached_property
    def marks(self) -> Mapping[str, frozenset[Coding | CodingPass]]:
        """Transcript -> what is said of it."""
        marks: list[Coding | CodingPass] = [*self.codings, *self.passes]
        return {name: frozenset(said) for name, said in group_by(marks, lambda mark: mark.transcript).items()}

    def on(self, transcript: str) -> frozenset[Coding | CodingPass]:
        """What is said of one transcript."""
        return self.marks.get(transcript, frozenset())


@dataclass(frozen=True)
class Pack:
    """A pack as it is written and read.

    Attributes:
        study: the study that it belongs to; made_in: the folder that it was made in, the same where that is the study itself.
        called: the name of that folder, for messages.
        book_text: the codebook's YAML with its remarks.
        states: what the coder had said in each pack from here so far, oldest first; the last is this pack's.
        seen: transcripts on which the coder can code independently no more.
        settings: those of the study on which segments depend, by section.
        model: version and manifest of the model whose `suggestions` go along, where somebody asked for them.
    """

    study: str
    made_in: str
    called: str
    coder: str
    book: Codebook
    book_text: str
    transcripts: Sequence[Transcript]
    cases: Sequence[Case]
    states: Sequence[State]
    blind: bool = False
    seen: Sequence[str] = ()
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    model: Mapping[str, Any] | None = None
    suggestions: Sequence[Suggestion] = ()

    @property
    def now(self) -> State:
        """What the coder says."""
        return self.states[-1]

    @property
    def to_open(self) -> bool:
        """Made in the study itself, for the coder to open; else it comes back from them."""
        return self.study == self.made_in

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """Transcript -> its text."""
        return {transcript.id: transcript.text for transcript in self.transcripts}
