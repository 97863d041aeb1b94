"""The researcher's traffic light of a case: theirs alone, never computed."""

from __future__ import annotations

from collections.abc import Mapping

from secondcoder.charting.matrix import Said

NOT_JUDGED = "not judged yet"
Notes = Mapping[tuple[str, str, str, str], Said]
"""Row kind, row, code (or level) and wave ("" for all) -> what a researcher says of it."""


def light_of(notes: Notes | None, case: str, code: str, wave: str = "") -> str:
    """The light of a case, or NOT_JUDGED."""
    note = (notes or {}).get(("case", case, code, wave))
    return (note.light if note else "") or NOT_JUDGED
