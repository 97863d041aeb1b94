"""An interview that comes under a second name: how the person is told, and how its marks find their place in the one that is there.

Each coder may bring a file of their own of the same talk. Under two names it would be counted and learned from twice, and what two
coders made of it could not be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from typing import TypeVar

from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, CodingPass, Transcript
from secondcoder.domain.same_talk import same_talk

Mark = TypeVar("Mark", Coding, CodingPass)


@dataclass(frozen=True)
class Copy:
    """A new transcript of the same talk as another one, which is in the study (`known`) or comes before it in the same import.

    `share` of the shorter one's talk stands in the other. `same_text`: nothing differs but white space.
    """

    transcript: Transcript
    original: Transcript
    share: float
    known: bool

    @cached_property
    def same_text(self) -> bool:
        """Whether every mark on one has its place in the other."""
        return _without_space(self.transcript.text) == _without_space(self.original.text)

    @property
    def finding(self) -> str:
        """Which two transcripts are the same interview, in words, without a full stop."""
        where = "is in the study" if self.known else "comes with the same import"
        return (
            f"{self.transcript.source}: '{self.transcript.id}' is the same interview as '{self.original.id}', which {where} "
            f"({self.share:.0%} of the shorter one's talk stands in the other)"
        )

    @property
    def refusal(self) -> str:
        """What the person may do about it."""
        mend = (
            f"Leave it out, or have its codings put on '{self.original.id}': secondcoder import --same-interview join."
            if self.same_text
            else f"Their texts differ, so what is coded in one has no place in the other: leave it out, and code '{self.original.id}'."
        )
        return (
            f"{self.finding}. Under two names it would be learned from and counted twice. {mend} "
            "To keep both: secondcoder import --same-interview keep."
        )

    @property
    def lost(self) -> str:
        """What is said of the copy and not of the original, which a join does not keep; '' for nothing."""
        pairs = [(name, getattr(self.transcript, name)) for name in ("case", "participant", "role", "wave")]
        other = [f"{name} {value}" for name, value in pairs if value and value != getattr(self.original, name)]
        return f" Of '{self.original.id}' it stays as it was, not: {', '.join(other)}." if other else ""


def copies(new: Sequence[Transcript], known: Mapping[str, Transcript]) -> list[Copy]:
    """The new transcripts of the same talk as one of the study, or as one before them, in their order."""
    if not new:  # as where the same files come again: to compare all that is known takes long
        return []
    by_id = {**known, **{transcript.id: transcript for transcript in new}}
    news = {transcript.id for transcript in new}
    pairs = group_by(same_talk(list(by_id.values())), lambda pair: pair.second)
    found: list[Copy] = []
    # Of three files of one interview, two are joined to the first.
    stands_for: dict[str, str] = {}
    for name in (transcript.id for transcript in new if transcript.id in pairs):
        firsts = [(stands_for.get(pair.first, pair.first), pair.share) for pair in pairs[name]]
        candidates = [Copy(by_id[name], by_id[first], share, first not in news) for first, share in firsts]
        copy = max(candidates, key=lambda candidate: (candidate.same_text, candidate.share))
        if copy.same_text:
            stands_for[name] = copy.original.id
        found.append(copy)
    return found


def joined(marks: Iterable[Mark], copied: Sequence[Copy]) -> list[Mark]:
    """The marks, with those on a copy of the same text moved to where the original has these words."""
    places = {copy.transcript.id: (copy, _Places(copy.transcript.text, copy.original.text)) for copy in copied}

    def moved(mark: Mark) -> Mark:
        if mark.transcript not in places:
            return mark
        copy, place = places[mark.transcript]
        start, end = place.of(mark.start, mark.end)
        return replace(mark, transcript=copy.original.id, start=start, end=end)

    return [moved(mark) for mark in marks]


class _Places:
    """From spans of one text to those of another that differs only in white space."""

    def __init__(self, text: str, other: str) -> None:
        self._same = text == other
        self._before = [0, *accumulate(not character.isspace() for character in text)]
        self._places = [place for place, character in enumerate(other) if not character.isspace()]

    def of(self, start: int, end: int) -> tuple[int, int]:
        """The span with the same characters but for white space at its ends; of white space alone, the character after it."""
        if self._same:
            return start, end
        first = min(self._before[start], len(self._places) - 1)
        last = max(self._before[end] - 1, first)
        return self._places[first], self._places[last] + 1


def _without_space(text: str) -> str:
    return "".join(text.split())
