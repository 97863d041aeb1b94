"""Names and ids of codes that come from elsewhere: no two alike, since a codebook finds a code by either of them.

Of several codes with one name, each below another is named after it (`Parent: name`); what is still alike is numbered. Ids are made
from names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Protocol, TypeVar

from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import folded, free_name

LONGEST_ID = 40


class NamedCode(Protocol):
    """A code on its way into a codebook: `shown` is the name that it gets there, and `id` its id, '' until it has one."""

    shown: str
    id: str

    @property
    def name(self) -> str:
        """What the code is called where it comes from."""

    @property
    def above(self) -> NamedCode | None:
        """The code that it stands below."""


Named = TypeVar("Named", bound=NamedCode)


def tell_apart(codes: Sequence[NamedCode]) -> None:
    """Give each code a name of its own (`shown`); parents come first among `codes`."""
    prefixed: set[int] = set()
    while True:
        for code in codes:
            code.shown = f"{code.above.shown}: {code.name}" if code.above and id(code) in prefixed else code.name
        alike = [same for same in group_by(codes, lambda code: folded(code.shown)).values() if len(same) > 1]
        more = {id(code) for same in alike for code in same if code.above} - prefixed
        if not more:
            break
        prefixed |= more
    taken = {folded(code.shown) for code in codes}
    for same in alike:
        for code in same[1:]:  # beside each other, below one parent or none
            code.shown = free_name([code.shown], taken)
            taken.add(folded(code.shown))


def give_ids(codes: Sequence[Named]) -> list[Named]:
    """Give each code that lacks one an id made from its name, which no other code has as id or name. Returns those that got one."""
    without_id = [code for code in codes if not code.id]
    ids = {folded(code.id) for code in codes}
    taken = ids | {folded(code.shown) for code in codes}
    for code in without_id:
        own = folded(code.shown)
        if own not in ids:  # its own name is free to it
            taken.discard(own)
        code.id = free_name(_wanted(code), taken, "{}-{}")
        ids.add(folded(code.id))
        taken |= {folded(code.id), own}
    return without_id


def _wanted(code: NamedCode) -> list[str]:
    short = slug(code.name) or "code"
    longer = f"{slug(code.above.name) or 'code'}.{short}" if code.above else short
    return [short, longer] if code.shown == code.name else [longer]


def slug(written: str) -> str:
    """`Time pressure (GPs)` is `time-pressure-gps`: letters and figures in lower case, without accents."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", written) if not unicodedata.combining(sign))
    short = ""
    for word in re.findall(r"[^\W_]+", plain.casefold()):
        if short and len(short) + len(word) >= LONGEST_ID:
            break
        short = f"{short}-{word}" if short else word[:LONGEST_ID]
    return short
