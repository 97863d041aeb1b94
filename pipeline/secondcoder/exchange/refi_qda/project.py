"""A project's XML as plain records: users, texts with their selections and codings, cases, variables, notes and sets.

Nothing is judged here but what cannot be read at all; positions are as the project counts them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from secondcoder.domain.names import name
from secondcoder.exchange.refi_qda.container import Archive
from secondcoder.exchange.refi_qda.positions import Counted, CountedText
from secondcoder.exchange.refi_qda.texts import text_of
from secondcoder.exchange.refi_qda.xml_reading import guid, parse_xml, said, target, within

LONGEST_NUMBER = 12
MEDIA = {"PictureSource": "picture", "AudioSource": "recording", "VideoSource": "video"}


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
    faults: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


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
    _take_users(root, project, archive)
    for variable in within(root, "Variables", "Variable"):
        called = _free(name(variable.get("name", "")) or "variable", [each for each, _ in project.variables.values()])
        project.variables[guid(variable.get("guid"))] = called, variable.get("typeOfVariable", "Text")
    reading = _Sources(project, archive, crlf)
    for source in next(within(root, "Sources"), Element("Sources")):
        reading.take(source)
    project.cases = [_case(each, project) for each in within(root, "Cases", "Case")]
    project.notes = _notes(root, archive)
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


class _Sources:
    """The sources of a project, one by one, as texts."""

    def __init__(self, project: Project, archive: Archive, crlf: bool) -> None:
        self._project, self._archive, self._crlf = project, archive, crlf

    def take(self, source: Element) -> None:
        """Add the texts of a source, and count what it has besides."""
        if source.tag == "TextSource":
            self._add(source, source)
        elif source.tag == "PDFSource":
            self._take_pdf(source)
        elif source.tag in MEDIA:
            self._take_media(source)
        else:
            self._project.left_out["source of an unknown kind"] += 1

    def _take_pdf(self, source: Element) -> None:
        areas = sum(1 for _ in within(source, "PDFSelection", "Coding"))
        inner = source.find("Representation")
        text = self._add(source, source if inner is None else inner)
        if inner is not None and not text.marks:
            text.areas = areas

    def _take_media(self, source: Element) -> None:
        transcripts = source.findall("Transcript")
        for number, inner in enumerate(transcripts, start=1):
            text = self._add(source, inner, f" {number}" if len(transcripts) > 1 else "")
            text.times, text.selections = _synchronised(inner, self._users(source), self._faults(text.name))
        kind = MEDIA[source.tag]
        if not transcripts:
            self._project.left_out[f"{kind} without a transcript"] += 1
        marked = sum(1 for each in source if each.tag.endswith("Selection") for _ in each.findall("Coding"))
        self._project.left_out[f"coding of a {kind} itself"] += marked

    def _add(self, source: Element, inner: Element, number: str = "") -> ProjectText:
        """A text: what `inner` holds, with the codings and values that stand in `source` too."""
        own = guid(source.get("guid")) + (number and f" {number.strip()}")
        called = name(source.get("name", "")) or name(inner.get("name", "")) or f"source {own[:8]}"
        text, notes = text_of(self._archive, inner, called, self._crlf)
        entry = ProjectText(own, called + number, text, notes)
        elements = [source] if source is inner else [source, inner]
        users = [user for each in reversed(elements) for user in self._users(each)]
        entry.whole = [_mark(each, users) for element in elements for each in element.findall("Coding")]
        entry.values = {key: value for element in elements for key, value in values_of(element).items()}
        entry.selections = list(_selections(inner, users, self._faults(entry.name)))
        self._project.texts.append(entry)
        return entry

    def _users(self, element: Element) -> list[str]:
        return [guid(element.get("modifyingUser")), guid(element.get("creatingUser"))]

    def _faults(self, source: str) -> _Faults:
        return _Faults(source, self._project.faults)


@dataclass(frozen=True)
class _Faults:
    source: str
    faults: list[str]

    def position(self, element: Element, attribute: str) -> int | None:
        """A position; a fault, and None, where it is none."""
        written = element.get(attribute, "").strip()
        if written.isascii() and written.isdecimal() and len(written) <= LONGEST_NUMBER:
            return int(written)
        what = f"'{written[:20]}'" if written else "missing"
        self.faults.append(f"'{self.source}': {attribute} of {self._called(element)} is {what}, and no position.")
        return None

    def place(self, element: Element, start: int | None, end: int | None) -> Counted:
        """The place of a selection; a fault where it ends before it starts."""
        if start is None or end is None:
            return Counted(0, 0)
        if end < start:
            self.faults.append(f"'{self.source}': {self._called(element)} ends at {end}, before its start {start}.")
        return Counted(start, end, element.get("name", ""))

    def _called(self, element: Element) -> str:
        return f"selection {guid(element.get('guid'))}"


def _selections(element: Element, users: list[str], faults: _Faults) -> Iterator[Selection]:
    for each in element.findall("PlainTextSelection"):
        start, end = (faults.position(each, which) for which in ("startPosition", "endPosition"))
        yield _selection(each, faults.place(each, start, end), users)


def _selection(element: Element, place: Counted, users: list[str]) -> Selection:
    own = [guid(element.get("modifyingUser")), guid(element.get("creatingUser")), *users]
    marks = tuple(_mark(coding, own) for coding in element.findall("Coding"))
    return Selection(guid(element.get("guid")), place, said(element, "Description"), marks)


def _mark(coding: Element, users: list[str]) -> Mark:
    """A coding, by who made it, else by whoever stands first among those of its selection and source."""
    user = next(filter(None, (guid(coding.get("creatingUser")), *users)), "")
    reference = coding.find("CodeRef")
    return Mark(guid(coding.get("guid")), "" if reference is None else target(reference), user)


def _synchronised(
    transcript: Element, users: list[str], faults: _Faults
) -> tuple[list[tuple[int, float]], list[Selection]]:
    """Times of a transcript, and its selections, which run from one point of synchronisation to another."""
    points: dict[str, int] = {}
    times: list[tuple[int, float]] = []
    for point in transcript.findall("SyncPoint"):
        if point.get("position") is None:
            continue
        position, stamp = faults.position(point, "position"), faults.position(point, "timeStamp")
        if position is not None and stamp is not None:
            points[guid(point.get("guid"))] = position
            times.append((position, stamp / 1000))
    selections = []
    for each in transcript.findall("TranscriptSelection"):
        start, end = (points.get(guid(each.get(which))) for which in ("fromSyncPoint", "toSyncPoint"))
        selections.append(_selection(each, faults.place(each, start, end), users))
    return sorted(times), selections


def values_of(element: Element) -> dict[str, str]:
    """GUID of the variable -> its value as text."""
    found: dict[str, str] = {}
    for value in element.findall("VariableValue"):
        reference = value.find("VariableRef")
        text = next(("".join(each.itertext()).strip() for each in value if each.tag.endswith("Value")), "")
        if reference is not None and text:
            found[target(reference)] = text
    return found


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


def _free(word: str, taken: list[str]) -> str:
    numbered = (f"{word} ({number})" for number in range(2, len(taken) + 3))
    return word if word not in taken else next(each for each in numbered if each not in taken)
