"""A sentence of a methods section, with the items that it answers, and what both kinds of facts write in the same way.

Items are of the checklists in `checklists`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

PROCESSING, ANALYSIS, TRUST, UNITS = "SRQR 13", "SRQR 14", "SRQR 15", "SRQR 12"


class Sentence(NamedTuple):
    """A statement and the items that it answers."""

    text: str
    items: tuple[str, ...]


class Row(NamedTuple):
    """An item of a filled checklist: what the records say of it, and which records; nothing said is for the authors to say."""

    item: str
    topic: str
    said: Sequence[str] = ()
    rests_on: str = ""


def tally(counts: Mapping[str, int]) -> str:
    """'GP 12, nurse 6': the most frequent first."""
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
