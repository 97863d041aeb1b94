"""How a coding came about and its valence, for which REFI-QDA has no place: each is a note that the codings of its kind refer to.

Not in the selection's description: that is the coding's memo, and would come back as one. Programs that drop the notes of codings lose
it, and no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from secondcoder.domain.records import Coding, Origin, Valence

Said = Origin | Valence
NOTES: Mapping[Said, tuple[str, str]] = {
    Origin.REVIEWED: (
        "secondcoder: reviewed",
        "Codings with this note were given while a model's suggestions were on screen.",
    ),
    Origin.ADJUDICATED: (
        "secondcoder: adjudicated",
        "Codings with this note were settled together by people who had coded differently.",
    ),
    Valence.PROMOTES: ("secondcoder: promotes", "Codings with this note say that the work is done."),
    Valence.INHIBITS: ("secondcoder: inhibits", "Codings with this note say that the work is missing or hindered."),
    Valence.MIXED: ("secondcoder: mixed", "Codings with this note say that the work is done, and that it is hindered."),
}
"""Name and text of each note."""


def said_of(coding: Coding) -> list[Said]:
    """What a coding's notes have to say."""
    return [said for said in (coding.origin, coding.valence) if said is not None and said in NOTES]


def is_own(name: str) -> bool:
    """The note of this name is one of these."""
    return any(name == own for own, _ in NOTES.values())


def read_notes(names: Iterable[str]) -> tuple[Origin, Valence | None]:
    """Origin and valence of a coding whose notes have these names."""
    said = {name: each for each, (name, _) in NOTES.items()}
    found = [said[name] for name in names if name in said]
    origin = next((each for each in found if isinstance(each, Origin)), Origin.INDEPENDENT)
    return origin, next((each for each in found if isinstance(each, Valence)), None)
