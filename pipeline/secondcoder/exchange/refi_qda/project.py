"""A project's XML to records: nothing is judged here but what cannot be read at all."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from secondcoder.domain.names import folded, free_name, name
from secondcoder.exchange.refi_qda.coding_notes import is_own
from secondcoder.exchange.refi_qda.container import Archive
from secondcoder.exchange.refi_qda.guids import guid
from secondcoder.exchange.refi_qda.records import Project, ProjectCase
from secondcoder.exchange.refi_qda.sources import SourcesReader, values_of
from secondcoder.exchange.refi_qda.texts import text_of
from secondcoder.exchange.refi_qda.xml_reading import parse_xml, said, target, within


def project_root(archive: Archive) -> tuple[Element, bool]:
    """The element `Project` of an archive, and whether its lines end in CRLF."""
    part, data = archive.project()
    root = parse_xml(data, f"{archive.name}: {part}")
    if root.tag != "Project":
        archive.refuse(f"{part} holds '{root.tag[:40]}' where a Project is due")
    return root, b"\r\n" in data[:10_000]


def read_project(archive: Archive) -> Project:
    """The project of an archive; InputError where it cannot be read."""
    root, crlf = project_root(archive)
    codes = next(within(root, "CodeBook", "Codes"), None)
    project = Project(name(root.get("name", "")), root.get("origin", ""), codes)
    project.saved_by = guid(root.get("modifyingUserGUID"))
    _take_users(root, project, archive)
    taken: set[str] = set()
    for variable in within(root, "Variables", "Variable"):
        called = free_name([name(variable.get("name", "")) or "variable"], taken)
        taken.add(folded(called))
        project.variables[guid(variable.get("guid"))] = called, variable.get("typeOfVariable", "Text")
    reading = SourcesReader(project, archive, crlf)
    for source in next(within(root, "Sources"), Element("Sources")):
        reading.take(source)
    project.cases = [_case(each, project) for each in within(root, "Cases", "Case")]
    notes = _notes(root, archive)
    own = [note for note in notes if is_own(note["name"])]
    project.notes = [note for note in notes if note not in own]
    for note in own:
        for coding in note["of"]:
            project.said.setdefault(coding, []).append(note["name"])
    for note in project.notes:
        for owner in note["of"]:
            project.memos[owner] = "\n".join(filter(None, (project.memos.get(owner), note["text"].strip())))
    project.sets = [_set(each) for each in within(root, "Sets", "Set")]
    project.left_out["link"] += sum(1 for _ in within(root, "Links", "Link"))
    project.left_out["graph"] += sum(1 for _ in within(root, "Graphs", "Graph"))
    _refuse_doubles(project, archive)
    return project


def _take_users(root: Element, project: Project, archive: Archive) -> None:
    for user in within(root, "Users", "User"):
        own = guid(user.get("guid"))
        called = name(user.get("name", "")) or name(user.get("id", "")) or f"user {own[:8]}"
        if project.users.setdefault(own, called) != called:
            archive.refuse(f"users '{project.users[own]}' and '{called}' have one GUID ({own})")


def _refuse_doubles(project: Project, archive: Archive) -> None:
    for kind, owned in (("sources", project.texts), ("cases", project.cases)):
        first: dict[str, str] = {}
        for each in owned:
            if each.guid and first.setdefault(each.guid, each.name) is not each.name:
                archive.refuse(f"{kind} '{first[each.guid]}' and '{each.name}' have one GUID ({each.guid})")


def _case(element: Element, project: Project) -> ProjectCase:
    return ProjectCase(
        guid(element.get("guid")),
        name(element.get("name", "")),
        tuple(target(each) for each in element.findall("SourceRef")),
        tuple(target(each) for each in element.findall("SelectionRef")),
        {project.variables[key][0]: value for key, value in values_of(element).items() if key in project.variables},
    )


def _notes(root: Element, archive: Archive) -> list[dict[str, Any]]:
    """The notes, each with what it belongs to."""
    notes = {guid(each.get("guid")): each for each in within(root, "Notes", "Note")}
    owners: dict[str, list[str]] = {own: [] for own in notes}
    for parent in root.iter() if notes else ():
        for reference in parent.findall("NoteRef"):
            owners.setdefault(target(reference), []).append(guid(parent.get("guid")))
    found = []
    for own, each in notes.items():
        text, _ = text_of(archive, each, "a note", crlf=False)
        about = {"guid": own, "name": each.get("name", ""), "text": text.text if text else ""}
        found.append(about | {"user": guid(each.get("creatingUser")), "of": owners[own]})
    return found


def _set(element: Element) -> dict[str, Any]:
    members = {
        tag: [target(each) for each in element.findall(tag)] for tag in ("MemberCode", "MemberSource", "MemberNote")
    }
    about = {
        "guid": guid(element.get("guid")),
        "name": element.get("name", ""),
        "description": said(element, "Description"),
    }
    return about | {"codes": members["MemberCode"], "sources": members["MemberSource"], "notes": members["MemberNote"]}
