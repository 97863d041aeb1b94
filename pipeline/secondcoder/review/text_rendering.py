"""Text as it may be shown: words with their offsets, marks on them, and no sign that could act.

Escaping is the templates' work. Here signs that change how other text is shown (bidirectional overrides, control characters)
become visible names, so that a transcript reads as what it holds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from secondcoder.domain.records import Turn

WORD = re.compile(r"\S+\s*|\s+")
NEIGHBOURING_WORDS = 40
Span = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """A word with the white space after it: `[start, end)` of the word alone, in the transcript's text; empty for an ellipsis.

    A `far` word is there for a span to be moved to, and else not shown.
    """

    start: int
    end: int
    text: str
    inside: bool
    marked: bool
    far: bool = False


def visible(text: str) -> str:
    """The text with acting signs named: U+202E reads ⟦U+202E⟧. Line ends and tabs stay."""
    return ACTING.sub(lambda found: _named(found.group()), text)


def _acting() -> re.Pattern[str]:
    """All signs of the acting categories, found once: a look at each sign of a long interview would be slow."""
    kept = "\n\t\r\u200d\u200c"
    planes = (*range(0x20000), *range(0xE0000, 0xE1000))  # the others hold none: ideographs, and nothing yet
    signs = [chr(n) for n in planes if unicodedata.category(chr(n)) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    spans = groupby(enumerate(ord(sign) for sign in signs if sign not in kept), key=lambda pair: pair[1] - pair[0])
    ranges = [[n for _, n in members] for _, members in spans]
    return re.compile("[" + "".join(f"\\U{one[0]:08x}-\\U{one[-1]:08x}" for one in ranges) + "\ue000-\uf8ff]")


def _named(sign: str) -> str:
    return f"⟦U+{ord(sign):04X}⟧"


def words(
    text: str, turn: Turn, chosen: Span, marks: Sequence[Span] = (), around: int = NEIGHBOURING_WORDS, reach: int = 0
) -> list[Piece]:
    """The words of a turn around a span, the span's own and some before and after; an ellipsis where there are more.

    Args:
        chosen: the span in hand, within the turn.
        marks: spans to mark, such as the carrying sentences.
        around: how many words before and after; `reach` as many more, far ones.
    """
    pieces = [_piece(found, turn.start, text, chosen, marks) for found in WORD.finditer(text[turn.start : turn.end])]
    inside = [at for at, piece in enumerate(pieces) if piece.inside] or [0]
    first, last = max(0, inside[0] - around), inside[-1] + 1 + around
    shown = pieces[first:last]
    before, after = pieces[max(0, first - reach) : first], pieces[last : last + reach]
    if first:
        shown.insert(0, Piece(shown[0].start, shown[0].start, "… ", False, False))
    if last < len(pieces):
        shown.append(Piece(shown[-1].end, shown[-1].end, "…", False, False))
    return [*(replace(one, far=True) for one in before), *shown, *(replace(one, far=True) for one in after)]


def _piece(found: re.Match[str], offset: int, text: str, chosen: Span, marks: Sequence[Span]) -> Piece:
    start, whole = offset + found.start(), found.group()
    end = start + len(whole.rstrip())
    inside = start < chosen[1] and end > chosen[0]
    return Piece(start, end, visible(whole), inside, any(start < stop and end > begin for begin, stop in marks))


ACTING = _acting()
