"""Words of a transcript as a page shows them, with their offsets and marks. Escaping is done by the templates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from secondcoder.domain.records import Span, Turn
from secondcoder.domain.shown import visible
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
