"""What `import --dry-run` shows: the first turns of each transcript, as they would be stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from secondcoder.domain.records import Transcript
from secondcoder.domain.wording import shorten

FIRST_TURNS, FIRST_WORDS = 4, 48
"""Turns of each transcript, and characters of each turn."""
OPEN = "open"

Row = tuple[str, int, str, str, str, str]
"""Transcript, number of the turn, time, speaker, role, first words."""


def first_turns(transcripts: Iterable[Transcript]) -> list[Row]:
    """The first turns of each transcript; a role that nobody knows is `open`."""
    return [row for transcript in transcripts for row in _turns(transcript)]


def _turns(transcript: Transcript) -> Iterator[Row]:
    for number, turn in enumerate(transcript.turns[:FIRST_TURNS], start=1):
        words = " ".join(transcript.text[turn.start : turn.end].split())
        role = turn.role.value if turn.role else OPEN
        times = "-".join(clock(time) for time in (turn.time_start, turn.time_end) if time is not None)
        times = f"until {times}" if turn.time_start is None and times else times  # as f4 writes it
        yield transcript.id, number, times, turn.speaker or "?", role, shorten(words, FIRST_WORDS)


def clock(seconds: float) -> str:
    """Seconds as `m:ss`, from an hour on as `h:mm:ss`."""
    sign, whole = "-" * (seconds < 0), int(abs(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    return f"{sign}{hours}:{minutes:02d}:{second:02d}" if hours else f"{sign}{minutes}:{second:02d}"
