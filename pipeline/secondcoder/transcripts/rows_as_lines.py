"""A table of NVivo's turned into lines: time, speech and name below one another, again and again."""

from __future__ import annotations

from collections.abc import Iterable

from secondcoder.transcripts.clock import SPAN, seconds
from secondcoder.transcripts.speaker_headings import could_head
from secondcoder.transcripts.turns import Mark

FEWEST_ROWS = 3  # of three lines each
_TITLES = ("timespan", "content", "speaker")


def names_behind(text: str, lines: Iterable[tuple[int, int]]) -> list[Mark]:
    """The marks where time, speech and name are three lines, again and again, as NVivo's tables become lines; else none."""
    full = [line for line in lines if text[slice(*line)].strip()]
    while full and text[slice(*full[0])].strip().casefold() in _TITLES:
        full.pop(0)
    rows = list(zip(full[::3], full[1::3], full[2::3], strict=False))
    spans = [SPAN.fullmatch(text[slice(*time)].strip()) for time, _, _ in rows]
    names = [text[slice(*name)].strip() for _, _, name in rows]
    said = {text[slice(*speech)].strip() for _, speech, _ in rows}
    few = len(set(names)) <= len(names) / 2 + 1 and len(set(names)) < len(said) and all(map(could_head, names))
    if len(rows) < FEWEST_ROWS or len(full) % 3 or not all(spans) or not few:
        return []
    return [
        Mark(
            time[0],
            speech[0],
            name,
            seconds(span["time"]),
            seconds(span["until"]) if span["until"] else None,
            speech[1],
        )
        for (time, speech, _), name, span in zip(rows, names, spans, strict=True)
        if span
    ]
