"""XML that anybody may have sent, as elements with plain names: namespaces differ between programs and say nothing.

A document type or an entity is refused, and size and depth are counted before a tree fills the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from secondcoder.errors import InputError
from secondcoder.exchange.refi_qda.guids import guid

MOST_ELEMENTS = 600_000  # 20,000 codings take about 80,000
DEEPEST = 100  # elements within elements
LONGEST_TOKEN = 4 * 2**20  # bytes of a tag with its attributes
CHUNK = 2**18


def parse_xml(data: bytes, place: str) -> Element:
    """The root element; tags and attributes by their local names.

    Args:
        place: where the XML comes from, for messages.

    Raises:
        InputError: it is not well-formed, too large or too deep, or declares a document type.
    """
    reading = _Reading(place)
    data = data.lstrip(b" \t\r\n")
    try:
        for at in range(0, len(data), CHUNK):
            reading.parser.Parse(data[at : at + CHUNK], False)
            if at + CHUNK - reading.parser.CurrentByteIndex > LONGEST_TOKEN + CHUNK:
                reading.refuse(f"has a tag of over {LONGEST_TOKEN:,} bytes")
        reading.parser.Parse(b"", True)
    except expat.ExpatError as error:
        why = expat.errors.messages[error.code]
        amp = " A program that does not write '&' as '&amp;' spoils its XML so." if "token" in why else ""
        raise InputError(
            f"{place} line {error.lineno}: the XML is damaged ({why}).{amp} Export it again. Nothing was imported."
        ) from None
    except (ValueError, LookupError):  # an encoding that is unknown to expat, or to Python
        raise InputError(f"{place}: XML in an encoding that is not known. Nothing was imported.") from None
    return reading.builder.close()


class _Reading:
    def __init__(self, place: str) -> None:
        self.builder, self._place = TreeBuilder(), place
        self._open = self._count = 0
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._end
        parser.CharacterDataHandler = self.builder.data

    def refuse(self, fault: str) -> NoReturn:
        raise InputError(f"{self._place} {fault}, as no program writes it. Nothing was imported.")

    def _doctype(self, *_: object) -> NoReturn:
        self.refuse("declares a document type or entities")

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        self._open, self._count = self._open + 1, self._count + 1
        if self._open > DEEPEST:
            self.refuse(f"nests over {DEEPEST} deep")
        if self._count > MOST_ELEMENTS:
            self.refuse(f"has over {MOST_ELEMENTS:,} elements")
        self.builder.start(_local(tag), {key: value for key, value in attributes.items() if ":" not in key})

    def _end(self, tag: str) -> None:
        self._open -= 1
        self.builder.end(_local(tag))


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def target(element: Element) -> str:
    """The GUID that a reference names: `targetGUID`, or `guid` as in a codebook's sets."""
    return guid(element.get("targetGUID") or element.get("guid"))


def said(element: Element, tag: str) -> str:
    """The text of a child, without white space around it; '' where there is none."""
    found = element.find(tag)
    return "" if found is None else "".join(found.itertext()).strip()


def within(element: Element | None, *tags: str) -> Iterator[Element]:
    """The children under these tags, one level a tag; nothing below what is not there."""
    if element is None:
        return
    if len(tags) == 1:
        yield from element.findall(tags[0])
        return
    for child in element.findall(tags[0]):
        yield from within(child, *tags[1:])
