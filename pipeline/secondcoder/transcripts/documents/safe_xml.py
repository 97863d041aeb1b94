"""XML that anybody may have sent: no DTD and no entities, and never so many elements that a tree of them fills the memory."""

from __future__ import annotations

from typing import NoReturn
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat

from secondcoder.errors import ReadError

MOST_ELEMENTS = 300_000  # of a part; an hour's interview has about 20,000
DEEPEST = 300  # elements within elements; Word nests a table in a table's cell with 4


def xml_root(data: bytes, part: str, name: str, kind: str, again: str) -> Element:
    """The root of a part of a document.

    Args:
        data: the part, in whatever encoding.
        part: its name in the file.
        name: the file's name, for messages.
        kind: what the file is, e.g. "Word document".
        again: how a person mends a damaged one.

    Raises:
        ReadError: the XML is broken, declares a DTD or entities, or has more or deeper elements than a transcript.
    """
    _check(data, part, name, kind, again)
    return ElementTree.fromstring(data)  # noqa: S314 - without a DTD, as was just checked, there are no entities


def _check(data: bytes, part: str, name: str, kind: str, again: str) -> None:
    """No such document has a DTD; elements are counted before there is a tree of them."""
    open_now = count = 0

    def refuse(*_: object) -> NoReturn:
        raise ReadError(f"{name}: {part} declares a DTD or entities, which no {kind} does. It was not read.")

    def begin(*_: object) -> None:
        nonlocal open_now, count
        open_now, count = open_now + 1, count + 1
        if open_now > DEEPEST or count > MOST_ELEMENTS:
            fault = f"has over {MOST_ELEMENTS:,} elements" if count > MOST_ELEMENTS else f"nests over {DEEPEST} deep"
            raise ReadError(f"{name}: {part} {fault}, which no transcript does. Nothing was imported.")

    def finish(_: str) -> None:
        nonlocal open_now
        open_now -= 1

    # A parser and not a search of the bytes, from which UTF-16 would hide a DTD.
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler, parser.StartElementHandler, parser.EndElementHandler = refuse, begin, finish
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):  # the latter two: an encoding unknown to expat, or to Python
        raise ReadError(f"{name}: {part} is damaged. {again}") from None
