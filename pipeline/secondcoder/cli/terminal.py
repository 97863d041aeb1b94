"""Everything that is printed passes here: what would act in a terminal is shown instead.

Names, texts and file names come from others. Printed as they are, an escape sequence in one of them could change the window's title,
overwrite lines above, or write into the clipboard, and a bidirectional control could turn a sentence round.
"""

from __future__ import annotations

import re
from typing import Any, TextIO, cast

from secondcoder.domain.names import readable
from secondcoder.domain.shown import visible

_RETURN = re.compile(r"\r(?!\n)")
"""Alone, it lets what follows overwrite its line."""


def harmless(text: str) -> str:
    """The text with control characters named, bytes of file names readable, and line ends as they are."""
    return _RETURN.sub("⟦U+000D⟧", visible(readable(text)))


class Terminal:
    """A text stream on which nothing printed acts; only `raw` lets colours and moving bars through.

    It has no `buffer`: click would write past it, on Windows to the console itself.
    """

    def __init__(self, raw: TextIO) -> None:
        self.raw = raw

    def write(self, text: str) -> int:
        """Write the text, made harmless."""
        self.raw.write(harmless(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Each line by `write`."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":
            raise AttributeError(name)
        return getattr(self.raw, name)


def guarded(stream: TextIO, always: bool) -> TextIO:
    """The stream as a `Terminal`, where it leads to one, or `always`; where data goes to a file or a pipe, it stays as it is."""
    return cast(TextIO, Terminal(stream)) if always or stream.isatty() else stream


def raw(stream: TextIO | Terminal) -> TextIO:
    """The stream itself, for what draws and has made every text harmless."""
    return stream.raw if isinstance(stream, Terminal) else stream
