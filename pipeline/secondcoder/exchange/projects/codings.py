"""The marks of a project as codings of the study: each at its positions, or where the words that it quotes stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import name
from secondcoder.domain.records import Coding, Span
from secondcoder.domain.wording import counted
from secondcoder.exchange.projects.joining import JoinedText
from secondcoder.exchange.projects.model import Mark, Project
from secondcoder.exchange.projects.positions import CODE_POINTS, Unit, nearest, plain, says, unit_of_quotes
from secondcoder.exchange.tables.rows import LONE_SURROGATE

MOST_FAULTS = 200
"""From there on nothing more is looked for: the error names the first of them."""
MOST_MENDED = 2000
"""Marks beside their words; of more, the texts were changed since, or the file was never right."""
LONGEST_ALIKE = 1_500_000
"""Characters of a text that is looked through for words in other signs."""


@dataclass
class MarksReader:
    """What is needed to take marks, and what was said of them.

    Attributes:
        codes: key of a code in the project -> id in the study.
        texts: key of a document -> its text.
        coder: whose marks those are that name nobody.
    """

    project: Project
    codes: Mapping[Hashable, str]
    texts: Mapping[Hashable, JoinedText]
    coder: str | None
    faults: list[str] = field(default_factory=list)
    _found_near: Counter[str] = field(default_factory=Counter)  # how marks were placed -> how many
    _left_out: Counter[str] = field(default_factory=Counter)  # why marks were left out -> how many
    _mended: int = 0

    def codings(self) -> list[Coding]:
        """The codings, each once."""
        found: list[Coding] = []
        for key, marks in group_by(self.project.marks, lambda mark: mark.document).items():
            if key in self.texts:
                found += self._of_text(self.texts[key], marks)
            else:
                self._left_out["of documents without text"] += len(marks)
        return list(dict.fromkeys(found))

    def notes(self) -> Iterator[str]:
        """What to tell of the codings."""
        coders = set() if self.coder else {name(mark.coder) for mark in self.project.marks}
        yield from (note for coder, note in self.project.nobody.items() if coder in coders)
        yield from (f"{counted(count, 'coding')} {why}, left out" for why, count in self._left_out.items() if count)
        yield from (f"{counted(count, 'coding')} {how}" for how, count in self._found_near.items())

    def _of_text(self, text: JoinedText, marks: Sequence[Mark]) -> list[Coding]:
        unit = self._unit(text, marks)
        codings = [coding for mark in marks if (coding := self._coding(mark, text, unit)) is not None]
        full = [coding for coding in codings if coding.start < coding.end]
        self._left_out["of no character at all"] += len(codings) - len(full)
        return text.moved(full)

    def _unit(self, text: JoinedText, marks: Sequence[Mark]) -> Unit:
        """By the quotations, in which unit the positions of a text count."""
        units = self.project.units or (CODE_POINTS,)
        quoted = [(mark.start, mark.end, mark.quote) for mark in marks if mark.quote]
        unit = unit_of_quotes(text.stored, quoted, units)
        if unit is not units[0]:
            self._found_near[f"whose positions count {unit.name}, as their quotations show"] += len(marks)
        return unit

    def _coding(self, mark: Mark, text: JoinedText, unit: Unit) -> Coding | None:
        if len(self.faults) >= MOST_FAULTS:
            return None
        coder = self._coder(mark)
        span = self._span(mark, text, unit)
        if not coder:
            self.faults.append(f"{mark.place}: nobody is named as its coder. Name them with --coder NAME.")
        if mark.code not in self.codes:
            self.faults.append(f"{mark.place}: it has a code that the project does not list.")
        if LONE_SURROGATE.search(mark.memo + mark.coder):
            self.faults.append(f"{mark.place}: half a character, which no text can hold, in its memo or coder.")
        if self.faults or not coder or span is None:
            return None
        own = text.own.id
        return Coding(own, *span, self.codes[mark.code], coder, mark.origin, mark.valence, plain(mark.memo))

    def _coder(self, mark: Mark) -> str | None:
        """Who the project says; the person's word where it says nobody, or what it calls everybody who gave no name."""
        said = name(mark.coder)
        return self.coder or said if said in self.project.nobody else said or self.coder

    def _span(self, mark: Mark, text: JoinedText, unit: Unit) -> Span | None:
        """Where the mark stands: at its positions, or where its quotation does."""
        if not 0 <= mark.start <= mark.end:
            self.faults.append(f"{mark.place}: its positions {mark.start} to {mark.end} are no span of a text.")
            return None
        span = text.stored.span(mark.start, mark.end, unit)
        if span and (mark.quote is None or says(text.stored.text, span, mark.quote)):
            return span
        found = self._near(mark, text, span) if mark.quote else None
        if found is None:
            fault = (
                "are not within the text"
                if span is None
                else "hold other words than it quotes, which stand nowhere in the text"
            )
            self.faults.append(f"{mark.place}: its positions {mark.start} to {mark.end} {fault}.")
        return found

    def _near(self, mark: Mark, text: JoinedText, span: Span | None) -> Span | None:
        """The place nearest to its positions where the words stand that the mark quotes, as they are or in other signs."""
        quote, place = plain(mark.quote or ""), span[0] if span else mark.start
        if self._mended > MOST_MENDED:
            return None
        self._mended += 1
        exact = nearest(text.standing(quote), quote, place)
        if exact:
            self._found_near["stood beside the words that they quote, and were put on them"] += 1
            return exact
        alike = text.quoted.spans(quote) if len(text.stored.text) <= LONGEST_ALIKE else []
        if alike:
            self._found_near["found by their words, which the text writes with other signs"] += 1
        return min(alike, key=lambda each: abs(each[0] - place), default=None)
