"""Tables that hold a transcript: what each column is, found in its cells.

One column is the speech. Beside it may stand paragraph numbers (MAXQDA), times, and the speaker. A table with anything else
is no transcript table, and its cells are read as paragraphs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from secondcoder.transcripts.clock import SPAN
from secondcoder.transcripts.interviewer import WELL_KNOWN, fold
from secondcoder.transcripts.speaker_labels import MAX_LENGTH
from secondcoder.transcripts.visible import clean

MOST_COLUMNS = 4
MOST_LABEL_WORDS = 6
_TITLES = """
    content end name no nr number paragraph person speaker start text time timecode timespan timestamp transcript
    transcription utterance who
"""
TITLES = frozenset(_TITLES.split())


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what, by index; `titled` when the first row holds column titles."""

    speech: int
    speaker: int | None = None
    time: int | None = None
    number: int | None = None
    titled: bool = False


def find_columns(rows: Sequence[Sequence[str]]) -> Columns | None:
    """What the columns of a transcript table are; None for any other table."""
    width = len(rows[0]) if rows else 0
    if not 2 <= width <= MOST_COLUMNS or any(len(row) != width for row in rows):
        return None
    titled = all(re.sub(r"\W", "", cell).casefold() in TITLES for cell in rows[0])
    columns = [[row[at].strip() for row in rows[titled:]] for at in range(width)]
    return _assigned(columns, titled)


def _assigned(columns: Sequence[Sequence[str]], titled: bool) -> Columns | None:
    """At most one column each of paragraph numbers, times and speakers beside the speech, which has the most characters."""
    numbers, times = _indices(columns, _counts_up), _indices(columns, _all_times)
    others = [at for at, column in enumerate(columns) if at not in numbers + times and any(column)]
    if not 1 <= len(others) <= 2 or len(numbers) > 1 or len(times) > 1:
        return None
    speech = max(others, key=lambda at: sum(map(len, columns[at])))
    speakers = [at for at in others if at != speech]
    if not (speakers or numbers or times) or (speakers and not _name_speakers(columns[speakers[0]])):
        return None
    speaker, time, number = (next(iter(indices), None) for indices in (speakers, times, numbers))
    return Columns(speech, speaker, time, number, titled)


def label(cell: str) -> str:
    """The speaker that a cell names: `I:` is `I`."""
    return clean(cell).strip("[]").rstrip(":：.").rstrip()


def _indices(columns: Sequence[Sequence[str]], fits: Callable[[Sequence[str]], bool]) -> list[int]:
    return [at for at, column in enumerate(columns) if fits([cell for cell in column if cell])]


def _counts_up(cells: Sequence[str]) -> bool:
    if not cells or not all(re.fullmatch(r"\d{1,6}\.?", cell) for cell in cells):
        return False
    # Other figures (`45`, `Years of age`) say something and must stay in the text.
    numbers = [int(cell.rstrip(".")) for cell in cells]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _all_times(cells: Sequence[str]) -> bool:
    return bool(cells) and all(SPAN.fullmatch(cell.strip("[]()# ")) for cell in cells)


def _name_speakers(cells: Sequence[str]) -> bool:
    """Short cells in which a name recurs or is a well-known label; the row titles `Age`, `Role`, `Site` of a form are neither."""
    names = Counter(fold(label(cell)) for cell in cells if cell)
    short = all(
        len(cell) <= MAX_LENGTH and len(cell.split()) <= MOST_LABEL_WORDS and "\n" not in cell for cell in cells
    )
    return short and (max(names.values()) > 1 or any(WELL_KNOWN.fullmatch(name) for name in names))
