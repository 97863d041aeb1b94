"""Names that differ in blanks and signs alone: `Ana K` and `AnaK` may be one coder. They are kept apart, and named."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import folded
from secondcoder.domain.wording import counted, listed

# Between figures a sign counts: `1-1` and `11` are two; so do `+` and a minus behind a word.
_SIGNS = re.compile(r"[\s.,:;_'’\"]+(?!(?<=\d.)\d)|(?<=[^\W\d_])-(?=[^\W\d_])|[\s.,:;_]+$")
SHOWN = 5


def alike_notes(kind: str, new: Iterable[str], known: Collection[str] = ()) -> list[str]:
    """A note on new names that differ from one another, or from a known one, in blanks and signs alone.

    Args:
        kind: what they name, as "coder".
        known: names that the study has.
    """
    fresh = {name for name in new if name}
    groups = group_by(sorted({*fresh, *known}), lambda name: _SIGNS.sub("", folded(name)))
    alike = [names for names in groups.values() if len({folded(name) for name in names}) > 1 and fresh & set(names)]
    if not alike:
        return []
    shown = [listed([f"'{name}'" for name in names]) for names in alike[:SHOWN]]
    more = f"; and {counted(len(alike) - SHOWN, 'more group')}" if len(alike) > SHOWN else ""
    return [
        f"{kind}s that differ in blanks or signs alone are kept apart: {'; '.join(shown)}{more}. If they are one, write one name."
    ]
