"""Text as it may be shown: words with their offsets, marks on them, and no sign that could act.

Escaping is the templates' work. Here signs that change how other text is shown (bidirectional overrides, control characters)
become visible names, so that a transcript reads as what it holds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from secondcoder.records import Turn
from secondcoder.review.passages import Passage

WORD = re.compile(r"\S+\s*|\s+")
NEIGHBOURING_WORDS = 60
LONGEST_WORD = 80
Span = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """A word with the white space after it: `[start, end)` of the word alone, in the transcript's text."""

    start: int
    end: int
    text: str
    inside: bool
    marked: bool


def visible(text: str) -> str:
    """The text with acting signs named: U+202E reads ⟦U+202E⟧. Line ends and tabs stay."""
    return "".join(_named(sign) if _acts(sign) else sign for sign in text)


def _acts(sign: str) -> bool:
    if sign in "\n\t\r\u200d\u200c":
        return False
    return unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


def _named(sign: str) -> str:
    return f"⟦U+{ord(sign):04X}⟧"


def words(text: str, turn: Turn, chosen: Span, marks: Sequence[Span] = ()) -> list[Piece]:
    """The words of a turn around a span, the span's own and some before and after.

    Args:
        chosen: the span in hand, within the turn.
        marks: spans to mark, such as the carrying sentences.
    """
    pieces = [_piece(found, turn.start, text, chosen, marks) for found in WORD.finditer(text[turn.start : turn.end])]
    inside = [at for at, piece in enumerate(pieces) if piece.inside]
    if not inside:
        return pieces[:NEIGHBOURING_WORDS]
    return pieces[max(0, inside[0] - NEIGHBOURING_WORDS) : inside[-1] + 1 + NEIGHBOURING_WORDS]


def _piece(found: re.Match[str], offset: int, text: str, chosen: Span, marks: Sequence[Span]) -> Piece:
    start, whole = offset + found.start(), found.group()
    end = start + len(whole.rstrip())
    inside = start < chosen[1] and end > chosen[0]
    return Piece(start, end, visible(whole), inside, any(start < stop and end > begin for begin, stop in marks))


def runs(passage: Passage, marks: Sequence[Span]) -> list[tuple[str, bool]]:
    """The passage's text in runs, each marked or not, as (text, marked)."""
    segment = passage.segment
    edges = sorted(
        {segment.start, segment.end, *(min(max(at, segment.start), segment.end) for one in marks for at in one)}
    )
    found = []
    for start, end in zip(edges, edges[1:], strict=False):
        marked = any(begin <= start and end <= stop for begin, stop in marks)
        found.append((visible(segment.text[start - segment.start : end - segment.start]), marked))
    return found
