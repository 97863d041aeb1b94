"""Which colour and pattern a code's stripe has: one pair for each family of codes, distinct without colour too.

A family here is a construct with its sub-constructs, or else a family of the codebook, such as the factors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from secondcoder.codebook.model import Code, Codebook

COLOURS, PATTERNS = 6, 6


@dataclass(frozen=True)
class Stripe:
    """`colour` and `pattern` number classes of the style sheet; `family` is its name in the legend."""

    colour: int
    pattern: int
    family: str


def stripes(book: Codebook) -> Mapping[str, Stripe]:
    """A stripe for each code, by its id."""
    groups: dict[str, int] = {}
    families = {code.id: _family(book, code) for code in book.codes}
    for family in families.values():
        groups.setdefault(family, len(groups))
    # Each round of colours shifts the pattern by one: 36 families have different pairs.
    return {
        code: Stripe(groups[family] % COLOURS, (groups[family] + groups[family] // COLOURS) % PATTERNS, family)
        for code, family in families.items()
    }


def _family(book: Codebook, code: Code) -> str:
    root = book[(code.id, *book.ancestors(code.id))[-1]]
    if any(other.parent == root.id for other in book.codes):
        return root.name
    return next((family.name for family in book.families if family.id == root.family), root.family)
