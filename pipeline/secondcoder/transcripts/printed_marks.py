"""What printing adds, as a PDF turned into text has it: page numbers and running titles beside page breaks, and line numbers.

They stand within sentences, where no turn may be cut, and so stay in the speech and are named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from secondcoder.domain.records import Turn
from secondcoder.domain.wording import counted, shorten

_NUMBER = re.compile(
    r"\W*(?:p(?:age|\.)?\s*|s\.\s*|seite\s*|página\s*|pagina\s*)?\d{1,4}(?:\s*(?:/|of|von|de|di|van)\s*\d{1,4})?\W*",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^[ \t]*(?P<number>\d{1,5})[.)]?[ \t]+(?=\S).*$", re.MULTILINE)
FEWEST_NUMBERS, SHARE_OF_STEPS = 5, 0.7
MOST_WORDS, SHOWN, BEHIND = 8, 40, 3  # words and characters of a running title; how far from a line its page may end


def page_notes(text: str, turns: Iterable[Turn]) -> tuple[str, ...]:
    """A note on lines next to a form feed that are read as speech and hold a page's number, or what recurs on every page."""
    if "\f" not in text:
        return ()
    written = [line for turn in turns for line in _beside_breaks(text, turn)]
    titles = Counter(re.sub(r"\d+", "", line) for line in written if len(line.split()) <= MOST_WORDS)
    found = [line for line in written if line and (_NUMBER.fullmatch(line) or titles[re.sub(r"\d+", "", line)] > 1)]
    if not found:
        return ()
    what = f"{counted(len(found), 'line')} beside page breaks, as page numbers and running titles stand, read as speech"
    return (f"{what}: '{shorten(found[0], SHOWN)}'; if nobody says so, take them out of the file",)


def _beside_breaks(text: str, turn: Turn) -> Iterator[str]:
    """The lines of a turn next to a form feed, which may lie behind the turn's end; not the line in which the turn begins."""
    pages = text[turn.start : turn.end].split("\f")
    lines = [page.strip().split("\n") for page in pages]
    breaks = len(pages) - ("\f" not in text[turn.end : turn.end + BEHIND])
    yield from (lines[at][-1].strip() for at in range(breaks) if at or len(lines[at]) > 1)
    yield from (each[0].strip() for each in lines[1:])


def is_page_number(text: str, start: int, end: int) -> bool:
    """Whether a line is a page's number with a letter, next to a form feed: `p. 1` is no speaker P who says 1."""
    line = text[start:end].strip()
    if line[1:2] != "." or ":" in line or not _NUMBER.fullmatch(line):
        return False
    first = text.index(line, start)
    last = first + len(line)
    before, behind = text[max(first - BEHIND, 0) : first], text[last : last + BEHIND]
    return "\f" in before[len(before.rstrip()) :] or "\f" in behind[: len(behind) - len(behind.lstrip())]


def line_number_notes(text: str, turns: Iterable[Turn]) -> tuple[str, ...]:
    """A note on lines within the speech that begin with the number of the line, where the text counts its lines."""
    numbers = [int(match["number"]) for match in _NUMBERED.finditer(text)]
    steps = Counter(after - before for before, after in pairwise(numbers))
    step, often = steps.most_common(1)[0] if steps else (0, 0)
    if len(numbers) < FEWEST_NUMBERS or step < 1 or often < SHARE_OF_STEPS * len(numbers):
        return ()
    within = [match for turn in turns for match in _NUMBERED.finditer(text, turn.start, turn.end)]
    what = f"{counted(len(within), 'line')} within turns begin{'s' * (len(within) == 1)} with a line number, read as speech"
    return (
        (f"{what}: '{shorten(within[0][0], SHOWN)}'; if nobody says so, take them out of the file",) if within else ()
    )
