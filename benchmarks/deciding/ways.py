"""What a passage costs a coder who knows its codes: decisions and keys, one suggestion at a time and passage by passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Suggestion
from secondcoder.labels.suggestion_trees import folded_codes, root_of, trees


class Passage(NamedTuple):
    """The suggestions of a passage, and the codes that apply there."""

    suggestions: Sequence[Suggestion]
    codes: frozenset[str]


@dataclass(frozen=True)
class Cost:
    """What one passage took: decisions, keys pressed, suggested codes given, and those of them that nothing hid."""

    decisions: int
    keys: int
    given: int
    at_once: int


def one_by_one(passage: Passage, book: Codebook, fold: float) -> Cost:
    """The page of 0.1.0: each suggestion by itself, a key each."""
    suggested = {suggestion.code for suggestion in passage.suggestions}
    given = len(suggested & passage.codes)
    return Cost(len(suggested), len(suggested), given, given)


def naming(passage: Passage, book: Codebook, fold: float) -> Cost:
    """What is shown in one go; a code that is folded is named."""
    shown, folded = _rows(passage, book, fold)
    named = lowest(passage.codes.intersection(folded), book)
    typed = sum(len(code) + 2 for code in named)
    decided = len(_roots(shown, book)) + len(named)
    keys = typed + _keys(shown, passage.codes, book)
    return Cost(decided, keys, len(passage.codes & {*shown, *folded}), len(passage.codes.intersection(shown)))


def unfolding(passage: Passage, book: Codebook, fold: float) -> Cost:
    """What is shown in one go; unfolded first wherever a code that applies is not among it."""
    shown, folded = _rows(passage, book, fold)
    if not folded or passage.codes <= {*shown}:
        return naming(passage, book, fold)
    rows = [*shown, *folded]
    # f leads to the first row of the fold; the rows above it are ticked before, so that nothing is gone back over.
    ticks = lowest(passage.codes.intersection(rows), book)
    above = _steps([shown.index(code) for code in shown if code in ticks])
    below = _steps([folded.index(code) for code in folded if code in ticks])
    keys = 2 if not ticks or passage.codes.issuperset(rows) else above + below + 2
    given, at_once = (len(passage.codes.intersection(codes)) for codes in (rows, shown))
    return Cost(len(_roots(rows, book)), keys, given, at_once)


def _rows(passage: Passage, book: Codebook, fold: float) -> tuple[list[str], list[str]]:
    """Codes shown and folded, from top to bottom."""
    hidden = folded_codes(passage.suggestions, book, fold)

    def in_order(of: Sequence[Suggestion]) -> list[str]:
        return [suggestion.code for tree in trees(of, book) for suggestion, _ in tree.rows]

    apart = [suggestion for suggestion in passage.suggestions if suggestion.code in hidden]
    return in_order([suggestion for suggestion in passage.suggestions if suggestion.code not in hidden]), in_order(
        apart
    )


def _roots(codes: Sequence[str], book: Codebook) -> set[str]:
    return {root_of(code, book) for code in codes}


def lowest(codes: frozenset[str], book: Codebook) -> set[str]:
    """Those that no other of them takes along."""
    return {code for code in codes if not any(code in book.ancestors(other) for other in codes)}


def _keys(rows: Sequence[str], codes: frozenset[str], book: Codebook) -> int:
    """`a` for all, `r` for none; else arrows and Space for each, and Enter."""
    here = codes.intersection(rows)
    if not here or len(here) == len(rows):
        return 1
    return _steps([at for at, code in enumerate(rows) if code in lowest(here, book)]) + 1


def _steps(ticked: Sequence[int]) -> int:
    """Keys to tick these rows from the first: Space ticks and goes on to the next row, an arrow goes on alone."""
    return ticked[-1] + 1 if ticked else 0
