"""What an imported project called things, kept so that an export of the study speaks of them by the same GUIDs.

Everything is plain JSON (`CodedData.memory`). GUIDs are upper case without braces; what lacks one at an export gets one that
follows from its name (UUIDv5), so that the same study gives the same file twice. Codes keep theirs in the codebook (`Code.guid`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict


class Dialect(TypedDict):
    """How a project counts positions in its texts."""

    crlf: int  # positions of a CRLF: 1 or 2
    unit: str  # "codepoint" or "utf16"
    bom: int  # positions of a byte order mark: 0 or 1


class SourceMemory(TypedDict, total=False):
    """A text of the project."""

    guid: str
    name: str
    newline: str  # "\n" or "\r\n", as in the project's file
    bom: bool


class ProjectMemory(TypedDict, total=False):
    """Of all projects that the study imported, later ones over earlier ones."""

    origin: str
    name: str
    dialect: Dialect
    users: dict[str, str]  # coder -> GUID
    sources: dict[str, SourceMemory]  # transcript -> what the project says of its text
    codes: dict[str, str]  # code of the study -> GUID, where the codebook gives none
    folders: list[str]  # GUIDs of codes that only hold others
    codings: dict[str, list[str]]  # `coding_key` -> GUIDs of selection and coding
    cases: dict[str, str]  # case -> GUID
    variables: dict[str, dict[str, str]]  # attribute -> guid, type
    notes: list[dict[str, Any]]  # guid, name, text, user who wrote it, and `of`, the GUIDs of what they belong to
    sets: list[dict[str, Any]]  # guid, name, description, and the GUIDs of their members by kind: codes, sources, notes


def with_earlier(earlier: Iterable[Mapping[str, Any]], later: list[dict[str, Any]], *same: str) -> list[dict[str, Any]]:
    """Notes or sets of a project, after those of earlier ones that are not the same: by GUID, or where all of `same` agree."""
    guids, alike = {each["guid"] for each in later}, {tuple(each[name] for name in same) for each in later}
    kept = (each for each in earlier if each["guid"] not in guids and tuple(each[name] for name in same) not in alike)
    return [*map(dict, kept), *later]


def coding_key(transcript: str, start: int, end: int, code: str, coder: str) -> str:
    """A coding's key in `ProjectMemory.codings`: positions as the study counts them."""
    return "\x1f".join((transcript, str(start), str(end), code, coder))
