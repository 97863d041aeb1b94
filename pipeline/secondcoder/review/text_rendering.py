"""Text as it may be shown: words with their offsets, marks on them, and no invisible control characters.

Escaping is done by the templates. Here characters that change how other text is shown (bidirectional overrides, controls)
become visible names, so that a transcript reads as what it contains.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from secondcoder.domain.records import Span, Turn
from secondcoder.domain.spans import share_text

WORD = re.compile(r"\S+\s*|\s+")
NEIGHBOURING_WORDS = 40


@dataclass(frozen=True)
class Piece:
    """A word with the white space after it: `[start, end)` of the word alone, in the transcript's text; empty for an ellipsis.

    A `far` word is there for a span to be extended to, and is hidden otherwise.
    """

    start: int
    end: int
    text: str
    inside: bool
    marked: bool
    far: bool = False


def visible(text: str) -> str:
    """The text with control characters named: U+202E reads ⟦U+202E⟧. Line ends and tabs stay."""
    return CONTROLS.sub(lambda match: f"⟦U+{ord(match.group()):04X}⟧", text)


def _controls() -> re.Pattern[str]:
    """All characters of the control and format categories, as one pattern: to look at each of a long interview would be slow."""
    # The zero-width joiners belong to ordinary writing (Persian, Hindi, emoji).
    kept = "\n\t\r\u200d\u200c"
    planes = (*range(0x20000), *range(0xE0000, 0xE1000))  # the others contain ideographs, or nothing yet
    controls = [chr(n) for n in planes if unicodedata.category(chr(n)) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    points = (ord(character) for character in controls if character not in kept)
    runs = groupby(enumerate(points), key=lambda pair: pair[1] - pair[0])
    ranges = [[n for _, n in members] for _, members in runs]
    # Private use too: a font may draw anything there.
    return re.compile("[" + "".join(f"\\U{run[0]:08x}-\\U{run[-1]:08x}" for run in ranges) + "\ue000-\uf8ff]")


def words_around(
    text: str, turn: Turn, chosen: Span, marks: Sequence[Span] = (), around: int = NEIGHBOURING_WORDS, reach: int = 0
) -> list[Piece]:
    """The words of a span and some of its turn before and after; an ellipsis where there are more.

    Args:
        chosen: the current span, within the turn.
        marks: spans to mark, such as the sentences that carried a suggestion.
        around: how many words before and after; `reach` as many more, far ones.
    """
    matches = WORD.finditer(text[turn.start : turn.end])
    pieces = [_piece(match, turn.start, chosen, marks) for match in matches]
    inside = [at for at, piece in enumerate(pieces) if piece.inside] or [0]
    first, last = max(0, inside[0] - around), inside[-1] + 1 + around
    shown = pieces[first:last]
    before, after = pieces[max(0, first - reach) : first], pieces[last : last + reach]
    if first:
        shown.insert(0, Piece(shown[0].start, shown[0].start, "… ", False, False))
    if last < len(pieces):
        shown.append(Piece(shown[-1].end, shown[-1].end, "…", False, False))
    return [*(replace(piece, far=True) for piece in before), *shown, *(replace(piece, far=True) for piece in after)]


def _piece(match: re.Match[str], offset: int, chosen: Span, marks: Sequence[Span]) -> Piece:
    start, whole = offset + match.start(), match.group()
    end = start + len(whole.rstrip())
    inside, marked = share_text((start, end), chosen), any(share_text((start, end), mark) for mark in marks)
    return Piece(start, end, visible(whole), inside, marked)


CONTROLS = _controls()
