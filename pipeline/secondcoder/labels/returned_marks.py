"""What became of suggestions in another program: kept, changed or deleted, told from what stands there now. Pure functions.

Programs may give everything new identifiers, and people may replace a coding instead of changing it. So what is the same is asked in
stages, the surest first, and each coding answers for one suggestion at most.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from secondcoder.domain.records import Span
from secondcoder.domain.spans import share_text


@dataclass(frozen=True)
class Exported:
    """A suggestion as it left: its identifier, where it stood, and its code."""

    guid: str
    span: Span
    code: str


@dataclass(frozen=True)
class Mark:
    """A coding as it came back; `coder` '' under the model's own user."""

    guid: str
    span: Span
    code: str
    coder: str = ""
    memo: str = ""


Pair = tuple[Exported, Mark | None]
"""A suggestion with what stands for it now, None where it was deleted."""
Key = Callable[[Exported | Mark], Hashable]
SAME: tuple[Key, ...] = (lambda each: each.guid, lambda each: (each.span, each.code), lambda each: each.span)
"""What a suggestion and what stands for it have in common, the surest first; last comes the code on words that overlap."""


def matched(exported: Sequence[Exported], marks: Sequence[Mark]) -> tuple[list[Pair], list[Mark]]:
    """Every suggestion of a transcript with what stands for it now, in their order; and the codings that stand for none.

    A person's coding replaces a suggestion only where nothing stands for it under the model's user.
    """
    found: dict[Exported, Mark] = {}
    own: list[Mark] = []
    for people in (False, True):
        left = [mark for mark in marks if bool(mark.coder) is people]
        for key in SAME:
            left = _take(found, exported, left, key)
        own += _take_overlapping(found, exported, left)
    return [(was, found.get(was)) for was in exported], own


def _take(found: dict[Exported, Mark], exported: Sequence[Exported], marks: Sequence[Mark], key: Key) -> list[Mark]:
    """Pair what has the same key, in order; the marks that are left."""
    waiting: dict[Hashable, list[Exported]] = {}
    for was in exported:
        if was not in found:
            waiting.setdefault(key(was), []).append(was)
    left = []
    for mark in marks:
        if same := waiting.get(key(mark)):
            found[same.pop(0)] = mark
        else:
            left.append(mark)
    return left


def _take_overlapping(found: dict[Exported, Mark], exported: Sequence[Exported], marks: Sequence[Mark]) -> list[Mark]:
    left = list(marks)
    for was in exported:
        if was not in found:
            now = next((mark for mark in left if mark.code == was.code and share_text(was.span, mark.span)), None)
            if now is not None:
                found[was] = now
                left.remove(now)
    return left
