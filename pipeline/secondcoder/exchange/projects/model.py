"""A project of another program as its format's module reads it: texts, codes, and marks on the texts, all as the program has them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from secondcoder.domain.records import Case, Origin, Valence
from secondcoder.exchange.projects.positions import Unit


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """A code; `above` is the key of the one that it stands under, and `aliases` are other words for it in the project."""

    key: Hashable
    name: str
    above: Hashable = None
    definition: str = ""
    colour: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A text as the program keeps it, with its line ends and byte order mark.

    `named`: it has a name of its own in the project, and not a mere number.
    """

    key: Hashable
    name: str
    text: str
    case: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    named: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """A coding: `start` and `end` count in the program's own unit.

    Attributes:
        code: the key of a code; coder: '' where the project does not say.
        quote: the words that the program says stand there, None where it does not say.
        place: where a person finds it, for messages: "coding 12".
    """

    document: Hashable
    start: int
    end: int
    code: Hashable
    coder: str
    memo: str = ""
    quote: str | None = None
    place: str = ""
    origin: Origin = Origin.INDEPENDENT
    valence: Valence | None = None


@dataclass
class Project:
    """All that a file holds of a study.

    Attributes:
        units: in which positions may be counted, the usual one first; where they disagree the text itself decides.
        cases: with their attributes.
        nobody: coders' names for which the person may name another, as they are the program's own, with what to say of each.
        notes: what was not taken.
    """

    documents: list[Document] = field(default_factory=list)
    codes: list[ProjectCode] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    units: Sequence[Unit] = ()
    nobody: Mapping[str, str] = field(default_factory=dict)


def unnamed(*coders: str) -> dict[str, str]:
    """For `Project.nobody`: what a program calls everybody who gave no name."""
    return {
        coder: f"coder '{coder}' is what the program calls whoever gave no name; --coder NAME gives one"
        for coder in coders
    }
