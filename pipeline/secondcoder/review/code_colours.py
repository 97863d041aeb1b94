"""Which colour and pattern a code's stripe has: one pair a family of codes, told apart without colour too.

A family here is a construct with its sub-constructs, or else the kinds of code that stand alone, such as the factors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from secondcoder.codebook.model import Code, Codebook

HUES, PATTERNS = 6, 6


@dataclass(frozen=True)
class Stripe:
    """`hue` and `pattern` name classes of the style sheet; `family` is said in words in the legend."""

    hue: int
    pattern: int
    family: str


def stripes(book: Codebook) -> Mapping[str, Stripe]:
    """A stripe for each code, by its id."""
    groups: dict[str, int] = {}
    families = {code.id: _family(book, code) for code in book.codes}
    for family in families.values():
        groups.setdefault(family, len(groups))
    return {
        code: Stripe(groups[family] % HUES, (groups[family] + groups[family] // HUES) % PATTERNS, family)
        for code, family in families.items()
    }


def _family(book: Codebook, code: Code) -> str:
    root = book[(code.id, *book.ancestors(code.id))[-1]]
    if any(other.parent == root.id for other in book.codes):
        return root.name
    return next((family.name for family in book.families if family.id == root.family), root.family)
