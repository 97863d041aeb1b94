"""How much of what identifies somebody was found when it was last measured, from the audit trail."""

from __future__ import annotations

from typing import Any

from secondcoder.corpus import Corpus
from secondcoder.domain.wording import counted, percent

MEASURED = "deidentification measured"
"""The event: counts and intervals, no words."""
ALL = "all"


def last_measured(corpus: Corpus) -> dict[str, Any] | None:
    """The figures of the last measurement, when it was, and a sentence; None where nobody measured."""
    events = corpus.events(MEASURED)
    if not events:
        return None
    at, detail = events[-1]["at"], events[-1]["detail"]
    found = detail["recall"][ALL]
    limits = " to ".join(map(percent, found["interval"])) if found["interval"] else "none: too few interviews"
    told = (
        f"Identifying words: {found['part']} of {found['of']} noted by hand were found, 95% interval {limits} "
        f"({counted(detail['passages'], 'passage')} of {counted(detail['interviews'], 'interview')}, measured {at[:10]})."
    )
    return {"at": at, **detail, "told": told}
