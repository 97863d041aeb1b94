"""REFI-QDA files seen from outside: the standard's schemas, and a decoder of positions that shares nothing with the package."""

from __future__ import annotations

import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

XSD = Path(__file__).with_name("refi_xsd")
Q = "{urn:QDA-XML:project:1.0}"


@cache
def schema(name: str) -> etree.XMLSchema:
    """`Project` or `Codebook`."""
    return etree.XMLSchema(etree.parse(XSD / f"{name}.xsd"))


def qde(path: Path) -> etree._Element:
    """The project of an archive."""
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read("project.qde"))


def check_project(path: Path) -> etree._Element:
    """The project of an archive is valid, and holds to what the standard says in words or not at all. Its root."""
    root = qde(path)
    schema("Project").assertValid(root)
    guids = [element.get("guid") for element in root.iter() if element.get("guid")]
    assert len(guids) == len(set(guids))
    assert all(guid == guid.upper() and "{" not in guid for guid in guids)
    named = [value for element in root.iter() for name, value in element.items()
             if name in ("targetGUID", "creatingUser", "creatingUserGUID")]  # fmt: skip
    assert set(named) <= set(guids)
    for selection in root.iter(f"{Q}PlainTextSelection"):
        assert {coding.get("creatingUser") for coding in selection.findall(f"{Q}Coding")} == {
            selection.get("creatingUser")
        }
    with zipfile.ZipFile(path) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        texts = {source.get("plainTextPath").removeprefix("internal://") for source in root.iter(f"{Q}TextSource")}
        assert set(archive.namelist()) == {"project.qde", *(f"sources/{name}" for name in texts)}
    return root


def decoded(path: Path, crlf: int = 1, unit: str = "codepoint", bom: int = 0) -> dict[str, tuple[str, list[Any]]]:
    """Source -> its text with LF, and (quoted, start, end, user, code, memo, names of the coding's notes) of each coding.

    Decoded as programs do that count so: the file's own text is put into the units that positions count, and cut there.
    """
    root = qde(path)
    users = {each.get("guid"): each.get("name") for each in root.iter(f"{Q}User")}
    codes = {each.get("guid"): each.get("name") for each in root.iter(f"{Q}Code")}
    notes = {each.get("guid"): each.get("name") for each in root.iter(f"{Q}Note")}
    found = {}
    for source in root.iter(f"{Q}TextSource"):
        with zipfile.ZipFile(path) as archive:
            raw = archive.read("sources/" + source.get("plainTextPath").removeprefix("internal://")).decode()
        marked = raw.startswith("\ufeff")
        text = raw[marked:]
        counted = ("\ufeff" if marked and bom else "") + (text if crlf == 2 else text.replace("\r\n", "\n"))

        def cut(start: int, end: int, counted: str = counted) -> str:
            if unit == "codepoint":
                return counted[start:end]
            return counted.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")

        marks = [
            (
                cut(start := int(selection.get("startPosition")), end := int(selection.get("endPosition"))).replace("\r\n", "\n"),
                len(cut(0, start).replace("\r\n", "\n").removeprefix("\ufeff" if marked and bom else "")),
                len(cut(0, end).replace("\r\n", "\n").removeprefix("\ufeff" if marked and bom else "")),
                users[coding.get("creatingUser")],
                codes[coding.find(f"{Q}CodeRef").get("targetGUID")],
                selection.findtext(f"{Q}Description") or "",
                tuple(notes[note.get("targetGUID")] for note in coding.findall(f"{Q}NoteRef")),
            )
            for selection in source.findall(f"{Q}PlainTextSelection")
            for coding in selection.findall(f"{Q}Coding")
        ]  # fmt: skip
        found[source.get("name")] = text.replace("\r\n", "\n"), marks
    return found
