"""A project's codings as codings of the study: places, codes and coders, and what could not be taken, each with a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from secondcoder.domain.records import Coding, Span
from secondcoder.domain.wording import counted, first_of
from secondcoder.exchange.refi_qda.coding_notes import read_notes
from secondcoder.exchange.refi_qda.positions import Counted, Counting, Places, name_points
from secondcoder.exchange.refi_qda.records import Mark, Project, ProjectText, Selection

SHOWN = 3


@dataclass
class Taken:
    """The codings so far, each with the GUIDs of selection and coding, and how many were not taken, by reason."""

    codings: dict[Coding, list[str]] = field(default_factory=dict)
    whole: set[Coding] = field(default_factory=set)
    missing: Counter[str] = field(default_factory=Counter)  # code GUID -> codings
    without_coder: int = 0
    found_by_name: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class CodingsReader:
    """What is needed to take codings.

    Attributes:
        codes: GUID -> id in the study; cases: GUIDs of nodes that are cases.
        coders: GUID of a user -> coder; coder: whose codings those are that name nobody.
    """

    project: Project
    counting: Counting
    codes: Mapping[str, str]
    cases: frozenset[str]
    coders: Mapping[str, str]
    coder: str | None
    taken: Taken = field(default_factory=Taken)
    _bare: dict[Coding, Coding] = field(default_factory=dict)  # each coding without its memo -> itself

    def take(self, text: ProjectText, transcript: str) -> None:
        """Take the codings of a text; its selections without a coding are counted."""
        if text.text is None:
            return
        places = Places(text.text, self.counting)
        for selection in text.selections:
            if not selection.marks:
                self.taken.counts["annotation"] += 1
            elif any(mark.code not in self.cases for mark in selection.marks):
                self._take_selection(selection, places, transcript, text.name)
        for mark in text.whole:
            made = self._coding(mark, transcript, (0, len(text.text.text)), "")
            if made is not None:
                self._add(made, ["", mark.guid])
                self.taken.whole.add(made)

    def _take_selection(self, selection: Selection, places: Places, transcript: str, called: str) -> None:
        span = places.span(selection.place)
        marks = [mark for mark in selection.marks if mark.code not in self.cases]
        where = f"'{called}' at {selection.place.start}-{selection.place.end}"
        if span is None:
            span = found_by_name(places.text, selection.place)
            (self.taken.found_by_name if span else self.taken.lost).extend([where] * len(marks))
        if span is None:
            return
        if span[0] == span[1]:
            self.taken.counts["empty"] += len(marks)
            return
        for mark in marks:
            memos = (selection.memo, *(self.project.memos.get(each, "") for each in (mark.guid, selection.guid)))
            made = self._coding(mark, transcript, span, next(filter(None, memos), ""))
            if made is not None:
                self._add(made, [selection.guid, mark.guid])

    def _coding(self, mark: Mark, transcript: str, span: Span, memo: str) -> Coding | None:
        if mark.code in self.cases or span[0] == span[1]:
            return None
        coder = self.coders.get(mark.user) or (f"user {mark.user[:8]}" if mark.user else self.coder)
        if mark.code not in self.codes:
            self.taken.missing[mark.code] += 1
        elif coder is None:
            self.taken.without_coder += 1
        else:
            origin, valence = read_notes(self.project.said.get(mark.guid, ()))
            return Coding(transcript, *span, self.codes[mark.code], coder, origin, valence, memo)
        return None

    def _add(self, made: Coding, guids: list[str]) -> None:
        """Add a coding; of two that differ in their memos alone, one with both memos."""
        bare = replace(made, memo="")
        before = self._bare.get(bare)
        if before is None:
            self._bare[bare] = made
            self.taken.codings[made] = guids
            return
        self.taken.counts["doubled"] += 1
        if made.memo and made.memo not in before.memo:
            both = replace(before, memo=f"{before.memo}\n{made.memo}")
            self.taken.codings[both] = self.taken.codings.pop(before)
            self._bare[bare] = both


_BLANKS = str.maketrans("\t\n\r", "   ")  # as an attribute of XML has them


def found_by_name(text: str, selection: Counted) -> Span | None:
    """The only place in a text where a selection's name stands; None where there is none, or several."""
    named = selection.name.removesuffix("...").removesuffix("…").strip().translate(_BLANKS)
    seen, length = text.translate(_BLANKS), selection.end - selection.start
    if named and seen.count(named) == 1:
        start = seen.index(named)
        if named == selection.name.translate(_BLANKS):
            return start, start + len(named)
        if start + length <= len(text) and name_points(text, (start, start + length), selection.name):
            return start, start + length
    return None


def taken_notes(taken: Taken) -> list[str]:
    """A line on each kind of coding or selection that was not taken as it stands."""
    counts = taken.counts
    notes = []
    if taken.found_by_name:
        what = "coding lay beyond its text and was put where its words stand"
        others = "codings lay beyond their texts and were put where their words stand"
        notes.append(f"{counted(len(taken.found_by_name), what, others)}: {_some(taken.found_by_name)}.")
    if taken.lost:
        what = counted(len(taken.lost), "coding lies", "codings lie")
        notes.append(f"{what} beyond the end of the text and could not be taken: {_some(taken.lost)}.")
    if taken.whole:
        what = counted(len(taken.whole), "coding", "codings")
        notes.append(f"{what} of whole documents taken; they do not say that anybody read all of it for other codes.")
    sentences = {
        "empty": ("coding of no text at all was not taken", "codings of no text at all were not taken"),
        "doubled": ("coding stands twice and was taken once", "codings stand twice and were taken once"),
        "annotation": (
            "selection without a code, such as an annotation, was not used",
            "selections without a code, such as annotations, were not used",
        ),
    }
    return [*notes, *(f"{counted(counts[kind], *words)}." for kind, words in sentences.items() if counts[kind])]


def _some(places: list[str]) -> str:
    return first_of(list(dict.fromkeys(places)), SHOWN)
