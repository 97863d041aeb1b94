"""How a project's texts are written and its positions counted, by the program that is to read them.

The standard counts code points and says nothing of line ends and byte order marks; programs differ. What each does was measured on
files that it wrote. Everywhere a position is 0-based and a selection's end is exclusive.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from secondcoder.exchange.refi_qda.memory import Dialect, SourceMemory
from secondcoder.exchange.refi_qda.positions import CODE_POINT, UTF16, Counting

MARK = "\ufeff"
_LINE_END = re.compile("\r\n?")
_SPECIAL = re.compile("\r\n|[\r\n\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Layout:
    """How a text file is written, and what a position in it counts.

    Attributes:
        newline: its line ends; `line_end` how many positions each takes.
        utf16: a character beyond the first plane, as an emoji, takes two positions.
        bom: a byte order mark stands before the text; `mark` how many positions it takes.
        full_names: codes keep the parent's name before theirs, for a program that joins codes of one name.
    """

    newline: str = "\n"
    line_end: int = 1
    utf16: bool = False
    bom: bool = False
    mark: int = 0
    full_names: bool = False


STANDARD = "standard"
LAYOUTS: Mapping[str, Layout] = {
    # LF and no mark: what every program measured reads alike, unless the text holds characters beyond the first plane.
    STANDARD: Layout(),
    # NVivo for Windows 12.6, measured: mark and CRLF, each CRLF two positions, the mark none, UTF-16 units.
    "nvivo-windows": Layout("\r\n", 2, utf16=True, bom=True),
    # MAXQDA keeps a line end as one position (its database, measured); for users whose Windows version needs CRLF texts.
    "maxqda-windows": Layout("\r\n"),
    # QualCoder joins codes of one name, whatever stands above them (measured).
    "qualcoder": Layout(full_names=True),
    # Programs written in JavaScript count as their strings do.
    "utf16": Layout(utf16=True),
}


def layout_of(name: str, dialect: Dialect | None = None, source: SourceMemory | None = None) -> Layout:
    """The layout of this name; without a name that of the project from which a text came, else the standard one."""
    if name or not dialect:
        return LAYOUTS[name or STANDARD]
    about = source or {}
    newline = about.get("newline", "\n")
    line_end = dialect["crlf"] if newline == "\r\n" else 1
    bom = about.get("bom", False)
    return Layout(newline, line_end, dialect["unit"] == "utf16", bom, dialect["bom"] if bom else 0)


def counting_of(name: str, dialect: Dialect | None = None) -> Counting:
    """How positions count under the layout of this name; without a name as the project did from which the texts came."""
    if name or not dialect:
        layout = LAYOUTS[name or STANDARD]
        return Counting(layout.line_end, UTF16 if layout.utf16 else CODE_POINT, layout.mark)
    return Counting(dialect["crlf"], dialect["unit"], dialect["bom"])


def plain_lines(text: str) -> str:
    """The text with LF for every line end, code points else untouched."""
    return _LINE_END.sub("\n", text)


def offset_in(text: str) -> Callable[[int], int]:
    """From an offset in `plain_lines(text)` to the one in the text."""
    ends = [match.start() - at for at, match in enumerate(re.finditer("\r\n", text))]
    return lambda plain: plain + bisect_left(ends, plain)


def written(text: str, layout: Layout) -> bytes:
    """The text as a file. One that begins with U+FEFF gets a mark before it: readers take a first one off."""
    mark = MARK if layout.bom or text.startswith(MARK) else ""
    return (mark + plain_lines(text).replace("\n", layout.newline)).encode()


class Positions:
    """Where code points of a text stand in the file that `written` makes of it."""

    def __init__(self, text: str, layout: Layout) -> None:
        self._shift = [layout.mark if layout.bom else 0]
        self._from: list[int] = []
        for match in _SPECIAL.finditer(text):
            takes = layout.line_end if match[0][0] in "\r\n" else 1 + layout.utf16
            if more := takes - len(match[0]):
                self._from.append(match.end())
                self._shift.append(self._shift[-1] + more)

    def __getitem__(self, offset: int) -> int:
        return offset + self._shift[bisect_right(self._from, offset)]
