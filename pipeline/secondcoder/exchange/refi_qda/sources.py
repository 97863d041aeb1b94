"""The sources of a project: its texts with their selections and codings, whatever they are the texts of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from secondcoder.domain.names import name
from secondcoder.exchange.refi_qda.container import Archive
from secondcoder.exchange.refi_qda.guids import guid
from secondcoder.exchange.refi_qda.positions import Counted, squeezed
from secondcoder.exchange.refi_qda.records import Mark, Project, ProjectText, Selection
from secondcoder.exchange.refi_qda.texts import text_of
from secondcoder.exchange.refi_qda.xml_reading import said, target, within

LONGEST_NUMBER = 12
SHORTEST_NAME = 60  # characters: programs cut names at 67 or later
MEDIA = {"PictureSource": "picture", "AudioSource": "recording", "VideoSource": "video"}


class SourcesReader:
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
        """A PDF's text. ATLAS.ti writes each passage twice, as an area of the page and in the text, under one name."""
        inner = source.find("Representation")
        text = self._add(source, source if inner is None else inner)
        areas, there = _named_codings(source, "PDFSelection"), _named_codings(inner, "PlainTextSelection")
        text.areas = (areas - there).total()

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


def _mark(coding: Element, users: Iterable[str]) -> Mark:
    """A coding, by who made it, else by whoever stands first among those of its selection and source."""
    user = next(filter(None, (guid(coding.get("creatingUser")), *users)), "")
    reference = coding.find("CodeRef")
    return Mark(guid(coding.get("guid")), "" if reference is None else target(reference), user)


def _named_codings(element: Element | None, tag: str) -> Counter[tuple[str, str]]:
    """How often a code stands on a selection of a name, which may be cut at one place or another; without names none is another's."""
    return Counter(
        (squeezed(each.get("name", ""))[:SHORTEST_NAME] or tag, _mark(coding, ()).code)
        for each in within(element, tag)
        for coding in each.findall("Coding")
    )


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
