"""A transcript as a text of a project, with the selections that people and a model coded in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from secondcoder.domain.grouping import group_by
from secondcoder.domain.model_coder import model_coder
from secondcoder.domain.records import Coding, Span, Suggestion, Transcript
from secondcoder.exchange.refi_qda.coding_notes import Said, said_of
from secondcoder.exchange.refi_qda.guids import Guids, suggestion_guid
from secondcoder.exchange.refi_qda.layouts import Positions, plain_lines
from secondcoder.exchange.refi_qda.memory import coding_key
from secondcoder.exchange.refi_qda.model_user import description_of
from secondcoder.exchange.refi_qda.xml_out import element, text_element

EXCERPT = 80
"""Characters of a selection that its name shows, by which readers can repair positions."""
_NOT_IN_A_LINE = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]")


@dataclass(frozen=True)
class Names:
    """What selections refer to, by the identifiers that the project gives it.

    Attributes:
        study: the key of the study, part of our own identifiers.
        users, codes: coder or code -> identifier; `kinds` those of the notes on how codings came about.
        known: key of a coding -> identifiers of its selection and itself, in the project that it came from.
        guids: those of the document.
        notes_of: the references to notes on what has an identifier.
        date: of everything.
    """

    study: str
    users: Mapping[str, str]
    codes: Mapping[str, str]
    kinds: Mapping[Said, str]
    known: Mapping[str, list[str]]
    guids: Guids
    notes_of: Callable[[str], str]
    date: str


class Selections:
    """The selections of one transcript, at the positions of its file."""

    def __init__(self, transcript: Transcript, positions: Positions, names: Names) -> None:
        self._transcript, self._at, self._names = transcript, positions, names

    def of_people(self, codings: Iterable[Coding]) -> Iterator[str]:
        """One selection for each span, coder and memo: programs take the coder, and keep the memo, from the selection."""
        ordered = sorted(codings, key=lambda coding: (coding.span, coding.coder, coding.memo, coding.code))
        for together in group_by(ordered, self._selection).values():
            first = together[0]
            guid = self._names.guids.take(self._known(first)[0], *self._key("selection", first))
            elements = [self._coding(coding) for coding in together]
            yield self._element(guid, first.span, self._names.users[first.coder], first.memo, elements)

    def of_model(self, suggestions: Iterable[Suggestion]) -> Iterator[str]:
        """One selection for each suggestion, since each has a reason of its own."""
        names = self._names
        for suggestion in suggestions:
            coding = names.guids.take(suggestion_guid(names.study, suggestion))
            guid, user = names.guids.take(None, coding), names.users[model_coder(suggestion.model)]
            code = self._coding_element(coding, user, suggestion.code)
            yield self._element(guid, suggestion.span, user, description_of(suggestion, self._transcript), [code])

    def _selection(self, coding: Coding) -> tuple[object, ...]:
        # Codings that stood in selections of their own in the project they came from do so again.
        return *coding.span, coding.coder, coding.memo, self._known(coding)[0]

    def _known(self, coding: Coding) -> Sequence[str]:
        key = coding_key(coding.transcript, coding.start, coding.end, coding.code, coding.coder)
        return self._names.known.get(key) or ("", "")

    def _key(self, kind: str, coding: Coding) -> tuple[object, ...]:
        return self._names.study, kind, *coding.place, coding.coder, coding.origin, coding.memo, coding.code

    def _coding(self, coding: Coding) -> str:
        guid = self._names.guids.take(self._known(coding)[1], *self._key("coding", coding))
        return self._coding_element(guid, self._names.users[coding.coder], coding.code, said_of(coding))

    def _coding_element(self, guid: str, user: str, code: str, said: Iterable[Said] = ()) -> str:
        notes = [element("NoteRef", {"targetGUID": self._names.kinds[each]}) for each in said]
        reference = element("CodeRef", {"targetGUID": self._names.codes[code]})
        about = {"guid": guid, "creatingUser": user, "creationDateTime": self._names.date}
        return element("Coding", about, reference, *notes, self._names.notes_of(guid))

    def _element(self, guid: str, span: Span, user: str, memo: str, codings: Iterable[str]) -> str:
        start, end = (str(self._at[offset]) for offset in span)
        excerpt = _NOT_IN_A_LINE.sub(" ", plain_lines(self._transcript.text[slice(*span)]))[:EXCERPT]
        about = {"guid": guid, "name": excerpt, "startPosition": start, "endPosition": end, "creatingUser": user}
        about["creationDateTime"] = self._names.date
        words = text_element("Description", memo)
        return element("PlainTextSelection", about, words, *codings, self._names.notes_of(guid))
