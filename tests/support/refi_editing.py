"""A project as somebody works on it in another program: codings deleted, recoded, moved and added in its XML."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

from lxml import etree

from support.refi_checks import Q


def new_guid() -> str:
    return str(uuid4()).upper()


class Edited:
    """The project of a file, to be changed and saved."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.files = {name: archive.read(name) for name in archive.namelist()}
        self.root = etree.fromstring(self.files["project.qde"])
        self.codes = {each.get("name"): each.get("guid") for each in self.root.iter(f"{Q}Code")}

    def user(self, name: str) -> str:
        """The GUID of a user, added where there is none of this name."""
        users = self.root.find(f"{Q}Users")
        for each in users:
            if each.get("name") == name:
                return str(each.get("guid"))
        users.append(etree.Element(f"{Q}User", guid=new_guid(), name=name))
        return str(users[-1].get("guid"))

    def source(self, name: str) -> Any:
        return next(each for each in self.root.iter(f"{Q}TextSource") if each.get("name") == name)

    def selection(self, source: str, start: int, end: int, code: str, user: str = "secondcoder m0001") -> Any:
        """The selection of a coding."""
        for selection in self.source(source).findall(f"{Q}PlainTextSelection"):
            place = int(selection.get("startPosition")), int(selection.get("endPosition"))
            for coding in selection.findall(f"{Q}Coding"):
                is_code = coding.find(f"{Q}CodeRef").get("targetGUID") == self.codes[code]
                if place == (start, end) and is_code and coding.get("creatingUser") == self.user(user):
                    return selection
        raise LookupError((source, start, end, code, user))

    def delete(self, selection: Any) -> None:
        selection.getparent().remove(selection)

    def recode(self, selection: Any, code: str) -> None:
        selection.find(f"{Q}Coding/{Q}CodeRef").set("targetGUID", self.codes[code])

    def move(self, selection: Any, start: int, end: int) -> None:
        selection.set("startPosition", str(start))
        selection.set("endPosition", str(end))

    def add(self, source: str, start: int, end: int, code: str, user: str, memo: str = "") -> None:
        whose = {"guid": new_guid(), "creatingUser": self.user(user)}
        selection = etree.Element(f"{Q}PlainTextSelection", whose, startPosition=str(start), endPosition=str(end))
        if memo:
            etree.SubElement(selection, f"{Q}Description").text = memo
        coding = etree.SubElement(selection, f"{Q}Coding", whose | {"guid": new_guid()})
        etree.SubElement(coding, f"{Q}CodeRef", targetGUID=self.codes[code])
        self.source(source).insert(len(self.source(source).findall(f"{Q}PlainTextSelection")), selection)

    def renew(self) -> None:
        """Give everything a new identifier, and take the descriptions away, as some programs do."""
        new = {each.get("guid"): new_guid() for each in self.root.iter() if each.get("guid")}
        for element in self.root.iter():
            for name, value in element.items():
                if value in new:
                    element.set(name, new[value])
        for selection in list(self.root.iter(f"{Q}PlainTextSelection")):
            for description in selection.findall(f"{Q}Description"):
                selection.remove(description)
        self.codes = {each.get("name"): each.get("guid") for each in self.root.iter(f"{Q}Code")}

    def save(self, path: Path, by: str | None = "Ana") -> Path:
        if by:
            self.root.set("modifyingUserGUID", self.user(by))
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in (self.files | {"project.qde": etree.tostring(self.root)}).items():
                archive.writestr(name, content)
        return path
