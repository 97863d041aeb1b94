"""Finds the identifying words of a study's interviews."""

from __future__ import annotations

from collections.abc import Sequence

from secondcoder.deidentification.finding import PERSON, Finding, apart
from secondcoder.deidentification.staff_list import Listed
from secondcoder.domain.records import Transcript


class Finder:
    """Finds identifying words; what it finds surely in one transcript it finds in all.

    Args:
        listed: the people and places of the staff list.
        keep_interviewers: leave the labels of interviewers' turns as they are.
    """

    def __init__(self, listed: Sequence[Listed] = (), keep_interviewers: bool = True) -> None:
        self._listed = tuple(listed)
        self._keep_interviewers = keep_interviewers

    def find_all(self, transcripts: Sequence[Transcript]) -> dict[str, list[Finding]]:
        """Transcript's id -> what was found in its text, in order, none over another."""
        return {transcript.id: self.find_in_text(transcript.text) for transcript in transcripts}

    def find(self, transcript: Transcript) -> list[Finding]:
        """What is found in one transcript, also by the names that were learned from others before."""
        return self.find_all([transcript])[transcript.id]

    def find_in_text(self, text: str) -> list[Finding]:
        """What is found in other words of the study, as a memo, by the same rules and learned names."""
        import re

        found = [
            Finding(match.start(), match.end(), each.kind, 1.0, "staff list")
            for each in self._listed
            for words in each.names
            for match in re.finditer(rf"\b{re.escape(words)}\b", text, re.IGNORECASE)
        ]
        found += [
            Finding(m.start(1), m.end(1), PERSON, 0.9, "title before a name")
            for m in re.finditer(r"\b(?:Dr|Mrs?|Ms)\s+([A-Z]\w+)", text)
        ]
        return apart(found)
