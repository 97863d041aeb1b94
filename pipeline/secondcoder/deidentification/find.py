"""Finds the identifying words of a study's interviews: rules and named entities by Presidio and spaCy, and names that are known.

A name that was found surely in one place is found everywhere, also alone: "Alder" after "Dr Alder". What is doubtful is found too,
with a score below `finding.SURE`: it is replaced like the rest unless a person says otherwise, since a name that is left in cannot be
taken back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from secondcoder.deidentification import dates, numbers, people, places, proper_nouns, web
from secondcoder.deidentification.finding import ORGANISATION, PERSON, PLACE, SURE, Finding, apart
from secondcoder.deidentification.known_names import KnownNames
from secondcoder.deidentification.labels import label_findings, named_label
from secondcoder.deidentification.pipeline import analyser
from secondcoder.deidentification.recasing import recased
from secondcoder.deidentification.rules import Rule, Stretch
from secondcoder.deidentification.staff_list import Listed
from secondcoder.domain.languages import ENGLISH
from secondcoder.domain.names import folded
from secondcoder.domain.records import Span, SpeakerRole, Transcript

LONGEST = 3000
"""Characters that are read at once; longer speech is cut at the end of a line or sentence, so that time grows with the text only."""
_LEARNED = 0.75
_TAKEN_FOR_ANOTHER = frozenset({PERSON, PLACE, ORGANISATION})
"""Kinds that spaCy takes for one another."""
_PARTS = re.compile(rf"(?s).{{1,{LONGEST - 1}}}(?:\n|[.?!…] |$)|.{{1,{LONGEST}}}")


class Finder:
    """Finds identifying words; what it finds surely in one transcript it finds in all that it sees later or with it.

    Args:
        listed: the people and places of the staff list.
        keep_interviewers: leave the labels of interviewers' turns as they are.
        language: of the talk. In any but English the rules that know English words are left out: what is listed is found, and what has
            the same form everywhere.
    """

    def __init__(self, listed: Sequence[Listed] = (), keep_interviewers: bool = True, language: str = ENGLISH) -> None:
        self._english = language == ENGLISH
        self._keep_interviewers = keep_interviewers
        self._known = KnownNames()
        self._kinds: dict[str, Counter[str]] = {}
        for each in listed:
            for name in each.names:
                self._known.add(name, each.kind, 0.98, "staff list")

    def find_all(self, transcripts: Sequence[Transcript]) -> dict[str, list[Finding]]:
        """Transcript's id -> what was found in its text, in order, none over another.

        The time grows with the length of all texts; each is read by spaCy once.
        """
        for transcript in transcripts:
            self._learn_about(transcript)
        found = {each.id: self._first_look(each.text, _spans(each)) for each in transcripts}
        for each in transcripts:
            self._learn(each.text, found[each.id])
        return {each.id: self._second_look(each, found[each.id]) for each in transcripts}

    def find(self, transcript: Transcript) -> list[Finding]:
        """What is found in one transcript, also by the names that were learned from others before."""
        return self.find_all([transcript])[transcript.id]

    def find_in_text(self, text: str) -> list[Finding]:
        """What is found in other words of the study, as a memo or an id, by the same rules and learned names."""
        spans = list(_parts(text, 0, len(text)))
        return self._chosen(text, [*self._first_look(text, spans), *self._known_in(text, spans)])

    @cached_property
    def _analyse(self) -> Callable[[str], list[Finding]]:
        listed = Rule("staff list", (PERSON,), self._listed)
        if not self._english:
            return analyser((*web.RULES, listed), lambda text: text)
        rules = (*numbers.RULES, *web.RULES, *dates.RULES, *places.RULES, *people.RULES, *proper_nouns.RULES, listed)
        return analyser(rules, lambda text: recased(text, self._known.words))

    def _listed(self, stretch: Stretch) -> Iterator[Finding]:
        return self._known.find(stretch, proper_nouns.meant_as_name)

    def _first_look(self, text: str, spans: Iterable[Span]) -> list[Finding]:
        return [
            one
            for start, end in spans
            if text[start:end].strip()
            for one in _moved(self._analyse(text[start:end]), start)
        ]

    def _learn_about(self, transcript: Transcript) -> None:
        speakers = {turn.speaker for turn in transcript.turns if turn.speaker and turn.role != SpeakerRole.INTERVIEWER}
        for label in filter(None, {*speakers, transcript.participant}):
            if name := named_label(label):
                self._known.add(name, PERSON, 0.9, "a speaker's or participant's name")

    def _learn(self, text: str, found: Sequence[Finding]) -> None:
        for one in found:
            if not text[one.start].isalpha() or one.score <= proper_nouns.PERHAPS:
                continue
            words = text[one.start : one.end]
            self._kinds.setdefault(folded(words), Counter())[one.kind] += round(one.score * 100)
            if one.score >= SURE:
                self._known.add(words, one.kind, _LEARNED, f"found elsewhere ({one.found_by})")

    def _second_look(self, transcript: Transcript, found: Sequence[Finding]) -> list[Finding]:
        labels, kept = label_findings(transcript, self._keep_interviewers)
        everything = [*found, *labels, *self._known_in(transcript.text, _spans(transcript))]
        chosen = self._chosen(transcript.text, everything)
        return [one for one in chosen if not any(one.start < end and start < one.end for start, end in kept)]

    def _chosen(self, text: str, found: Iterable[Finding]) -> list[Finding]:
        """The findings that count, apart, each of the kind that its words have most often in the study."""
        counting = [
            one for one in found if one.score > proper_nouns.PERHAPS or folded(text[one.start : one.end]) in self._kinds
        ]
        return apart([replace(one, kind=self._kind(text, one)) for one in counting])

    def _kind(self, text: str, one: Finding) -> str:
        kinds = self._kinds.get(folded(text[one.start : one.end]))
        return kinds.most_common(1)[0][0] if kinds and one.kind in _TAKEN_FOR_ANOTHER else one.kind

    def _known_in(self, text: str, spans: Iterable[Span]) -> Iterator[Finding]:
        for start, end in spans:
            part = text[start:end]
            cased = recased(part, self._known.words)
            yield from _moved(self._known.find(Stretch(part, cased)), start)


def _moved(found: Iterable[Finding], by: int) -> Iterator[Finding]:
    return (Finding(one.start + by, one.end + by, one.kind, one.score, one.found_by) for one in found)


def _spans(transcript: Transcript) -> list[Span]:
    """The speech of each turn and what stands between, labels among it, in parts that are read at once."""
    edges = sorted({0, len(transcript.text), *(edge for turn in transcript.turns for edge in turn.span)})
    return [part for start, end in zip(edges, edges[1:], strict=False) for part in _parts(transcript.text, start, end)]


def _parts(text: str, start: int, end: int) -> Iterator[Span]:
    for match in _PARTS.finditer(text, start, end):
        yield match.span()
