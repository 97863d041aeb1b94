"""XML that anybody may have sent, as elements with plain names: namespaces differ between programs and say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, TreeBuilder

from secondcoder.errors import InputError
from secondcoder.exchange.refi_qda.guids import guid
from secondcoder.transcripts.safe_xml import BrokenXmlError, RefusedXmlError, walk_xml

MOST_ELEMENTS = 600_000  # 20,000 codings take about 80,000
DEEPEST = 100  # elements within elements


def parse_xml(data: bytes, place: str) -> Element:
    """The root element; tags and attributes by their local names.

    Args:
        place: where the XML comes from, for messages.

    Raises:
        InputError: it is not well-formed, too large or too deep, or declares a document type.
    """
    builder = TreeBuilder()

    def begin(tag: str, attributes: dict[str, str]) -> None:
        builder.start(_local(tag), {key: value for key, value in attributes.items() if ":" not in key})

    try:
        walk_xml(
            data.lstrip(b" \t\r\n"), MOST_ELEMENTS, DEEPEST, begin, lambda tag: builder.end(_local(tag)), builder.data
        )
    except RefusedXmlError as error:
        raise InputError(f"{place} {error}, as no program writes it. Nothing was imported.") from None
    except BrokenXmlError as error:
        amp = " A program that does not write '&' as '&amp;' spoils its XML so." if "token" in str(error) else ""
        raise InputError(
            f"{place} line {error.line}: the XML is damaged ({error}).{amp} Export it again. Nothing was imported."
        ) from None
    return builder.close()


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
