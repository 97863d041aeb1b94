"""Times in a recording: where a passage begins in it, as far as its transcript says, and how a time is written."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from secondcoder.domain.records import Turn


def time_at(turns: Sequence[Turn], offset: int) -> float | None:
    """When the turn begins in which an offset lies, in seconds; between turns that of the one before. None where nothing says it.

    Of a transcript that only says when its turns end, as f4 writes it, a turn begins where the one before ends.
    """
    at = bisect_right(turns, offset, key=lambda turn: turn.start) - 1
    if at < 0 or turns[at].time_start is not None:
        return turns[at].time_start if at >= 0 else None
    before = turns[at - 1].time_end if at > 0 else None
    # All turns are looked through only where it matters: many passages are asked for.
    return before if before is not None and all(turn.time_start is None for turn in turns) else None


def clock(seconds: float) -> str:
    """A time to read, in whole seconds: '12:43', '1:02:03'."""
    hours, minutes, rest = _parts(seconds)
    shown = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f"-{shown}" if seconds <= -1 else shown


def cell(seconds: float | None) -> str:
    """A time in a table, with its hours, as a spreadsheet sorts and reads it: '0:12:43'; '' for none."""
    if seconds is None:
        return ""
    hours, minutes, rest = _parts(seconds)
    return f"{'-' if seconds <= -1 else ''}{hours}:{minutes:02}:{rest:02}"


def iso_duration(seconds: float) -> str:
    """A time as HTML's `time` element has it, a duration of ISO 8601: 'PT12M43S'; '' for a negative one, which it cannot hold."""
    hours, minutes, rest = _parts(seconds)
    return "" if seconds < 0 else f"PT{f'{hours}H' if hours else ''}{f'{minutes}M' if hours or minutes else ''}{rest}S"


def _parts(seconds: float) -> tuple[int, int, int]:
    total = int(abs(seconds))
    return total // 3600, total // 60 % 60, total % 60
