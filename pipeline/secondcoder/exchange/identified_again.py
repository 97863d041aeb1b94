"""An interview that comes again as it was before it was de-identified: importing it would bring the names back without a word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from secondcoder.domain.records import Transcript

DEIDENTIFIED = "deidentified"
"""The event of the audit trail."""
Deidentified = Mapping[str, Sequence[Sequence[int]]]
"""Transcript -> its last replacements: start and end before, and how long the pseudonym is."""


def deidentified_in(events: Iterable[Mapping[str, Any]]) -> Deidentified:
    """The transcripts that were de-identified, from the events of that kind, oldest first."""
    return {name: moves for event in events for name, moves in event["detail"]["moves"].items()}


def is_as_before(text: str, now: str, moves: Sequence[Sequence[int]]) -> bool:
    """Whether a text is the one that became `now`: the same but for what stands in the replaced places."""
    at = then = 0
    for start, end, long in moves:
        stays = start - at
        if text[at:start] != now[then : then + stays]:
            return False
        at, then = end, then + stays + long
    return text[at:] == now[then:]


def refusal(new: Transcript, known: Transcript) -> str:
    """What the person is told."""
    return (
        f"{new.source}: '{new.id}' is the interview '{known.id}' of this study as it was before it was de-identified, so it would "
        "bring the names back. Code the one that is here. To work with the names, import it into a study of its own."
    )


def refusals(new: Iterable[Transcript], known: Mapping[str, Transcript], replaced: Deidentified) -> list[str]:
    """One for each transcript that is an interview of the study as it was before."""
    there = {name: moves for name, moves in replaced.items() if name in known}
    return [
        refusal(transcript, known[name])
        for transcript in new
        for name, moves in there.items()
        if transcript.text != known[name].text and is_as_before(transcript.text, known[name].text, moves)
    ]
