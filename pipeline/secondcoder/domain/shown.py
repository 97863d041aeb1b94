"""Text as it may be shown, on a page or in a terminal: characters that act, or change how others are shown, become their names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby

_ASCII = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def visible(text: str) -> str:
    """The text with control characters named: U+202E reads ⟦U+202E⟧. Line ends and tabs stay."""
    return (_ASCII if text.isascii() else controls()).sub(lambda match: f"⟦U+{ord(match.group()):04X}⟧", text)


@lru_cache(maxsize=1)
def controls() -> re.Pattern[str]:
    """All characters of the control and format categories, as one pattern: to look at each of a long interview would be slow."""
    # The zero-width joiners belong to ordinary writing (Persian, Hindi, emoji).
    kept = "\n\t\r\u200d\u200c"
    planes = (*range(0x20000), *range(0xE0000, 0xE1000))  # the others contain ideographs, or nothing yet
    points = [
        n for n in planes if unicodedata.category(chr(n)) in ("Cc", "Cf", "Cs", "Zl", "Zp") and chr(n) not in kept
    ]
    runs = groupby(enumerate(points), key=lambda pair: pair[1] - pair[0])
    ranges = [[n for _, n in members] for _, members in runs]
    # Private use too: a font may draw anything there.
    return re.compile("[" + "".join(f"\\U{run[0]:08x}-\\U{run[-1]:08x}" for run in ranges) + "\ue000-\uf8ff]")
