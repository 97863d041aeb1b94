"""The suggestions of a passage as trees: a construct with its sub-constructs, the likeliest first, the unlikely ones folded.

What is folded is on screen as a number only, so nothing that is said of the passage is said of it until somebody unfolds it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Suggestion


@dataclass(frozen=True)
class Tree:
    """A construct's suggestion with those of its sub-constructs; or sub-constructs alone, where the construct was not suggested.

    Attributes:
        rows: suggestions with their depth, each below the suggestion it belongs to.
    """

    rows: tuple[tuple[Suggestion, int], ...]


def root_of(code: str, book: Codebook) -> str:
    """The uppermost construct of a code."""
    return (code, *book.ancestors(code))[-1]


def folded_codes(suggestions: Sequence[Suggestion], book: Codebook, fold: float) -> frozenset[str]:
    """Codes whose suggestions are folded: those less likely than `fold`, a probability.

    Never folded are the likeliest where all are unlikely, a construct above one that is shown, and codes that are only ranked, which
    have no probability. So a construct stands alone where none of its sub-constructs is likely.
    """
    if len(suggestions) < 2:  # as nearly everywhere: the likeliest is there in any case
        return frozenset()
    likely = [suggestion for suggestion in suggestions if not suggestion.calibrated or suggestion.score >= fold]
    shown = {suggestion.code for suggestion in likely or sorted(suggestions, key=_rank)[:1]}
    above = {ancestor for code in shown for ancestor in book.ancestors(code)}
    return frozenset(suggestion.code for suggestion in suggestions) - shown - above


def with_constructs(codes: Iterable[str], suggested: Collection[str], book: Codebook) -> frozenset[str]:
    """The codes and those of the suggested that are constructs above them: who takes a sub-construct takes its construct."""
    taken = frozenset(codes)
    return taken | {ancestor for code in taken for ancestor in book.ancestors(code) if ancestor in suggested}


def trees(suggestions: Sequence[Suggestion], book: Codebook) -> list[Tree]:
    """The suggestions as trees, the one with the likeliest suggestion first, and so within each."""
    by_root = group_by(sorted(suggestions, key=_rank), lambda suggestion: root_of(suggestion.code, book))
    # In the order of their best, since the groups come in the order of their first members.
    return [Tree(tuple(_below(None, members, book, 0))) for members in by_root.values()]


def _below(
    above: str | None, members: Sequence[Suggestion], book: Codebook, depth: int
) -> Iterator[tuple[Suggestion, int]]:
    codes = {suggestion.code for suggestion in members}
    for suggestion in members:
        if next((ancestor for ancestor in book.ancestors(suggestion.code) if ancestor in codes), None) == above:
            yield suggestion, depth
            yield from _below(suggestion.code, members, book, depth + 1)


def _rank(suggestion: Suggestion) -> tuple[bool, float]:
    """Probabilities before ranks, the largest first."""
    return not suggestion.calibrated, -suggestion.score
