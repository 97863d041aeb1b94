"""What became of suggestions in another program: kept, changed or deleted, told from what stands there now. Pure functions.

Programs may give everything new identifiers, and people may replace a coding instead of changing it. So what is the same is asked in
stages, the surest first, and each coding answers for one suggestion at most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
Same = Callable[[Exported, Mark], bool]
BY_MODEL: tuple[Same, ...] = (
    lambda was, now: was.guid == now.guid,
    lambda was, now: (was.span, was.code) == (now.span, now.code),
    lambda was, now: was.span == now.span,
    lambda was, now: was.code == now.code and share_text(was.span, now.span),
)
# A person's coding on just these words replaces a suggestion that was deleted, and so does its code on other words of the passage.
BY_PEOPLE = BY_MODEL[1:]


def matched(exported: Sequence[Exported], marks: Sequence[Mark]) -> tuple[list[Pair], list[Mark]]:
    """Every suggestion of a transcript with what stands for it now, in their order; and the codings that stand for none."""
    left = dict(enumerate(exported))
    found: dict[int, Mark] = {}
    by_model, by_people = ([mark for mark in marks if bool(mark.coder) is people] for people in (False, True))
    for own, stages in ((by_model, BY_MODEL), (by_people, BY_PEOPLE)):
        for same in stages:
            for at, was in list(left.items()):
                now = next((mark for mark in own if same(was, mark)), None)
                if now is not None:
                    found[at] = now
                    own.remove(now)
                    del left[at]
    return [(was, found.get(at)) for at, was in enumerate(exported)], [*by_model, *by_people]
