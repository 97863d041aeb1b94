"""XML that anybody may have sent: no document type, no entities, and never so much of it that it fills the memory."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat

from secondcoder.errors import ReadError

MOST_ELEMENTS = 300_000  # of a part of a document; an hour's interview has about 20,000
DEEPEST = 300  # elements within elements; Word nests a table in a table's cell with 4
LONGEST_TOKEN = 4 * 2**20  # bytes of a tag with its attributes
CHUNK = 2**18


class RefusedXmlError(Exception):
    """It has what no program writes; the text says what, as "nests over 300 deep"."""


class BrokenXmlError(Exception):
    """It is not well-formed, or in an encoding that is not known; the text says why, and `line` where."""

    def __init__(self, why: str, line: int) -> None:
        super().__init__(why)
        self.line = line


def walk_xml(
    data: bytes,
    elements: int,
    depth: int,
    begin: Callable[[str, dict[str, str]], object] | None = None,
    end: Callable[[str], object] | None = None,
    words: Callable[[str], object] | None = None,
) -> None:
    """Go through XML in whatever encoding and make no tree of it.

    Args:
        elements, depth: the most that there may be, and how deep they may stand within each other.
        begin, end, words: called with each tag and its attributes, each closing tag, and what stands between tags.

    Raises:
        RefusedXmlError, BrokenXmlError
    """
    now = count = 0

    def refuse(*_: object) -> None:
        raise RefusedXmlError("declares a DTD or entities")

    def open_element(tag: str, attributes: dict[str, str]) -> None:
        nonlocal now, count
        now, count = now + 1, count + 1
        if count > elements or now > depth:
            raise RefusedXmlError(f"has over {elements:,} elements" if count > elements else f"nests over {depth} deep")
        if begin:
            begin(tag, attributes)

    def close_element(tag: str) -> None:
        nonlocal now
        now -= 1
        if end:
            end(tag)

    # A parser and not a search of the bytes, from which UTF-16 would hide a DTD.
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = (
        open_element,
        close_element,
        words,
    )
    try:
        _feed(parser, data)
    except expat.ExpatError as error:
        raise BrokenXmlError(expat.errors.messages[error.code], error.lineno) from None
    except (ValueError, LookupError):  # unknown to expat, or to Python
        raise BrokenXmlError("an encoding that is not known", 1) from None


def _feed(parser: expat.XMLParserType, data: bytes) -> None:
    for at in range(0, len(data), CHUNK):
        parser.Parse(data[at : at + CHUNK], False)
        if at + CHUNK - parser.CurrentByteIndex > LONGEST_TOKEN + CHUNK:
            raise RefusedXmlError(f"has a tag of over {LONGEST_TOKEN:,} bytes")
    parser.Parse(b"", True)


def xml_root(data: bytes, part: str, name: str, again: str) -> Element:
    """The root of a part of a document.

    Args:
        data: the part, in whatever encoding.
        part: its name in the file.
        name: the file's name, for messages.
        again: how a person mends a damaged one.

    Raises:
        ReadError: the XML is broken, or has what no transcript has.
    """
    try:
        walk_xml(data, MOST_ELEMENTS, DEEPEST)  # elements are counted before there is a tree of them
    except RefusedXmlError as error:
        raise ReadError(f"{name}: {part} {error}, which no transcript does. Nothing was imported.") from None
    except BrokenXmlError:
        raise ReadError(f"{name}: {part} is damaged. {again}") from None
    try:
        return ElementTree.fromstring(data)  # noqa: S314 - without a DTD, as was just checked, there are no entities
    except ElementTree.ParseError:  # what expat takes in pieces it may refuse as a whole
        raise ReadError(f"{name}: {part} is damaged. {again}") from None
