"""What a project holds, as plain records: positions as the project counts them, people, codes and sources by their GUIDs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from secondcoder.exchange.refi_qda.positions import Counted, CountedText, Decided, decide


@dataclass(frozen=True, slots=True)
class Mark:
    """A coding: its GUID, that of its code, and of who coded, '' where nobody is named."""

    guid: str
    code: str
    user: str


@dataclass(frozen=True, slots=True)
class Selection:
    """A stretch of a text with its codings; `memo` is its description."""

    guid: str
    place: Counted
    memo: str
    marks: tuple[Mark, ...]


@dataclass
class ProjectText:
    """A text of the project, `text` None where it cannot be read; `whole` are codings of all of it.

    `values`: variable -> value; `times`: (position, seconds) of a transcript that was synchronised with its recording.
    """

    guid: str
    name: str
    text: CountedText | None
    notes: tuple[str, ...] = ()
    selections: list[Selection] = field(default_factory=list)
    whole: list[Mark] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    times: list[tuple[int, float]] = field(default_factory=list)
    areas: int = 0  # codings of areas of a PDF's pages

    @property
    def marks(self) -> int:
        """How many codings it has."""
        return len(self.whole) + sum(len(selection.marks) for selection in self.selections)


@dataclass(frozen=True)
class ProjectCase:
    """A case: the GUIDs of what belongs to it, and its values by variable."""

    guid: str
    name: str
    sources: tuple[str, ...]
    selections: tuple[str, ...]
    values: dict[str, str]


@dataclass
class Project:
    """All that is read of a project; `faults` name what makes it impossible to import, `left_out` counts what is not read."""

    name: str
    origin: str
    codes: Element | None
    users: dict[str, str] = field(default_factory=dict)
    variables: dict[str, tuple[str, str]] = field(default_factory=dict)  # GUID -> name, type
    texts: list[ProjectText] = field(default_factory=list)
    cases: list[ProjectCase] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    sets: list[dict[str, Any]] = field(default_factory=list)
    memos: dict[str, str] = field(default_factory=dict)  # GUID of what has notes -> their text
    faults: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    saved_by: str = ""  # GUID of the user who saved it last
    said: dict[str, list[str]] = field(
        default_factory=dict
    )  # GUID of a coding -> names of secondcoder's own notes on it

    @property
    def decided(self) -> Decided:
        """How its positions are counted."""
        texts = [(text.text, [each.place for each in text.selections]) for text in self.texts if text.text]
        return decide(texts, self.origin)
