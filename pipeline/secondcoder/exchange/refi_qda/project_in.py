"""A REFI-QDA project as another program wrote it: what is in it, by its own identifiers."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from secondcoder.errors import InputError
from secondcoder.exchange.refi_qda.layouts import plain_lines


@dataclass(frozen=True)
class ParsedSource:
    """A text: its name, and its text with LF for every line end."""

    guid: str
    name: str
    text: str


@dataclass(frozen=True)
class ParsedCoding:
    """A code on a span of a source's text, in code points, end exclusive.

    `user` and `code` are GUIDs, `user` '' where nobody is named; `description` is its selection's.
    """

    guid: str
    source: str
    start: int
    end: int
    user: str
    code: str
    description: str = ""


@dataclass(frozen=True)
class ParsedProject:
    """Sources and codings in order; users and codes by GUID. GUIDs are upper case without braces.

    `saved_by`: GUID of the user who saved the project, '' where it does not say.
    """

    sources: tuple[ParsedSource, ...]
    codings: tuple[ParsedCoding, ...]
    users: Mapping[str, str]
    codes: Mapping[str, str]
    saved_by: str = ""


def is_project(path: Path) -> bool:
    """The file is an archive with a project in it."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.lower().endswith(".qde") for name in archive.namelist())


def read_project(path: Path) -> ParsedProject:
    """Read a project; InputError where it cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.rpartition("/")[2].lower(): name for name in archive.namelist()}
            qde = next(name for plain, name in names.items() if plain.endswith(".qde"))
            root = ElementTree.fromstring(archive.read(qde))  # noqa: S314
            texts = {plain: archive.read(name) for plain, name in names.items() if plain.endswith(".txt")}
    except (zipfile.BadZipFile, ElementTree.ParseError, StopIteration) as error:
        raise InputError(f"{path.name} cannot be read as a REFI-QDA project ({error}).") from None
    sources = [element for element in root.iter() if _local(element) == "TextSource"]
    return ParsedProject(
        tuple(_source(element, texts) for element in sources),
        tuple(coding for element in sources for coding in _codings(element)),
        {_guid(each, "guid"): each.get("name", "") for each in root.iter() if _local(each) == "User"},
        {_guid(each, "guid"): each.get("name", "") for each in root.iter() if _local(each) == "Code"},
        _guid(root, "modifyingUserGUID"),
    )


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _guid(element: Any, name: str) -> str:
    return str(element.get(name, "")).strip("{}").upper()


def _source(element: Any, texts: Mapping[str, bytes]) -> ParsedSource:
    content = texts.get(element.get("plainTextPath", "").rpartition("/")[2].lower(), b"")
    return ParsedSource(_guid(element, "guid"), element.get("name", ""), plain_lines(content.decode("utf-8-sig")))


def _codings(source: Any) -> Iterator[ParsedCoding]:
    for selection in source:
        if _local(selection) != "PlainTextSelection":
            continue
        span = int(selection.get("startPosition")), int(selection.get("endPosition"))
        memo = next((each.text or "" for each in selection if _local(each) == "Description"), "")
        for coding in selection:
            if _local(coding) == "Coding":
                user = _guid(coding, "creatingUser") or _guid(selection, "creatingUser")
                code = next(_guid(each, "targetGUID") for each in coding if _local(each) == "CodeRef")
                yield ParsedCoding(_guid(coding, "guid"), _guid(source, "guid"), *span, user, code, memo)
